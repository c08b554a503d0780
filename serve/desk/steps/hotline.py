"""The hotline's own acts: take over an emergency, answer, send elsewhere, refuse, link, add, urge, end, reopen."""

from __future__ import annotations

from datetime import datetime

from city.errors import BadInput, NotFound
from city.gate_rules import Refusal
from knowledge.library import Hit, Query
from serve.desk.forms import Form
from serve.desk.steps.base import Case, Choice, Field, Json, Mistake, Step
from serve.desk.words import CHOICES
from tools.workorders.acts import Act
from tools.workorders.clocks import due
from tools.workorders.model import State
from tools.workorders.number import read_number

_HITS = 5


def _packet(case: Case) -> list[Field]:
    lines = [Choice(line.phone, f"{line.phone} {line.name}") for line in case.house.gate.rules.lines.values()]
    place = case.order.place.text if case.order.place else ""
    return [
        case.select("line", lines, required=True),
        case.field("what", "area", required=True),
        case.field("where", "text", place),
    ]


def _take_packet(case: Case, form: Form) -> Json:
    known = {line.phone for line in case.house.gate.rules.lines.values()}
    if form.text("line") not in known:
        raise Mistake(case.say("desk_field_empty", field=case.label("line")))
    return {"line": form.text("line"), "what": case.needed(form, "what"), "where": form.text("where")}


def _hits(case: Case) -> list[Hit]:
    """The provisions nearest to the order's words, as the public may read them."""
    asked = Query(
        text=case.house.lexicon.expand(case.order.narrative[:400]),
        as_of=case.clerk.front.desk.today,
        region=case.pack.city.region,
        limit=_HITS,
    )
    return case.house.library.search(asked)


def _answer(case: Case) -> list[Field]:
    found = [Choice(hit.provision.id, f"《{hit.meta.title}》{hit.provision.article}") for hit in _hits(case)]
    return [
        case.field("text", "area", required=True, label=case.say("desk_answer_text")),
        case.checks("provisions", found, [], label=case.label("provisions")),
        case.field("more", "text", label=case.say("desk_more_provisions"), hint=case.say("desk_more_provisions_hint")),
    ]


def _take_answer(case: Case, form: Form) -> Json:
    named = [*form.texts("provisions"), *form.text("more").replace("，", " ").replace("、", " ").split()]
    for name in named:
        try:
            case.house.library.get(name)
        except NotFound as error:
            raise Mistake(case.say("desk_provision_unknown", name=name)) from error
    return {"text": case.needed(form, "text"), "provisions": list(dict.fromkeys(named))}


def _suggested_answer(case: Case) -> Json:
    return {"provisions": sorted(hit.provision.id for hit in _hits(case)[:1])}


def _refusals(case: Case) -> dict[str, Refusal]:
    return case.house.gate.rules.refusals


def channel_words(refusal: Refusal) -> str:
    """The channels of a code in one line."""
    return "；".join(" ".join(filter(None, (c.name, c.phone, c.address, c.link))) for c in refusal.channels)


def _turned(case: Case) -> list[Field]:
    codes = [Choice(code, f"{code} {refusal.name}") for code, refusal in sorted(_refusals(case).items())]
    return [
        case.select("code", [Choice("", case.say("desk_choose")), *codes], required=True),
        case.field("text", "area", label=case.say("desk_turned_text"), hint=case.say("desk_turned_hint")),
        case.field("channel", "text", hint=case.say("desk_turned_hint")),
    ]


def _take_turned(case: Case, form: Form) -> Json:
    code = form.text("code")
    refusal = _refusals(case).get(code)
    if refusal is None:
        raise Mistake(case.say("desk_field_empty", field=case.label("code")))
    return {
        "code": code,
        "text": form.text("text") or refusal.reason,
        "channel": form.text("channel") or channel_words(refusal),
    }


def _main(case: Case) -> list[Field]:
    return [case.field("main", "text", required=True, hint=case.say("desk_main_hint"))]


def order_named(case: Case, typed: str) -> str:
    """The number of an order that is there. Raises Mistake."""
    try:
        return case.orders.store.get(read_number(typed)).number
    except (NotFound, BadInput) as error:
        raise Mistake(case.say("desk_order_unknown", number=typed)) from error


