"""Places: given, of the usual form, learnt."""

from __future__ import annotations

from tools.petitions.places import Place, Places, scan


def _find(places: Places, text: str) -> list[Place]:
    looked = scan(text)
    return places.find(looked, places.formed(looked))


def _learn(places: Places, text: str) -> None:
    looked = scan(text)
    places.learn(looked, places.formed(looked))


def _words(places: Places, text: str) -> list[str]:
    return [text[place.start : place.end] for place in _find(places, text)]


def test_names_of_the_usual_form() -> None:
    assert _words(Places(), "我住在澄岚小区，旁边是霞浦路") == ["澄岚小区", "霞浦路"]


def test_an_edge_word_ends_the_name() -> None:
    assert _words(Places(), "投诉位于枫汀社区的餐馆") == ["枫汀社区"]


def test_the_citys_own_names_come_first_with_their_kind() -> None:
    places = Places({"鼓楼前": "landmark"})
    assert _find(places, "鼓楼前的路灯坏了")[0] == Place(0, 3, "鼓楼前", "landmark")


def test_a_name_and_its_generic_ending_are_one_place() -> None:
    places = Places()
    for _ in range(4):
        _learn(places, "在澄岚新居小区")
    with_ending, without = _find(places, "在澄岚新居小区"), _find(places, "在澄岚新居这里")
    assert [place.name for place in with_ending] == [place.name for place in without] == ["澄岚新居"]


def test_a_common_word_before_an_ending_is_no_name() -> None:
    places = Places()
    for number in range(60):
        _learn(places, f"施工严重影响第{number}户休息")
        _learn(places, f"噪音影响了{number}个孩子")
    assert all("影响" not in word for word in _words(places, "施工影响小区居民"))


def test_nothing_in_nothing() -> None:
    assert _words(Places(), "") == []
    assert _words(Places(), "小区") == []


def test_what_was_learnt_is_dumped_and_loaded() -> None:
    places = Places({"鼓楼前": "landmark"})
    for _ in range(4):
        _learn(places, "在澄岚新居小区")
    again = Places.load(places.dump())
    assert _words(again, "澄岚新居和鼓楼前") == _words(places, "澄岚新居和鼓楼前") == ["澄岚新居", "鼓楼前"]
