"""A cluster as people read it."""

from __future__ import annotations

from datetime import timedelta

from tests.tools.petitions.town import START, petition
from tools.petitions.cards import callers_of, card, cards
from tools.petitions.stream import Stream


def test_the_card_of_a_matter(stream: Stream) -> None:
    for number in range(1_000, 1_006):
        stream.place(petition(number, 3, 150, caller=f"c{number % 3}"))
    found = card(stream, stream.cluster_of("p1000"))
    assert found.callers == 3
    assert set(found.members) >= {"p1000", "p1005"}
    assert "霞岚家园小区" in found.title
    assert (found.first, found.last) == (START + timedelta(hours=1_000), START + timedelta(hours=1_005))
    assert any("霞岚" in count.name for count in found.places)
    assert not any("领导" in word for word in found.words)
    assert cards(stream)[0].id == found.id
    assert all(len(each.members) >= 2 for each in cards(stream))


def test_nameless_callers_count_each() -> None:
    nameless = [petition(n, 3, 0).model_copy(update={"caller": ""}) for n in range(3)]
    assert callers_of([*nameless, petition(9, 3, 0, caller="a"), petition(10, 3, 0, caller="a")]) == 4