def _take_main(case: Case, form: Form) -> Json:
    main = order_named(case, case.needed(form, "main"))
    if case.orders.store.get(main).status in (State.MERGED, State.DRAFT):
        raise Mistake(case.say("desk_main_merged", number=main))
    return {"main": main}


def _facts(case: Case) -> list[Field]:
    return [case.field("text", "area", required=True, label=case.say("desk_facts_text"))]


def _take_facts(case: Case, form: Form) -> Json:
    return {"text": case.needed(form, "text")}


def _asked_info(case: Case) -> tuple[datetime, str]:
    """When the citizen was asked last, and the unit's reason."""
    asked = [(event.at, event.reason) for event in case.events if event.act == Act.NEED_INFO]
    return asked[-1] if asked else (case.now, "")


def _pause(case: Case) -> list[Field]:
    reasons = case.orders.scheme.deadlines.pause_reasons
    _, told = _asked_info(case)
    named = next((reason.code for reason in reasons if f"（{reason.code}）" in told), "")
    return [case.select("code", [Choice(one.code, one.name) for one in reasons], named, required=True)]


def _take_pause(case: Case, form: Form) -> Json:
    """The reason, and the last instant that it may count, from the day on which the citizen was asked."""
    code = case.needed(form, "code")
    longest = next((one.max for one in case.orders.scheme.deadlines.pause_reasons if one.code == code), None)
    until = due(_asked_info(case)[0], longest, case.orders.calendar).isoformat() if longest else None
    return {"code": code, "until": until}


def _take_gaps(case: Case, _form: Form) -> Json:
    reached = any(party.phone or party.anonymous for party in case.order.parties)
    gaps = [name for name, known in (("place", case.order.place), ("contact", reached)) if not known]
    return {"gaps": gaps}


def _told(case: Case) -> list[Field]:
    return [case.time_field("told_at", None, hint=case.say("desk_told_hint"))]


def _asked_extension(case: Case) -> Json:
    """The extension that was asked for last."""
    asked = [event.payload for event in case.events if event.act == Act.ASK_EXTENSION]
    return asked[-1] if asked else {}


def _extension_notes(case: Case) -> list[str]:
    asked = _asked_extension(case)
    if not asked:
        return []
    return [case.say("desk_extension_to", due=case.moment(datetime.fromisoformat(asked["new_due"])))]


def _take_extension(case: Case, form: Form) -> Json:
    asked = _asked_extension(case)
    told = case.time(form, "told_at")
    return {**asked, "told_at": told.isoformat() if told else None}


def _ground(case: Case) -> list[Field]:
    return [case.worded("ground", CHOICES["ground"], required=True)]


def _take_ground(case: Case, form: Form) -> Json:
    return {"ground": form.text("ground")}


STEPS: dict[Act, Step] = {
    Act.SUBMIT: Step(payload=_take_gaps),
    Act.SCREEN: Step(),
    Act.EMERGENCY: Step(_packet, _take_packet),
    Act.RAISE_EMERGENCY: Step(_packet, _take_packet),
    Act.ACKNOWLEDGE: Step(),
    Act.ANSWER: Step(_answer, _take_answer, suggested=_suggested_answer, helper="retrieval"),
    Act.REDIRECT: Step(_turned, _take_turned),
    Act.REFUSE: Step(_turned, _take_turned),
    Act.LINK_REPEAT: Step(_main, _take_main, asks_reason=True),
    Act.MERGE: Step(_main, _take_main, asks_reason=True),
    Act.PAUSE: Step(_pause, _take_pause),
    Act.GIVE_INFO: Step(_facts, _take_facts),
    Act.ADD_FACTS: Step(_facts, _take_facts),
    Act.URGE: Step(asks_reason=True),
    Act.OBJECT: Step(asks_reason=True),
    Act.WITHDRAW: Step(asks_reason=True),
    Act.GRANT_EXTENSION: Step(_told, _take_extension, _extension_notes),
    Act.DENY_EXTENSION: Step(),
    Act.APPROVE_TERMINATE: Step(),
    Act.DENY_TERMINATE: Step(),
    Act.INFO_TIMEOUT: Step(),
    Act.REOPEN: Step(_ground, _take_ground),
}
