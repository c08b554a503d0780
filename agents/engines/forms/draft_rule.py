"""The form of ``draft_rule``: conditions and benefits by the numbers of sentences, facts, options and figures.

Every amount is a figure of the text and every quote a sentence of it, so a draft cannot hold money that no text says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from agents.engines.forms.base import Closed, at, numbered, section
from agents.engines.forms.hear_facts import TYPES
from agents.engines.forms.pieces import EDGES, Figure, days, digits, figures, options
from agents.engines.tasks import (
    DraftClause,
    DraftedBenefit,
    DraftedCode,
    DraftedCondition,
    DraftedRule,
    DraftedTest,
    DraftFact,
    DraftRuleGiven,
    DraftTestName,
)

MOST_SENTENCES, MOST_FACTS, MOST_NUMBER = 200, 90, 200
MOST_CODES = 24
MOST_TESTS, MOST_BENEFITS, MOST_ROWS = 16, 6, 6
Sentence = Annotated[int, Field(ge=0, lt=MOST_SENTENCES)]
Number = Annotated[int, Field(ge=0, lt=MOST_NUMBER)]
Unit = Literal["years", "months", "days"]
_NAME = 24
_SEVERAL = ("one_of", "none_of", "under", "not_under", "has_all", "has_none")
_NO_DAY, _FIRST_YEAR = date(1, 1, 1), 1900
"""A text of law names its days whole; "last year" in it means nothing."""


class Tested(Closed):
    """A test of a fact. Tests of one sentence hold together, those of another ``way`` instead of them; several
    options of one test make its list.
    """

    sentence: Sentence
    way: int = Field(ge=0, le=3)
    fact: int = Field(ge=0, lt=MOST_FACTS)
    test: DraftTestName
    value: Literal["yes", "no", "option", "figure", "day", Unit]
    number: Number


class Row(Closed):
    """The amount for one option of the fact that a benefit goes by."""

    option: Number
    figure: Number


class Benefit(Closed):
    """What is given: a sum, a share of a fact or a sum for each unit of it, sums by option, or no money. ``cap``: the
    figure of the most that is paid, -1 where there is none.
    """

    sentence: Sentence
    pays: Literal["sum", "share", "each", "by_option", "no_money"]
    figure: Number
    fact: int = Field(ge=0, lt=MOST_FACTS)
    cap: int = Field(ge=-1, lt=MOST_NUMBER)
    per: Literal["once", "month", "quarter", "year", "item"]
    rows: list[Row] = Field(max_length=MOST_ROWS)
    when: list[Tested] = Field(max_length=2)


class RuleAnswer(Closed):
    """A rule; ``as_proposed`` where what patterns have read is all of it."""

    as_proposed: bool
    tests: list[Tested] = Field(max_length=MOST_TESTS)
    benefits: list[Benefit] = Field(max_length=MOST_BENEFITS)


class DraftRuleForm:
    """Sentences, facts and figures, all numbered; then what patterns have read, and what was wrong before."""

    answer = RuleAnswer

    def fixed(self, given: DraftRuleGiven) -> str:
        """Nothing: the facts are those of the text."""
        return ""

    def shown(self, given: DraftRuleGiven) -> str:
        """The text and what it may mean."""
        told = _Text(given)
        sentences = [f"（{clause.section}）{clause.text}" if clause.section else clause.text for clause in told.clauses]
        return (
            section("事实目录", numbered([told.fact(fact) for fact in told.facts]))
            + section("文本", f"{given.title}\n{numbered(sentences)}")
            + section("文本里的数", numbered([figure.shown(told.parts) for figure in told.figures]))
            + section("文本里的日期", "\n".join(f"第{number}句：{day}" for number, day in told.days.items()))
            + section("初稿", told.rule(given.proposed))
            + section("上一次的错", "\n".join(given.complaints))
        )

    def read(self, given: DraftRuleGiven, answer: RuleAnswer) -> DraftedRule:
        """The rule, less what points at nothing."""
        if answer.as_proposed and not (given.complaints and (answer.tests or answer.benefits)):
            return given.proposed
        told = _Text(given)
        benefits = (_benefit(told, one) for one in answer.benefits)
        conditions = (condition for _, condition in _conditions(told, answer.tests))
        return DraftedRule(
            conditions=[one for one in conditions if one is not None],
            benefits=[one for one in benefits if one is not None],
        )


class _Text:
    """What the numbers of an answer stand for, and a draft in these numbers."""

    def __init__(self, given: DraftRuleGiven):
        self.clauses: list[DraftClause] = given.clauses[:MOST_SENTENCES]
        self.facts: list[DraftFact] = given.facts[:MOST_FACTS]
        self.parts = [clause.text for clause in self.clauses]
        self.figures: list[Figure] = figures(self.parts, MOST_NUMBER)
        self.days = {at: day for at, day in days(self.parts, _NO_DAY).items() if day.year >= _FIRST_YEAR}
        self._whole = "".join(self.parts)

    def quote(self, sentence: int) -> str:
        """The sentence's words, none where there is no such sentence."""
        return (at(self.parts, sentence) or "").strip(EDGES)

    def codes(self, fact: DraftFact) -> list[str]:
        """The codes of a choice that are offered, in the order of their numbers."""
        return options(fact.codes, self._whole, MOST_CODES)

    def fact(self, fact: DraftFact) -> str:
        """A fact as it stands in the catalogue."""
        offered = "、".join(f"{number}={fact.codes[code]}" for number, code in enumerate(self.codes(fact)))
        unit = f"，{fact.unit}" if fact.unit else ""
        return f"{fact.label}（{TYPES.get(fact.type, fact.type)}{unit}{'：' + offered if offered else ''}）"

    def rule(self, rule: DraftedRule) -> str:
        """A rule line by line, facts by number and label."""
        lines = [f"条件“{one.quote}”：{self._ways(one)}" for one in rule.conditions]
        for one in rule.benefits:
            when = "".join(f"；只在{self._ways(condition)}" for condition in one.when)
            rows = "、".join(f"{row.code} {digits(row.amount)}" for row in one.table)
            pays = self._formula(one.amount) or f"按{self._formula(one.by)}：{self._labelled(one.by, rows)}"
            cap = f"；最多 {self._formula(one.cap)}" if one.cap else ""
            lines.append(f"待遇“{one.quote}”：{pays if one.amount or one.by else '不是钱'}{cap}；{one.per}{when}")
        return "\n".join(lines)

    def _ways(self, condition: DraftedCondition) -> str:
        return " 或 ".join(" 且 ".join(map(self._tested, branch)) for branch in condition.branches)

    def _tested(self, test: DraftedTest) -> str:
        values = test.value if isinstance(test.value, list) else [test.value]
        said = "、".join(_plain(value) for value in values)
        return f"{self._formula(test.fact)} {test.test} {self._labelled(test.fact, said)}{test.unit}"

    def _formula(self, formula: str) -> str:
        """A formula with its facts as ``[number]label``."""
        for number, fact in enumerate(self.facts):
            formula = re.sub(rf"\b{re.escape(fact.id)}\b", f"[{number}]{fact.label}", formula)
        return formula

    def _labelled(self, name: str, said: str) -> str:
        """What is said of a choice, its codes as their labels."""
        codes = next((fact.codes for fact in self.facts if fact.id == name), {})
        return "、".join(" ".join(codes.get(word, word) for word in one.split(" ")) for one in said.split("、"))


