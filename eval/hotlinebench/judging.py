"""Whether a talk ended as its task wants: replies, questions, and the orders in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from eval.hotlinebench.tasks import Expect, Kept, Told, either

Json = dict[str, Any]
_TIMES = frozenset({"sign_due", "contact_due", "due_at", "accepted_at", "paused_until"})
_SETS = frozenset({"sensitivity", "gaps", "events", "co", "cc"})
FIELDS = frozenset(
    {"kind", "category", "title", "narrative", "demand", "urgency", "clock_class", "status", "place", "district",
     "street", "lead", "co", "cc", "duty_item", "sign_due", "contact_due", "due_at", "due_rule", "accepted_at",
     "confidential", "anonymous", "expects_reply", "phone", "sensitivity", "gaps", "events", "extensions", "reworks",
     "returns", "round", "result", "reply", "emergency", "acknowledged", "reason_code", "completeness", "satisfaction"}
)  # fmt: skip
"""What a task may say of an order."""


def field(order: Json, name: str) -> Any:
    """A field of an order as tasks name it."""
    place = order.get("place") or {}
    caller: Json = next((party for party in order["parties"] if party["role"] == "caller"), {})
    units = {role: [part["unit"] for part in order["assignments"] if part["role"] == role] for role in ("co", "cc")}
    made = {
        "place": place.get("text", ""),
        "district": place.get("district", ""),
        "street": place.get("street", ""),
        "lead": _lead(order),
        **units,
        "phone": caller.get("phone", ""),
        "anonymous": caller.get("anonymous", False),
        "events": [event["act"] for event in order["events"]],
        "acknowledged": order["acknowledged_at"] is not None,
        "satisfaction": next((e["payload"].get("satisfaction") for e in reversed(order["events"]) if
                              e["payload"].get("satisfaction") is not None), None),
    }  # fmt: skip
    return made[name] if name in made else order[name]


def _lead(order: Json) -> str:
    leads = [part for part in order["assignments"] if part["role"] == "lead"]
    return str(leads[-1]["unit"]) if leads and not leads[-1]["returned_at"] else ""


def state(expect: Expect, said: Json) -> list[str]:
    """What is wrong in the database."""
    made = [order for order in said["orders"] if not order["before"]]
    old = [order for order in said["orders"] if order["before"]]
    wanted = len(expect.orders) if expect.count is None else expect.count
    wrong = [f"{len(made)} orders, not {wanted}"] if len(made) != wanted else []
    for at, (kept, order) in enumerate(zip(expect.orders, made, strict=False), 1):
        wrong += [f"order {at}: {fault}" for fault in _kept(kept, order)]
    for at, (kept, order) in enumerate(zip(expect.before, old, strict=False), 1):
        wrong += [f"earlier order {at}: {fault}" for fault in _kept(kept, order)]
    if said["ended"] != expect.ended:
        wrong.append(f"the citizen is {said['ended']}, not {expect.ended}")
    return wrong + [f"a clerk could not act: {fault}" for fault in said["undone"]]


def _kept(kept: Kept, order: Json) -> Iterator[str]:
    for name, wanted in kept.fields.items():
        got = field(order, name)
        if not _fits(name, wanted, got):
            yield f"{name} is {_short(got)}, not {_short(wanted)}"


def _fits(name: str, wanted: Any, got: Any) -> bool:
    if isinstance(wanted, dict):
        return _holds(wanted, got)
    if name in _SETS:
        return _in_order([wanted] if isinstance(wanted, str) else wanted, list(got)) if name == "events" else (
            set([wanted] if isinstance(wanted, str) else wanted) <= set(got)
        )  # fmt: skip
    if isinstance(wanted, list):
        return any(_fits(name, one, got) for one in wanted)
    if name in _TIMES:
        return _same_moment(wanted, got)
    if name == "category":
        return bool(wanted) and str(got).startswith(str(wanted)) if wanted else not got
    return bool(wanted == got)


def _holds(wanted: Json, got: Any) -> bool:
    """``{has: […], lacks: […]}`` of a text or a list."""
    whole = got if isinstance(got, list) else str(got or "")
    has, lacks = ([w] if isinstance(w, str) else w for w in (wanted.get("has", []), wanted.get("lacks", [])))
    return all(any(one in whole for one in either(w)) for w in has) and not any(w in whole for w in lacks)


def _in_order(wanted: Sequence[str], got: Sequence[str]) -> bool:
    """Whether the wanted acts came in this order, others between them."""
    rest = iter(got)
    return all(act in rest for act in wanted)


def _same_moment(wanted: Any, got: Any) -> bool:
    if not wanted or not got:
        return not wanted and not got
    there = datetime.fromisoformat(got)
    asked = wanted if isinstance(wanted, datetime) else datetime.fromisoformat(str(wanted))
    return there == (asked if asked.tzinfo else asked.replace(tzinfo=there.tzinfo))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:60] + "…"


def questions(expect: Expect, said: Json) -> list[str]:
    """Questions left out, put needlessly, or too many."""
    put = [turn["asked"] for turn in said["turns"] if is_question(turn)]
    wrong = [f"did not ask {name}" for name in expect.asks if not _named(name, put)]
    wrong += [f"asked {name}" for name in expect.asks_not if _named(name, put)]
    if expect.most_questions is not None and len(put) > expect.most_questions:
        wrong.append(f"{len(put)} questions, at most {expect.most_questions}")
    if expect.most_turns is not None and len(said["turns"]) > expect.most_turns:
        wrong.append(f"{len(said['turns'])} turns, at most {expect.most_turns}")
    return wrong


def is_question(turn: Json) -> bool:
    """Whether the reply of this turn puts a question for a fact."""
    return bool(turn["asked"]) and not turn["waits"] and turn["asked"] not in ("confirm", "offer")


def _named(wanted: str, put: Sequence[str]) -> bool:
    return any(wanted in (name, name.rsplit(".", 1)[-1]) for name in put)


def replies(expect: Expect, said: Json) -> list[str]:
    """What replies say that they must not, and do not say that they must."""
    wrong = []
    for name, told in expect.turns.items():
        turns = [turn for turn in said["turns"] if turn["step"] == name]
        if not turns:
            wrong.append(f"{name}: never said")
            continue
        wrong += [f"{name}: {fault}" for fault in _told(told, turns)]
    everything = [_words(turn) for turn in said["turns"]]
    return wrong + [f"says {word!r}" for word in expect.never if any(word in text for text in everything)]


def _told(told: Told, turns: Sequence[Json]) -> Iterator[str]:
    first, last = turns[0], turns[-1]
    yield from _one_of("outcome", told.outcome, last["outcome"])
    yield from _one_of("first", told.first, first["outcome"])
    yield from _one_of("code", told.code, first["code"] or "")
    yield from _one_of("route", told.route, first["route"])
    specialists = {name for turn in turns for name in turn["specialists"]}
    if told.specialist and not specialists & set(told.specialist):
        yield f"told by {', '.join(sorted(specialists)) or 'nobody'}, not {', '.join(told.specialist)}"
    text = "\n".join(map(_words, turns))
    yield from (f"does not say {words!r}" for words in told.says if not any(w in text for w in either(words)))
    yield from (f"says {word!r}" for word in told.never if word in text)
    cited = {name for turn in turns for c in turn["citations"] for name in _names(c)}
    yield from (f"does not cite {name}" for name in told.cites if not cited & set(either(name)))
    yield from (f"cites {name}" for name in told.not_cites if cited & set(either(name)))
    yield from (f"line {line} is not shown" for line in told.lines if line not in first["lines"])


def _one_of(what: str, wanted: Sequence[str], got: str) -> Iterator[str]:
    if wanted and got not in wanted:
        yield f"{what} is {got or 'none'}, not {' or '.join(wanted)}"


def _names(citation: Json) -> set[str]:
    """A provision by its id, that of its document, and what a second-hand text rests on."""
    rests = set(citation["rests_on"])
    return {citation["provision"], citation["document"], *rests, *(name.split("#")[0] for name in rests)}


def _words(turn: Json) -> str:
    """All that the citizen reads: the text, the choices, and the tables beside it."""
    tables = [one["table"] for one in turn["shown"] if one["table"]]
    cells = [cell for table in tables for row in [table["heads"], *table["rows"]] for cell in row]
    return "\n".join([turn["text"], *turn["options"], *cells])
