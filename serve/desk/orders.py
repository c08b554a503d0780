"""``/desk/orders/…``: one order with everything known of it, and what may be done to it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from city.errors import BadInput, NotFound, Refused, TryAgain
from serve.api.problems import ApiError
from serve.desk import aids
from serve.desk.clocks import Timing, left
from serve.desk.evidence import narrative_pieces, own_duty, suggested
from serve.desk.facts import callers, readable, timeline, units_of
from serve.desk.forms import Form, FormDep
from serve.desk.html import desk_page
from serve.desk.inbox import NEW, category_path, moment
from serve.desk.offers import command_of, offers, refusal, timed_out
from serve.desk.room import Clerk, ClerkDep
from serve.desk.steps.base import Case, Mistake
from serve.desk.units import district_name, duty_label, unit_name
from serve.desk.words import has
from tools.workorders.acts import Act
from tools.workorders.model import Result, State

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
_KEY_CHARS = 40


def case_of(clerk: Clerk, number: str, form: Form | None = None) -> Case:
    """The order before this person. Raises ApiError where there is none that they may see."""
    try:
        order = clerk.orders.store.get(number)
    except NotFound as error:
        raise _unknown(clerk) from error
    if not clerk.staff.sees(order):
        raise _unknown(clerk)
    return Case(clerk, order, clerk.orders.store.events(number), clerk.now(), form)


def _unknown(clerk: Clerk) -> ApiError:
    """The same for an order that is not there and for another unit's: the answer tells nothing."""
    return ApiError(404, "no_order", clerk.front.say("desk_no_such_order"))


@router.get("/desk/orders/{number}")
def show(clerk: ClerkDep, number: str, contact: int = 0, done: str = "") -> HTMLResponse:
    """The order."""
    return _page(case_of(clerk, number), reveal=contact == 1, done=done)


@router.post("/desk/orders/{number}/check")
def check(clerk: ClerkDep, number: str, form: FormDep) -> HTMLResponse:
    """A reply that is being written, read once more by the machine; nothing is done."""
    case = case_of(clerk, number, form)
    found = aids.check(case, form.text("text"), _result(form))
    note = case.say("desk_checked" if found else "desk_checked_well")
    return _page(case, tried=Act.REPLY, findings=found, error=note)


def _result(form: Form) -> Result | None:
    return Result(form.text("result")) if form.text("result") in set(Result) else None


@router.post("/desk/orders/{number}/{act}")
def do(clerk: ClerkDep, number: str, act: Act, form: FormDep) -> Response:
    """Something is done to the order: then the page again, or the same page with what was typed and why not."""
    case = case_of(clerk, number, form)
    key = f"desk-{number}-{act.value}-{form.text('key')[:_KEY_CHARS]}"
    if form.text("key") and case.orders.store.did(key):
        return _after(case, act)
    if not form.text("version").isdecimal() or not form.text("key"):
        raise ApiError(400, "unreadable", clerk.front.say("desk_wrong_form"))
    if int(form.text("version")[:9]) != case.order.version:
        return _page(case, 409, tried=act, error=case.say("desk_changed"))
    if act not in case.staff.acts(case.order) or (act is Act.INFO_TIMEOUT and not timed_out(case)):
        return _page(case, 409, tried=act, error=case.say("desk_not_now"))
    return _try(case, act, form, key)


def _try(case: Case, act: Act, form: Form, key: str) -> Response:
    try:
        command = command_of(case, act, form)
    except Mistake as error:
        return _page(case, 422, tried=act, error=str(error))
    except BadInput:
        return _page(case, 422, tried=act, error=case.say("desk_not_by_rules"))
    if act is Act.REPLY and not form.has("anyway"):
        found = aids.check(case, form.text("text"), _result(form))
        if any(finding.stop for finding in found):
            return _page(case, 422, tried=act, error=case.say("desk_stops"), findings=found)
    try:
        case.orders.store.act(case.order.number, command, key=key, version=case.order.version)
    except Refused:
        return _page(case, 422, tried=act, error=refusal(case, command))
    except BadInput:
        return _page(case, 422, tried=act, error=case.say("desk_bad_fields"))
    except TryAgain:
        fresh = case_of(case.clerk, case.order.number, form)
        key_of_text = "desk_changed" if fresh.order.version != case.order.version else "desk_busy"
        return _page(fresh, 409, tried=act, error=case.say(key_of_text))
    return _after(case, act)


