"""The unit's acts: sign, contact, ask for a return, for facts, for more time, for an early end, and reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from city.errors import BadInput
from serve.desk import aids
from serve.desk.forms import Form
from serve.desk.steps.base import Case, Choice, Field, Json, Mistake, Step, rule_of
from serve.desk.steps.dispatch import unit_typed
from serve.desk.words import CHOICES
from tools.workorders.acts import Act
from tools.workorders.clocks import LAST_SECOND, ZONE, Due, Duration, due
from tools.workorders.model import Result
from tools.workorders.scheme import Reason

ASK_BEFORE = "extension_ask_before"
"""Name among the city's further limits: how long before the due time an extension must be asked for."""
REFUSES = "uncooperative"
"""Reason to end early beside the N-codes: the citizen does not cooperate."""


def _take_sign(case: Case, _form: Form) -> Json:
    """When the first contact is due, counted from now."""
    if not case.order.expects_reply or not case.orders.limits("first_contact", case.order.clock_class):
        return {}
    return {"first_contact_due": case.orders.contact_due(case.order, case.now).at.isoformat()}


def _contact(case: Case) -> list[Field]:
    return [case.worded("method", CHOICES["method"], "phone", required=True)]


def _take_contact(case: Case, form: Form) -> Json:
    return {"method": case.needed(form, "method")}


def _window(case: Case) -> Due:
    """The end of the return window. Raises BadInput where the city sets none."""
    lead = case.order.lead
    if lead is None:
        raise BadInput(f"{case.order.number} has no lead unit")
    deadlines = case.orders.scheme.deadlines
    return deadlines.due("return_ask", case.order.clock_class, lead.sent_at, case.orders.calendar)


def _return(case: Case) -> list[Field]:
    reasons = case.orders.scheme.deadlines.return_reasons
    return [
        *_coded(case, "code", reasons),
        case.field("proposed", "unit", required=True),
        case.field("basis", "area", required=True, hint=case.say("desk_basis_hint")),
    ]


def _coded(case: Case, name: str, reasons: Sequence[Reason]) -> list[Field]:
    if not reasons:
        return []
    listed = [Choice("", case.say("desk_choose")), *(Choice(reason.code, reason.name) for reason in reasons)]
    return [case.select(name, listed, required=True, label=case.say("desk_reason_code"))]


def _return_notes(case: Case) -> list[str]:
    return [case.say("desk_return_by", by=case.moment(_window(case).at))]


def _take_return(case: Case, form: Form) -> Json:
    return {
        "proposed": unit_typed(case, form, "proposed", "proposed"),
        "basis": case.needed(form, "basis"),
        "by": _window(case).at.isoformat(),
    }


def _coded_reason(case: Case, form: Form, reasons: Sequence[Reason]) -> str:
    """The reason of the code that was chosen, and what was typed beside it. Raises Mistake where none was chosen."""
    chosen = next((reason for reason in reasons if reason.code == form.text("code")), None)
    if reasons and chosen is None:
        raise Mistake(case.say("desk_field_empty", field=case.say("desk_reason_code")))
    head = f"{chosen.name}（{chosen.code}）" if chosen else ""
    return "：".join(filter(None, (head, form.text("reason"))))


def _return_reason(case: Case, form: Form) -> str:
    return _coded_reason(case, form, case.orders.scheme.deadlines.return_reasons)


def _extension_reason(case: Case, form: Form) -> str:
    return _coded_reason(case, form, case.orders.scheme.deadlines.extension_reasons)


def _pause_reason(case: Case, form: Form) -> str:
    return _coded_reason(case, form, case.orders.scheme.deadlines.pause_reasons)


def _longest(case: Case, reason: Reason | None) -> Due | None:
    """Until when a pause for this reason may last, where that is bounded."""
    if reason is None or reason.max is None:
        return None
    return Due(at=due(case.now, reason.max, case.orders.calendar), rule=reason.code, version="", source="")


def _need_info(case: Case) -> list[Field]:
    reasons = case.orders.scheme.deadlines.pause_reasons
    longest = next((found for reason in reasons if (found := _longest(case, reason))), None)
    return [
        *_coded(case, "code", reasons),
        case.field("question", "area", required=True),
        case.time_field("until", longest.at if longest else None, required=True),
    ]


