"""The dispatcher's acts: accept, confer, dispatch, decide returns, designate, split."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from city.errors import BadInput
from city.schema import DutyItem
from serve.desk.forms import Form
from serve.desk.steps.base import Case, Choice, Field, Json, Mistake, Step, rule_of
from serve.desk.steps.hotline import order_named
from serve.desk.units import duty_label, duty_named, unit_name, unit_named
from serve.desk.words import has
from tools.workorders.acts import Act

SLOTS = 3
"""Units that a dispatch form has room for as co and as cc each, beyond those that are suggested."""


def clock_class(case: Case) -> str:
    """The class that the category and the kind give."""
    return case.orders.scheme.deadlines.class_of(case.category, case.order.kind)


def class_label(case: Case, name: str) -> str:
    """A clock class with the times it would give now."""
    known = case.say(f"desk_class_{name}") if has(case.pack, f"desk_class_{name}") else name
    times = times_of(case, name)
    if not times:
        return known
    arrive = times.pop("arrive", "")
    told = case.say("desk_class_times", name=known, **times)
    return f"{told} {case.say('desk_class_arrive', at=arrive)}" if arrive else told


def times_of(case: Case, name: str) -> dict[str, str]:
    """When a dispatch now would have to be signed and settled; empty where the class has no such limits."""
    try:
        handling = case.orders.handling(case.category, name, case.now)
    except BadInput:
        return {}
    arrive = {"arrive": case.moment(handling.arrive.at)} if handling.arrive else {}
    return {"sign": case.moment(handling.sign.at), "due": case.moment(handling.handle.at), **arrive}


def _classes(case: Case) -> Iterable[str]:
    own = clock_class(case)
    yield own
    yield from (
        name for name in sorted(case.orders.scheme.deadlines.class_names) if name != own and times_of(case, name)
    )


def _dispatch(case: Case) -> list[Field]:
    made = suggested(case)
    classes = [Choice(name, class_label(case, name)) for name in _classes(case)]
    names = {part: _names(case, made.get(part, [])) for part in ("co", "cc")}
    return [
        case.field("lead", "unit", unit_name(case.pack, made["lead"]) if made.get("lead") else "", required=True),
        *(_slot(case, "co", number, names["co"]) for number in range(max(SLOTS, len(names["co"]) + 1))),
        *(_slot(case, "cc", number, names["cc"]) for number in range(max(SLOTS, len(names["cc"]) + 1))),
        case.field("duty_item", "duty", _duty(case, made.get("duty_item", "")), hint=case.say("desk_duty_hint")),
        case.select("clock_class", classes, clock_class(case), required=True),
    ]


def _names(case: Case, ids: list[str]) -> list[str]:
    return [unit_name(case.pack, unit) for unit in ids]


def _slot(case: Case, part: str, number: int, names: list[str]) -> Field:
    value = names[number] if number < len(names) else ""
    return case.field(f"{part}{number}", "unit", value, label=f"{case.label(part)} {number + 1}")


def _duty(case: Case, item_id: str) -> str:
    item = duty_named(case.pack, item_id) if item_id else None
    return duty_label(item) if item else ""


def suggested(case: Case) -> Json:
    """What dispatch suggests, in the words of the payload."""
    found = case.suggestion
    if found is None:
        return {}
    return {"lead": found.lead, "co": list(found.co), "cc": list(found.cc), "duty_item": found.duty_item}


def unit_typed(case: Case, form: Form, name: str, field: str) -> str:
    """The id of the unit that a field names. Raises Mistake."""
    typed = form.text(name)
    unit = unit_named(case.pack, typed)
    if unit is None:
        key = "desk_unit_unknown" if typed else "desk_field_empty"
        raise Mistake(case.say(key, field=case.label(field), **({"name": typed} if typed else {})))
    return unit.id


def _slots(case: Case, form: Form, part: str) -> list[str]:
    filled = [f"{part}{number}" for number in range(12) if form.text(f"{part}{number}")]
    return [unit_typed(case, form, name, part) for name in filled]


def _take_dispatch(case: Case, form: Form) -> Json:
    units = {"lead": unit_typed(case, form, "lead", "lead")}
    parts = {part: _slots(case, form, part) for part in ("co", "cc")}
    named = [units["lead"], *parts["co"], *parts["cc"]]
    if len(set(named)) < len(named):
        raise Mistake(case.say("desk_unit_twice"))
    typed = form.text("duty_item")
    item = duty_named(case.pack, typed) if typed else None
    if typed and item is None:
        raise Mistake(case.say("desk_duty_unknown", name=typed))
    return {
        **units,
        **parts,
        "duty_item": item.id if item else "",
        "category": _category_of(case, item) if item else "",
        "clock_class": form.text("clock_class"),
        **_times(case, form.text("clock_class")),
    }


def _category_of(case: Case, item: DutyItem) -> str:
    """Another category where the order's own does not lead to the duty item that was chosen; empty where it does."""
    leading = [c.code for _, _, c in case.orders.scheme.categories.paths() if item.id in c.duty_items]
    return "" if not leading or case.order.category in leading else leading[0]