def _plain(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else digits(value)


def _conditions(told: _Text, tests: Iterable[Tested]) -> Iterable[tuple[int, DraftedCondition | None]]:
    """Sentence → its condition, its ways the branches; None where one of the tests points at nothing: with a test
    less it would be another condition.
    """
    ways: dict[int, dict[int, list[DraftedTest | None]]] = {}
    for one in tests:
        ways.setdefault(one.sentence, {}).setdefault(one.way, []).append(_test(told, one))
    for sentence, branches in ways.items():
        read = [_whole(branch) for branch in branches.values()]
        whole = [branch for branch in read if branch is not None]
        quote = told.quote(sentence)
        is_sound = quote and len(whole) == len(read)
        yield sentence, DraftedCondition(quote=quote, branches=whole) if is_sound else None


def _whole(branch: Iterable[DraftedTest | None]) -> list[DraftedTest] | None:
    """A branch with the options of one test together; None where a test could not be read."""
    found: list[DraftedTest] = []
    for test in branch:
        if test is None:
            return None
        same = next((at for at, one in enumerate(found) if (one.fact, one.test) == (test.fact, test.test)), None)
        if same is not None and isinstance(test.value, list) and isinstance(known := found[same].value, list):
            found[same] = test.model_copy(update={"value": list(dict.fromkeys([*known, *test.value]))})
        else:
            found.append(test)
    return found


def _test(told: _Text, one: Tested) -> DraftedTest | None:
    fact = at(told.facts, one.fact)
    value = None if fact is None else _value(told, fact, one)
    if fact is None or value is None:
        return None
    unit = one.value if one.value in ("years", "months", "days") else ""
    return DraftedTest(fact=fact.id, test=one.test, value=value, unit=unit)


def _value(told: _Text, fact: DraftFact, one: Tested) -> bool | float | str | list[str] | None:
    if one.value in ("yes", "no"):
        return one.value == "yes"
    if one.value == "option":
        code = at(told.codes(fact), one.number)
        return [code] if code is not None and one.test in _SEVERAL else code
    if one.value == "day":
        day = told.days.get(one.sentence)
        return None if day is None else day.isoformat()
    figure = at(told.figures, one.number)
    return None if figure is None else round(figure.value, 8)


def _benefit(told: _Text, one: Benefit) -> DraftedBenefit | None:
    """A benefit, whole or not at all: without its condition, its cap or its sum it would give something else."""
    quote, cap = told.quote(one.sentence), at(told.figures, one.cap)
    when = [condition for _, condition in _conditions(told, one.when)]
    whole = [condition for condition in when if condition is not None]
    sum_of = _sum(told, one)
    if not quote or sum_of is None or len(whole) < len(when) or (cap is None and one.cap >= 0):
        return None
    return DraftedBenefit(
        quote=quote,
        name=quote[:_NAME],
        when=whole,
        amount=sum_of.amount,
        by=sum_of.by,
        table=list(sum_of.table),
        cap="" if cap is None else digits(cap.value),
        per=one.per,
    )


class _Sum(NamedTuple):
    """How much is given: a formula, or amounts by the codes of a fact; neither where it is no money."""

    amount: str = ""
    by: str = ""
    table: tuple[DraftedCode, ...] = ()


def _sum(told: _Text, one: Benefit) -> _Sum | None:
    """How much, None where the answer points at nothing."""
    if one.pays == "no_money":
        return _Sum()
    figure, fact = at(told.figures, one.figure), at(told.facts, one.fact)
    if one.pays == "by_option":
        rows = () if fact is None else tuple(_rows(told, fact, one.rows))
        return _Sum(by=fact.id, table=rows) if fact is not None and rows and len(rows) == len(one.rows) else None
    if figure is None:
        return None
    if one.pays == "sum":
        return _Sum(amount=digits(figure.value))
    return None if fact is None else _Sum(amount=f"{fact.id} * {digits(figure.value)}")


def _rows(told: _Text, fact: DraftFact, rows: Iterable[Row]) -> Iterable[DraftedCode]:
    for row in rows:
        code, figure = at(told.codes(fact), row.option), at(told.figures, row.figure)
        if code is not None and figure is not None:
            yield DraftedCode(code=code, amount=round(figure.value, 8))
