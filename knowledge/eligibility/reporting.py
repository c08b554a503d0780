"""A report on one profile: what fits, what it comes to together, and what to ask next."""

from __future__ import annotations

from datetime import date

from city.schema import Record
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.explaining import Named
from knowledge.eligibility.matching import Match, Status
from knowledge.eligibility.profiles import Profile
from knowledge.eligibility.stacking import Conflict


class PolicyLine(Record):
    """One policy in a report."""

    policy: str
    title: str
    summary: str
    status: str
    status_label: str
    worth: float | None
    missing: tuple[Named, ...] = ()
    assumed: tuple[Named, ...] = ()


class Report(Record):
    """What every policy says of one profile. ``total`` is what those to take come to within a year, in yuan."""

    subject: str
    as_of: date
    policies: tuple[PolicyLine, ...]
    take: tuple[str, ...]
    total: float
    conflicts: tuple[str, ...]
    question: Named | None


def report(rules: Eligibility, profile: Profile, as_of: date, *, everything: bool = False) -> Report:
    """The report on ``profile``; with ``everything`` also policies that do not fit."""
    matches = rules.match(profile, as_of)
    best = rules.together(matches, profile)
    question = rules.asker(as_of, profile.subject).next(profile)
    shown = [one for one in matches if everything or one.status is not Status.NOT]
    return Report(
        subject=profile.subject,
        as_of=as_of,
        policies=tuple(line(rules, one) for one in shown),
        take=best.chosen,
        total=best.total,
        conflicts=tuple(conflict_told(rules, pair, best.chosen) for pair in best.left),
        question=rules.explainer.named([question.fact])[0] if question else None,
    )


def line(rules: Eligibility, one: Match) -> PolicyLine:
    """A match as a line."""
    policy = rules.book.policies[one.policy]
    return PolicyLine(
        policy=one.policy,
        title=policy.title,
        summary=policy.summary,
        status=one.status.value,
        status_label=rules.words.texts[f"status_{one.status.value}"],
        worth=one.worth,
        missing=rules.explainer.named(one.missing),
        assumed=rules.explainer.named(one.assumed),
    )


def conflict_told(rules: Eligibility, pair: Conflict, chosen: tuple[str, ...]) -> str:
    """Two policies that may not go together, the one that gives more named first."""
    first, second = (pair.one, pair.other) if pair.one in chosen else (pair.other, pair.one)
    titles = [rules.book.policies[name].title for name in (first, second)]
    return rules.words.texts["conflict"].format(first=titles[0], second=titles[1], object=pair.exclusion.object or "")
