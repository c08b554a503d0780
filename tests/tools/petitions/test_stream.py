"""Where a petition belongs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.errors import BadInput, NotFound
from tests.tools.petitions.town import START, petition
from tools.petitions.petition import Petition
from tools.petitions.stream import Stream, cluster_name

LATER = START + timedelta(days=30)


def _write(name: str, text: str, caller: str, days: int = 0) -> Petition:
    return Petition(id=name, detail=text, at=LATER + timedelta(days=days), caller=caller)


def test_something_nobody_spoke_of_is_new(stream: Stream) -> None:
    placement = stream.place(_write("x", "图书馆的自助借书机不识别少儿证", "a"))
    assert placement.kind == "new"
    assert placement.of == ()
    assert placement.cluster


def test_another_caller_on_the_same_matter_is_a_duplicate_with_reasons(stream: Stream) -> None:
    first = petition(1_000, 3, 150)
    stream.place(first)
    placement = stream.place(petition(1_001, 3, 150))
    assert placement.kind == "duplicate"
    assert placement.of[0] == first.id
    assert placement.score > 0.5
    assert any("水表" in word or "计量箱" in word or "塞进去" in word for word in placement.words)
    assert placement.places


def test_stock_phrases_are_no_reason(stream: Stream) -> None:
    stream.place(petition(1_000, 3, 150))
    placement = stream.place(petition(1_001, 3, 150))
    assert not any("领导" in word or "有关部门" in word for word in placement.words)
    polite = "尊敬的领导您好，我是一名普通居民，希望有关部门尽快处理，谢谢领导！"
    assert stream.look(_write("polite", polite, "z")).kind == "new"


def test_the_same_caller_with_nothing_new_repeats(stream: Stream) -> None:
    first = petition(1_000, 3, 150, caller="a")
    stream.place(first)
    placement = stream.place(first.model_copy(update={"id": "again", "at": LATER}))
    assert placement.kind == "repeat"
    assert placement.of[0] == first.id
    assert placement.new_facts == ()


def test_what_is_new_is_quoted_for_a_person_to_decide(stream: Stream) -> None:
    first = petition(1_000, 3, 150, caller="a")
    stream.place(first)
    more = first.detail + "昨晚又砸坏两辆婴儿车，车主已经报警。"
    placement = stream.place(first.model_copy(update={"id": "again", "detail": more, "at": LATER}))
    assert placement.kind == "repeat"
    quotes = [fact.quote for fact in placement.new_facts]
    assert "昨晚又砸坏两辆婴儿车" in quotes
    for fact in placement.new_facts:
        assert more[fact.start : fact.end] == fact.quote


def test_asking_how_it_goes_is_a_pursuit_of_the_latest_matter(stream: Stream) -> None:
    stream.place(petition(1_000, 3, 150, caller="a"))
    placement = stream.place(_write("ask", "还是上周那件事，怎么还没回", "a", 7))
    assert placement.kind == "pursuit"
    assert placement.of == ("p1000",)
    assert placement.cluster == cluster_name(stream.clusters.of[stream.number["p1000"]])
    assert stream.look(_write("ask2", "还是上周那件事，怎么还没回", "stranger", 7)).kind == "new"
    assert stream.place(_write("ask3", "怎么还没人回我", "a", 9)).of == ("p1000",), "not the asking before"


def test_asking_with_a_new_figure_is_more_than_a_pursuit(stream: Stream) -> None:
    first = petition(1_000, 3, 150, caller="a")
    stream.place(first)
    asks = first.model_copy(update={"id": "q", "detail": first.detail + "怎么还没人来", "at": LATER})
    assert stream.look(asks).kind == "pursuit"
    more = asks.model_copy(update={"detail": asks.detail + "，9月14日又倒了3块"})
    assert stream.look(more).kind == "repeat"


def test_a_nameless_caller_is_nobodys_same(stream: Stream) -> None:
    first = petition(1_000, 3, 150).model_copy(update={"caller": ""})
    stream.place(first)
    assert stream.look(first.model_copy(update={"id": "again"})).kind == "duplicate"


def test_looking_changes_nothing(stream: Stream) -> None:
    size, counts = len(stream), stream.reader.weights.counts.sum()
    stream.look(petition(1_000, 3, 150))
    assert (len(stream), stream.reader.weights.counts.sum()) == (size, counts)


def test_bad_petitions_are_refused(stream: Stream) -> None:
    with pytest.raises(BadInput, match="neither title nor detail"):
        stream.place(_write("empty", " \n", "a"))
    stream.place(petition(1_000, 3, 150))
    with pytest.raises(BadInput, match="already"):
        stream.place(petition(1_000, 3, 150))
    with pytest.raises(NotFound):
        stream.cluster_of("nobody")


def test_an_empty_stream_places_the_first() -> None:
    stream = Stream()
    assert stream.place(petition(1, 3, 0)).kind == "new"
    assert len(stream) == 1


def test_odd_texts_are_placed(stream: Stream) -> None:
    for number, text in enumerate(("😀", "a", "1", "。", "电" * 5_000, "ABC " * 500)):
        assert stream.place(_write(f"odd{number}", text, "a")).cluster


def test_between_gives_petitions_by_time_whatever_their_order(stream: Stream) -> None:
    late, early = _write("late", "图书馆自助借书机坏了", "a", 5), _write("early", "少儿证不能用", "b", 2)
    stream.place(late)
    stream.place(early)
    found = [stream.petitions[n].id for n in stream.between(LATER, LATER + timedelta(days=5))]
    assert found == ["early", "late"]
