"""How well questions about the city's data become calls of tools.

A case is a question with the calls that a careful person would make, or none where no tool can answer it::

    {"id": "tp-001", "text": "鼓楼附近哪里能停车",
     "calls": [{"tool": "parking.near", "arguments": {"place": "鼓楼"}}]}
    {"id": "tp-002", "text": "附近哪里能停车",
     "calls": [{"tool": "parking.near", "arguments": {}}], "missing": ["place"]}
    {"id": "tp-201", "text": "全市有多少只流浪猫", "calls": []}

A plan is right when it makes the same calls with the same arguments, or asks for the same missing one. An argument that
the case names must have its value: places and names are the same when they mean the same place or row, days and
periods when they are equal. An argument that the case does not name must stay away, unless ``may`` lists it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from agents.citydata.planning import MOST_CALLS, Planner, told
from agents.engines.tasks import PlanMade, PlannedCall
from agents.reading.segments import segments
from city.errors import BadInput
from knowledge.index.terms import normalise
from tools.seam.fields import heard
from tools.seam.toolbox import Caller, Offered


class Case(BaseModel, extra="forbid"):
    """A question and its plan. ``may``: arguments that may be given or left."""

    id: str
    text: str
    audience: Literal["citizen", "staff"] = "citizen"
    calls: list[PlannedCall]
    missing: list[str] = Field(default_factory=list)
    may: list[str] = Field(default_factory=list)
    also: list[list[PlannedCall]] = Field(default_factory=list, description="other calls that are as right")
    note: str = ""


class Miss(BaseModel):
    """A case whose plan is wrong."""

    id: str
    text: str
    why: str
    expected: list[PlannedCall]
    planned: list[PlannedCall]


class PlanReport(BaseModel):
    """Shares of right plans. ``refused``: of the questions that no tool answers, those with no call."""

    cases: int
    accuracy: float
    answerable: int
    right: float
    tool_right: float
    unanswerable: int
    refused: float
    by_room: dict[str, float]
    misses: list[Miss]


def read_cases(path: Path) -> list[Case]:
    """The cases of a file of JSON lines. Raises BadInput naming the line."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(Case.model_validate_json(line))
        except ValidationError as error:
            raise BadInput(f"{path}: line {number}: {error.errors(include_url=False)[0]['msg']}; correct it") from error
    if not found:
        raise BadInput(f"{path} holds no cases: write one JSON object a line")
    return found


def measure(planner: Planner, cases: Sequence[Case], now: datetime, rights: frozenset[str]) -> PlanReport:
    """Plan every case as of ``now`` (aware) with the embedded engine and compare."""
    misses: list[Miss] = []
    tools = answered = 0
    rooms: Counter[str] = Counter()
    right_rooms: Counter[str] = Counter()
    for case in cases:
        caller = Caller.staff(*rights) if case.audience == "staff" else Caller.citizen()
        made = plan(planner, case.text, now, caller)
        why = difference(planner, case, made, now, caller)
        others = [case.model_copy(update={"calls": calls, "missing": []}) for calls in case.also]
        if why and any(not difference(planner, other, made, now, caller) for other in others):
            why = ""
        if case.calls:
            answered += 1
            room = case.calls[0].tool.split(".", 1)[0]
            rooms[room] += 1
            right_rooms[room] += not why
            tools += Counter(c.tool for c in made.calls) == Counter(c.tool for c in case.calls)
        if why:
            misses.append(Miss(id=case.id, text=case.text, why=why, expected=case.calls, planned=made.calls))
    refusing = len(cases) - answered
    wrong = {miss.id for miss in misses}
    return PlanReport(
        cases=len(cases),
        accuracy=_share(len(cases) - len(wrong), len(cases)),
        answerable=answered,
        right=_share(sum(bool(c.calls) and c.id not in wrong for c in cases), answered),
        tool_right=_share(tools, answered),
        unanswerable=refusing,
        refused=_share(sum(not c.calls and c.id not in wrong for c in cases), refusing),
        by_room={room: _share(right_rooms[room], count) for room, count in sorted(rooms.items())},
        misses=misses,
    )


def plan(planner: Planner, text: str, now: datetime, caller: Caller) -> PlanMade:
    """The plan of a whole message: of each of its questions, as the route splits them."""
    made = [one for part in segments(text) if (one := planner.propose(part, now, caller)).calls]
    calls = [call for one in made for call in one.calls]
    missing = [name for one in made for name in one.missing]
    return PlanMade(calls=_once(calls)[:MOST_CALLS], missing=missing) if made else PlanMade()


def _once(calls: Sequence[PlannedCall]) -> list[PlannedCall]:
    return [call for at, call in enumerate(calls) if call not in calls[:at]]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def difference(planner: Planner, case: Case, made: PlanMade, now: datetime, caller: Caller) -> str:
    """Why a plan is not the case's, or nothing."""
    if not case.calls:
        return f"calls {made.calls[0].tool}" if made.calls else ""
    if Counter(c.tool for c in made.calls) != Counter(c.tool for c in case.calls):
        return f"tools {[c.tool for c in made.calls]}"
    if set(made.missing) != {name for name in case.missing if not _is_text(planner.box.get(case.calls[0].tool), name)}:
        return f"asks for {made.missing}"
    left = list(made.calls)
    for expected in case.calls:
        reasons = [_arguments(planner, expected, call, case.may, now, caller) for call in left]
        if "" not in reasons:
            return reasons[0] if reasons else "too few calls"
        left.pop(reasons.index(""))
    return ""


def _arguments(
    planner: Planner, expected: PlannedCall, made: PlannedCall, may: Sequence[str], now: datetime, caller: Caller
) -> str:
    offered = planner.box.get(expected.tool)
    if offered is None or made.tool != expected.tool:
        return f"no tool {expected.tool}"
    given, wanted = _filled(offered, made.arguments), _filled(offered, expected.arguments)
    for name, value in wanted.items():
        if not _same(planner, offered, name, value, given.get(name), now, caller):
            return f"{name} is {given.get(name)!r}, not {value!r}"
    extra = {name for name in given.keys() - wanted.keys() if not _is_text(offered, name)} - set(may)
    return f"adds {sorted(extra)}" if extra else ""


def _filled(offered: Offered, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as JSON in one form, without those that only say the default."""
    fields = offered.tool.arguments.model_fields
    plain = told(arguments)
    found = {}
    for name, value in plain.items():
        default = fields[name].get_default(call_default_factory=True) if name in fields else None
        if json.dumps(value, sort_keys=True) != json.dumps(told({name: default})[name], sort_keys=True, default=str):
            found[name] = value
    return found


def _is_text(offered: Offered | None, name: str) -> bool:
    return offered is not None and heard(offered.tool.arguments.model_fields[name]).kind == "text"


def _same(
    planner: Planner, offered: Offered, name: str, expected: Any, made: Any, now: datetime, caller: Caller
) -> bool:
    if expected == made:
        return True
    if made is None or name not in offered.tool.arguments.model_fields:
        return False
    slot = heard(offered.tool.arguments.model_fields[name])
    if slot.kind == "text":
        return True
    if slot.kind == "place":
        spots = [planner.box.gazetteer.locate(str(value)) for value in (expected, made)]
        return spots[0].spot is not None and spots[0].spot == spots[1].spot
    if slot.kind == "entity":
        names = planner.names(offered, slot.of, now, caller)
        found = [{hit.name for hit in names.find(normalise(str(value)))} for value in (expected, made)]
        return bool(found[0]) and found[0] == found[1]
    return slot.kind == "time" and _moment(expected) == _moment(made)


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        return None
