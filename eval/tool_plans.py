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
        caller = caller_of(case, rights)
        made = plan(planner, case.text, now, caller)
        why = fault(planner, case, made, now, caller)
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


def caller_of(case: Case, rights: frozenset[str]) -> Caller:
    """Who asks: a citizen, or staff with ``rights``."""
    return Caller.staff(*rights) if case.audience == "staff" else Caller.citizen()


def every_right(planner: Planner) -> frozenset[str]:
    """All rights that any tool asks for."""
    return frozenset(one.tool.permission for one in planner.box.every if one.tool.permission)


def fault(planner: Planner, case: Case, made: PlanMade, now: datetime, caller: Caller) -> str:
    """Why a plan is neither the case's nor one that is as right, or nothing."""
    return unlike(wanted(planner, case, now, caller), meant(planner, made.calls, now, caller), made.missing)


class Argument(BaseModel):
    """An argument of a call. ``means`` is the same for two words for one place, row or moment; empty: only itself."""

    value: Any
    kind: str
    means: str = ""


class Meant(BaseModel):
    """A call with what its arguments mean, without those that only say the default."""

    tool: str
    known: bool = True
    arguments: dict[str, Argument] = Field(default_factory=dict)


class Wanted(BaseModel):
    """What is right: the case's calls or others that are as right, and what must be asked for."""

    calls: list[Meant]
    missing: list[str]
    may: list[str]
    also: list[list[Meant]]


def wanted(planner: Planner, case: Case, now: datetime, caller: Caller) -> Wanted:
    """A case as it is compared. Free words are never asked for, so that they count as missing nowhere."""
    offered = planner.box.get(case.calls[0].tool) if case.calls else None
    return Wanted(
        calls=meant(planner, case.calls, now, caller),
        missing=[name for name in case.missing if not _is_text(offered, name)],
        may=case.may,
        also=[meant(planner, calls, now, caller) for calls in case.also],
    )


def meant(planner: Planner, calls: Sequence[PlannedCall], now: datetime, caller: Caller) -> list[Meant]:
    """Calls with what their arguments mean as of ``now``."""
    found = []
    for call in calls:
        offered = planner.box.get(call.tool)
        if offered is None:
            found.append(Meant(tool=call.tool, known=False))
            continue
        arguments = {
            name: _argument(planner, offered, name, value, now, caller)
            for name, value in _filled(offered, call.arguments).items()
        }
        found.append(Meant(tool=call.tool, arguments=arguments))
    return found


def unlike(right: Wanted, made: Sequence[Meant], missing: Sequence[str]) -> str:
    """Why calls that ask for ``missing`` are none of the right ones, or nothing."""
    why = _unlike(right.calls, right.missing, right.may, made, missing)
    return "" if any(not _unlike(calls, [], right.may, made, missing) for calls in right.also) else why


def _unlike(
    calls: Sequence[Meant], asks: Sequence[str], may: Sequence[str], made: Sequence[Meant], missing: Sequence[str]
) -> str:
    if not calls:
        return f"calls {made[0].tool}" if made else ""
    if Counter(c.tool for c in made) != Counter(c.tool for c in calls):
        return f"tools {[c.tool for c in made]}"
    if set(missing) != set(asks):
        return f"asks for {list(missing)}"
    left = list(made)
    for expected in calls:
        reasons = [_arguments(expected, call, may) for call in left]
        if "" not in reasons:
            return reasons[0] if reasons else "too few calls"
        left.pop(reasons.index(""))
    return ""


def _arguments(expected: Meant, made: Meant, may: Sequence[str]) -> str:
    if made.tool != expected.tool or not expected.known:
        return f"no tool {expected.tool}"
    for name, one in expected.arguments.items():
        given = made.arguments.get(name)
        if given is None or not _same(one, given):
            return f"{name} is {given.value if given else None!r}, not {one.value!r}"
    extra = made.arguments.keys() - expected.arguments.keys() - set(may)
    added = sorted(name for name in extra if made.arguments[name].kind != "text")
    return f"adds {added}" if added else ""


def _same(expected: Argument, made: Argument) -> bool:
    by_meaning = bool(expected.means) and expected.means == made.means
    return expected.value == made.value or expected.kind == "text" or by_meaning


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


def _argument(planner: Planner, offered: Offered, name: str, value: Any, now: datetime, caller: Caller) -> Argument:
    if name not in offered.tool.arguments.model_fields:
        return Argument(value=value, kind="none")
    slot = heard(offered.tool.arguments.model_fields[name])
    means = ""
    if slot.kind == "place":
        spot = planner.box.gazetteer.locate(str(value)).spot
        means = f"{spot.kind}:{spot.id}:{spot.name}" if spot else ""
    elif slot.kind == "entity":
        names = planner.names(offered, slot.of, now, caller)
        means = "|".join(sorted({hit.name for hit in names.find(normalise(str(value)))}))
    elif slot.kind == "time":
        means = _moment(value)
    return Argument(value=value, kind=slot.kind, means=means)


def _moment(value: Any) -> str:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None).isoformat()
    except ValueError:
        return ""