def _take_need_info(case: Case, form: Form) -> Json:
    until = case.time(form, "until")
    if until is None:
        raise Mistake(case.say("desk_field_empty", field=case.label("until")))
    reasons = case.orders.scheme.deadlines.pause_reasons
    bound = _longest(case, next((reason for reason in reasons if reason.code == form.text("code")), None))
    if bound and until > bound.at:
        raise Mistake(case.say("desk_until_too_late", by=case.moment(bound.at)))
    return {"question": case.needed(form, "question"), "until": until.isoformat()}


def _extension(case: Case) -> Due:
    """The latest due time that an extension may give. Raises BadInput where the city grants none."""
    order = case.order
    if order.due_at is None:
        raise BadInput(f"{order.number} has no due time")
    return case.orders.scheme.deadlines.due("extension_max", order.clock_class, order.due_at, case.orders.calendar)


def _ask_extension(case: Case) -> list[Field]:
    return _coded(case, "code", case.orders.scheme.deadlines.extension_reasons)


def _extension_notes(case: Case) -> list[str]:
    by = _ask_by(case)
    return [
        case.say("desk_extension_to", due=case.moment(_extension(case).at)),
        *([case.say("desk_extension_by", by=case.moment(by))] if by else []),
    ]


def _take_extension(case: Case, _form: Form) -> Json:
    found = _extension(case)
    by = _ask_by(case)
    return {"new_due": found.at.isoformat(), "due_rule": rule_of(found), "ask_by": by.isoformat() if by else None}


def _ask_by(case: Case) -> datetime | None:
    """The last instant to ask for an extension, where the city wants to be asked some time before the matter is due."""
    before, at = case.orders.scheme.deadlines.more.get(ASK_BEFORE), case.order.due_at
    if not isinstance(before, Duration) or at is None:
        return None
    if before.unit != "wd":
        return at - (due(at, before, case.orders.calendar) - at)
    day, left = at.astimezone(ZONE).date(), before.count
    while left:
        day -= timedelta(days=1)
        left -= case.orders.calendar.is_workday(day)
    return datetime.combine(day, LAST_SECOND, ZONE)


def _terminate(case: Case) -> list[Field]:
    codes = [Choice(code, f"{code} {one.name}") for code, one in sorted(case.house.gate.rules.refusals.items())]
    choices = [Choice("", case.say("desk_choose")), Choice(REFUSES, case.say("desk_uncooperative")), *codes]
    return [case.select("code", choices, required=True)]


def _take_terminate(case: Case, form: Form) -> Json:
    return {"code": case.needed(form, "code")}


def _reply(case: Case) -> list[Field]:
    order = case.order
    results = [Choice(result.value, case.say(f"desk_result_{result.value}")) for result in Result]
    fields = [
        case.select("result", [Choice("", case.say("desk_choose")), *results], required=True),
        case.field("text", "area", order.reply or aids.draft(case), required=True, label=case.say("desk_reply_text")),
    ]
    if order.children:
        parts = [Choice(number, number) for number in order.children]
        fields.append(case.checks("children_explained", parts, [], label=case.label("children_explained")))
    return fields


def _take_reply(case: Case, form: Form) -> Json:
    if form.text("result") not in set(Result):
        raise Mistake(case.say("desk_field_empty", field=case.label("result")))
    explained = [number for number in form.texts("children_explained") if number in case.order.children]
    return {"result": form.text("result"), "text": case.needed(form, "text"), "children_explained": explained}


def _suggested_reply(case: Case) -> Json:
    """The draft, where the text does not begin with an earlier reply."""
    return {} if case.order.reply else {"text": aids.draft(case)}


STEPS: dict[Act, Step] = {
    Act.SIGN: Step(payload=_take_sign),
    Act.CONTACT: Step(_contact, _take_contact, asks_reason=True),
    Act.ASK_RETURN: Step(_return, _take_return, _return_notes, _return_reason, asks_reason=True),
    Act.NEED_INFO: Step(_need_info, _take_need_info, reason=_pause_reason, asks_reason=True),
    Act.ASK_EXTENSION: Step(_ask_extension, _take_extension, _extension_notes, _extension_reason),
    Act.ASK_TERMINATE: Step(_terminate, _take_terminate),
    Act.REPLY: Step(_reply, _take_reply, suggested=_suggested_reply, helper="reply"),
}
