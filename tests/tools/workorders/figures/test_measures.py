from __future__ import annotations

import pytest

from tests.tools.workorders.figures.telling import YEAR, Step, arrived, closed, contact_due, replied, sent, tell
from tools.workorders.acts import Act
from tools.workorders.figures import Group, figures
from tools.workorders.figures.measures import SHARES, SPANS
from tools.workorders.model import Event

LATER = tell("later", (4_000, Act.SUBMIT))


def counted(*orders: list[Event]) -> Group:
    return figures([e for order in orders for e in order], YEAR, contact_due=contact_due, trace=True).total


def share(name: str, *orders: list[Event]) -> tuple[float, int]:
    found = counted(*orders).shares[name]
    return found.numerator, found.denominator


SCREENED: tuple[Step, ...] = ((0, Act.SUBMIT), (0, Act.SCREEN))
A_RETURNS: tuple[Step, ...] = ((2, Act.ASK_RETURN, {"proposed": "b"}), (3, Act.AGREE_RETURN))
TO_B: tuple[Step, ...] = ((4, Act.DISPATCH, {"lead": "b", "co": []}), (5, Act.SIGN))
FIGHT: tuple[Step, ...] = (
    *A_RETURNS,
    (4, Act.DISPATCH, {"lead": "b", "co": []}),
    (5, Act.ASK_RETURN, {"proposed": "a"}),
    (6, Act.DISPUTE),
)
MORE: tuple[Step, ...] = (
    (1, Act.SIGN),
    (2, Act.CONTACT),
    (20, Act.ASK_EXTENSION, {"new_due": "2026-03-11T00:00:00Z"}),
    (21, Act.GRANT_EXTENSION, {"new_due": "2026-03-11T00:00:00Z"}),
)


def test_direct_answers_are_first_decisions_that_nobody_objected_to() -> None:
    objected = ((1, Act.ANSWER), (2, Act.OBJECT), (3, Act.ACCEPT))
    assert share(
        "direct_answer",
        tell("answered", *SCREENED, (1, Act.ANSWER)),
        tell("objected", *SCREENED, *objected),
        tell("dispatched", *sent()),
        tell("undecided", *SCREENED),
    ) == (1, 3)


def test_a_first_dispatch_is_right_where_that_unit_keeps_it() -> None:
    orders = [
        tell("kept", *sent(), (1, Act.SIGN)),
        tell("rejected", *sent(), (1, Act.ASK_RETURN, {"proposed": "b"}), (2, Act.REJECT_RETURN), (3, Act.SIGN)),
        tell("moved", *sent(), *A_RETURNS, *TO_B),
        tell("designated back", *sent(), *FIGHT, (9, Act.DESIGNATE, {"unit": "a"}), (10, Act.SIGN)),
        tell("waits", *sent()),
        tell("merged", *sent(), (1, Act.MERGE)),
    ]
    found = counted(*orders).shares
    assert found["first_dispatch_right"].met == ("kept", "rejected")
    assert found["first_dispatch_right"].denominator == 4
    assert (found["second_dispatch"].met, found["second_dispatch"].denominator) == (("moved", "designated back"), 6)


def test_returns_are_counted_by_dispatch() -> None:
    # Three dispatches, two of them asked back; the designation is none.
    assert share("returned", tell("x", *sent(), *FIGHT, (9, Act.DESIGNATE, {"unit": "b"})), tell("y", *sent())) == (
        2,
        3,
    )


def test_signing_has_a_share_and_a_time() -> None:
    found = counted(
        tell("soon", *sent(), (1, Act.SIGN)),
        tell("late", *sent(), (11, Act.SIGN)),
        tell("never", *sent()),
        tell("returned", *sent(), *A_RETURNS),
        LATER,
    )
    assert (found.shares["signed_in_time"].met, found.shares["signed_in_time"].denominator) == (("soon",), 3)
    assert (found.spreads["time_to_sign"].median, found.spreads["time_to_sign"].p90) == (6, 10)


