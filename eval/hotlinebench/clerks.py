"""What clerks do between two messages: acts of the store, with the times that the city's clocks give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from agents.dispatch.suggestion import Suggestion
from agents.orders import Orders
from agents.triage.draft import Spot
from agents.triage.facts import whereabouts
from city.errors import BadInput
from eval.hotlinebench.tasks import Before, Done
from tools.workorders.acts import Act
from tools.workorders.clocks import LAST_SECOND, ZONE, Due, Duration
from tools.workorders.clocks import due as due_after
from tools.workorders.machine import Command
from tools.workorders.model import Role, WorkOrder
from tools.workorders.scheme import Category
from tools.workorders.table import TABLE

Json = dict[str, Any]
_CLERK = "clerk"
_WHO = {
    Act.GIVE_INFO: Role.CITIZEN, Act.ADD_FACTS: Role.CITIZEN, Act.URGE: Role.SUPERVISOR, Act.WITHDRAW: Role.CITIZEN,
    Act.REOPEN: Role.SUPERVISOR, Act.SOLVED: Role.CALLBACK, Act.UNSOLVED: Role.CALLBACK, Act.SIGN: Role.UNIT_CLERK,
    Act.CONTACT: Role.UNIT_CLERK, Act.ASK_RETURN: Role.UNIT_CLERK, Act.RAISE_EMERGENCY: Role.AGENT,
    Act.GRANT_EXTENSION: Role.SUPERVISOR,
}  # fmt: skip
"""Whose act it is, where several may."""


class Clerks:
    """Acts on the orders of one store. ``fill`` puts in what is known only while a talk runs, e.g. ``{order1}``."""

    def __init__(self, orders: Orders, fill: Callable[[str], str] = str) -> None:
        self._orders, self._fill = orders, fill
        self._acts = 0
        self._made: dict[Act, Callable[[WorkOrder, Json], Json]] = {
            Act.DISPATCH: self._dispatch,
            Act.DESIGNATE: self._designate,
            Act.SIGN: self._sign,
            Act.CONTACT: lambda _order, _given: {"method": "phone"},
            Act.ASK_RETURN: self._return,
            Act.NEED_INFO: self._need_info,
            Act.ASK_EXTENSION: self._extension,
            Act.GRANT_EXTENSION: self._granted,
            Act.BOUNCE: self._rework,
            Act.UNSOLVED: self._rework,
            Act.UNREACHABLE: lambda _order, _given: {"attempts": 3, "methods": 2},
        }

    def do(self, number: str, done: Done) -> WorkOrder:
        """One act, now. Dispatching also accepts. Raises BadInput naming an act or role that there is not, and as
        ``Store.act``."""
        act, order = _act(done.act), self._orders.store.get(number)
        given = {name: self._fill(one) if isinstance(one, str) else one for name, one in done.payload.items()}
        if act is Act.DISPATCH and (order.status, Act.ACCEPT) in TABLE:
            order = self._do(order, Act.ACCEPT, Role.DISPATCHER, {}, "")
        made = self._made.get(act)
        payload = {**(made(order, given) if made else {}), **given}
        return self._do(order, act, self._role(order, act, done), payload, done.reason or _reason(act))

    def file(self, before: Before, city: str) -> WorkOrder:
        """An order that somebody filed before the talk."""
        at, key = self._orders.now(), f"before-{self._next()}"
        party = {"role": "caller", "phone": before.phone, "name": before.name, "anonymous": not before.phone}
        start = {
            "city": city,
            **before.model_dump(include={"kind", "category", "title", "narrative", "demand", "confidential"}),
            "place": before.place or None,
            "parties": [party],
        }
        store = self._orders.store
        order = store.start(Command(Act.START, key, Role.CITIZEN, at, start), key=f"{key}-start")
        gaps = {"gaps": [] if before.place else ["place"]}
        store.act(order.number, Command(Act.SUBMIT, key, Role.CITIZEN, at, gaps), key=f"{key}-submit")
        return store.act(order.number, Command(Act.SCREEN, "citydesk", Role.SYSTEM, at), key=f"{key}-screen")

    def _do(self, order: WorkOrder, act: Act, role: Role, payload: Json, reason: str) -> WorkOrder:
        command = Command(act, f"{_CLERK}:{role.value}", role, self._orders.now(), payload, reason)
        return self._orders.store.act(order.number, command, key=f"{_CLERK}-{self._next()}")

    def _next(self) -> int:
        self._acts += 1
        return self._acts

    def _role(self, order: WorkOrder, act: Act, done: Done) -> Role:
        if done.by:
            if done.by not in set(Role):
                raise BadInput(f"by {done.by!r}: there are the roles {', '.join(Role)}")
            return Role(done.by)
        allowed = TABLE[order.status, act].roles if (order.status, act) in TABLE else frozenset(Role)
        own = _WHO.get(act)
        return own if own in allowed else min(allowed, key=list(Role).index)

    def _category(self, order: WorkOrder) -> Category:
        found = [path[-1] for path in self._orders.scheme.categories.paths() if path[-1].code == order.category]
        return found[0] if found else Category(code="000000", name="")

    def _suggested(self, order: WorkOrder) -> Suggestion | None:
        place = order.place
        spot = Spot.model_validate(place.model_dump(exclude={"crs"})) if place else Spot()
        today = self._orders.now().astimezone(ZONE).date()
        return self._orders.dispatcher.suggest(order.narrative, whereabouts(spot), today, order.kind)

    def _dispatch(self, order: WorkOrder, given: Json) -> Json:
        """As the desk's form is filled in beforehand: the unit and the duty item that dispatch suggests."""
        found = None if "lead" in given else self._suggested(order)
        if found is None and "lead" not in given:
            raise BadInput(f"nothing is suggested for {order.number}; name lead and duty_item")
        units = (
            {"lead": found.lead, "co": list(found.co), "cc": list(found.cc), "duty_item": found.duty_item}
            if found
            else {}
        )
        category = self._category(order)
        name = given.get("clock_class") or self._orders.scheme.deadlines.class_of(category, order.kind)
        return {**units, "clock_class": name, **self._times(category, name)}

    def _designate(self, order: WorkOrder, _given: Json) -> Json:
        return self._times(self._category(order), order.clock_class)

    def _times(self, category: Category, name: str) -> Json:
        due = self._orders.handling(category, name, self._orders.now())
        return {
            "sign_due": due.sign.at.isoformat(),
            "first_contact_due": due.arrive.at.isoformat() if due.arrive else None,
            "due_at": due.handle.at.isoformat(),
            "due_rule": _rule(due.handle),
        }

    def _sign(self, order: WorkOrder, _given: Json) -> Json:
        if not order.expects_reply or not self._orders.limits("first_contact", order.clock_class):
            return {}
        return {"first_contact_due": self._orders.contact_due(order, self._orders.now()).at.isoformat()}

    def _return(self, order: WorkOrder, _given: Json) -> Json:
        lead = order.lead
        if lead is None:
            raise BadInput(f"{order.number} has no lead unit that could return it")
        deadlines = self._orders.scheme.deadlines
        by = deadlines.due("return_ask", order.clock_class, lead.sent_at, self._orders.calendar)
        return {"basis": "三定方案", "by": by.at.isoformat()}

    def _need_info(self, _order: WorkOrder, _given: Json) -> Json:
        until = due_after(self._orders.now(), Duration.parse("5wd"), self._orders.calendar)
        return {"until": until.isoformat()}

    def _extension(self, order: WorkOrder, _given: Json) -> Json:
        if order.due_at is None:
            raise BadInput(f"{order.number} has no due time that could be extended")
        deadlines, calendar = self._orders.scheme.deadlines, self._orders.calendar
        later = deadlines.due("extension_max", order.clock_class, order.due_at, calendar)
        return {
            "new_due": later.at.isoformat(),
            "due_rule": _rule(later),
            "ask_by": _ask_by(self._orders, order.due_at),
        }

    def _granted(self, order: WorkOrder, _given: Json) -> Json:
        """What was asked for, told to the citizen."""
        asked = [e.payload for e in self._orders.store.events(order.number) if e.act == Act.ASK_EXTENSION]
        if not asked:
            raise BadInput(f"no extension was asked for {order.number}")
        now = self._orders.now().isoformat()
        return {"new_due": asked[-1]["new_due"], "due_rule": asked[-1]["due_rule"], "told_at": now}

    def _rework(self, _order: WorkOrder, _given: Json) -> Json:
        due = self._orders.rework_due(self._orders.now())
        return {"due_at": due.at.isoformat(), "due_rule": _rule(due)}


