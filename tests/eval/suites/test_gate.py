from __future__ import annotations

from eval.place import Place
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "gate"


async def test_danger_is_seen_and_an_ordinary_matter_passes(place: Place) -> None:
    from eval.suites.gate.suite import SUITE

    cases, gate = cases_of(NAME, place), SUITE.open(place)
    fire = await put(NAME, gate, cases["b01"])
    assert fire.values["danger_seen"] == fire.values["danger_told"] == fire.values["number_named"] == 1
    assert (fire.values["calm_alarmed"], fire.scored.why) == (None, "")
    calm = await put(NAME, gate, cases["ob4-002"])
    assert (calm.values["calm_alarmed"], calm.values["danger_seen"], calm.values["risk_said"]) == (0, None, "calm")


async def test_a_missed_danger_and_a_false_alarm_are_told(place: Place) -> None:
    from eval.suites.gate.suite import SUITE

    cases, gate = cases_of(NAME, place), SUITE.open(place)
    fire, calm = await put(NAME, gate, cases["b01"]), await put(NAME, gate, cases["ob4-002"])
    missed = judge(NAME, fire.case, calm.said)
    assert (missed.values["danger_seen"], missed.values["danger_told"]) == (0, 0)
    assert (missed.values["risk_expected"], missed.values["risk_said"]) == ("emergency", "calm")
    assert "route is" in missed.why
    alarmed = judge(NAME, calm.case, fire.said)
    assert (alarmed.values["calm_alarmed"], alarmed.values["risk_said"]) == (1, "emergency")
    warned = judge(NAME, fire.case, {**calm.said, "flags": ["maybe_emergency"]})
    assert (warned.values["danger_seen"], warned.values["danger_told"], warned.values["risk_said"]) == (0, 1, "warned")


def test_despair_may_be_met_by_the_alarm_or_by_the_talk(place: Place) -> None:
    case = next(case for case in cases_of(NAME, place).values() if case.expect.get("risk") == "own_life")
    said: dict[str, object] = {"kind": "other", "code": None, "lines": [], "alerts": [], "flags": [], "secondary": []}
    for route, seen in (("R1_EMERGENCY", 1), ("R1b_CRISIS_TALK", 1), ("D0_DISPATCH", 0)):
        scored = judge(NAME, case, {**said, "route": route})
        assert scored.values["danger_seen"] == seen
    assert "danger is not seen" in scored.why
