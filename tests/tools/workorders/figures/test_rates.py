from __future__ import annotations

from typing import Any

import pytest

from tests.tools.workorders.figures.telling import YEAR, Step, closed, contact_due, replied, sent, tell
from tools.workorders.acts import Act
from tools.workorders.figures import Exclusion, Rate, RateName, Settings, figures
from tools.workorders.model import Event


def rate(name: RateName, *orders: list[Event], settings: Settings | None = None) -> Rate:
    events = [event for order in orders for event in order]
    return figures(events, YEAR, contact_due=contact_due, settings=settings, trace=True).total.rates[name]


def counts(found: Rate) -> tuple[tuple[float, int], tuple[float, int], dict[str, int]]:
    kept, everything = found.kept, found.everything
    left = {each.reason.value: each.count for each in found.left_out}
    return (kept.numerator, kept.denominator), (everything.numerator, everything.denominator), left


def later(number: str = "later") -> list[Event]:
    """Something that happens much later, so that all that came before was due."""
    return tell(number, (4_000, Act.SUBMIT))


def test_response_counts_contacts_logged_within_their_time() -> None:
    found = rate(
        RateName.RESPONSE,
        tell("in time", *closed(contact=23)),
        tell("late", *closed(contact=25)),
        tell("never", *sent(), (1, Act.SIGN)),
        tell("not even signed", *sent()),
        later(),
    )
    assert counts(found) == ((1, 4), (1, 4), {})
    assert found.kept.met == ("in time",)


def test_a_contact_that_is_not_yet_due_is_not_counted() -> None:
    assert counts(rate(RateName.RESPONSE, tell("new", *sent(), (23, Act.SIGN)))) == ((0, 0), (0, 0), {})


RETURNED: tuple[Step, ...] = ((8, Act.ASK_RETURN, {"proposed": "b"}), (9, Act.AGREE_RETURN))
RETURNED_LATE: tuple[Step, ...] = ((30, Act.ASK_RETURN, {"proposed": "b"}), (31, Act.AGREE_RETURN))
B_TAKES_IT: tuple[Step, ...] = ((40, Act.DISPATCH, {"lead": "b", "co": []}), (41, Act.SIGN), (42, Act.CONTACT))


def test_a_returned_turn_is_not_due_or_is_listed_and_the_next_unit_has_a_turn_of_its_own() -> None:
    early, late = tell("early", *sent(), *RETURNED, *B_TAKES_IT), tell("late", *sent(), *RETURNED_LATE, *B_TAKES_IT)
    assert counts(rate(RateName.RESPONSE, early, later())) == ((1, 1), (1, 1), {})
    assert counts(rate(RateName.RESPONSE, late, later())) == ((1, 1), (1, 2), {"not_duty": 1})


@pytest.mark.parametrize(
    ("steps", "start", "reason"),
    [
        ((*sent(), (3, Act.WITHDRAW)), {}, "withdrawn"),
        ((*sent(), (3, Act.MERGE)), {}, "merged"),
        ((*sent(), (1, Act.SIGN)), {"expects_reply": False}, "declined_contact"),
        ((*replied(), (60, Act.UNREACHABLE)), {}, "unreachable"),
        (closed(result="not_duty"), {}, "not_duty"),
        (
            (
                *sent(),
                (1, Act.SIGN),
                (2, Act.CONTACT),
                (3, Act.ASK_TERMINATE, {"code": "N15"}),
                (4, Act.APPROVE_TERMINATE),
            ),
            {},
            "malicious",
        ),
        (
            (
                *sent(),
                (1, Act.SIGN),
                (2, Act.CONTACT),
                (3, Act.ASK_TERMINATE, {"code": "N12"}),
                (4, Act.APPROVE_TERMINATE),
            ),
            {},
            "not_duty",
        ),
    ],
)
def test_what_the_response_rate_leaves_out_is_listed(
    steps: tuple[Step, ...], start: dict[str, Any], reason: str
) -> None:
    found = rate(RateName.RESPONSE, tell("x", *steps, **start), later())
    assert found.kept.denominator == 0
    assert found.everything.denominator == 1
    assert [(left.reason, left.count, left.orders) for left in found.left_out] == [(Exclusion(reason), 1, ("x",))]


