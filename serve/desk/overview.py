"""``/desk/topics``, ``/desk/figures``, ``/desk/access``: what many call about, how it goes, who looked at what."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from city.errors import BadInput, NotFound, Refused
from serve.api.problems import ApiError
from serve.desk.forms import FormDep
from serve.desk.html import desk_page
from serve.desk.inbox import moment
from serve.desk.room import Clerk, ClerkDep
from serve.desk.staff import Post
from serve.desk.units import district_name, unit_name
from tools.petitions.warnings import Warned
from tools.workorders.figures import By, Share
from tools.workorders.figures.measures import SHARES

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
PERIODS = {"week": 7, "month": 30, "quarter": 90}
GROUPINGS = (By.NONE, By.UNIT, By.DISTRICT, By.TOP)
_SHOWN = 200
_TAKEN = 20


class Line(NamedTuple):
    """A share in words."""

    label: str
    value: str
    cases: str
    interval: str
    ranked: bool


def _hotline_only(clerk: Clerk) -> None:
    if clerk.staff.of_unit:
        raise ApiError(403, "not_yours", clerk.front.say("desk_not_now"))


@router.get("/desk/topics")
def topics(clerk: ClerkDep) -> HTMLResponse:
    """Hot topics."""
    _hotline_only(clerk)
    found = [(topic, moment(clerk, topic.since)) for topic in clerk.orders.topics()]
    return desk_page(clerk, "topics.html", topics=found, warnings=_warnings(clerk))


def _warnings(clerk: Clerk) -> list[tuple[Warned, str, str, bool]]:
    """Those that nobody took over, the longest overdue first, then the latest that somebody did."""
    known = clerk.orders.matters.warnings()
    open_ones = sorted((one for one in known if one.acknowledged_at is None), key=lambda one: one.acknowledge_by)
    taken = sorted((one for one in known if one.acknowledged_at), key=lambda one: one.raised_at, reverse=True)
    return [
        (one, moment(clerk, one.raised_at), moment(clerk, one.acknowledge_by), one.late(clerk.now()))
        for one in (*open_ones, *taken[:_TAKEN])
    ]


@router.post("/desk/warnings")
def take_over(clerk: ClerkDep, form: FormDep) -> Response:
    """Somebody takes a warning over."""
    _hotline_only(clerk)
    if clerk.staff.role is None:
        raise ApiError(403, "not_yours", clerk.front.say("desk_not_now"))
    who = f"{clerk.staff.post.value}:{clerk.staff.name}"
    with suppress(NotFound, Refused):  # somebody else was faster: the page shows who
        clerk.orders.matters.acknowledge(form.text("warning"), clerk.now(), who)
    return RedirectResponse("/desk/topics", 303)


@router.get("/desk/figures")
def figures_page(clerk: ClerkDep, period: str = "month", by: str = "none") -> HTMLResponse:
    """The three rates and the other figures."""
    _hotline_only(clerk)
    chosen = period if period in PERIODS else "month"
    grouping = By(by) if by in set(GROUPINGS) else By.NONE
    report = clerk.room.counted.report(clerk.orders, PERIODS[chosen], grouping)
    groups = [(_group_name(clerk, grouping, group.key), group) for group in report.groups]
    return desk_page(
        clerk,
        "figures.html",
        report=report,
        start=moment(clerk, report.start),
        end=moment(clerk, report.end),
        period=chosen,
        periods=PERIODS,
        by=grouping,
        groupings=GROUPINGS,
        shares=[_line(clerk, clerk.say(f"desk_share_{name}"), report.total.shares.get(name)) for name in SHARES],
        groups=groups,
        rate_line=lambda share: _line(clerk, "", share),
    )


def _line(clerk: Clerk, label: str, share: Share | None) -> Line:
    if share is None or share.value is None:
        return Line(label, "—", "0", "", False)
    interval = ""
    if share.low is not None and share.high is not None:
        interval = clerk.say("desk_figure_interval", low=f"{share.low:.0%}", high=f"{share.high:.0%}")
    return Line(label, f"{share.value:.1%}", f"{share.numerator:g}/{share.denominator}", interval, share.ranked)


def _group_name(clerk: Clerk, by: By, key: str) -> str:
    if not key:
        return "—"
    if by is By.UNIT:
        return unit_name(clerk.pack, key)
    if by is By.DISTRICT:
        return district_name(clerk.pack, key)
    return next((top.name for top in clerk.orders.scheme.categories.classes if top.code == key), key)


@router.get("/desk/access")
def access(clerk: ClerkDep, month: str = "") -> HTMLResponse:
    """Who looked at whose data; for the auditor."""
    if clerk.staff.post is not Post.AUDITOR:
        raise ApiError(403, "not_yours", clerk.front.say("desk_not_now"))
    months = clerk.room.access.months()
    chosen = month if month in months else (months[0] if months else "")
    fault, views = "", []
    try:
        views = clerk.room.access.read(chosen)[-_SHOWN:][::-1] if chosen else []
    except BadInput as error:
        fault = clerk.say("desk_access_broken", fault=str(error))
    rows = [
        (moment(clerk, v.at), v, unit_name(clerk.pack, v.unit) if v.unit else "", clerk.say(f"desk_post_{v.post}"))
        for v in views
    ]
    return desk_page(clerk, "access.html", months=months, month=chosen, rows=rows, fault=fault)
