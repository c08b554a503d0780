"""Route: which questions the message holds, for which day each is asked, and who answers it."""

from __future__ import annotations

from datetime import date

from langgraph.runtime import Runtime

from agents.context import TurnContext
from agents.contract import SpecialistName
from agents.engines.tasks import ROUTE, RouteGiven, RoutePart
from agents.gate import Kind, Route
from agents.outcomes import Outcome
from agents.policies.naming import belongs, is_answer
from agents.reading.followup import Earlier, Resolved, is_elliptical, resolve
from agents.reading.segments import own_words, segments
from agents.specialists import Assignment, specialists
from agents.state import Json, TalkState
from agents.steps.endings import ending
from agents.triage.answers import is_thanks
from agents.triage.draft import SURE_ENOUGH, Petition
from agents.triage.following import follows
from agents.triage.mending import read_correction
from agents.triage.reading import steers
from agents.triage.replying import Meaning, meaning
from knowledge.model import Level

TENDENCY_HITS = 10
LOOKED_UP = frozenset({Kind.HELP, Kind.COMPLAINT, Kind.REPORT})
"""Petitions whose matter the rules may speak to: they are told beside the way to file."""
_PETITIONS = frozenset({Kind.HELP.value, Kind.COMPLAINT.value, Kind.REPORT.value})
_REPORTING = frozenset({Kind.COMPLAINT.value, Kind.REPORT.value})
SHORT_ANSWER = 12
"""Characters of own words that an answer to a question of ours has at most."""
SURELY = 0.8
"""Chance of a tool at which a request worded like a petition is looked up instead."""
ANSWERING: tuple[SpecialistName, ...] = ("regulation", "planning", "policy", "service")


async def route(state: TalkState, runtime: Runtime[TurnContext]) -> Json:
    """Split the message and give every question to a specialist."""
    context = runtime.context
    if state.get("ending"):
        return {}
    with context.step("route") as note:
        found = state["gate"]
        kind = Kind(found["kind"])
        text = state["request"]["text"]
        context.before = next((turn["shown"] for turn in reversed(state.get("memory", [])) if turn.get("shown")), {})
        fixed = _fixed(context, kind, found)
        if fixed is not None:
            return {"ending": fixed}
        if (part := _of_an_order(context, state, text, found)) is not None:
            note["parts"] = [[part.specialist, part.meaning]]
            return {"parts": [part.model_dump(mode="json")], "gate": found}
        if (part := _of_a_matching(context, state, text, found)) is not None:
            note["parts"] = [[part.specialist, "matching"]]
            return {"parts": [part.model_dump(mode="json")], "gate": {**found, "route": Route.ANSWER.value}}
        if (part := _of_city_data(context, state, text, found)) is not None:
            note["parts"] = [[part.specialist, part.question[:40]]]
            return {"parts": [part.model_dump(mode="json")], "gate": {**found, "route": Route.ANSWER.value}}
        if kind is Kind.OTHER and found["route"] == Route.DISPATCH.value and _tells_a_matter(context, text):
            kind = Kind.HELP
            found = {**found, "kind": kind.value}
        if found["route"] == Route.DISPATCH.value and kind is not Kind.OTHER:
            parts = await _questions(context, text, state.get("memory", [])) if kind in LOOKED_UP else []
            parts.append(_new_petition(context, state, text, found))
        elif kind is Kind.SMALLTALK:
            parts = [Assignment(specialist="smalltalk", question=text, as_of=context.as_of)]
        elif kind is Kind.HUMAN:
            parts = [Assignment(specialist="human", question=text, as_of=context.as_of)]
        else:
            # Words that show neither question nor petition are looked up: an answer is offered, never a promise.
            parts = await _questions(context, text, state.get("memory", []))
            found = {**found, "route": Route.ANSWER.value}
        note["parts"] = [[part.specialist, part.question[:40]] for part in parts]
        return {"parts": [part.model_dump(mode="json") for part in parts], "gate": found}


def _fixed(context: TurnContext, kind: Kind, found: Json) -> Json | None:
    """Talk about the service itself has fixed words."""
    if "robot_question" in found["flags"]:
        return ending(Outcome.SMALLTALK, found["route"], [context.say("robot_question")], specialist="smalltalk")
    if kind is Kind.OWN_SERVICE:
        said = [context.say("own_service_complaint"), context.say("petition_by_phone", phone=context.phone)]
        return ending(Outcome.FOR_PERSON, found["route"], said, alerts=["own_service"], specialist="human")
    return None


