"""The measure itself: what counts as found, what as false, and that it cannot be passed by saying nothing or all."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from city.errors import BadInput
from city.pack import CityPack, load_pack
from eval.vitals import SEEDS, TUNED, Report, _causes, _meeting, _overlaps, measure
from tests.conftest import YUNLAN
from tools.vitals import alarms as judging
from tools.vitals.alarms import Alarm, Together
from tools.vitals.catalogue import Cause
from tools.vitals.planting import Planted

SINCE, UNTIL = date(2025, 6, 1), date(2025, 10, 15)


@pytest.fixture(scope="module")
def city() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="module")
def report(city: CityPack) -> Report:
    return measure(city, [104], since=SINCE, until=UNTIL)


def an_alarm(row: int, begin: int, last: int) -> Alarm:
    return Alarm(row, begin, last, begin, "spike", 1.5, 1, 9.0, 5.0, 4.0, 6.0)


def an_event(row: int, begin: int, end: int, joint: int = -1, cause: str = "") -> Planted:
    return Planted(row, f"s{row}", "spike", begin, end, 5.0, joint, cause)


def test_most_of_what_is_planted_is_found_and_little_else(report: Report) -> None:
    assert report.planted > 80
    assert report.precision >= 0.85
    assert report.recall >= 0.9
    assert report.planted == sum(kind.planted for kind in report.kinds.values())
    assert report.found == sum(kind.found for kind in report.kinds.values())
    assert report.seeds[0].alarm_hours < 2 * report.seeds[0].planted_hours


def test_by_kind_told_adds_up(report: Report) -> None:
    false = sum(round(one.told * (1 - one.precision)) for one in report.told.values())
    assert false == report.false


@pytest.mark.parametrize(("factor", "blind"), [(50.0, True), (0.5, False)])
def test_saying_nothing_or_everything_does_not_pass(
    city: CityPack, monkeypatch: pytest.MonkeyPatch, factor: float, blind: bool
) -> None:
    for name, limit in list(judging.LIMITS.items()):
        monkeypatch.setitem(judging.LIMITS, name, limit * factor)
    report = measure(city, [104], since=SINCE, until=date(2025, 9, 1))
    assert report.planted > 20
    if blind:
        assert report.recall < 0.3
    else:
        assert report.precision < 0.3


def test_seeds_that_the_limits_were_chosen_on_are_refused(city: CityPack) -> None:
    assert not set(SEEDS) & set(TUNED)
    with pytest.raises(BadInput, match="chosen on seed 7"):
        measure(city, [101, 7], since=SINCE, until=UNTIL)


@pytest.mark.parametrize(
    ("begin", "last", "meets"),
    [(10, 11, True), (5, 9, False), (5, 10, True), (14, 16, True), (15, 15, False), (0, 40, True)],
)
def test_an_alarm_meets_an_anomaly_until_three_hours_after_its_end(begin: int, last: int, meets: bool) -> None:
    assert _overlaps(an_event(2, 10, 12), an_alarm(2, begin, last)) is meets
    assert not _overlaps(an_event(3, 10, 12), an_alarm(2, begin, last))


def test_an_alarm_without_evidence_in_the_anomaly_has_not_found_it() -> None:
    score = np.zeros((3, 50))
    score[2, [5, 20]] = 2.0
    wide = [an_alarm(2, 5, 20)]
    assert _meeting(an_event(2, 10, 12), wide, score) is None
    score[2, 14] = 1.0
    assert _meeting(an_event(2, 10, 12), wide, score) == wide[0]


def test_a_cause_is_told_where_most_of_its_signs_are_told_so() -> None:
    found = [an_alarm(row, 10, 12) for row in range(4)]
    pairs = [(an_event(row, 10, 12, joint=0, cause="flood"), found[row]) for row in range(4)]
    cause, other = (Cause(name=name, signs={"s0": "+", "s1": "+"}) for name in ("flood", "fire"))
    assert _causes(pairs, [Together(cause, tuple(found[:3]))]) == [True]
    assert _causes(pairs, [Together(cause, tuple(found[:2])), Together(other, tuple(found[2:]))]) == [False]
    assert _causes(pairs[:2], [Together(cause, tuple(found[:2]))]) == []