def _times(case: Case, name: str) -> Json:
    if name not in case.orders.scheme.deadlines.class_names:
        raise Mistake(case.say("desk_field_empty", field=case.label("clock_class")))
    handling = case.orders.handling(case.category, name, case.now)
    return {
        "sign_due": handling.sign.at.isoformat(),
        "first_contact_due": handling.arrive.at.isoformat() if handling.arrive else None,
        "due_at": handling.handle.at.isoformat(),
        "due_rule": rule_of(handling.handle),
    }


def _designate(case: Case) -> list[Field]:
    return [case.field("unit", "unit", required=True)]


def _designate_notes(case: Case) -> list[str]:
    times = times_of(case, case.order.clock_class)
    return [case.say("desk_designate_note"), *([case.say("desk_due_shown", **times)] if times else [])]


def _take_designate(case: Case, form: Form) -> Json:
    return {"unit": unit_typed(case, form, "unit", "unit"), **_times(case, case.order.clock_class)}


def asked_return(case: Case) -> Json:
    """The return that was asked for last."""
    asked = [event.payload for event in case.events if event.act == Act.ASK_RETURN]
    return asked[-1] if asked else {}


def _return_notes(case: Case) -> list[str]:
    asked = asked_return(case)
    if not asked:
        return []
    proposed = unit_name(case.pack, asked["proposed"])
    return [case.say("desk_return_asked", unit=proposed, basis=asked["basis"], by=_moment(case, asked["by"]))]


def _moment(case: Case, text: str) -> str:
    return case.moment(datetime.fromisoformat(text))


def _split(case: Case) -> list[Field]:
    return [case.field("children", "area", required=True, hint=case.say("desk_split_hint"))]


def _take_split(case: Case, form: Form) -> Json:
    numbers = [order_named(case, typed) for typed in case.needed(form, "children").split()]
    strange = [n for n in numbers if case.orders.store.get(n).parent not in ("", case.order.number)]
    if strange:
        raise Mistake(case.say("desk_split_strange", number=strange[0]))
    return {"children": list(dict.fromkeys(numbers))}


STEPS: dict[Act, Step] = {
    Act.HARD: Step(asks_reason=True),
    Act.ACCEPT: Step(),
    Act.DISPATCH: Step(_dispatch, _take_dispatch, asks_reason=True, suggested=suggested, helper="dispatch"),
    Act.AGREE_RETURN: Step(notes=_return_notes, asks_reason=True),
    Act.REJECT_RETURN: Step(notes=_return_notes),
    Act.DISPUTE: Step(asks_reason=True),
    Act.DESIGNATE: Step(_designate, _take_designate, _designate_notes, asks_reason=True),
    Act.SPLIT: Step(_split, _take_split),
}