def _after(case: Case, act: Act) -> Response:
    """Back to the order, or to the list where it is no longer theirs to see."""
    order = case.orders.store.get(case.order.number)
    place = f"/desk/orders/{order.number}" if case.staff.sees(order) else "/desk"
    return RedirectResponse(f"{place}?done={act.value}", 303)


def _page(
    case: Case,
    status: int = 200,
    *,
    reveal: bool = False,
    done: str = "",
    tried: Act | None = None,
    error: str = "",
    findings: list[aids.Shown] | None = None,
) -> HTMLResponse:
    clerk, order = case.clerk, case.order
    reveal = reveal and clerk.staff.sees_caller(order)
    clerk.room.access.add(clerk.staff, order.number, "narrative", *(["contact"] if reveal else []))
    made = offers(case, tried, error)
    return desk_page(
        clerk,
        "order.html",
        status,
        order=order,
        facts=_facts(case),
        pieces=narrative_pieces(clerk, case),
        demand=readable(clerk, order, order.demand),
        callers=callers(clerk, order, reveal),
        can_reveal=clerk.staff.sees_caller(order) and not reveal,
        reveal=reveal,
        units=units_of(clerk, order),
        events=timeline(clerk, order, case.events),
        offers=made,
        lost=_lost(case, tried, [offer.act for offer in made]),
        error=error,
        tried=tried.value if tried else "",
        done=done if done in set(Act) else "",
        suggested=suggested(case),
        duty=own_duty(case),
        similar=[] if clerk.staff.of_unit else case.orders.similar(order),
        placed="" if clerk.staff.of_unit or order.status not in NEW else aids.placed(case),
        findings=findings if findings is not None else _reply_findings(case),
        stopped=any(finding.stop for finding in findings or ()),
        checks_reply=clerk.room.phrases is not None,
        all_units=clerk.pack.units,
        all_duties=[duty_label(item) for item in case.orders.dispatcher.duties(clerk.front.desk.today).items.values()],
        can_file_part=clerk.staff.post.value == "agent" and order.status is State.IN_PROGRESS,
    )


def _reply_findings(case: Case) -> list[aids.Shown]:
    """What to look at in a reply that waits for its review."""
    waits = case.order.status in (State.REPLIED, State.REVIEW) and not case.staff.of_unit
    return aids.check(case, case.order.reply, case.order.result) if waits else []


def _lost(case: Case, tried: Act | None, offered: list[Act]) -> list[tuple[str, str]]:
    """What was typed for an act that is no longer offered, so that nothing typed is lost."""
    form = case.form
    if form is None or tried is None or tried in offered:
        return []
    skip = {"token", "key", "version", "sealed"}
    return [(_field_name(case, name), text) for name, text in form.typed() if name not in skip]


def _field_name(case: Case, name: str) -> str:
    """What a field is called: the slots of co-units (co0, co1 …) all as one."""
    bare = name.rstrip("0123456789")
    named = next((key for key in (f"desk_field_{bare}", f"desk_{bare}") if has(case.pack, key)), "")
    return case.say(named) if named else name


def _facts(case: Case) -> dict[str, Any]:
    clerk, order, say = case.clerk, case.order, case.say
    place = order.place
    timing = Timing(case.orders.scheme, case.orders.calendar, case.now)
    listed = case.orders.store.listed([order.number])[0]
    flags = [
        say(f"desk_flag_{flag}") if has(clerk.pack, f"desk_flag_{flag}") else flag for flag in sorted(order.sensitivity)
    ]
    return {
        "kind": say(f"desk_kind_{order.kind.value}"),
        "urgency": say(f"desk_urgency_{order.urgency.value}"),
        "state": say(f"desk_state_{order.status.value}"),
        "category": category_path(clerk, order.category),
        "place": place.text if place else "",
        "district": district_name(clerk.pack, place.district) if place else "",
        "accepted": moment(clerk, order.accepted_at),
        "flags": flags,
        "gaps": [say(key) if has(clerk.pack, key := f"fact_{gap}") else gap for gap in order.gaps],
        "urges": listed.urges,
        "result": say(f"desk_result_{order.result.value}") if order.result else "",
        "lead": unit_name(clerk.pack, order.lead.unit) if order.lead else "",
        "alarm": order.emergency and order.acknowledged_at is None,
        "reply": readable(clerk, order, order.reply),
        "clocks": [
            (say(f"desk_clock_{clock.name}"), clock, moment(clerk, clock.due), left(say, clock.due, case.now))
            for clock in timing.clocks(listed.waiting)
        ],
    }