def _act(name: str) -> Act:
    try:
        return Act(name)
    except ValueError as error:
        raise BadInput(f"there is no act {name!r}; acts are {', '.join(Act)}") from error


def _reason(act: Act) -> str:
    """What a clerk would type where the act asks for a reason."""
    return {Act.ASK_EXTENSION: "施工、采购、备件需要时间（site_work）"}.get(act, "按规定办理")


def _rule(due: Due) -> str:
    return f"{due.rule} {due.version}".strip()


def _ask_by(orders: Orders, due_at: datetime) -> str | None:
    """The last instant at which the city may be asked for an extension."""
    before = orders.scheme.deadlines.more.get("extension_ask_before")
    if not isinstance(before, Duration):
        return None
    if before.unit != "wd":
        return (due_at - (due_after(due_at, before, orders.calendar) - due_at)).isoformat()
    day, left = due_at.astimezone(ZONE).date(), before.count
    while left:
        day -= timedelta(days=1)
        left -= orders.calendar.is_workday(day)
    return datetime.combine(day, LAST_SECOND, ZONE).isoformat()


def later(orders: Orders, at: datetime, span: str) -> datetime:
    """``at`` moved by a span: working days end when they end, the rest is counted through."""
    return due_after(at, Duration.parse(span), orders.calendar)
