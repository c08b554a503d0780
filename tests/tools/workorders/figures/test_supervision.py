from __future__ import annotations

from datetime import datetime

import pytest

from city.errors import BadInput
from tests.tools.workorders.figures.telling import Step, closed, contact_due, hour, replied, sent, tell
from tools.workorders.acts import Act
from tools.workorders.figures import Entry, Ladder, Level, Rule, supervision
from tools.workorders.model import Event, Role


def listed(at: float, *steps: Step, ladder: Ladder | None = None) -> dict[Rule, Entry]:
    found = supervision(tell("x", *steps), hour(at), contact_due=contact_due, ladder=ladder)
    return {entry.rule: entry for entry in found}


GOING: tuple[Step, ...] = (*sent(), (1, Act.SIGN), (2, Act.CONTACT))
A_RETURNS: tuple[Step, ...] = ((2, Act.ASK_RETURN, {"proposed": "b"}),)


def test_a_matter_in_good_order_is_not_listed() -> None:
    assert listed(50, *GOING) == {}
    assert listed(9_999, *closed()) == {}
    assert listed(9_999, *sent(), (1, Act.WITHDRAW)) == {}


@pytest.mark.parametrize(
    ("at", "rule", "level", "since"),
    [
        (71, Rule.AMBER, Level.REMIND, 70),
        (101, Rule.OVERDUE, Level.URGE, 100),
        (100 + 24, Rule.OVERDUE, Level.WRITTEN, 100),
        (100 + 72, Rule.OVERDUE, Level.LIST, 100),
        (100 + 168, Rule.OVERDUE, Level.INTERVIEW, 100),
    ],
)
def test_the_handling_clock_grows_firmer(at: float, rule: Rule, level: Level, since: float) -> None:
    (entry,) = listed(at, *GOING).values()
    assert (entry.rule, entry.level, entry.since, entry.unit) == (rule, level, hour(since), "a")
    assert entry.hours == pytest.approx(at - since)


def test_what_is_not_signed_and_not_contacted_is_urged() -> None:
    found = listed(30, *sent())
    assert found.keys() == {Rule.NOT_SIGNED, Rule.NO_CONTACT}
    assert (found[Rule.NOT_SIGNED].since, found[Rule.NO_CONTACT].since) == (hour(10), hour(24))


def test_an_emergency_that_nobody_took_over_comes_first() -> None:
    found = supervision(tell("x", *sent(), (20, Act.RAISE_EMERGENCY)), hour(21), contact_due=contact_due)
    assert (found[0].rule, found[0].level, found[0].unit) == (Rule.EMERGENCY, Level.LIST, "")
    taken = listed(21, *sent(), (20, Act.RAISE_EMERGENCY), (20, Act.ACKNOWLEDGE))
    assert Rule.EMERGENCY not in taken


def test_pushing_a_matter_away_is_refusing_it() -> None:
    again = (*sent(), *A_RETURNS, (3, Act.REJECT_RETURN))
    assert listed(5, *again)[Rule.REFUSED].since == hour(3)
    assert Rule.REFUSED not in listed(5, *again, (4, Act.SIGN))
    early_end: tuple[Step, ...] = ((3, Act.ASK_TERMINATE), (4, Act.DENY_TERMINATE))
    once_more: tuple[Step, ...] = ((5, Act.ASK_TERMINATE), (6, Act.DENY_TERMINATE))
    twice = listed(8, *GOING, *early_end, *once_more)[Rule.REFUSED]
    assert (twice.count, twice.level) == (2, Level.LIST)


def test_units_that_send_a_matter_to_and_fro_fight() -> None:
    fight: tuple[Step, ...] = (
        *sent(), *A_RETURNS, (3, Act.AGREE_RETURN), (4, Act.DISPATCH, {"lead": "b", "co": []}),
        (5, Act.ASK_RETURN, {"proposed": "a"}),
    )  # fmt: skip
    entry = listed(6, *fight)[Rule.RETURN_FIGHT]
    assert (entry.since, entry.count, entry.unit) == (hour(5), 2, "b")
    over = listed(9, *fight, (6, Act.DISPUTE), (7, Act.DESIGNATE, {"unit": "b"}), (8, Act.SIGN))
    assert Rule.RETURN_FIGHT not in over


def test_an_objection_that_nobody_decides_is_the_hotlines_own() -> None:
    steps: tuple[Step, ...] = ((0, Act.SUBMIT), (0, Act.SCREEN), (1, Act.REFUSE), (2, Act.OBJECT))
    assert listed(25, *steps) == {}
    entry = listed(27, *steps)[Rule.OBJECTED]
    assert (entry.since, entry.unit) == (hour(26), "")


def test_unsolved_grows_firmer_with_every_call_back() -> None:
    heard: tuple[Step, ...] = ((60, Act.UNSOLVED),)
    assert listed(61, *replied(), *heard)[Rule.UNSOLVED].level is Level.WRITTEN
    again: tuple[Step, ...] = ((61, Act.CONTACT), (62, Act.REPLY), (63, Act.REVIEW), (64, Act.PASS))
    twice = listed(66, *replied(), *heard, *again, (65, Act.UNSOLVED))[Rule.UNSOLVED]
    assert (twice.level, twice.count, twice.since) == (Level.LIST, 2, hour(60))
    assert listed(66, *replied(), *heard, *again, (65, Act.SOLVED)) == {}


def test_a_false_closing_is_for_the_list() -> None:
    entry = listed(71, *closed(), (70, Act.REOPEN, {"ground": "false_closing"}))[Rule.FALSE_CLOSING]
    assert (entry.level, entry.since) == (Level.LIST, hour(70))


def test_citizens_urge_and_supervisors_urging_is_told_beside() -> None:
    once: tuple[Step, ...] = (*GOING, (10, Act.URGE))
    assert listed(20, *once) == {}
    entry = listed(20, *once, (11, Act.URGE), (12, Act.URGE, {"role": Role.SUPERVISOR}))[Rule.URGED]
    assert (entry.count, entry.since, entry.urged_at) == (2, hour(11), hour(12))
    assert listed(20, *once, ladder=Ladder(urged_from=1))[Rule.URGED].count == 1


def test_what_happens_after_now_is_not_known() -> None:
    assert listed(101, *GOING, (120, Act.REPLY)).keys() == {Rule.OVERDUE}


def test_the_firmest_come_first_and_a_time_needs_a_zone() -> None:
    events: list[Event] = [*tell("mild", *sent(50)), *tell("firm", *GOING)]
    found = supervision(events, hour(300), contact_due=contact_due)
    assert [entry.level for entry in found] == sorted((entry.level for entry in found), reverse=True)
    with pytest.raises(BadInput, match="no zone"):
        supervision(events, datetime(2026, 3, 2), contact_due=contact_due)


def test_a_ladder_that_does_not_grow_is_refused() -> None:
    with pytest.raises(ValueError, match="must grow"):
        Ladder(overdue_days=(3, 1, 7))
