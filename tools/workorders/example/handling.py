"""A unit's part: contact, questions, more time, an early end, and the reply."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tools.workorders.acts import Act
from tools.workorders.clocks import ZONE, due
from tools.workorders.example.chance import Dice
from tools.workorders.example.desk import Aside, Desk, OverError
from tools.workorders.example.dispatching import clerk, head, supervisor
from tools.workorders.example.intake import dispatcher
from tools.workorders.model import Kind, Result, Role

_INFO_DAYS = 3
_PAUSED = 0.6


def handle(desk: Desk) -> None:
    """From signing until the reply."""
    work, dice = desk.town.script.unit_work, desk.dice
    desk.work(work.contact_hours, work.urgent_contact_minutes, desk.quality().pace)
    contact(desk)
    _split(desk)
    if dice.happens(work.need_info) and not desk.real_time and not desk.matter.steady:
        _ask_citizen(desk)
    if dice.happens(work.ask_terminate) and not desk.matter.steady:
        _ask_terminate(desk)
    at = _reply_at(desk)
    if dice.happens(work.ask_extension.get(desk.clock_class, 0.0)):
        at = _ask_extension(desk, at)
    _urged_when_late(desk, at)
    desk.until(at)
    reply(desk)


def contact(desk: Desk) -> None:
    """The unit speaks with the citizen."""
    desk.do(Act.CONTACT, Role.UNIT_CLERK, clerk(desk), {"method": desk.words(desk.town.script.words.contact)})


def _split(desk: Desk) -> None:
    """Parts that are work orders of their own; they came up later than the whole."""
    children = [child for child in desk.matter.children if child.number not in desk.seen.children]
    if children:  # handled once more after being opened again, its parts are there already
        desk.until(max(child.at for child in children) + timedelta(minutes=20))
        desk.do(Act.SPLIT, Role.DISPATCHER, dispatcher(desk), {"children": [child.number for child in children]})


def _ask_citizen(desk: Desk) -> None:
    words, work = desk.town.script.words, desk.town.script.unit_work
    until = desk.now + timedelta(days=_INFO_DAYS)
    desk.wait(hours=desk.dice.about(1))
    payload = {"question": desk.words(words.questions), "until": until.isoformat()}
    desk.do(Act.NEED_INFO, Role.UNIT_CLERK, clerk(desk), payload)
    if desk.rules.pauses and desk.dice.happens(_PAUSED):
        _pause(desk)
    if desk.dice.happens(work.info_given):
        desk.wait(hours=desk.dice.about(12))
        desk.do(Act.GIVE_INFO, Role.CITIZEN, "citizen", {"text": desk.words(words.facts)})
        return
    desk.until(until)
    desk.do(Act.INFO_TIMEOUT, Role.TIMER, "timer")
    _decide_termination(desk)


def _pause(desk: Desk) -> None:
    """The hotline lets the clock stand, as long as the city's rules allow it."""
    reason = desk.town.scheme.deadlines.pause_reasons[0]
    desk.wait(minutes=desk.dice.about(40))
    until = due(desk.now, reason.max, desk.town.calendar).isoformat() if reason.max else None
    desk.do(Act.PAUSE, Role.DISPATCHER, dispatcher(desk), {"code": reason.code, "until": until}, reason.name)


def _ask_terminate(desk: Desk) -> None:
    words, work = desk.town.script.words, desk.town.script.unit_work
    desk.until(desk.hours.after(desk.now, desk.dice.about(5)))
    code = desk.dice.weighted(work.terminate_codes)
    desk.do(Act.ASK_TERMINATE, Role.UNIT_HEAD, head(desk), {"code": code}, desk.words(words.reasons.ask_terminate))
    _decide_termination(desk)


def _decide_termination(desk: Desk) -> None:
    reasons, work = desk.town.script.words.reasons, desk.town.script.unit_work
    desk.until(desk.hours.after(desk.now, desk.dice.about(3)))
    if desk.dice.happens(work.terminate_agreed):
        desk.do(Act.APPROVE_TERMINATE, Role.SUPERVISOR, supervisor(desk), reason=desk.words(reasons.approve_terminate))
        raise OverError
    desk.do(Act.DENY_TERMINATE, Role.SUPERVISOR, supervisor(desk), reason=desk.words(reasons.deny_terminate))


