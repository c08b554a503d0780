"""``/desk/new``: an operator files a petition for a caller."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from agents.dispatch.suggestion import Suggestion
from agents.triage.draft import NARRATIVE_CHARS, TITLE_CHARS, Spot
from agents.triage.facts import spot_of, whereabouts
from city.errors import NotFound
from city.gate_rules import Route
from serve.api.problems import ApiError
from serve.desk.forms import Form, FormDep
from serve.desk.html import desk_page
from serve.desk.inbox import category_path
from serve.desk.room import Clerk, ClerkDep
from serve.desk.staff import Post
from serve.desk.steps.base import Mistake
from serve.desk.units import district_name, unit_name
from tools.workorders.acts import Act
from tools.workorders.machine import Command
from tools.workorders.model import Kind, Party, Place, Role, Urgency

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
_PHONE_DIGITS = range(7, 16)
_URGENCY = {"critical": Urgency.CRITICAL, "utilities": Urgency.URGENT}


class Read(NamedTuple):
    """What the typed words come to."""

    spot: Spot
    suggestion: Suggestion | None
    category: str
    sensitivity: frozenset[str]
    raised: list[str]


def _operator(clerk: Clerk) -> None:
    if clerk.staff.post is not Post.AGENT:
        raise ApiError(403, "not_yours", clerk.front.say("desk_not_now"))


@router.get("/desk/new")
def new(clerk: ClerkDep, parent: str = "") -> HTMLResponse:
    """An empty form; ``parent`` is the order that this is a part of."""
    _operator(clerk)
    return _page(clerk, Form({"parent": [parent]} if parent else {}), parent=parent)


@router.post("/desk/new")
def file(clerk: ClerkDep, form: FormDep) -> Response:
    """Show what the words come to, or file them."""
    _operator(clerk)
    try:
        kind, narrative = _kind(clerk, form), form.text("narrative")[:NARRATIVE_CHARS]
        if not narrative:
            raise Mistake(clerk.say("desk_field_empty", field=clerk.say("desk_new_narrative")))
        read = _read(clerk, form, kind, narrative)
        if form.text("do") != "file":
            return _page(clerk, form, read=read)
        start = _start(clerk, form, kind, narrative, read)
    except Mistake as error:
        return _page(clerk, form, 422, wrong=str(error))
    return RedirectResponse(f"/desk/orders/{_file(clerk, form, start, _assisted(clerk, form, read))}?done=submit", 303)


def _kind(clerk: Clerk, form: Form) -> Kind:
    try:
        return Kind(form.text("kind"))
    except ValueError as error:
        raise Mistake(clerk.say("desk_field_empty", field=clerk.say("desk_new_kind"))) from error


def _read(clerk: Clerk, form: Form, kind: Kind, narrative: str) -> Read:
    orders = clerk.orders
    spot = spot_of(clerk.house.gazetteer, form.text("place") or narrative)
    found = orders.dispatcher.suggest(narrative, whereabouts(spot), clerk.front.desk.today, kind)
    typed = form.text("category")
    category = _category(clerk, typed) if typed else (found.category if found else "")
    sensitive = orders.intake.sensitive(narrative)
    return Read(spot, found, category, sensitive, orders.intake.reasons(sensitive, category))


def _category(clerk: Clerk, typed: str) -> str:
    """The code of a typed category: the code itself, or what stands before its name in the list."""
    code = typed.split(" ", 1)[0]
    try:
        return clerk.orders.scheme.categories.path(code)[-1].code
    except NotFound as error:
        raise Mistake(clerk.say("desk_new_category_unknown", name=typed)) from error


def _start(clerk: Clerk, form: Form, kind: Kind, narrative: str, read: Read) -> dict[str, Any]:
    phone, anonymous = _phone(clerk, form)
    spot = read.spot
    text = form.text("place") or spot.text
    place = Place(**{**spot.model_dump(exclude={"choices"}), "text": text}) if text else None
    caller = Party(role="caller", name=form.text("name")[:40], phone=phone, anonymous=anonymous)
    return {
        "city": clerk.pack.city.id,
        "kind": kind,
        "title": _title(clerk, read) or clerk.say(f"desk_kind_{kind.value}"),
        "narrative": narrative,
        "demand": form.text("demand"),
        "category": read.category,
        "urgency": _urgency(clerk, read, kind),
        "sensitivity": sorted(read.sensitivity),
        "confidential": form.has("confidential"),
        "expects_reply": not form.has("no_reply"),
        "place": place.model_dump(mode="json") if place else None,
        "parties": [caller.model_dump(mode="json")],
        "parent": _parent(clerk, form),
    }


def _phone(clerk: Clerk, form: Form) -> tuple[str, bool]:
    phone, anonymous = form.text("phone"), form.has("anonymous")
    if not phone and not anonymous:
        raise Mistake(clerk.say("desk_new_phone_needed"))
    bare = phone.translate(str.maketrans("", "", " -+()（）—"))
    if phone and not (bare.isascii() and bare.isdecimal() and len(bare) in _PHONE_DIGITS):
        raise Mistake(clerk.say("desk_new_phone_wrong"))
    return phone, anonymous


def _title(clerk: Clerk, read: Read) -> str:
    """Place and category, by their public names only (section 4.1)."""
    name = clerk.orders.scheme.categories.path(read.category)[-1].name if read.category else ""
    return f"{read.spot.text} {name}".strip()[:TITLE_CHARS]


def _urgency(clerk: Clerk, read: Read, kind: Kind) -> Urgency:
    """That of the class, one step higher where somebody needs it sooner."""
    if not read.category:
        return Urgency.NORMAL
    scheme = clerk.orders.scheme
    base = _URGENCY.get(scheme.deadlines.class_of(scheme.categories.path(read.category)[-1], kind), Urgency.NORMAL)
    steps = list(Urgency)
    return steps[min(len(steps) - 1, steps.index(base) + bool(read.raised))]


def _parent(clerk: Clerk, form: Form) -> str:
    parent = form.text("parent")
    if not parent:
        return ""
    try:
        return clerk.orders.store.get(parent).number
    except NotFound as error:
        raise Mistake(clerk.say("desk_order_unknown", number=parent)) from error


def _assisted(clerk: Clerk, form: Form, read: Read) -> str:
    """What became of the suggested category, where one was made."""
    if read.suggestion is None:
        return ""
    verdict = "accepted" if read.category == read.suggestion.category else "rejected"
    return f"category/{clerk.house.engine.name} {verdict}"


def _file(clerk: Clerk, form: Form, start: dict[str, Any], assisted: str) -> str:
    """Start, submit and screen; twice the same form files once."""
    store, at, actor = clerk.orders.store, clerk.now(), clerk.staff.id
    key = f"desk-new-{form.text('key')[:40]}-{clerk.staff.post.value}"
    order = store.start(Command(Act.START, actor, Role.AGENT, at, start, assisted_by=assisted), key=f"{key}-start")
    gaps = [] if start["place"] else ["place"]
    store.act(order.number, Command(Act.SUBMIT, actor, Role.AGENT, at, {"gaps": gaps}), key=f"{key}-submit")
    store.act(order.number, Command(Act.SCREEN, actor, Role.SYSTEM, at), key=f"{key}-screen")
    return order.number


def _page(
    clerk: Clerk, form: Form, status: int = 200, *, wrong: str = "", read: Read | None = None, parent: str = ""
) -> HTMLResponse:
    return desk_page(
        clerk,
        "new.html",
        status,
        form=form,
        wrong=wrong,
        notes=_notes(clerk, form, read) if read else [],
        danger=_danger(clerk, form.text("narrative")) if read else "",
        kinds=list(Kind),
        categories=[f"{path[-1].code} {path[-1].name}" for path in clerk.orders.scheme.categories.paths()],
        key=form.text("key") or secrets.token_urlsafe(12),
        parent=form.text("parent") or parent,
    )


def _danger(clerk: Clerk, narrative: str) -> str:
    """The lines to call where the words sound like an emergency; empty where they do not."""
    decision = clerk.house.gate.decide(narrative)
    if decision.route not in (Route.EMERGENCY, Route.CRISIS_TALK):
        return ""
    known = clerk.house.gate.rules.lines
    lines = "、".join(f"{known[name].name} {known[name].phone}" for name in decision.lines if name in known)
    return clerk.say("desk_new_danger", lines=lines)


def _notes(clerk: Clerk, form: Form, read: Read) -> list[str]:
    say, found, notes = clerk.say, read.suggestion, []
    if read.spot.choices:
        names = "、".join(district_name(clerk.pack, one) for one in read.spot.choices)
        notes.append(say("desk_new_districts", place=read.spot.text, districts=names))
    if found:
        unit = unit_name(clerk.pack, found.lead) if found.lead else say("desk_no_unit")
        notes.append(say("desk_new_suggested", category=category_path(clerk, found.category), unit=unit))
    return [*notes, *read.raised]