def test_an_obstacle_bears_on_resolution_but_not_on_response() -> None:
    order = tell("x", *closed(result="cannot_now", solved="partly", rating=2))
    assert counts(rate(RateName.RESPONSE, order, later())) == ((1, 1), (1, 1), {})
    assert counts(rate(RateName.RESOLUTION, order)) == ((0, 0), (0.5, 1), {"obstacle": 1})
    assert counts(rate(RateName.SATISFACTION, order)) == ((0, 0), (0, 1), {"obstacle": 1})


AGAIN: tuple[Step, ...] = (
    (60, Act.UNSOLVED, {"satisfaction": 1}),
    (70, Act.CONTACT),
    (80, Act.REPLY),
    (81, Act.REVIEW),
    (82, Act.PASS),
    (90, Act.SOLVED, {"solved": "yes", "satisfaction": 4}),
)


def test_resolution_counts_every_call_back_with_an_answer() -> None:
    found = rate(
        RateName.RESOLUTION,
        tell("solved", *closed()),
        tell("half", *closed(solved="partly", rating=3)),
        tell("twice", *replied(), *AGAIN),
        tell("unreached", *replied(), (60, Act.UNREACHABLE)),
        tell("question", *closed(), kind="consult"),
    )
    # solved 1, half 0.5, twice 0 then 1, of 4 answers; the unreached is a fifth without exclusions.
    assert counts(found) == ((2.5, 4), (2.5, 5), {"unreachable": 1})
    assert found.kept.value == 0.625
    assert found.kept.counted == ("solved", "half", "twice", "twice")


def test_a_half_solution_counts_what_the_city_says() -> None:
    half = tell("half", *closed(solved="partly"))
    assert rate(RateName.RESOLUTION, half, settings=Settings(partly=0)).kept.numerator == 0
    assert rate(RateName.RESOLUTION, half, settings=Settings(partly=1)).kept.numerator == 1


def test_questions_and_suggestions_are_counted_apart() -> None:
    orders = [tell(kind, *closed(), kind=kind) for kind in ("consult", "suggestion", "report", "complaint", "help")]
    assert rate(RateName.RESOLUTION_CONSULT, *orders).kept.counted == ("consult",)
    assert rate(RateName.RESOLUTION_SUGGESTION, *orders).kept.counted == ("suggestion",)
    assert rate(RateName.RESOLUTION, *orders).kept.counted == ("report", "complaint", "help")


def test_satisfaction_counts_ratings_of_four_and_five_of_those_given() -> None:
    ratings = [5, 4, 3, None]
    orders = [tell(f"rated {rating}", *closed(rating=rating)) for rating in ratings]
    found = rate(RateName.SATISFACTION, *orders, tell("twice", *replied(), *AGAIN))
    assert counts(found) == ((3, 5), (3, 5), {})
    assert rate(RateName.SATISFACTION, *orders, settings=Settings(satisfied_from=3)).kept.numerator == 3


def test_a_contact_that_the_citizen_denies_is_none() -> None:
    events = tell("x", *closed())
    last = events[-1].model_copy(update={"payload": {**events[-1].payload, "contacted": False}})
    assert counts(rate(RateName.RESPONSE, [*events[:-1], last], later())) == ((0, 1), (0, 1), {})


def test_a_city_may_leave_out_less() -> None:
    settings = Settings(left_out={RateName.RESOLUTION: frozenset()})
    found = rate(RateName.RESOLUTION, tell("x", *replied(), (60, Act.UNREACHABLE)), settings=settings)
    assert counts(found) == ((0, 1), (0, 1), {})
