"""Reckoned sentences: what rules have worked out is checked by working it out again.

A sentence about a match names the rules that it tells of and their status. It stands when each rule, evaluated anew on
the facts of the talk, has that status, and every number of the sentence is one that the evaluation brought forth.
"""

from __future__ import annotations

from agents.contract import Reckoned, Sentence
from agents.policies.talk import Matching
from agents.reading.numbers import unsupported
from city.errors import BadInput, NotFound
from city.pack import CityPack
from knowledge.eligibility.book import tell_number
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.explaining import Explanation
from knowledge.eligibility.reporting import report

_FRAMES = "policy_"


def fixed_words(pack: CityPack) -> str:
    """The fixed words around results: their "一次性" or "一年约" reads as a number, but is the pack's own."""
    return "\n".join(
        words.raw(key) for words in pack.wording.values() for key in sorted(words.keys()) if key.startswith(_FRAMES)
    )


def fault(sentence: Sentence, matching: Matching | None, rules: Eligibility | None, fixed: str = "") -> str:
    """Why the sentence does not stand, or nothing. What stands in ``fixed`` may be said of any result."""
    if rules is None or matching is None or matching.subject is None or not sentence.reckoned:
        return "nothing to reckon it from"
    held: list[str] = [fixed]
    try:
        for reckoned in sentence.reckoned:
            held += _held(reckoned, matching, rules)
    except (NotFound, BadInput, LookupError) as error:
        return str(error)
    extra = unsupported(sentence.text, "\n".join([*held, *(evidence.quote for evidence in sentence.evidence)]))
    return f"numbers that the rules do not give: {sorted(extra)}" if extra else ""


def _held(reckoned: Reckoned, matching: Matching, rules: Eligibility) -> list[str]:
    profile = matching.profile(rules.every)
    if reckoned.policy == "*":
        total = report(rules, profile, reckoned.as_of)
        return [money(total.total), *(one.title for one in total.policies), *total.conflicts]
    made = rules.explain(reckoned.policy, profile, reckoned.as_of)
    if made.status != reckoned.status:
        raise BadInput(f"{reckoned.policy} is {made.status}, not {reckoned.status}")
    return told_numbers(made)


def money(value: float) -> str:
    """An amount as it is told."""
    return tell_number(value, "money", "元")


def told_numbers(made: Explanation) -> list[str]:
    """Everything of an explanation that a sentence may repeat."""
    amounts = [made.worth, *(v for one in made.benefits for v in (one.amount, one.at_most, one.times))]
    days = [day for day in (made.when.until, made.when.opens, made.as_of) if day]
    texts = [made.title, made.summary, made.when.note, made.where, made.online, made.phone, made.document]
    texts += [f"{value:g}" for value in (one.times for one in made.benefits) if value is not None]
    texts += [f"{value:g}期" for value in (one.times for one in made.benefits) if value is not None]
    texts += [str(made.days), f"{made.days}个工作日"] if made.days is not None else []
    texts += [money(value) for value in amounts if value is not None]
    texts += [f"{day.year}年{day.month}月{day.day}日" for day in days]
    texts += [part for step in made.steps for part in (step.says, step.given)]
    texts += [part for way in made.changes for step in way for part in (step.says, step.given)]
    texts += [part for one in made.benefits for part in (one.name, one.gives, one.formula, *one.figures)]
    texts += [part for paper in made.materials for part in (paper.name, paper.held_by, paper.note)]
    texts += [part for fact in (*made.missing, *made.assumed) for part in (fact.label, fact.question, fact.why)]
    return [*texts, *made.exclusions, *made.quota, *made.notes]
