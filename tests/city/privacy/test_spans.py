from __future__ import annotations

from city.privacy.spans import Span, settle


def test_the_surer_form_wins() -> None:
    card, name = Span(2, 20, "id_card"), Span(0, 4, "name")
    assert settle([name, card]) == [card]


def test_the_longer_of_one_type_wins() -> None:
    assert settle([Span(0, 4, "address"), Span(0, 9, "address")]) == [Span(0, 9, "address")]


def test_neighbours_both_stay_in_text_order() -> None:
    spans = [Span(0, 3, "name"), Span(3, 14, "mobile")]
    assert settle(reversed(spans)) == spans
