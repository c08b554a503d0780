"""What comes after a reply: the check, and the call-back."""

from __future__ import annotations

from serve.desk.forms import Form
from serve.desk.steps.base import Case, Choice, Field, Json, Step, rule_of
from serve.desk.words import CHOICES
from tools.workorders.acts import Act


def _rework_notes(case: Case) -> list[str]:
    return [case.say("desk_rework_due", due=case.moment(case.orders.rework_due(case.now).at))]


def _take_rework(case: Case, _form: Form) -> Json:
    due = case.orders.rework_due(case.now)
    return {"due_at": due.at.isoformat(), "due_rule": rule_of(due)}


def _heard(case: Case, answers: tuple[str, ...]) -> list[Field]:
    stars = [
        Choice("", case.say("desk_no_rating")),
        *(Choice(str(n), case.say("desk_stars", count=n)) for n in (5, 4, 3, 2, 1)),
    ]
    return [
        case.worded("solved", answers, answers[0], required=True),
        case.select("satisfaction", stars),
        case.worded("method", CHOICES["method"][:3], "phone", required=True),
        case.select("contacted", _said(case)),
    ]


def _said(case: Case) -> list[Choice]:
    """What the citizen says of the unit's contact; nothing where they were not asked."""
    return [
        Choice("", case.say("desk_not_asked")),
        *(Choice(one, case.say(f"desk_heard_{one}")) for one in ("yes", "no")),
    ]


def _take_heard(case: Case, form: Form) -> Json:
    return {
        "solved": case.needed(form, "solved"),
        "satisfaction": case.number(form, "satisfaction"),
        "method": case.needed(form, "method"),
        "contacted": {"yes": True, "no": False}.get(form.text("contacted")),
    }


def _solved(case: Case) -> list[Field]:
    return _heard(case, ("yes", "partly"))


def _unsolved(case: Case) -> list[Field]:
    return _heard(case, ("no", "partly", "unsure"))


def _take_unsolved(case: Case, form: Form) -> Json:
    return {**_take_heard(case, form), **_take_rework(case, form)}


def _tries(case: Case) -> list[Field]:
    rules = case.orders.scheme.deadlines.callback
    return [
        case.field("attempts", "number", str(rules.attempts), required=True),
        case.field("methods", "number", str(rules.methods), required=True),
    ]


def _tries_notes(case: Case) -> list[str]:
    rules = case.orders.scheme.deadlines.callback
    return [case.say("desk_tries_note", attempts=rules.attempts, days=rules.over_days, methods=rules.methods)]


def _take_tries(case: Case, form: Form) -> Json:
    return {name: case.number(form, name) or 0 for name in ("attempts", "methods")}


STEPS: dict[Act, Step] = {
    Act.REVIEW: Step(),
    Act.BOUNCE: Step(payload=_take_rework, notes=_rework_notes),
    Act.PASS: Step(),
    Act.SOLVED: Step(_solved, _take_heard, asks_reason=True),
    Act.UNSOLVED: Step(_unsolved, _take_unsolved, _rework_notes, asks_reason=True),
    Act.CLOSE_UNSOLVED: Step(_unsolved, _take_heard),
    Act.UNREACHABLE: Step(_tries, _take_tries, _tries_notes),
}
