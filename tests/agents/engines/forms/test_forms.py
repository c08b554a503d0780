"""Whatever a grammar lets through is read without error, and says nothing that was not given."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.engines.forms import FORMS, WRITTEN
from agents.engines.forms.pieces import clauses, days, digits, figures, words
from agents.engines.tasks import (
    ALL,
    Chosen,
    Dispatched,
    DraftedCondition,
    DraftedRule,
    HeardFacts,
    PlanMade,
    RouteMade,
)
from agents.engines.vllm.wire import longest, wire_schema
from tests.agents.engines.forms.making import GIVEN, TODAY, answers

RETURNS = {task.name: task.returns for task in ALL}
BOUNDS = {"route": 520, "choose": 140, "dispatch": 40, "hear_facts": 800, "plan": 1_900, "draft_rule": 5_000}


def test_every_task_is_asked_in_one_way() -> None:
    assert sorted([*FORMS, *WRITTEN]) == sorted(RETURNS)


@pytest.mark.parametrize("task", sorted(FORMS))
def test_an_answer_is_closed_and_bounded(task: str) -> None:
    schema = wire_schema(FORMS[task].answer)
    assert longest(schema) <= BOUNDS[task]
    for node in _nodes(schema):
        if node["type"] == "string":
            assert node["enum"], "a listed word, never free text"
        if node["type"] == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])


def _nodes(schema: dict[str, Any]) -> list[dict[str, Any]]:
    inside = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return [schema, *(found for one in inside for found in _nodes(one))]


@pytest.mark.parametrize("task", sorted(FORMS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_a_grammar_lets_through_is_read(task: str, data: st.DataObject) -> None:
    form = FORMS[task]
    asked = data.draw(GIVEN[task])
    answer = form.answer.model_validate(data.draw(answers(wire_schema(form.answer))))
    form.fixed(asked), form.shown(asked)
    made = form.read(asked, answer)
    assert RETURNS[task].model_validate(made.model_dump()) == made
    _CHECKS[task](asked, made)


def _route(asked: Any, made: RouteMade) -> None:
    for part in made.parts:
        assert not asked.available or part.specialist in asked.available
        own = {piece for text in (asked.message, *asked.history) for piece in clauses(text)}
        known = "".join(own) + "，"
        assert part.question
        assert set(part.question) <= set(known)


def _choose(asked: Any, made: Chosen) -> None:
    passages = {passage.number: passage for passage in asked.passages}
    assert len(made.picks) <= 3
    assert made.picks or not made.answerable
    for pick in made.picks:
        assert pick.sentences == sorted(set(pick.sentences))
        assert 1 <= len(pick.sentences) <= 4
        assert pick.sentences[-1] < len(passages[pick.passage].sentences)


def _dispatch(asked: Any, made: Dispatched) -> None:
    assert made.quote in asked.message


def _draft_rule(asked: Any, made: DraftedRule) -> None:
    texts = [clause.text for clause in asked.clauses]
    facts = {fact.id: fact for fact in asked.facts}
    said = {round(figure.value, 8) for figure in figures(texts, 200)}
    for condition in [*made.conditions, *(when for one in made.benefits for when in one.when)]:
        _condition(condition, texts, facts, said)
    for one in made.benefits:
        assert any(one.quote in text for text in texts)
        numbers = [float(number) for number in re.findall(r"(?:^|\* )([\d.]+)$", one.amount)]
        assert len(numbers) == bool(one.amount)
        assert set(numbers) <= said
        assert not one.cap or float(one.cap) in said
        assert {row.code for row in one.table} <= set(facts[one.by].codes if one.by else [])


def _condition(condition: DraftedCondition, texts: list[str], facts: dict[str, Any], said: set[float]) -> None:
    assert condition.quote
    assert any(condition.quote in text for text in texts)
    assert condition.branches
    assert all(condition.branches)
    for test in (test for branch in condition.branches for test in branch):
        values = test.value if isinstance(test.value, list) else [test.value]
        for value in values:
            if isinstance(value, float):
                assert value in said
            elif isinstance(value, str):
                assert value in facts[test.fact].codes or value in {str(day) for day in days(texts, TODAY).values()}


def _hear_facts(asked: Any, made: HeardFacts) -> None:
    facts = {fact.id: fact for fact in asked.facts}
    parts = clauses(asked.text)
    assert len({one.fact for one in made.facts}) == len(made.facts)
    for one in made.facts:
        assert one.words
        assert one.words in asked.text
        assert one.fact not in asked.heard
        kind = facts[one.fact].type
        if kind == "boolean":
            assert isinstance(one.value, bool)
        elif kind == "date":
            assert one.value in {day.isoformat() for day in days(parts, asked.today).values()}
        elif kind in ("choice", "choices"):
            assert set(one.value if isinstance(one.value, list) else [one.value]) <= set(facts[one.fact].codes)
            assert isinstance(one.value, list) == (kind == "choices")
        else:
            assert one.value in {figure.value for figure in figures(parts, bounds=False)}


def _plan(asked: Any, made: PlanMade) -> None:
    if made == asked.proposed:
        return
    cards = {tool.id: tool for tool in asked.tools}
    values = {figure.value for figure in figures(clauses(asked.message))}
    for call in made.calls:
        kinds = {argument.name: argument for argument in cards[call.tool].arguments}
        for name, value in call.arguments.items():
            proposed = any(one.arguments.get(name) == value for one in asked.proposed.calls)
            assert proposed or _stands(kinds[name], value, asked, values)
    first = {one.name for one in cards[made.calls[0].tool].arguments if one.required} if made.calls else set()
    assert set(made.missing) == first - set(made.calls[0].arguments if made.calls else ())


def _stands(argument: Any, value: Any, asked: Any, values: set[float]) -> bool:
    if argument.kind == "district":
        return value in asked.districts
    if argument.kind == "flag":
        return isinstance(value, bool)
    if argument.kind == "choice":
        return value in argument.options
    if argument.kind == "count":
        return value in {int(one) for one in values}
    return isinstance(value, str) and value in asked.message and argument.kind in ("place", "text")


_CHECKS: dict[str, Any] = {
    "route": _route, "choose": _choose, "dispatch": _dispatch, "draft_rule": _draft_rule, "hear_facts": _hear_facts,
    "plan": _plan,
}  # fmt: skip


@pytest.mark.parametrize("task", sorted(FORMS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_all_that_an_answer_may_point_at_is_shown(task: str, data: st.DataObject) -> None:
    asked = data.draw(GIVEN[task])
    shown = FORMS[task].shown(asked)
    _SHOWN[task](asked, shown)
    assert "0.512345" not in shown, "a share is told in whole per cent"


def _shows_clauses(text: str, shown: str) -> None:
    lines = [f"[{number}] {part.strip()}" for number, part in enumerate(clauses(text))]
    assert shown.rstrip("\n").endswith("\n".join(lines).rstrip("\n")), "what is asked stands last"


def _shows_sentences(asked: Any, shown: str) -> None:
    sentences = [" ".join(one.split()) for passage in asked.passages[:8] for one in passage.sentences]
    assert all(f"[{number}] {one}" in shown for number, one in enumerate(sentences[:400]))
    assert shown.rsplit("## 问题\n", 1)[1].startswith(asked.question)


def _shows_rule(asked: Any, shown: str) -> None:
    assert all(f"[{number}] {one.text}" in shown for number, one in enumerate(asked.clauses))
    assert all(f"[{number}] {fact.label}（" in shown for number, fact in enumerate(asked.facts))
    assert all(line in shown for line in asked.complaints)


def _shows_words(asked: Any, shown: str) -> None:
    assert " ".join(f"{number}:{word.text}" for number, word in enumerate(words(asked.message))) in shown
    assert f"## 这句话\n{asked.message}" in shown or not asked.message


_SHOWN: dict[str, Any] = {
    "route": lambda asked, shown: _shows_clauses(asked.message, shown),
    "dispatch": lambda asked, shown: _shows_clauses(asked.message, shown),
    "hear_facts": lambda asked, shown: _shows_clauses(asked.text, shown),
    "choose": _shows_sentences,
    "draft_rule": _shows_rule,
    "plan": _shows_words,
}


@settings(max_examples=20, deadline=None)
@given(one=GIVEN["plan"], other=GIVEN["plan"])
def test_a_catalogue_is_the_same_for_every_message(one: Any, other: Any) -> None:
    fixed = FORMS["plan"].fixed(one)
    assert fixed == FORMS["plan"].fixed(other)
    assert all(name in fixed for name in ("附近停车场", "河东区", "1=步行", "米", "必填"))
    assert one.message not in fixed or len(one.message) < 3


@pytest.mark.parametrize(
    ("value", "said"), [(32_000_000.0, "32000000"), (1.2e11, "120000000000"), (0.035, "0.035"), (0.0, "0")]
)
def test_numbers_are_written_in_plain_digits(value: float, said: str) -> None:
    assert digits(value) == said
