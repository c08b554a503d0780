"""To the right unit, or first to a wrong one: dispatches, returns, the review that designates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from city.schema import DutyItem
from tools.workorders.acts import Act
from tools.workorders.example.desk import Desk, OverError
from tools.workorders.example.intake import citizen_meanwhile, dispatcher
from tools.workorders.model import Role


def to_unit(desk: Desk) -> None:
    """From acceptance until the right unit has signed."""
    town, matter, day = desk.town, desk.matter, desk.now.date()
    items = town.duties(desk.category, day)
    item = items[0] if items else None
    right = town.lead(item, matter.place)
    if matter.main and desk.dice.happens(0.7):
        _merge(desk)
    wrong = not matter.steady and desk.dice.happens(town.script.unit_work.wrong_unit)
    first = town.other_unit(desk.category, matter.place, day, right, desk.dice) if wrong else right
    _dispatch(desk, first, item)
    if matter.main:
        _merge(desk)
    citizen_meanwhile(desk)
    if first != right and _in_time(desk):
        _send_back(desk, first, right, item)
    _sign(desk)


def again(desk: Desk) -> None:
    """Dispatched anew after reopening, to the unit that had it."""
    items = desk.town.duties(desk.category, desk.now.date())
    unit = next(part.unit for part in reversed(desk.seen.assignments) if part.role == "lead")
    _dispatch(desk, unit, items[0] if items else None)
    _sign(desk)


def _merge(desk: Desk) -> None:
    """The same matter is with somebody already."""
    main = desk.matter.main
    if main:
        desk.wait(minutes=desk.dice.about(4))
        desk.do(Act.MERGE, Role.DISPATCHER, dispatcher(desk), {"main": main.number})
    raise OverError


def _dispatch(desk: Desk, unit: str, item: DutyItem | None) -> None:
    town, place = desk.town, desk.matter.place
    desk.wait(minutes=desk.dice.about(desk.minutes.dispatch))
    co, cc = list[str](), list[str]()
    if item and desk.dice.happens(town.script.unit_work.co):
        co = list(dict.fromkeys(town.local(name, place) for name in item.co_units))
    above = town.units[unit].parent if unit in town.units else None
    if item and item.handler == "{street}" and above in town.units and above is not None:
        cc = [above]  # a street's order is copied to its district (Beijing art. 12)
    named = [name for name in co if name != unit]
    payload: dict[str, Any] = {
        "lead": unit,
        "co": named,
        "cc": [name for name in cc if name != unit and name not in named],
        "duty_item": item.id if item else "",
        "clock_class": desk.clock_class,
        **desk.clock(),
    }
    reason = "" if item else desk.words(town.script.words.reasons.no_duty_item)
    desk.do(Act.DISPATCH, Role.DISPATCHER, dispatcher(desk), payload, reason)


def _in_time(desk: Desk) -> bool:
    """Let the wrong unit read it; whether it may still send it back then."""
    work = desk.town.script.unit_work
    desk.work(work.sign_hours, work.urgent_sign_minutes, desk.quality().pace)
    return desk.now <= desk.town.due("return_ask", desk.clock_class, _sent(desk)).at


def _sent(desk: Desk) -> datetime:
    lead = desk.seen.lead
    return lead.sent_at if lead else desk.now


def _ask(desk: Desk, proposed: str) -> None:
    by = desk.town.due("return_ask", desk.clock_class, _sent(desk)).at
    payload = {"proposed": proposed, "basis": desk.words(desk.town.script.words.return_basis), "by": by.isoformat()}
    desk.do(Act.ASK_RETURN, Role.UNIT_CLERK, clerk(desk), payload)
    desk.wait(minutes=desk.dice.about(50))


def _send_back(desk: Desk, first: str, right: str, item: DutyItem | None) -> None:
    """The wrong unit asks; the dispatcher agrees, or insists; units that go on returning it are for the review."""
    work, reasons = desk.town.script.unit_work, desk.town.script.words.reasons
    holder, other = first, right
    _ask(desk, other)
    if not desk.dice.happens(work.return_agreed):
        desk.do(Act.REJECT_RETURN, Role.DISPATCHER, dispatcher(desk), reason=desk.words(reasons.reject_return))
        return
    while desk.seen.returns < desk.rules.dispute_after:
        desk.do(Act.AGREE_RETURN, Role.DISPATCHER, dispatcher(desk), reason=desk.words(reasons.agree_return))
        _dispatch(desk, other, item)
        holder, other = other, holder
        # Once the right unit has refused as well, the quarrel goes on to its end.
        if (holder == right and not desk.dice.happens(work.wrong_again)) or not _in_time(desk):
            return
        _ask(desk, other)
    _review(desk, right)


def _review(desk: Desk, right: str) -> None:
    """The review board designates who may not return it any more."""
    reasons = desk.town.script.words.reasons
    desk.do(Act.DISPUTE, Role.DISPATCHER, dispatcher(desk), reason=desk.words(reasons.dispute))
    desk.until(desk.hours.after(desk.now, desk.dice.about(9)))
    payload: dict[str, Any] = {"unit": right, **desk.clock()}
    desk.do(Act.DESIGNATE, Role.SUPERVISOR, supervisor(desk), payload, desk.words(reasons.designate))


def _sign(desk: Desk) -> None:
    work = desk.town.script.unit_work
    desk.work(work.sign_hours, work.urgent_sign_minutes, desk.quality().pace)
    desk.do(Act.SIGN, Role.UNIT_CLERK, clerk(desk))


def clerk(desk: Desk) -> str:
    """A clerk of the lead unit."""
    lead = desk.seen.lead
    return f"{lead.unit if lead else desk.town.script.desk}-clerk"


def head(desk: Desk) -> str:
    """The head of the lead unit."""
    lead = desk.seen.lead
    return f"{lead.unit if lead else desk.town.script.desk}-head"


def supervisor(desk: Desk) -> str:
    """A supervisor on shift."""
    return f"supervisor-{desk.matter.place_in_row % 3 + 1}"
