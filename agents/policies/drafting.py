"""Drafting with an engine: patterns read first, the engine corrects and completes, and nothing unproven is kept.

Every quote must stand in the text, every fact and code must exist, everything must compile. What is wrong is told to
the engine once; what is still wrong then goes to the notes. Nothing of it counts for a citizen before a person signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any, get_args

from agents.engines.base import Engine
from agents.engines.calls import Call
from agents.engines.tasks import (
    DRAFT_RULE,
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
from knowledge.eligibility.drafting.benefits import Given
from knowledge.eligibility.drafting.catalogue import Catalogue
from knowledge.eligibility.drafting.conditions import Found
from knowledge.eligibility.drafting.drafting import Draft, Drafter
from knowledge.eligibility.drafting.passages import Group, groups
from knowledge.eligibility.facts import FactType, Subject
from knowledge.model import Document

NEAREST, MOST_FACTS = 5, 90
"""Facts offered for each sentence, and in all."""
_TESTS: tuple[DraftTestName, ...] = get_args(DraftTestName)
_QUOTED = re.compile("“([^”]+)”")
_SURE = 1.0
_EMPTY = "it holds no test: name a fact and what it must be"


async def draft(engine: Engine, drafter: Drafter, document: Document, subject: Subject | None = None) -> Draft:
    """The draft rule of a text. Raises EngineUnavailable or EngineAnswerInvalid where the engine fails."""
    chosen = subject or drafter.subject_of(document)
    found, given, notes = drafter.read(document, chosen)
    proposed = told(found, given)
    asked = _asked(drafter, document, chosen, proposed)
    call = Call(lane="batch", domain="staff")
    made = await engine.decide(DRAFT_RULE, asked, call)
    if made == proposed:
        return drafter.assemble(document, chosen, found, given, notes)
    check = _Check(drafter, document, chosen)
    kept, wrong = check.all_of(made)
    if wrong:
        complaints = [f"“{quote}”: {fault}" for quote, fault in wrong]
        again = asked.model_copy(update={"proposed": made, "complaints": complaints})
        made = await engine.decide(DRAFT_RULE, again, call)
        kept, wrong = check.all_of(made)
    return drafter.assemble(document, chosen, *kept, [*_notes(notes, proposed, kept), *_refused(wrong)])


def _refused(wrong: Iterable[tuple[str, str]]) -> list[str]:
    return [f"模型写的“{quote}”没有采用（{fault}）" for quote, fault in wrong]


def _notes(notes: Iterable[str], proposed: DraftedRule, kept: tuple[list[Found], list[Given]]) -> list[str]:
    """What is still open: of the patterns' notes those that the engine has not mapped, and what it left out."""
    found, given = kept
    quotes = [one.quote for one in found] + [one.quote for one in given]
    quotes += [when.quote for one in given for when in one.when]
    left = [
        note
        for note in notes
        if not any(words and any(words in quote for quote in quotes) for words in _QUOTED.findall(note)[:1])
    ]
    before = [one.quote for one in proposed.conditions] + [one.quote for one in proposed.benefits]
    dropped = [quote for quote in before if quote not in quotes]
    return [*left, *(f"程序读出、模型没有采用的“{quote}”" for quote in dict.fromkeys(dropped))]


# what is asked


def _asked(drafter: Drafter, document: Document, subject: Subject, proposed: DraftedRule) -> DraftRuleGiven:
    made = groups(document, drafter.words)
    passages = [passage for group in made for passage in group.passages]
    return DraftRuleGiven(
        title=document.meta.title,
        subject=subject,
        clauses=[DraftClause(number=n, section=p.heading, text=p.text) for n, p in enumerate(passages, 1)],
        facts=_facts(drafter.catalogue(subject), made, proposed),
        proposed=proposed,
    )


def _facts(catalogue: Catalogue, made: Iterable[Group], proposed: DraftedRule) -> list[DraftFact]:
    """The facts of the proposal, and for every sentence about conditions or amounts those that are nearest."""
    names = dict.fromkeys(_named(proposed))
    told = [p for group in made if group.kind not in ("materials", "apply") for p in group.passages]
    near = [catalogue.near(passage.text, lambda fact: True)[:NEAREST] for passage in told]
    for place in range(NEAREST):
        names |= dict.fromkeys(found[place].fact.id for found in near if place < len(found))
    return [_fact(catalogue, name) for name in list(names)[:MOST_FACTS] if name in catalogue.facts]


def _fact(catalogue: Catalogue, name: str) -> DraftFact:
    fact = catalogue.facts[name]
    codes = {code: words[0] for code, words in catalogue.codes(fact).items()}
    return DraftFact(id=name, label=fact.label, type=fact.type.value, unit=fact.unit, codes=codes)


