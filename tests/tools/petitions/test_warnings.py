"""Warnings: raised by rule, acknowledged in time or late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from city.errors import BadInput, NotFound, Refused
from tests.tools.petitions.town import START, petition
from tools.petitions.petition import Petition
from tools.petitions.stream import Stream
from tools.petitions.topics import HotTopics
from tools.petitions.warnings import Rule, Warnings

DAY = START + timedelta(days=12)
WAGES = Rule(id="wages", words=("拖欠工资",), level="urgent", acknowledge_minutes=60)
CROWD = Rule(id="crowd", people=5, days=3, level="critical", acknowledge_minutes=30)
RISE = Rule(id="rise", rise=True, acknowledge_minutes=480)


def _wages(name: str = "w", text: str = "工地拖欠工资三个月，工友们要去讨说法") -> Petition:
    return Petition(id=name, detail=text, at=DAY, caller=name)


def _crowd(stream: Stream, count: int) -> list[Petition]:
    return [petition(7_000 + n, 3, 150, at=DAY + timedelta(minutes=n)) for n in range(count)]


def test_risk_words_warn_with_a_time_to_answer(stream: Stream) -> None:
    warnings = Warnings([WAGES, CROWD])
    stream.place(_wages())
    raised = warnings.petition(stream, _wages())
    assert [(w.rule, w.cause, w.level) for w in raised] == [("wages", "words", "urgent")]
    assert raised[0].acknowledge_by - raised[0].raised_at == timedelta(hours=1)
    assert raised[0].words == ("拖欠工资",)
    harmless = _wages("h", "想问工资证明在哪里开")
    stream.place(harmless)
    assert warnings.petition(stream, harmless) == []


def test_a_crowd_warns_once_until_somebody_has_seen_it(stream: Stream) -> None:
    warnings, raised = Warnings([CROWD]), []
    for each in _crowd(stream, 8):
        stream.place(each)
        raised += warnings.petition(stream, each)
    assert len(raised) == 1
    assert raised[0].people == 5
    warnings.acknowledge(raised[0].id, DAY + timedelta(minutes=20), "duty officer")
    more = petition(7_100, 3, 150, at=DAY + timedelta(hours=1))
    stream.place(more)
    assert len(warnings.petition(stream, more)) == 1


def test_words_and_people_together(stream: Stream) -> None:
    both = Rule(id="both", words=("计量箱",), people=3, acknowledge_minutes=30)
    warnings = Warnings([both])
    found = []
    for each in _crowd(stream, 3):
        stream.place(each)
        found.append(len(warnings.petition(stream, each)))
    assert found == [0, 0, 1]


def test_a_rise_warns(stream: Stream) -> None:
    for each in _crowd(stream, 15):
        stream.place(each)
    now = DAY + timedelta(hours=2)
    warnings = Warnings([RISE, WAGES])
    raised = warnings.topics(HotTopics().look(stream, now), now)
    assert [(w.rule, w.cause) for w in raised] == [("rise", "rise")]
    assert warnings.topics(HotTopics().look(stream, now), now) == []


def test_acknowledging(stream: Stream) -> None:
    warnings = Warnings([WAGES])
    stream.place(_wages())
    name = warnings.petition(stream, _wages())[0].id
    assert [w.id for w in warnings.late(DAY + timedelta(hours=2))] == [name]
    assert warnings.late(DAY + timedelta(minutes=59)) == []
    with pytest.raises(BadInput):
        warnings.acknowledge(name, DAY - timedelta(minutes=1), "duty officer")
    with pytest.raises(NotFound):
        warnings.acknowledge("w99", DAY, "duty officer")
    done = warnings.acknowledge(name, DAY + timedelta(hours=2), "duty officer")
    assert done.late(DAY)
    assert warnings.late(DAY + timedelta(hours=3)) == []
    with pytest.raises(Refused, match="already"):
        warnings.acknowledge(name, DAY + timedelta(hours=3), "another")
    assert Warnings([WAGES], warnings.all).all == warnings.all


@pytest.mark.parametrize("given", [{}, {"words": ("",)}, {"rise": True, "people": 3}])
def test_rules_that_say_nothing_or_too_much(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate({"id": "r", "acknowledge_minutes": 5} | given)


def test_two_rules_of_one_name() -> None:
    with pytest.raises(BadInput, match="two rules"):
        Warnings([WAGES, WAGES])
