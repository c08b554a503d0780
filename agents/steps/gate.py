"""Gate: the pack's rules decide first, and danger before all else."""

from __future__ import annotations

from collections.abc import Callable

from langgraph.runtime import Runtime

from agents.context import TurnContext
from agents.gate import GateContext, GateDecision, Kind, Route
from agents.outcomes import Outcome
from agents.state import Json, TalkState
from agents.steps.endings import ending
from agents.triage.alarm import record
from agents.triage.hearing import asks_of_order, heard, only_leads, waits


async def gate(state: TalkState, runtime: Runtime[TurnContext]) -> Json:
    """Decide the route. The gate reads the citizen's own words; only codes and spans go into the state."""
    context = runtime.context
    if state.get("ending"):
        return {}
    with context.step("gate") as note:
        earlier = tuple(
            turn["question"] for turn in state.get("memory", []) if not only_leads(context, turn["question"])
        )
        last = next((turn.get("route") for turn in reversed(state.get("memory", []))), None)
        given = GateContext(
            history=earlier,
            role=context.role,
            last_route=last,
            asked=waits(state),
            of_an_order=asks_of_order(context),
        )
        decision = heard(context, state, context.house.gate.decide(context.alarming or context.cleaned, given))
        note.update(
            route=decision.route.value,
            kind=decision.kind.value,
            rules=[match.rule for match in decision.matched],
            flags=list(decision.flags),
        )
        found = decision.model_dump(mode="json", exclude={"matched", "reasons"})
        # Where orders are kept here, "you have that already" is answered with where it stands.
        known = decision.route is Route.REPEAT and context.house.orders is not None
        close = None if known else _CLOSING.get(decision.route)
        made: Json = {"gate": found, "ending": close(context, decision) if close else {}}
        if decision.route is Route.EMERGENCY:
            if opened := state.get("petition"):
                # What alarms in an open draft is also a fact of its matter, and must not be lost with the alarm.
                text = state.get("request", {}).get("text", "")
                made["petition"] = {**opened, "said": [*opened["said"], text]}
            made["alarm"], note["alarm"] = await record(
                context, decision, state.get("request", {}).get("text", ""), state.get("alarm", "")
            )
        return made


def _numbers(context: TurnContext, decision: GateDecision) -> list[str]:
    known = context.house.gate.rules.lines
    return [known[line].phone for line in decision.lines if line in known]


def _danger(outcome: Outcome, script: str) -> Callable[[TurnContext, GateDecision], Json]:
    def close(context: TurnContext, decision: GateDecision) -> Json:
        # A rule's own script may be missing in a city's words; danger must be answered all the same.
        key = decision.script if context.has_words(decision.script) else script
        return ending(
            outcome,
            decision.route.value,
            [context.say(key)],
            code=decision.code,
            lines=_numbers(context, decision),
            alerts=decision.alerts,
        )

    return close


def _turned_away(outcome: Outcome, intro: str) -> Callable[[TurnContext, GateDecision], Json]:
    def close(context: TurnContext, decision: GateDecision) -> Json:
        refusal = context.house.gate.rules.refusals.get(decision.code or "")
        said = [context.say(decision.script if context.has_words(decision.script) else intro)]
        if refusal:
            said.append(refusal.reason)
            for channel in refusal.channels:
                parts = (channel.name, channel.phone, channel.address, channel.link)
                said.append("· " + "，".join(part for part in parts if part))
            said.append(context.say("legal_basis", basis="、".join(refusal.legal_basis)))
        said.append(context.say("refusal_object"))
        return ending(
            outcome,
            decision.route.value,
            said,
            code=decision.code,
            alerts=decision.alerts,
            specialist="outside",
        )

    return close


def _repeat(context: TurnContext, decision: GateDecision) -> Json:
    said = [context.say("repeat_by_phone", phone=context.phone)]
    return ending(Outcome.REPEAT, decision.route.value, said, code=decision.code)


_CLOSING: dict[Route, Callable[[TurnContext, GateDecision], Json]] = {
    Route.EMERGENCY: _danger(Outcome.EMERGENCY, "emergency_mixed"),
    Route.CRISIS_TALK: _danger(Outcome.CRISIS, "crisis"),
    Route.STATUTORY: _turned_away(Outcome.REDIRECTED, "statutory_intro"),
    Route.REPEAT: _repeat,
    Route.SECRET_PRIVACY: _turned_away(Outcome.REFUSED, "secret_privacy_intro"),
    Route.OUTSIDE: _turned_away(Outcome.REDIRECTED, "outside_intro"),
    Route.UNLAWFUL: _turned_away(Outcome.REFUSED, "unlawful_intro"),
}

TALK = {Kind.SMALLTALK: "smalltalk", Kind.HUMAN: "human"}
"""Kinds that a specialist answers without evidence."""
