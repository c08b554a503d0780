from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tools.catalogue.matching import Document, Match, clear, matches, pairs, without

SHELF = {
    "air": Document(("空气质量监测", "雾霾"), ("站点", "PM2.5"), ("生态环境局",), ("生态环境局", "污染")),
    "water": Document(("河流水质监测",), ("断面", "氨氮"), ("生态环境局",), ("生态环境局", "污染")),
    "homes": Document(("养老机构名录", "养老院"), ("床位",), ("民政局",), ("民政局", "养老")),
}


def ids(found: list[Match]) -> list[str]:
    return [match.id for match in found]


def test_the_frame_is_taken_out() -> None:
    assert without("有没有停车的数据", ("数据", "有没有", "有")).split() == ["停车的"]


def test_what_a_name_shares_counts() -> None:
    assert ids(matches("空气质量", "空气质量", SHELF)) == ["air"]
    assert ids(matches("雾霾", "雾霾", SHELF)) == ["air"]
    assert matches("外星人", "外星人", SHELF) == []


def test_a_name_made_of_words_of_the_frame_is_found_whole() -> None:
    found = matches(without("养老机构名录", ("养老机构名录",)), "养老机构名录", SHELF)
    assert ids(found) == ["homes"]


def test_a_field_finds_its_dataset() -> None:
    assert ids(matches("pm2.5", "pm2.5", SHELF)) == ["air"]
    assert ids(matches("床位", "床位", SHELF)) == ["homes"]


def test_what_several_share_finds_both_and_none_is_clear() -> None:
    found = matches("监测", "监测", SHELF)
    assert set(ids(found)) == {"air", "water"}
    assert clear(found) is None
    assert clear(matches("空气监测", "空气监测", SHELF)) == "air"


def test_a_field_of_work_finds_the_units_datasets_after_the_others() -> None:
    found = matches("污染", "污染", SHELF)
    assert [(match.id, match.score) for match in found] == [("air", 0.0), ("water", 0.0)]
    assert ids(matches("生态环境", "生态环境", SHELF)) == ["air", "water"]
    assert ids(matches("养老", "养老", SHELF)) == ["homes"]
    assert clear(found) is clear([]) is None


texts = st.text(alphabet="空气质量水养老院监测数据PM2.5 ，", max_size=20)


@given(texts)
def test_scores_fall_and_every_entry_shows_once(asked: str) -> None:
    found = matches(asked, asked, SHELF)
    assert len(set(ids(found))) == len(found)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
    assert clear(found) in {None, *ids(found)}


@given(texts, texts)
def test_pairs_lie_in_the_text(one: str, other: str) -> None:
    found = pairs(one)
    assert all(pair in one.lower() for pair in found)
    assert found <= pairs(f"{one} {other}")


@given(texts, st.lists(st.sampled_from(["数据", "质量", "空气质量"]), max_size=3))
def test_no_word_of_the_frame_is_left(text: str, frame: list[str]) -> None:
    assert not any(word in without(text, frame) for word in frame)
