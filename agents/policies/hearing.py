"""Facts out of a message: what patterns read for sure, and what a model reads beside that and can show.

A model's fact counts only where it names words that stand in the message, and where the value can be read from those
words by rule: a number has to be one of the numbers in them, a day a day in them. What patterns read is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from agents.context import TurnContext
from agents.engines.base import EngineAnswerInvalid, EngineUnavailable
from agents.engines.tasks import HEAR_FACTS, HeardFact, HearFact, HearGiven
from city.errors import BadInput
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import CODED, NUMERIC, Fact, FactType, Subject, Value
from knowledge.eligibility.profiles import read_value
from knowledge.eligibility.reading import Heard, plain
from knowledge.eligibility.said import amounts, day_said

MOST_FACTS = 40
_PERCENT = 100


async def hear(context: TurnContext, rules: Eligibility, subject: Subject, text: str, asking: str) -> list[Heard]:
    """The facts that a model adds to what patterns read of ``text`` (masked); none with the embedded engine."""
    found = rules.listener(subject, context.today).facts(text)
    given = HearGiven(
        text=text,
        asking=rules.every.facts[asking].question if asking in rules.every.facts else "",
        today=context.today,
        facts=[_offered(rules, fact) for fact in nearest(rules, subject, text, asking)],
        heard=[one.fact for one in found],
    )
    try:
        made = await context.decide(HEAR_FACTS, given)
    except (EngineUnavailable, EngineAnswerInvalid):
        return []  # what patterns read stands without it
    offered = {fact.id for fact in given.facts}
    known = {one.fact for one in found}
    added = (_shown(rules, one, plain(text), context.today) for one in made.facts if one.fact in offered - known)
    return [one for one in added if one is not None]


def nearest(rules: Eligibility, subject: Subject, text: str, asking: str) -> list[Fact]:
    """The facts whose own words are most like the message, the one asked for first."""
    said = _pairs(plain(text))
    scored = [(fact.id != asking, -len(own & said) / (len(own) or 1), fact) for fact, own in _worded(rules, subject)]
    scored.sort(key=lambda one: one[:2])
    return [fact for other, unlike, fact in scored if unlike < 0 or not other][:MOST_FACTS]


@lru_cache(maxsize=8)
def _worded(rules: Eligibility, subject: Subject) -> list[tuple[Fact, frozenset[str]]]:
    """The facts that are asked for, each with the character pairs of its own words."""
    every = [fact for fact in rules.every.facts.values() if fact.subject == subject and fact.question]
    return [(fact, _pairs(fact.label + "".join(fact.aliases) + fact.question)) for fact in every]


def _pairs(text: str) -> frozenset[str]:
    packed = "".join(char for char in text if char.isalnum())
    return frozenset(packed[i : i + 2] for i in range(len(packed) - 1))


def _offered(rules: Eligibility, fact: Fact) -> HearFact:
    listed = rules.every.lists.get(fact.list)
    codes = dict(fact.options) or ({entry.code: entry.label for entry in listed.entries} if listed else {})
    return HearFact(id=fact.id, label=fact.label, type=fact.type.value, unit=fact.unit, codes=codes)


def _shown(rules: Eligibility, one: HeardFact, text: str, today: date) -> Heard | None:
    """The model's fact where its words stand in the message and carry its value."""
    fact, words = rules.every.facts[one.fact], plain(one.words).strip()
    if not words or words not in text:
        return None
    try:
        value = read_value(fact, one.value, rules.every.lists)
    except BadInput:
        return None
    return Heard(fact.id, value, words) if carries(fact, value, words, today) else None


def carries(fact: Fact, value: Value, words: str, today: date) -> bool:
    """Whether ``words`` hold the value: the number, the day; codes and yes or no are the model's reading."""
    if fact.type in NUMERIC:
        numbers = [amount.value / (_PERCENT if amount.percent else 1) for amount in amounts(words) if not amount.vague]
        scaled = [number * factor for number in numbers for factor in (1, 12)] if fact.unit.endswith("月") else numbers
        return value in scaled
    if fact.type is FactType.DATE:
        return day_said(words, today) == value
    return fact.type in CODED or isinstance(value, bool)


def merged(found: Sequence[Heard], more: Sequence[Heard]) -> list[Heard]:
    """``found`` with what ``more`` adds; the first statement of a fact stands."""
    unique: dict[str, Heard] = {}
    for one in (*found, *more):
        unique.setdefault(one.fact, one)
    return list(unique.values())
