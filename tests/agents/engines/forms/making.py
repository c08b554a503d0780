"""Answers of every shape that a schema allows, and things given to the forms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

from agents.contract import SpecialistName
from agents.engines.tasks import (
    ChooseGiven,
    DispatchGiven,
    DispatchOption,
    DraftClause,
    DraftedRule,
    DraftFact,
    DraftRuleGiven,
    HearFact,
    HearGiven,
    Passage,
    PlanGiven,
    PlanMade,
    PlannedCall,
    RouteGiven,
    ToolArgument,
    ToolCard,
)

TODAY = date(2026, 5, 20)
NOW = datetime(2026, 5, 20, 9, 30)
_PIECES = [
    *"，。？；：,: \n𠮷",
    *[
        "你好",
        "三百来万",
        "百分之三点五",
        "2,000万元",
        "去年11月",
        "2024年3月5号",
        "8:30",
        "⟦手机1⟧",
        "市第一人民医院",
        "附近500米",
        "B12路",
    ],
    *["不到300人", "河东区", "怎么走", "没有", "高企证", "零售", "3.5%", "１２", "一共", "第三中学", "今年", "多少"],
]
TEXTS = st.one_of(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join), st.text(max_size=80))
_TYPES = ["boolean", "integer", "number", "money", "ratio", "date", "choice", "choices"]
_CODES = st.sampled_from([{}, {"a": "农业", "b": "零售业"}, {f"c{n}": f"第{n}类制造业" for n in range(60)}])
_AVAILABLE: list[list[SpecialistName]] = [[], ["regulation", "planning", "policy", "service"]]


def answers(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a grammar of this schema lets through."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema["type"]
    if kind == "boolean":
        return st.booleans()
    if kind == "integer":
        low, high = schema["minimum"], schema["maximum"]
        return st.one_of(st.integers(low, min(high, low + 6)), st.integers(low, high))
    if kind == "array":
        return st.lists(answers(schema["items"]), min_size=schema.get("minItems", 0), max_size=schema["maxItems"])
    return st.fixed_dictionaries({name: answers(field) for name, field in schema["properties"].items()})


def _passages() -> st.SearchStrategy[list[Passage]]:
    one = st.builds(
        Passage,
        number=st.just(1),
        title=st.sampled_from(["停车条例", "办事指南"]),
        article=st.sampled_from(["", "第五条"]),
        sentences=st.lists(TEXTS, max_size=70),
    )
    several = st.lists(one, max_size=10)
    return several.map(lambda all_: [p.model_copy(update={"number": n}) for n, p in enumerate(all_, 1)])


def _codes_of(kind: str) -> st.SearchStrategy[dict[str, str]]:
    return _CODES if kind in ("choice", "choices") else st.just({})


@st.composite
def _facts(draw: st.DrawFn, made: type[Any]) -> list[Any]:
    kinds = draw(st.lists(st.sampled_from(_TYPES), max_size=12))
    return [
        made(id=f"firm.f{n}", label=f"事实{n}", type=kind, codes=draw(_codes_of(kind))) for n, kind in enumerate(kinds)
    ]


ARGUMENTS = [
    ToolArgument(name="place", title="地点", kind="place", required=True),
    ToolArgument(name="district", title="区", kind="district"),
    ToolArgument(name="radius", title="半径", kind="count", unit="米"),
    ToolArgument(name="way", title="方式", kind="choice", options={"bus": "公交", "foot": "步行"}),
    ToolArgument(name="compare", title="比较", kind="flag", options={"true": "比去年"}),
    ToolArgument(name="day", title="日期", kind="day"),
    ToolArgument(name="about", title="问题", kind="text", required=True),
]
_TOOLS = [
    ToolCard(id="lots.near", title="附近停车场", does="有空位的停车场。\n\n另一段。", arguments=ARGUMENTS),
    ToolCard(id="air.now", title="空气质量", does="现在的空气。", arguments=ARGUMENTS[1:2], examples=["空气好吗"]),
]
_PROPOSED = [
    PlanMade(),
    PlanMade(calls=[PlannedCall(tool="lots.near", arguments={"place": "医院", "day": "2026-05-20", "compare": True})]),
    PlanMade(calls=[PlannedCall(tool="gone.tool", arguments={"x": {"since": "2026-05-01", "until": "2026-05-02"}})]),
]


def _option(number: int) -> DispatchOption:
    return DispatchOption(number=number, unit="某局", duty_item="某事", confidence=0.2)


GIVEN: dict[str, st.SearchStrategy[Any]] = {
    "route": st.builds(
        RouteGiven,
        message=TEXTS,
        history=st.lists(TEXTS, max_size=10),
        tendency=st.just({"service": 0.512345, "policy": 0.487655}),
        available=st.sampled_from(_AVAILABLE),
    ),
    "choose": st.builds(
        ChooseGiven, question=TEXTS, as_of=st.just(TODAY), glosses=st.just({"暖气": ["供热"]}), passages=_passages()
    ),
    "dispatch": st.builds(
        DispatchGiven,
        message=TEXTS,
        place=st.sampled_from(["", "人民路"]),
        options=st.integers(1, 5).map(lambda many: [_option(number) for number in range(1, many + 1)]),
    ),
    "draft_rule": st.builds(
        DraftRuleGiven,
        title=st.just("补贴办法"),
        subject=st.just("firm"),
        clauses=st.lists(TEXTS, max_size=20).map(
            lambda texts: [DraftClause(number=n, section="", text=text) for n, text in enumerate(texts, 1)]
        ),
        facts=_facts(DraftFact),
        proposed=st.just(DraftedRule()),
        complaints=st.sampled_from([[], ["“某句”：不对"]]),
    ),
    "hear_facts": st.builds(
        HearGiven,
        text=TEXTS,
        today=st.just(TODAY),
        facts=_facts(HearFact),
        heard=st.sampled_from([[], ["firm.f0", "firm.f3"]]),
    ),
    "plan": st.builds(
        PlanGiven,
        message=TEXTS,
        now=st.just(NOW),
        tools=st.just(_TOOLS),
        nearest=st.just(["air.now", "gone.tool"]),
        districts=st.just({"east": "河东区", "west": "河西区"}),
        proposed=st.sampled_from(_PROPOSED),
    ),
}  # fmt: skip
"""Task → things given to it."""
