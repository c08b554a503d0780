"""Messages through the gate alone; a message takes about a millisecond."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.gate import Gate, GateContext, OpenMatter, Route
from agents.gate.gate import MAYBE, MAYBE_CRISIS
from city.gazetteer import Gazetteer
from eval.gate import CALM, RISKY, message_of
from eval.material import district, of_city
from eval.place import Place
from eval.suite import Case, Json, Scored, Value

_JUDGED = ("route", "kind", "code", "lines", "alerts", "flags", "secondary")
_RISK = {Route.EMERGENCY: "emergency", Route.CRISIS_TALK: "crisis"}
_OWN_LIFE = ("suicide", "self_harm")
"""Kinds of emergency for which the crisis talk is as right as the alarm."""


class GateSuite:
    """Boundary cases, emergencies and ordinary messages that look like them."""

    def cases(self, place: Place) -> list[Case]:
        """One case a message."""
        gazetteer = Gazetteer.of(place.pack)
        return [_case(name, row, gazetteer) for name, row in of_city("gate", place)]

    def open(self, place: Place) -> Gate:
        """The pack's gate."""
        return Gate.open(place.root / "gate", Gazetteer.of(place.pack).names)

    async def run(self, subject: Gate, case: Case, trial: int) -> Json:  # every trial is the same
        """What the gate decides."""
        given = case.given
        context = GateContext(
            history=tuple(given["history"]),
            role=given["role"],
            open_matters=tuple(OpenMatter.model_validate(matter) for matter in given["open_matters"]),
        )
        return subject.decide(given["text"], context).model_dump(mode="json", exclude={"matched", "legal"})

    def score(self, case: Case, said: Json) -> Scored:
        """Danger, calm, numbers, and every field that the case names."""
        expect = case.expect
        values: dict[str, Value] = {f"{name}_right": _fits(name, expect, said) for name in _JUDGED}
        values |= _danger(expect, said)
        values["number_named"] = float(bool({*expect["lines"]} & {*said["lines"]})) if "lines" in expect else None
        wrong = [f"{n} is {said[n]}, not {expect[n]}" for n in _JUDGED if values[f"{n}_right"] == 0]
        if values["danger_seen"] == 0 and values["route_right"] is None:
            wrong.insert(0, f"danger is not seen: {said['route']}")
        return Scored(values=values, why="; ".join(wrong))


def _case(name: str, row: Mapping[str, Any], gazetteer: Gazetteer) -> Case:
    text = message_of(row)
    return Case(
        id=str(row["id"]),
        given={
            "text": text,
            "history": list(row.get("history", ())),
            "role": row.get("role", "citizen"),
            "open_matters": list(row.get("open_matters", ())),
        },
        expect=_expected(row),
        slices={
            "set": name,
            "kind": str(row.get("kind") or _expected(row).get("kind") or "-"),
            "district": district(gazetteer, text),
        },
    )


def _expected(row: Mapping[str, Any]) -> Json:
    """What the case wants; older files name the numbers of an emergency or a route alone."""
    if "expect" in row:
        return {name: value for name, value in row["expect"].items() if name in _JUDGED}
    if "route" in row:
        return {"route": row["route"]}
    own_life = str(row["kind"]).startswith(_OWN_LIFE)
    return {"lines": row["line"]} | ({"risk": "own_life"} if own_life else {"route": Route.EMERGENCY.value})


def _fits(name: str, expect: Json, said: Json) -> float | None:
    if name not in expect:
        return None
    wanted, got = expect[name], said[name]
    if (name, wanted) == ("route", CALM):
        return float(got not in RISKY)
    return float(set(wanted) <= set(got) if isinstance(wanted, list) else got == wanted)


def _danger(expect: Json, said: Json) -> dict[str, Value]:
    """Whether danger was seen, told at least, or raised for nothing; and what it was taken for."""
    got = _RISK.get(said["route"]) or ("warned" if {MAYBE, MAYBE_CRISIS} & set(said["flags"]) else "calm")
    wanted = _RISK.get(expect.get("route", ""), "emergency" if "risk" in expect else "calm")
    if "risk" in expect and got == "crisis":
        wanted = "crisis"
    raised, dangerous = got in _RISK.values(), wanted != "calm"
    return {
        "danger_seen": float(raised) if dangerous else None,
        "danger_told": float(got != "calm") if dangerous else None,
        "calm_alarmed": None if dangerous else float(raised),
        "risk_expected": wanted,
        "risk_said": got,
    }


SUITE = GateSuite()