def _tells_a_matter(context: TurnContext, text: str) -> bool:
    """Whether words that show neither question nor petition tell of something that a unit answers for."""
    orders = context.house.orders
    if orders is None or not context.remembered or orders.intake.is_question(text):
        return False
    if steers(orders.intake, text) or read_correction(orders.intake, text):
        return False
    found = orders.dispatcher.suggest(
        context.in_documents_words(text), context.house.gazetteer.locate(text), context.today
    )
    return found is not None and found.confidence >= SURE_ENOUGH


def _of_an_order(context: TurnContext, state: TalkState, text: str, found: Json) -> Assignment | None:
    """What belongs to the draft that is open in this talk, or to a work order that is filed."""
    orders = context.house.orders
    if orders is None or not context.remembered:
        return None
    if opened := state.get("petition"):
        what = meaning(orders.intake, Petition.model_validate(opened), text, found["kind"])
        if what is not Meaning.ASIDE:
            return Assignment(
                specialist="petition", question=text, as_of=context.as_of, petition=opened, meaning=what.name
            )
    if found["kind"] == Kind.SMALLTALK.value and is_thanks(orders.intake, text):
        return None  # "好的，谢谢" after filing asks nothing of the order
    filed = tuple(state.get("orders", []))
    repeat = found["route"] == Route.REPEAT.value
    if repeat or (not _answers_a_matching(context, state) and follows(orders.intake, context.cleaned, bool(filed))):
        return Assignment(specialist="orders", question=text, as_of=context.as_of, orders=filed)
    if orders.intake.says("file", text):
        return _new_petition(context, state, text, found)
    return None


def _answers_a_matching(context: TurnContext, state: TalkState) -> bool:
    """Whether the message answers the matching's question put just before: "是" says nothing of an order then."""
    rules, asking = context.house.policies, (state.get("matching") or {}).get("asking")
    last = state.get("memory", [])[-1:]
    just_asked = bool(asking) and any(turn["specialist"] == "policy" for turn in last)
    return rules is not None and just_asked and is_answer(rules, str(asking), context.cleaned)


def _of_a_matching(context: TurnContext, state: TalkState, text: str, found: Json) -> Assignment | None:
    """What belongs to a matching of policies: its first word, an answer to its question, or a wish about its result."""
    rules = context.house.policies
    if rules is None or not context.remembered:
        return None
    opened = state.get("matching") or {}
    if not belongs(rules, opened, context.cleaned, is_petition=found["kind"] in _PETITIONS):
        return None
    return Assignment(specialist="policy", question=text, as_of=context.as_of, matching=opened)


def _of_city_data(context: TurnContext, state: TalkState, text: str, found: Json) -> Assignment | None:
    """What goes on with a look-up of the city's data: the answer to its question, "那明天呢", or a request that is
    worded like a petition ("帮我看看附近哪里能停车") and surely is none.
    """
    reading = context.reading(text) if found["kind"] not in _REPORTING else None
    planner = context.house.citydata
    if planner is None or reading is None:
        return None
    proposed = reading.plan
    last = (state.get("memory", []) or [{}])[-1]
    earlier = last.get("asking") or (last.get("calls") or [None])[0]
    # "最便宜的是哪个" after "鼓楼附近哪里能停车": the same tool is meant, and what it needs was said before.
    same = bool(earlier) and bool(proposed.missing) and proposed.calls[0].tool == earlier["tool"]
    goes_on = same or is_elliptical(text) or (bool(last.get("asking")) and len(own_words(text)) <= SHORT_ANSWER)
    if earlier and goes_on and planner.resumed(earlier, reading.text, context.data_now, context.caller).calls:
        return Assignment(specialist="citydata", question=text, as_of=context.as_of, call=earlier)
    worded = found["route"] == Route.DISPATCH.value and found["kind"] == Kind.HELP.value
    if worded and proposed.calls and proposed.confidence >= SURELY:
        return Assignment(specialist="citydata", question=text, as_of=context.as_of)
    return None