def test_a_handling_is_on_time_by_its_own_due_time() -> None:
    found = counted(
        tell("in time", *closed()),
        tell("extended", *sent(), *MORE, (200, Act.REPLY)),
        tell("late", *sent(), (1, Act.SIGN), (2, Act.CONTACT), (148, Act.REPLY)),
        tell("waiting", *sent(3_852)),
        tell("returned before due", *sent(), *A_RETURNS),
        tell("withdrawn after due", *sent(), (172, Act.WITHDRAW)),
        LATER,
    )
    assert (found.shares["on_time"].met, found.shares["on_time"].denominator) == (("in time", "extended"), 5)
    overdue = found.spreads["overdue"]
    # 48 hours late, 48 hours late until the last event, 72 hours late when withdrawn.
    assert (overdue.count, overdue.total, overdue.median, overdue.unit) == (3, 7, 2, "d")


def test_second_handlings_are_counted_once_a_turn() -> None:
    bounced: tuple[Step, ...] = (
        *sent(), (1, Act.SIGN), (2, Act.CONTACT), (3, Act.REPLY), (3, Act.REVIEW), (4, Act.BOUNCE), (5, Act.CONTACT),
        (6, Act.REPLY), (6, Act.REVIEW), (7, Act.BOUNCE),
    )  # fmt: skip
    assert share("reworked", tell("bounced twice", *bounced), tell("good", *closed()), tell("open", *replied())) == (
        1,
        3,
    )


def test_a_closing_that_is_undone_is_counted_with_all_closings() -> None:
    again: tuple[Step, ...] = (
        (70, Act.REOPEN, {"ground": "false_closing"}), (71, Act.DISPATCH, {"lead": "a", "co": []}), (72, Act.SIGN),
        (73, Act.CONTACT), (74, Act.REPLY), (75, Act.REVIEW), (76, Act.PASS), (77, Act.SOLVED),
    )  # fmt: skip
    orders = tell("opened", *closed(), *again), tell("left", *closed())
    assert share("reopened", *orders) == (1, 3)
    assert share("second_dispatch", *orders) == (0, 2)


def test_extensions_and_merges_are_counted_by_work_order() -> None:
    orders = tell("more", *sent(), *MORE), tell("other", *sent()), tell("repeat", *SCREENED, (1, Act.LINK_REPEAT))
    assert share("extended", *orders) == (1, 2)
    assert share("merged", *orders, tell("merged", *arrived(), (1, Act.MERGE))) == (2, 4)


def test_a_refusal_is_overturned_where_the_objection_leads_to_acceptance() -> None:
    objected = ((1, Act.REFUSE), (2, Act.OBJECT))
    found = share(
        "refusal_overturned",
        tell("overturned", *SCREENED, *objected, (3, Act.ACCEPT)),
        tell("upheld", *SCREENED, *objected, (3, Act.REFUSE)),
        tell("undecided", *SCREENED, *objected),
        tell("not objected", *SCREENED, (1, Act.REFUSE)),
        tell("an answer", *SCREENED, (1, Act.ANSWER), (2, Act.OBJECT), (3, Act.ACCEPT)),
    )
    assert found == (1, 2)


def test_emergencies_are_taken_over_within_their_time() -> None:
    minute = 1 / 60
    found = counted(
        tell("quick", *SCREENED, (1, Act.EMERGENCY), (1 + minute / 2, Act.ACKNOWLEDGE)),
        tell("slow", *sent(), (1, Act.RAISE_EMERGENCY), (1 + 4 * minute, Act.ACKNOWLEDGE)),
        tell("nobody", *sent(), (1, Act.RAISE_EMERGENCY)),
        LATER,
    )
    assert (found.shares["emergency_in_time"].met, found.shares["emergency_in_time"].denominator) == (("quick",), 3)
    assert found.spreads["emergency_taken_over"].median == pytest.approx(135)


def test_every_figure_is_there_even_with_nothing_to_count() -> None:
    found = counted()
    assert set(found.shares) == set(SHARES)
    assert set(found.spreads) == set(SPANS)
    assert all(each.value is None and not each.ranked for each in found.shares.values())