def _reply_at(desk: Desk) -> datetime:
    """When the unit will have its reply: a share of its time, more for a slow one; offices reply in office hours."""
    lead, due = desk.seen.lead, desk.seen.due_at
    sent = lead.sent_at if lead else desk.now
    used = desk.dice.spread(desk.town.script.unit_work.used, desk.quality().pace)
    at = max(sent + used * ((due or desk.now) - sent), desk.now + timedelta(minutes=15))
    return at if desk.real_time else desk.hours.after(at, desk.dice.between(0, 3))


def _ask_extension(desk: Desk, at: datetime) -> datetime:
    """More time is asked for before the due time and told to the citizen. Returns when the reply comes then."""
    due, reasons, work = desk.seen.due_at, desk.town.script.words.reasons, desk.town.script.unit_work
    by_law = desk.town.categories[desk.category].statutory_days  # the hotline cannot extend the law's own period
    if due is None or by_law or desk.seen.extensions or not desk.town.allows("extension_max", desk.clock_class):
        return at
    asked = desk.hours.after(due - timedelta(days=desk.dice.between(1.0, 2.4)), desk.dice.between(0, 3))
    if not desk.now < asked < due - timedelta(hours=4):
        return at
    desk.until(asked)
    later = desk.town.due("extension_max", desk.clock_class, due)
    payload: dict[str, Any] = {"new_due": later.at.isoformat(), "due_rule": f"{later.rule} {later.version}".strip()}
    desk.do(Act.ASK_EXTENSION, Role.UNIT_HEAD, head(desk), payload, desk.words(reasons.ask_extension))
    desk.wait(hours=desk.dice.about(2))
    if not desk.dice.happens(work.extension_granted):
        desk.do(Act.DENY_EXTENSION, Role.SUPERVISOR, supervisor(desk), reason=desk.words(reasons.deny_extension))
        return max(at, desk.now + timedelta(hours=desk.dice.about(8)))
    payload["told_at"] = desk.now.isoformat()
    desk.do(Act.GRANT_EXTENSION, Role.DISPATCHER, dispatcher(desk), payload, desk.words(reasons.grant_extension))
    share = min(0.97, desk.dice.about(0.55))
    return desk.hours.after(due + share * (later.at - due), desk.dice.between(0, 2))


def _urged_when_late(desk: Desk, at: datetime) -> None:
    """Who waits beyond the due time calls, and a supervisor may urge, too."""
    due, work = desk.seen.due_at, desk.town.script.unit_work
    if due is None or at <= due:
        return
    late = due
    while late < at and desk.dice.happens(work.urges.late):
        late += timedelta(hours=desk.dice.about(20))
        if late < at:
            desk.later(Aside(late, Act.URGE, Role.CITIZEN, "citizen"))
    if desk.dice.happens(work.supervisor_urges):
        when = due + timedelta(hours=desk.dice.about(6))
        if when < at:
            desk.later(Aside(when, Act.URGE, Role.SUPERVISOR, supervisor(desk)))


def reply(desk: Desk) -> None:
    """The unit's answer: what came of it depends on how it works."""
    town, lead = desk.town, desk.seen.lead
    result = _result(desk.dice, desk)
    items = town.duties(desk.category, desk.now.date())
    unit = town.units.get(lead.unit if lead else "")
    text = desk.words(
        town.script.words.replies[result],
        place=desk.matter.place.text,
        matter=town.categories[desk.category].name,
        unit=unit.name if unit else "",
        date=_day(desk.now),
        action=desk.dice.one(items[0].actions) if items and items[0].actions else "",
        days=desk.dice.one((15, 20, 30, 45)),
    )
    payload = {"result": result, "text": text, "children_explained": list(desk.seen.children)}
    desk.do(Act.REPLY, Role.UNIT_HEAD, head(desk), payload)


def _result(dice: Dice, desk: Desk) -> Result:
    work = desk.town.script.unit_work
    if desk.matter.kind in (Kind.CONSULT, Kind.PRAISE, Kind.SUGGESTION):
        return dice.weighted(work.consult_results)
    care = desk.quality().care
    weights = {r: w * (care if r is Result.SOLVED else 1.5 - care) for r, w in work.results.items()}
    return dice.weighted(weights)


def _day(at: datetime) -> str:
    local = at.astimezone(ZONE)
    return f"{local.month}月{local.day}日"
