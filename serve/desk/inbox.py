"""The inbox: what waits for somebody, the most pressing first."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from serve.desk.clocks import Clock, Timing, left
from serve.desk.html import desk_page
from serve.desk.room import Clerk, ClerkDep
from serve.desk.staff import WATCHING, Staff
from serve.desk.units import district_name, unit_name, unit_named
from serve.desk.words import GROUPS
from tools.workorders.acts import Act
from tools.workorders.listing import Asked, Listed, Waiting
from tools.workorders.model import State

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

PAGE = 30
S = State
NEW = frozenset({S.DRAFT, S.SUBMITTED, S.SCREENING, S.EMERGENCY_XFER, S.PRE_CONSULT, S.ACCEPTED, S.REOPENED})
HANDLING = frozenset(
    {S.DISPATCHED, S.SIGNED, S.IN_PROGRESS, S.WAIT_CITIZEN, S.RETURN_REQ, S.DISPUTED, S.EXT_REQ, S.TERM_REVIEW,
     S.REWORK}
)  # fmt: skip
CLOSING = frozenset({S.REPLIED, S.REVIEW, S.CALLBACK})
DONE = frozenset(State) - NEW - HANDLING - CLOSING
"""Ended, or answered by the hotline itself: nobody has to act unless the citizen objects."""


class Filter(NamedTuple):
    """What a clerk filters by, as it stands in the address."""

    group: str
    unit: str
    category: str
    q: str

    def link(self, page: int = 1, **changed: str) -> str:
        """The address of this list, or of one that differs from it."""
        asked = {**self._asdict(), **changed, "page": page if page > 1 else ""}
        return "/desk?" + urlencode({name: value for name, value in asked.items() if value})


class Row(NamedTuple):
    """A line of the list."""

    listed: Listed
    clock: Clock | None
    left: str
    district: str
    unit: str
    part: str
    category: str


def states(staff: Staff, group: str) -> frozenset[State]:
    """The states of a group, for this person."""
    named = {"new": NEW, "handling": HANDLING, "closing": CLOSING, "done": DONE, "open": NEW | HANDLING | CLOSING}
    return named[group] if group in named else staff.turn_in() - DONE


def in_order(found: list[Waiting], timing: Timing) -> list[Waiting]:
    """Emergencies that nobody took over first, then by the share of time used; a unit's own before what it helps with.

    What is overdue has used more than all of its time, and so comes before what is not.
    """
    risk = {one.number: timing.used(one) for one in found}
    parts = {"lead": 0, "": 0, "co": 1, "cc": 2}
    return sorted(found, key=lambda one: (not one.alarm, parts[one.part], -risk[one.number], one.accepted_at))


@router.get("/desk")
def inbox(
    clerk: ClerkDep, group: str = "", unit: str = "", category: str = "", q: str = "", page: int = 1
) -> HTMLResponse:
    """The list."""
    staff = clerk.staff
    chosen = Filter(group if group in GROUPS else _first_group(staff), unit, category, q.strip()[:60])
    asked = _asked(clerk, chosen)
    page = max(1, page)
    timing = Timing(clerk.orders.scheme, clerk.orders.calendar, clerk.now())
    numbers, total = _numbers(clerk, asked, chosen.group, timing, page)
    rows = [_row(clerk, listed, timing) for listed in clerk.orders.store.listed(numbers)]
    done = clerk.request.query_params.get("done", "")
    return desk_page(
        clerk,
        "inbox.html",
        rows=rows,
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        chosen=chosen,
        groups=GROUPS if staff.role else GROUPS[1:],
        tops=clerk.orders.scheme.categories.classes,
        units=() if staff.of_unit else clerk.pack.units,
        done=done if done in set(Act) else "",
    )


def _first_group(staff: Staff) -> str:
    return "open" if staff.post in WATCHING else "todo"


def _asked(clerk: Clerk, chosen: Filter) -> Asked:
    staff = clerk.staff
    unit = unit_named(clerk.pack, chosen.unit.strip())
    return Asked(
        status=states(staff, chosen.group),
        unit=staff.unit if staff.of_unit else (unit.id if unit else chosen.unit.strip()),
        category=chosen.category,
        text=chosen.q,
        alarms=chosen.group in ("todo", "open") and staff.acknowledges,
    )


def _numbers(clerk: Clerk, asked: Asked, group: str, timing: Timing, page: int) -> tuple[list[str], int]:
    """The numbers of one page, and how many there are in all."""
    store, begin = clerk.orders.store, (page - 1) * PAGE
    if not asked.status:
        return [], 0
    if group == "done":
        return [one.number for one in store.waiting(asked, limit=PAGE, offset=begin)], store.count(asked)
    found = in_order(store.waiting(asked), timing)
    return [one.number for one in found[begin : begin + PAGE]], len(found)


def _row(clerk: Clerk, listed: Listed, timing: Timing) -> Row:
    order = listed.order
    clocks = timing.clocks(listed.waiting)
    return Row(
        listed=listed,
        clock=clocks[0] if clocks else None,
        left=left(clerk.say, clocks[0].due, timing.now) if clocks else "",
        district=district_name(clerk.pack, order.place.district) if order.place else "",
        unit=unit_name(clerk.pack, order.lead.unit) if order.lead else "",
        part=clerk.staff.part(order),
        category=category_path(clerk, order.category),
    )


def category_path(clerk: Clerk, code: str) -> str:
    """A category with what it stands under; the code where the tree no longer has it."""
    for path in clerk.orders.scheme.categories.paths():
        if path[-1].code == code:
            return " / ".join(node.name for node in path)
    return code


def moment(clerk: Clerk, at: datetime) -> str:
    """An instant in the city's own time."""
    return f"{at.astimezone(clerk.zone):%Y-%m-%d %H:%M}"
