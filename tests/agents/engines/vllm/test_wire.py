"""Schemas on the wire, and all forms: closed, bounded, and readable whatever a model says that the schema allows."""

from __future__ import annotations

import json
from datetime import date, datetime
from random import Random
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from agents.engines.forms import FORMS, Closed, Form
from agents.engines.tasks import (
    ALL,
    DispatchGiven,
    DispatchOption,
    DraftClause,
    DraftedRule,
    DraftFact,
    DraftRuleGiven,
    HearFact,
    HearGiven,
    PlanGiven,
    PlanMade,
    PlannedCall,
    RouteGiven,
    ToolArgument,
    ToolCard,
)
from agents.engines.vllm.wire import longest, wire_schema
from city.errors import BadInput
from eval.servers.answers import by_schema, written
from tests.agents.engines.vllm.making import CHOICE

_MESSAGE = "我家楼下的路灯坏了三天，去年五月报过一次。退休金每月3200元；想问2026年补贴怎么领？"
_TOOL = ToolCard(
    id="counts",
    title="车流",
    does="数车",
    arguments=[
        ToolArgument(name="where", kind="place", required=True),
        ToolArgument(name="many", kind="count"),
        ToolArgument(name="kind", kind="choice", options={"a": "客车", "b": "货车"}),
        ToolArgument(name="flag", kind="flag", options={"true": "是", "false": "否"}),
        ToolArgument(name="district", kind="district"),
    ],
)
GIVEN: dict[str, BaseModel] = {
    "route": RouteGiven(message=_MESSAGE, history=["怎么办户口？", "要多久"], available=["service"]),
    "choose": CHOICE,
    "dispatch": DispatchGiven(
        message=_MESSAGE, options=[DispatchOption(number=1, unit="城管局", duty_item="路灯", confidence=0.5)]
    ),
    "draft_rule": DraftRuleGiven(
        title="办法",
        subject="firm",
        clauses=[
            DraftClause(number=1, section="一", text="2026年1月1日起，研发投入500万元以上的，按10%补助，最高50万元。"),
            DraftClause(number=2, section="一", text="信用良好。"),
        ],
        facts=[
            DraftFact(id="firm.rd", label="研发投入", type="money", unit="元"),
            DraftFact(id="firm.kind", label="类别", type="choice", codes={"a": "甲", "b": "乙"}),
        ],
        proposed=DraftedRule(),
        complaints=["金额不对"],
    ),
    "hear_facts": HearGiven(
        text=_MESSAGE,
        today=date(2026, 11, 20),
        facts=[
            HearFact(id="p.pension", label="退休金", type="money", unit="元"),
            HearFact(id="p.kinds", label="类别", type="choices", codes={"a": "甲"}),
        ],
    ),
    "plan": PlanGiven(
        message=_MESSAGE,
        now=datetime(2026, 11, 20, 9),  # as the desk gives it: local time
        tools=[_TOOL],
        nearest=["counts", "gone"],
        districts={"e": "东区"},
        proposed=PlanMade(calls=[PlannedCall(tool="counts", arguments={"where": "路灯"})]),
    ),
}


def _longest(form: Form) -> int:
    return longest(wire_schema(form.answer))


def test_every_task_that_decides_has_a_form_and_a_case_here() -> None:
    assert FORMS.keys() == {task.name for task in ALL} - {"write"} == GIVEN.keys()


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_closed_and_short(name: str) -> None:
    bound = _longest(FORMS[name])
    assert 0 < bound < 8000


@pytest.mark.parametrize("name", FORMS)
def test_the_schema_of_a_form_is_one_that_grammar_engines_take(name: str) -> None:
    told = json.dumps(wire_schema(FORMS[name].answer))
    for word in ("minLength", "maxLength", "pattern", "format", "$ref", "$defs", "default", "uniqueItems", "oneOf"):
        assert f'"{word}"' not in told


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=80, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_any_answer_that_the_schema_allows_is_read(name: str, random: Random) -> None:
    form, task = FORMS[name], next(one for one in ALL if one.name == name)
    schema = wire_schema(form.answer)
    said = written(by_schema(random, schema))
    assert len(said.encode()) <= longest(schema)
    read = form.read(GIVEN[name], form.answer.model_validate_json(said))
    assert isinstance(task.returns.model_validate(read, from_attributes=True), task.returns)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_shows_what_is_asked(name: str) -> None:
    form, case = FORMS[name], GIVEN[name]
    shown = form.fixed(case) + form.shown(case)
    assert any(word in shown for word in ("停车", "路灯", "研发"))
    assert (form.fixed(case), form.shown(case)) == (form.fixed(case), form.shown(case))


class Inner(Closed):
    """A field may be called as a keyword is."""

    title: Literal["甲", "乙乙"]
    pattern: int = Field(gt=0, lt=10)


class Outer(Closed):
    """An answer with a list, a pair of branches and a constant."""

    inner: list[Inner] = Field(max_length=3)
    maybe: Literal["x"] | None
    sure: bool = Field(default=True, description="not on the wire")


def test_references_are_put_in_place_and_every_field_is_required() -> None:
    schema = wire_schema(Outer)
    assert schema["required"] == ["inner", "maybe", "sure"]
    item = schema["properties"]["inner"]["items"]
    assert item["properties"] == {
        "title": {"type": "string", "enum": ["甲", "乙乙"]},
        "pattern": {"type": "integer", "minimum": 1, "maximum": 9},
    }
    assert item["additionalProperties"] is False
    assert "not on the wire" not in json.dumps(schema)


def test_the_bound_counts_bytes_since_a_chinese_character_may_be_three_tokens() -> None:
    said = {"inner": [{"title": "乙乙", "pattern": 9}] * 3, "maybe": None, "sure": False}
    assert len(written(said).encode()) <= longest(wire_schema(Outer))


def _model(kind: Any) -> type[BaseModel]:
    return type("Open", (BaseModel,), {"__annotations__": {"field": kind}})


@pytest.mark.parametrize("kind", [str, int, float, list[bool], dict[str, int], tuple[int, int], Any])
def test_what_has_no_bound_is_named(kind: Any) -> None:
    with pytest.raises(BadInput, match=r"\$\.field"):
        longest(wire_schema(_model(kind)))


class Nested(BaseModel):
    """An answer inside itself."""

    again: list[Nested]


def test_an_answer_inside_itself_is_refused() -> None:
    with pytest.raises(BadInput, match="refers to itself"):
        wire_schema(Nested)