def _new_petition(context: TurnContext, state: TalkState, text: str, found: Json) -> Assignment:
    """A matter to be written down: this message, or the one before where this one only says to file it."""
    orders, told = context.house.orders, text
    if orders is not None and orders.intake.says("file", text) and state.get("memory"):
        told = state["memory"][-1]["question"]
    told = "\n".join([*_alarmed(state.get("memory", [])), told])
    return Assignment(
        specialist="petition", question=told, as_of=context.as_of, kind=found["kind"], flags=tuple(found["flags"])
    )


def _alarmed(memory: list[Json]) -> list[str]:
    """What was told just before and only led to an alarm: it is part of the matter that is filed afterwards."""
    told: list[str] = []
    for turn in reversed(memory):
        if turn.get("route") != Route.EMERGENCY.value:
            break
        told.insert(0, turn["question"])
    return told


async def _questions(context: TurnContext, text: str, memory: list[Json]) -> list[Assignment]:
    earlier = [
        Earlier(m["question"], m["specialist"], tuple(m.get("provisions", [])))
        for m in memory
        if m["specialist"] in ANSWERING
    ]
    parts: list[Assignment] = []
    for segment in _without_orders(context, segments(text)):
        resolved = resolve(context.in_documents_words(segment), earlier, context.today)
        as_of = resolved.day.day if resolved.day else context.as_of
        made = _measured(context, segment, resolved) or await _assign(context, resolved, as_of, earlier)
        parts.append(
            Assignment(
                specialist=made.specialist,
                question=made.question.strip(),
                asked=segment,
                as_of=as_of,
                detail_of=resolved.detail_of,
                ordinal=resolved.ordinal,
                follows=resolved.follows,
            )
        )
        earlier = [*earlier, Earlier(resolved.question, made.specialist)]
    return _merged(parts)


def _without_orders(context: TurnContext, asked: list[str]) -> list[str]:
    """The parts of a message less those that only give orders to the machine, unless nothing else is left."""
    if len(asked) < 2:
        return asked
    meant = [part for part in asked if "injection" not in context.house.gate.decide(part).flags]
    return meant or asked


def _measured(context: TurnContext, segment: str, resolved: Resolved) -> RoutePart | None:
    """A question that a tool answers, in the words in which it was asked: tools hear days and names themselves.

    What names a past day that the tool cannot hear is left to documents, which have versions: a tool would tell of now.
    """
    if resolved.detail_of:
        return None
    asked = resolved.question if resolved.follows else segment
    planner, reading = context.house.citydata, context.reading(asked)
    if planner is None or reading is None:
        return None
    plan = reading.plan
    if not plan.calls or (resolved.day and not resolved.follows and not planner.hears_time(plan.calls[0])):
        return None
    return RoutePart(specialist="citydata", question=asked, confidence=plan.confidence)


async def _assign(context: TurnContext, resolved: Resolved, as_of: date, earlier: list[Earlier]) -> RoutePart:
    if resolved.detail_of and earlier:
        name = earlier[-1].specialist
        return RoutePart(specialist=name, question=resolved.question, confidence=1.0)
    await context.fetch(resolved.question, as_of)
    given = RouteGiven(
        message=resolved.question,
        history=[e.question for e in earlier],
        tendency=tendency(context, resolved.question, as_of),
        available=[name for name in ANSWERING if name in specialists()],
    )
    made = await context.decide(ROUTE, given)
    # What rules found no tool for, no model can find one for either: the numbers would come from nowhere.
    known = [part for part in made.parts if part.specialist in specialists() and part.specialist != "citydata"]
    return known[0] if known else RoutePart(specialist="regulation", question=resolved.question, confidence=0.0)


def tendency(context: TurnContext, question: str, as_of: date) -> dict[str, float]:
    """Share of retrieval's score held by each specialist's levels, over the first hits."""
    owners: dict[Level, SpecialistName] = {
        level: name for name in ANSWERING if name in specialists() for level in specialists()[name].levels
    }
    weight: dict[str, float] = {}
    for rank, hit in enumerate(context.pool(question, as_of)[:TENDENCY_HITS]):
        name = owners.get(hit.meta.level)
        if name:
            weight[name] = weight.get(name, 0.0) + hit.score / (1 + rank)
    total = sum(weight.values())
    return {name: round(value / total, 3) for name, value in weight.items()} if total else {}


def _merged(parts: list[Assignment]) -> list[Assignment]:
    """The same question asked twice is answered once."""
    unique: dict[tuple[str, str, date], Assignment] = {}
    for part in parts:
        unique.setdefault((part.specialist, part.question, part.as_of), part)
    return list(unique.values())
