"""The form of ``plan``: numbers of tools and of arguments, each value taken from the message, a list, or the proposal.

The catalogue of tools is the same for every message of a reader, so it stands before whatever changes: a server reads
it once.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from agents.engines.forms.base import CONFIDENCE, Closed, Surely, at, numbered, section
from agents.engines.forms.pieces import MOST_WORDS, clauses, digits, figures, joined, words
from agents.engines.tasks import PlanGiven, PlanMade, PlannedCall, ToolArgument, ToolCard

MOST_TOOLS, MOST_ARGUMENTS, MOST_CALLS = 200, 12, 4
Source = Literal["proposed", "option", "district", "words", "figure"]
_NUMBERS = ("count", "number")
_NAMES = ("place", "entity")
_KINDS = {
    "place": "地点", "point": "坐标", "district": "区", "day": "日期", "time": "时刻", "period": "时段",
    "count": "整数", "number": "数", "choice": "选", "flag": "选", "entity": "名称",
}  # fmt: skip


class Value(Closed):
    """A value of an argument: the words ``first`` to ``last``; else the option, district, figure or call ``first``."""

    argument: int = Field(ge=0, lt=MOST_ARGUMENTS)
    source: Source
    first: int = Field(ge=0, lt=MOST_WORDS)
    last: int = Field(ge=0, lt=MOST_WORDS)


class Called(Closed):
    """A call of a tool."""

    tool: int = Field(ge=0, lt=MOST_TOOLS)
    values: list[Value] = Field(max_length=6)


class Planned(Closed):
    """Whether the proposal stands; if it does not, the calls instead."""

    as_proposed: bool
    calls: list[Called] = Field(max_length=MOST_CALLS)
    confidence: Surely


class PlanForm:
    """The catalogue first; then the message with its words numbered, and what rules have read."""

    answer = Planned

    def fixed(self, given: PlanGiven) -> str:
        """The catalogue with the districts."""
        districts = numbered(list(given.districts.values()))
        return section("工具", numbered([_card(tool) for tool in given.tools[:MOST_TOOLS]])) + section("区", districts)

    def shown(self, given: PlanGiven) -> str:
        """The time, the nearest tools, the proposal, the message."""
        tools = given.tools[:MOST_TOOLS]
        order = {tool.id: number for number, tool in enumerate(tools)}
        near = [f"[{order[name]}]{tools[order[name]].title}" for name in given.nearest if name in order]
        told = [_told(given, order, call) for call in given.proposed.calls]
        said = clauses(given.message)
        return (
            section("现在", given.now.strftime("%Y-%m-%d %H:%M"))
            + section("最接近的工具", "；".join(near))
            + section("规则读出的计划", "\n".join(f"({n}) {call}" for n, call in enumerate(told)) or "没有")
            + section("话里的数", numbered([figure.shown(said) for figure in figures(said)]))
            + section("这句话", given.message)
            + section("按字编号", " ".join(f"{number}:{word.text}" for number, word in enumerate(words(given.message))))
        )

    def read(self, given: PlanGiven, answer: Planned) -> PlanMade:
        """The calls of tools in the catalogue, with the values that can be read."""
        if answer.as_proposed:
            return given.proposed
        calls: list[PlannedCall] = []
        missing: list[str] = []
        for made in answer.calls:
            tool = at(given.tools[:MOST_TOOLS], made.tool)
            if tool is not None:
                arguments = _arguments(given, tool, made)
                missing += [a.name for a in tool.arguments if a.required and a.name not in arguments and not calls]
                calls.append(PlannedCall(tool=tool.id, arguments=arguments))
        return PlanMade(calls=calls, missing=missing, confidence=CONFIDENCE[answer.confidence])


def _card(tool: ToolCard) -> str:
    every = enumerate(tool.arguments[:MOST_ARGUMENTS])
    arguments = "；".join(f"({number}) {_argument(one)}" for number, one in every if one.kind != "text")
    examples = f" 例：{'／'.join(tool.examples)}" if tool.examples else ""
    does = " ".join(tool.does.split())
    return f"{tool.title}：{does}{' 参数：' + arguments if arguments else ''}{examples}"


def _argument(one: ToolArgument) -> str:
    options = "，".join(f"{number}={words}" for number, words in enumerate(one.options.values()))
    marks = [_KINDS.get(one.kind, one.kind), one.unit, "必填" if one.required else ""]
    return f"{one.title or one.name}<{' '.join(mark for mark in marks if mark)}>{options}"


def _told(given: PlanGiven, order: dict[str, int], call: PlannedCall) -> str:
    """A call of the proposal in the numbers and words of the catalogue."""
    number = order.get(call.tool)
    if number is None:
        return call.tool
    tool = given.tools[number]
    values = [
        f"({place}) {one.title or one.name}={_valued(given, one, call.arguments[one.name])}"
        for place, one in enumerate(tool.arguments[:MOST_ARGUMENTS])
        if one.name in call.arguments and one.kind != "text"
    ]
    return f"[{number}] {tool.title}{'：' + '，'.join(values) if values else ''}"


def _valued(given: PlanGiven, argument: ToolArgument, value: Any) -> str:
    if isinstance(value, dict):
        return "至".join(str(end) for end in value.values())
    if argument.kind == "district":
        return given.districts.get(str(value), str(value))
    if isinstance(value, bool):
        return argument.options.get("true", "是") if value else "否"
    if isinstance(value, int | float):
        return digits(value)
    return argument.options.get(str(value), str(value))


def _arguments(given: PlanGiven, tool: ToolCard, made: Called) -> dict[str, Any]:
    """What the answer says; an argument that takes the message itself needs no answer."""
    found: dict[str, Any] = {one.name: given.message for one in tool.arguments if one.kind == "text"}
    for value in made.values:
        argument = at(tool.arguments, value.argument)
        read = None if argument is None else _value(given, argument, value)
        if argument is not None and read is not None:
            found[argument.name] = read
    return found


def _value(given: PlanGiven, argument: ToolArgument, value: Value) -> Any:
    """The value, None where the source holds none for this kind of argument."""
    if value.source == "proposed":
        call = at(given.proposed.calls, value.first)
        return None if call is None else call.arguments.get(argument.name)
    if value.source == "option":
        option = at(list(argument.options), value.first)
        return option == "true" if argument.kind == "flag" and option is not None else option
    if value.source == "district":
        return at(list(given.districts), value.first) if argument.kind == "district" else None
    if value.source == "words":
        said = joined(given.message, value.first, value.last)
        return said if said and argument.kind in _NAMES else None
    figure = at(figures(clauses(given.message)), value.first)
    if figure is None or argument.kind not in _NUMBERS:
        return None
    return int(figure.value) if argument.kind == "count" else figure.value
