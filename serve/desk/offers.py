"""The forms of what somebody may do to an order, and the command that a sent form comes to."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import NamedTuple

from city.errors import BadInput, Refused
from serve.desk.forms import Form
from serve.desk.judging import judged
from serve.desk.staff import FOR_MACHINE
from serve.desk.steps import STEPS
from serve.desk.steps.base import Case, Field, Json, Mistake, Step
from tools.workorders import guards
from tools.workorders.acts import PAYLOADS, Act, Nothing
from tools.workorders.guards import Given, Guard
from tools.workorders.machine import Command
from tools.workorders.model import State
from tools.workorders.table import TABLE

_LAST = (Act.URGE, Act.ADD_FACTS, Act.MERGE, Act.RAISE_EMERGENCY)
"""Acts that are possible nearly everywhere stand below those that move the order on."""
_RARE = frozenset(
    {Act.HARD, Act.EMERGENCY, Act.ASK_RETURN, Act.NEED_INFO, Act.ASK_EXTENSION, Act.ASK_TERMINATE, Act.BOUNCE,
     Act.UNREACHABLE}
)  # fmt: skip
_GRAVE = frozenset(
    {Act.REFUSE, Act.MERGE, Act.LINK_REPEAT, Act.APPROVE_TERMINATE, Act.ASK_TERMINATE, Act.RAISE_EMERGENCY}
)


class Offer(NamedTuple):
    """One form on the order's page. ``key`` makes a double click do it once; ``blocked`` says why it cannot be done."""

    act: Act
    label: str
    fields: list[Field]
    notes: list[str]
    blocked: str
    reason: str
    why_not: str
    asks_reason: bool
    must_reason: bool
    key: str
    sealed: str
    error: str
    open: bool
    grave: bool


def offers(case: Case, tried: Act | None = None, error: str = "") -> list[Offer]:
    """What the person may do, the usual first; ``tried`` failed with ``error`` and keeps what was typed in ``case``."""
    acts = [act for act in case.staff.acts(case.order) if act in STEPS and _may_be_offered(case, act)]
    acts.sort(key=lambda act: (act in _LAST, act in _RARE))
    return [
        _offer(case, act, error if act is tried else "", number == 0 and not tried) for number, act in enumerate(acts)
    ]


def _may_be_offered(case: Case, act: Act) -> bool:
    order = case.order
    if act is Act.ACKNOWLEDGE:
        return order.emergency and order.acknowledged_at is None
    if act is Act.INFO_TIMEOUT:
        return timed_out(case)
    return True


def timed_out(case: Case) -> bool:
    """Whether the citizen's time to answer is over."""
    asked = [event.payload["until"] for event in case.events if event.act == Act.NEED_INFO]
    return bool(asked) and case.now > datetime.fromisoformat(asked[-1])


def _offer(case: Case, act: Act, error: str, first: bool) -> Offer:
    step = STEPS[act]
    own = case if error else Case(case.clerk, case.order, case.events, case.now)
    blocked, fields, notes, sealed = "", [], [], ""
    try:
        fields, notes = step.fields(own), step.notes(own)
        sealed = _sealed(own, step)
    except BadInput:
        blocked = case.say("desk_not_by_rules")
    must = "reason_given" in _row_guards(case.order.status, act)
    return Offer(
        act=act,
        label=case.say(f"desk_act_{act.value}"),
        fields=fields,
        notes=notes,
        blocked=blocked,
        reason=own.form.text("reason") if own.form else "",
        why_not=own.form.text("why_not") if own.form else "",
        asks_reason=must or step.asks_reason,
        must_reason=must,
        key=secrets.token_urlsafe(12),
        sealed=sealed,
        error=error,
        open=bool(error) or first,
        grave=act in _GRAVE,
    )


def _sealed(case: Case, step: Step) -> str:
    made = step.suggested(case) if step.suggested else {}
    return case.clerk.room.signer.seal("suggested", json.dumps(made, ensure_ascii=False)) if made else ""


def _row_guards(status: State, act: Act) -> tuple[str, ...]:
    row = TABLE.get((status, act))
    return row.guards if row else ()


def command_of(case: Case, act: Act, form: Form) -> Command:
    """What the sent form asks for. Raises Mistake for what cannot be used, BadInput where the rules give no time."""
    step = STEPS[act]
    payload = step.payload(case, form)
    reason = step.reason(case, form)
    assisted = ""
    if step.suggested:
        verdict = judged(_suggested(case, form), payload)
        assisted = f"{step.helper}/{case.house.engine.name} {verdict}" if verdict else ""
        reason = _with_verdict(case, act, verdict, form, reason)
    role = FOR_MACHINE[act][0] if act in FOR_MACHINE else case.staff.role
    if role is None:
        raise Refused("who only looks may not act")
    return Command(act, case.staff.id, role, case.now, payload, reason, assisted)


def _suggested(case: Case, form: Form) -> Json:
    text = case.clerk.room.signer.unseal("suggested", form.text("sealed"))
    found: Json = json.loads(text) if text else {}
    return found


def _with_verdict(case: Case, act: Act, verdict: str, form: Form, reason: str) -> str:
    """The reason, with why the suggestion was not taken."""
    if verdict != "rejected":
        return reason
    why = form.text("why_not")
    if act is Act.DISPATCH and not why:
        raise Mistake(case.say("desk_why_not_needed"))
    return "；".join(filter(None, (reason, case.say("desk_rejected_because", why=why) if why else "")))


def refusal(case: Case, command: Command) -> str:
    """Why the state machine refuses ``command``, in the clerk's words: the first guard that does."""
    row = TABLE.get((case.order.status, command.act))
    if row is None or command.role not in row.roles:
        return case.say("desk_not_now")
    payload = PAYLOADS.get(command.act, Nothing).model_validate(command.payload)
    given = Given(case.order, payload, command.role, command.reason, command.at, case.orders.scheme.deadlines.rules())
    for name in row.guards:
        guard: Guard = getattr(guards, name)
        if guard(given):
            return case.say(f"desk_refused_{name}")
    return case.say("desk_not_now")
