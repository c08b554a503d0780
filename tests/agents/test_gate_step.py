from __future__ import annotations

from dataclasses import replace

import pytest

from agents.context import House
from agents.gate import GateContext, GateDecision, Kind, Route
from agents.outcomes import Outcome
from agents.state import TalkState
from agents.steps.gate import _CLOSING, gate
from tests.agents.making import context_of, runtime_of


class Fixed:
    """A gate that decides what the test says and remembers what it was asked."""

    def __init__(self, house: House, decision: GateDecision):
        self.rules = house.gate.rules
        self._decision = decision
        self.asked: list[tuple[str, GateContext]] = []

    def decide(self, text: str, context: GateContext) -> GateDecision:
        self.asked.append((text, context))
        return self._decision


async def step(house: House, decision: GateDecision, state: TalkState | None = None) -> tuple[dict[str, object], Fixed]:
    fixed = Fixed(house, decision)
    context = context_of(replace(house, gate=fixed), "某件事")  # type: ignore[arg-type]  # as much of a gate as is used
    return await gate(state or {}, runtime_of(context)), fixed


@pytest.mark.parametrize("route", list(Route))
async def test_every_route_closes_the_turn_or_goes_on(house: House, route: Route) -> None:
    made, _ = await step(house, GateDecision(route=route))
    assert bool(made["ending"]) is (route in _CLOSING)
    assert (route in _CLOSING) is (route not in {Route.ANSWER, Route.DISPATCH})


@pytest.mark.parametrize("code", sorted({f"N{n:02}" for n in range(1, 17)}))
async def test_a_refusal_gives_reason_channel_basis_and_a_way_to_object(house: House, code: str) -> None:
    made, _ = await step(house, GateDecision(route=Route.STATUTORY, code=code))
    end = made["ending"]
    assert isinstance(end, dict)
    refusal = house.gate.rules.refusals[code]
    text = "\n".join(end["said"])
    assert end["code"] == code
    assert refusal.reason in text
    assert all(channel.name in text for channel in refusal.channels)
    assert refusal.legal_basis
    assert all(basis in text for basis in refusal.legal_basis)
    assert house.pack.say("refusal_object") in text
    assert "，，" not in text


@pytest.mark.parametrize(("route", "outcome"), [
    (Route.EMERGENCY, Outcome.EMERGENCY), (Route.CRISIS_TALK, Outcome.CRISIS),
])  # fmt: skip
async def test_danger_is_answered_even_where_its_own_words_are_missing(
    house: House, route: Route, outcome: Outcome
) -> None:
    decision = GateDecision(route=route, script="nobody_wrote_this", lines=("119", "nosuch", "120"))
    made, _ = await step(house, decision)
    end = made["ending"]
    assert isinstance(end, dict)
    assert end["outcome"] == outcome.value
    assert end["lines"] == ["119", "120"]
    assert end["said"][0]


async def test_the_gate_sees_the_talk_and_stores_no_words_of_it(house: House) -> None:
    memory = [
        {"question": "一", "specialist": "human", "route": "R1_EMERGENCY"},
        {"question": "二", "specialist": "human"},
    ]
    decision = GateDecision(route=Route.ANSWER, kind=Kind.CONSULT, flags=("injection",), reasons=("某件事",))
    made, fixed = await step(house, decision, {"memory": memory})
    ((text, asked),) = fixed.asked
    assert text == "某件事"
    assert (asked.history, asked.role) == (("一", "二"), "citizen")
    assert asked.last_route is None or asked.last_route is Route.EMERGENCY
    assert isinstance(made["gate"], dict)
    assert made["gate"]["flags"] == ["injection"]
    assert "某件事" not in str(made["gate"])


async def test_a_turn_that_ended_is_left_alone(house: House) -> None:
    made, fixed = await step(house, GateDecision(route=Route.EMERGENCY), {"ending": {"outcome": "invalid_input"}})
    assert made == {}
    assert fixed.asked == []
