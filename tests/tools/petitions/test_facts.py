"""Shared words and new facts."""

from __future__ import annotations

from tests.tools.petitions.town import petition
from tools.petitions.facts import new_facts, shared_places, shared_words
from tools.petitions.petition import Petition
from tools.petitions.stream import Stream


def _said(text: str) -> Petition:
    return petition(1, 3, 0).model_copy(update={"title": "", "detail": text})


def test_shared_words_are_runs_of_the_text_and_long_ones_are_cut(stream: Stream) -> None:
    reader = stream.reader
    text = "自助借书机识别不出少儿证已经反映到总服务台好几回"
    reading = reader.read(_said(text))
    words = shared_words(reading, reading.sketch, reader.weights)
    assert all(word.rstrip("…") in text for word in words)
    assert max(map(len, words)) <= 13


def test_shared_places_only_where_both_name_them(stream: Stream) -> None:
    reader = stream.reader
    one, here, there = (reader.read(petition(n, where, 150)) for n, where in ((1, 3), (2, 3), (3, 99)))
    assert any("霞岚" in name for name in shared_places(one, here.sketch, reader.weights))
    assert not any("霞岚" in name for name in shared_places(one, there.sketch, reader.weights))


def test_kinds_of_newness(stream: Stream) -> None:
    reader = stream.reader
    before = reader.read(_said("自助借书机不识别少儿证")).sketch
    now = reader.read(_said("自助借书机不识别少儿证，馆员锁了柜台，共有17本，在霞泽家园小区也有一台"))
    facts = new_facts(now, [before], reader.weights)
    assert [(fact.quote, fact.by) for fact in facts] == [
        ("馆员锁了柜台", "words"),
        ("共有17本", "figure"),
        ("在霞泽家园小区也有一台", "place"),
    ]
    assert new_facts(now, [now.sketch], reader.weights) == ()
    assert len(new_facts(now, [], reader.weights)) == 4


def test_politeness_is_no_fact(stream: Stream) -> None:
    reader = stream.reader
    before = reader.read(_said("自助借书机不识别少儿证")).sketch
    polite = reader.read(_said("尊敬的领导您好，自助借书机不识别少儿证，希望有关部门尽快处理解决。"))
    assert new_facts(polite, [before], reader.weights) == ()