def _named(rule: DraftedRule) -> Iterable[str]:
    conditions = [*rule.conditions, *(when for one in rule.benefits for when in one.when)]
    yield from (test.fact for one in conditions for branch in one.branches for test in branch)
    for benefit in rule.benefits:
        yield from re.findall(r"(?:firm|person)\.[a-z0-9_]+", f"{benefit.amount} {benefit.cap} {benefit.by}")


# patterns' readings as the task's answer, and back


def told(found: Sequence[Found], given: Sequence[Given]) -> DraftedRule:
    """What patterns have read, in the form of the task's answer."""
    return DraftedRule(
        conditions=[_condition(one) for one in found],
        benefits=[
            DraftedBenefit(
                quote=one.quote,
                name=one.name,
                when=[_condition(when) for when in one.when],
                amount="" if one.amount is None else str(one.amount),
                by=one.by,
                table=[DraftedCode(code=code, amount=amount) for code, amount in one.table.items()],
                cap=one.cap_formula
                or ("" if one.cap is None else f"{one.cap:g}" if one.cap < 1e6 else str(int(one.cap))),
                per=one.per,
            )
            for one in given
        ],
    )


def _condition(found: Found) -> DraftedCondition:
    return DraftedCondition(quote=found.quote, branches=_branches(found.condition))


def _branches(condition: Mapping[str, Any]) -> list[list[DraftedTest]]:
    """A condition as branches of tests of which one must hold."""
    if "any" in condition:
        return [branch for part in condition["any"] for branch in _branches(part)]
    if "all" in condition:
        parts = [_branches(part) for part in condition["all"]]
        return [[test for branch in way for test in branch] for way in product(*parts)]
    return [[_test(condition["fact"], name, condition[name]) for name in _TESTS if name in condition]]


def _test(fact: str, name: DraftTestName, value: Any) -> DraftedTest:
    if isinstance(value, Mapping):
        ((unit, count),) = value.items()
        return DraftedTest(fact=fact, test=name, value=float(count), unit=unit)
    if isinstance(value, date):
        return DraftedTest(fact=fact, test=name, value=value.isoformat())
    return DraftedTest(fact=fact, test=name, value=value if isinstance(value, bool | str | list) else float(value))


class _Check:
    """Reads an answer back, and keeps what is sound."""

    def __init__(self, drafter: Drafter, document: Document, subject: Subject):
        self._drafter, self._document, self._subject = drafter, document, subject

    def all_of(self, made: DraftedRule) -> tuple[tuple[list[Found], list[Given]], list[tuple[str, str]]]:
        """(conditions, benefits) that are sound, and (quote, fault) of the rest."""
        found: list[Found] = []
        given: list[Given] = []
        wrong: list[tuple[str, str]] = []
        for one in made.conditions:
            condition = self._found(one)
            fault = self._drafter.fault(self._document, self._subject, condition.written)
            if fault:
                wrong.append((one.quote, fault))
            else:
                found.append(condition)
        for benefit in made.benefits:
            read = self._given(benefit)
            fault = self._drafter.fault_of_benefit(self._document, self._subject, read)
            if any(not when.condition for when in read.when):
                fault = fault or _EMPTY
            if fault:
                wrong.append((benefit.quote, fault))
            else:
                given.append(read)
        return (found, given), wrong

    def _found(self, one: DraftedCondition) -> Found:
        ways = [[self._tested(test) for test in branch] for branch in one.branches if branch]
        parts: list[dict[str, Any]] = [way[0] if len(way) == 1 else {"all": way} for way in ways]
        condition = parts[0] if len(parts) == 1 else {"any": parts} if parts else {}
        return Found(condition, _SURE, one.quote)

    def _tested(self, test: DraftedTest) -> dict[str, Any]:
        fact = self._drafter.book.facts.get(test.fact)
        value: Any = test.value
        if test.unit and isinstance(value, int | float) and value == int(value):
            value = {test.unit: int(value)}
        elif fact is not None and fact.type is FactType.DATE and isinstance(value, str):
            value = _day(value)
        return {"fact": test.fact, test.test: value}

    def _given(self, one: DraftedBenefit) -> Given:
        return Given(
            quote=one.quote,
            name=one.name,
            when=[self._found(when) for when in one.when],
            amount=one.amount or None,
            by=one.by,
            table={row.code: row.amount for row in one.table},
            cap_formula=one.cap,
            per=one.per,
        )


def _day(text: str) -> date | str:
    """The day; where it is none, words that no formula is, so that the check refuses them by name."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return f"{text!r} is no day"
