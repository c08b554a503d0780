"""How many questions a decision takes: the next best question against asking in the order in which rules are written.

Drawn profiles stand for people: each is asked from nothing, and answers what its profile holds (the rest it does
not know). A question counts whether or not it is answered. ``written`` asks the rule's facts in the file's order
until the rule is settled; ``relevant`` is the same but leaves out what no longer matters or makes no sense any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel

from knowledge.eligibility.asking import Asker
from knowledge.eligibility.compiling import CompiledPolicy
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.ir import facts_of, leaves
from knowledge.eligibility.matching import Status, rule_status, wanted
from knowledge.eligibility.profiles import SUBJECTS, Profile

Choose = Callable[[Profile, set[str]], str | None]


class Asked(BaseModel):
    """Average questions of each way, and the share saved against the other two."""

    decisions: int
    best: float
    written: float
    relevant: float
    fewer_than_written: float
    fewer_than_relevant: float


class QuestionReport(BaseModel):
    """One policy at a time, and all policies of a subject in one talk (until each is settled)."""

    profiles: int
    one_policy: Asked
    all_policies: Asked


def run_questions(rules: Eligibility, root: Path, as_of: date, *, count: int, seed: int) -> QuestionReport:
    """Ask ``count`` drawn profiles of each subject."""
    one, every = _Sums(), _Sums()
    for subject in SUBJECTS:
        compiled = rules.rules(as_of, subject)
        for profile in _drawn(rules, root, subject, count, seed, as_of):
            for rule in compiled:
                one.add(*(_count(rules, [rule], profile, way) for way in _ways(rules, [rule])))
            every.add(*(_count(rules, compiled, profile, way) for way in _ways(rules, compiled)))
    return QuestionReport(profiles=count * len(SUBJECTS), one_policy=one.mean(), all_policies=every.mean())


class _Sums:
    def __init__(self) -> None:
        self._rows: list[tuple[int, int, int]] = []

    def add(self, best: int, written: int, relevant: int) -> None:
        self._rows.append((best, written, relevant))

    def mean(self) -> Asked:
        count = max(len(self._rows), 1)
        best, written, relevant = (sum(row[n] for row in self._rows) / count for n in range(3))
        return Asked(
            decisions=len(self._rows),
            best=round(best, 2),
            written=round(written, 2),
            relevant=round(relevant, 2),
            fewer_than_written=round(1 - best / written, 3) if written else 0.0,
            fewer_than_relevant=round(1 - best / relevant, 3) if relevant else 0.0,
        )


def _drawn(rules: Eligibility, root: Path, subject: Subject, count: int, seed: int, as_of: date) -> Iterator[Profile]:
    from knowledge.eligibility.population import draw
    from knowledge.eligibility.tables import from_row

    table = next(draw(rules.every, root, subject, count, seed, as_of))
    for row in table.iter_rows(named=True):
        yield from_row(row, subject)


def _ways(rules: Eligibility, compiled: Sequence[CompiledPolicy]) -> tuple[Choose, Choose, Choose]:
    asker = Asker(rules.book, compiled, rules.priors)
    assumed = rules.book.assumed(frozenset().union(*(rule.facts for rule in compiled)))
    order = list(dict.fromkeys(name for rule in compiled for name in _in_order(rules, rule)))

    def best(known: Profile, gone: set[str]) -> str | None:
        question = asker.next(known, gone)
        return question.fact if question else None

    def written(known: Profile, gone: set[str]) -> str | None:
        return next((name for name in order if name not in known.values and name not in gone), None)

    def relevant(known: Profile, gone: set[str]) -> str | None:
        open_ = (rule for rule in compiled if rule_status(rule, known.values, assumed) is Status.NEEDS)
        names = (name for rule in open_ for name in wanted(rules.book, rule, known.values, assumed))
        return next((name for name in names if name not in gone), None)

    return best, written, relevant


def _in_order(rules: Eligibility, rule: CompiledPolicy) -> Iterable[str]:
    """The facts that a rule's conditions read and that are asked for, as they are written; assumed ones left out."""
    for leaf in leaves(rule.root):
        for name in sorted(facts_of(leaf)):
            fact = rules.book.facts[name]
            if fact.question and fact.assume is None:
                yield name


def _count(rules: Eligibility, compiled: Sequence[CompiledPolicy], profile: Profile, choose: Choose) -> int:
    """How many questions until every rule is settled, or nothing is left to ask."""
    assumed = rules.book.assumed(frozenset().union(*(rule.facts for rule in compiled)))
    known = Profile(profile.subject, {})
    gone: set[str] = set()
    asked = 0
    while any(rule_status(rule, known.values, assumed) is Status.NEEDS for rule in compiled):
        name = choose(known, gone)
        if name is None:
            return asked
        asked += 1
        gone.add(name)  # also what was answered: an answer may be too coarse to settle anything
        if name in profile.values:
            known = known.told({name: profile.values[name]})
    return asked
