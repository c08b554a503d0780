"""Are the rules right? Written cases of every policy, exact to the cent; and how many questions a decision takes.

Cases are JSONL, a file a rule: ``policy``, ``as_of``, ``facts``, ``status``, ``benefits`` (amount for one period, true
where it is no money, null where it cannot be known), ``why``, and ``unknown``: facts to leave out one by one, each a
case of its own, with the status that must come out and, for ``needs_facts``, the facts that must be named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from city.errors import BadInput
from city.schema import Record
from eval.articles import read_rows
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.matching import POSITIVE, Match, Status, match
from knowledge.eligibility.profiles import Profile, find_fact, read_profile

_NEAR = 0.005


class Left(Record):
    """What must come out where one fact is left out."""

    status: Status
    missing: tuple[str, ...] | None = None


class Case(BaseModel):
    """A profile whose result is known."""

    id: str
    policy: str
    as_of: date
    facts: dict[str, Any]
    status: Status
    benefits: dict[str, float | bool | None] | None = None
    unknown: dict[str, Status | Left] = Field(default_factory=dict)
    why: str = ""


class Miss(BaseModel):
    """A case that came out otherwise."""

    id: str
    policy: str
    expected: str
    got: str
    why: str


class PolicyReport(BaseModel):
    """All cases: profiles, and one more for every fact that is left out."""

    policies: int
    profiles: int
    cases: int
    exact: int
    yes: int
    no: int
    unknown: int
    by_policy: dict[str, str]
    without: list[str]
    misses: list[Miss]


def read_cases(paths: Sequence[Path]) -> list[Case]:
    """The cases of files, or of every .jsonl in a folder. Raises BadInput naming a bad line."""
    files = [file for path in paths for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]
    return [Case.model_validate(row) for file in files for row in read_rows(file)]


def run_policies(rules: Eligibility, cases: Sequence[Case]) -> PolicyReport:
    """Evaluate every case."""
    misses: list[Miss] = []
    counts: dict[str, list[int]] = {}
    kinds = {"yes": 0, "no": 0, "unknown": 0}
    for case in cases:
        for expected, got, name in _outcomes(rules, case):
            own = counts.setdefault(case.policy, [0, 0])
            own[0] += 1
            own[1] += expected == got
            kinds[_kind(expected)] += 1
            if expected != got:
                misses.append(Miss(id=name, policy=case.policy, expected=expected, got=got, why=case.why))
    every = sum(own[0] for own in counts.values())
    return PolicyReport(
        policies=len(counts),
        profiles=len(cases),
        cases=every,
        exact=every - len(misses),
        yes=kinds["yes"],
        no=kinds["no"],
        unknown=kinds["unknown"],
        by_policy={name: f"{right}/{total}" for name, (total, right) in sorted(counts.items())},
        without=sorted(set(rules.book.policies) - set(counts)),
        misses=misses,
    )


def _kind(expected: str) -> str:
    status = expected.split(" ", 1)[0]
    if status == Status.ELIGIBLE.value:
        return "yes"
    return "no" if status == Status.NOT.value else "unknown"


def _outcomes(rules: Eligibility, case: Case) -> Iterator[tuple[str, str, str]]:
    """(expected, got, name) of a case and of each of its left-out facts."""
    rule = rules.book.compiled(case.policy, case.as_of)
    profile = read_profile({"subject": rule.policy.subject, "facts": case.facts}, rules.book, where=case.id)
    found = match(rules.book, rule, profile)
    yield _told(case.status, case.benefits), _got(found, case.benefits), case.id
    for name, left in case.unknown.items():
        fact = find_fact(rules.book, rule.policy.subject, name)
        if fact is None or fact.id not in profile.values:
            raise BadInput(f"{case.id}: unknown.{name}: is no fact of the profile → name one that is given")
        wanted = left if isinstance(left, Left) else Left(status=left)
        values = {key: value for key, value in profile.values.items() if key != fact.id}
        made = match(rules.book, rule, Profile(profile.subject, values))
        ids = _ids(rules, rule.policy.subject, wanted.missing or (fact.id,))
        needs = wanted.status is Status.NEEDS
        expected = f"{wanted.status.value} {ids}" if needs else wanted.status.value
        got = f"{made.status.value} {sorted(made.missing)}" if needs else made.status.value
        yield expected, got, f"{case.id} without {fact.id}"


def _ids(rules: Eligibility, subject: Any, names: Sequence[str]) -> list[str]:
    found = [find_fact(rules.book, subject, name) for name in names]
    return sorted(fact.id for fact in found if fact is not None)


def _told(status: Status, benefits: Mapping[str, float | bool | None] | None) -> str:
    if benefits is None:
        return status.value
    return f"{status.value} " + ", ".join(f"{name}={_amount(amount)}" for name, amount in sorted(benefits.items()))


def _got(found: Match, expected: Mapping[str, float | bool | None] | None) -> str:
    if expected is None:
        return found.status.value
    given: dict[str, float | bool | None] = {}
    for due in found.benefits:
        if due.status in POSITIVE:
            is_money = due.amount is not None or due.needs or not due.gives
            told = expected.get(due.id, None)
            given[due.id] = due.amount if is_money and not isinstance(told, bool) else True
            if isinstance(told, float) and isinstance(due.amount, float) and abs(told - due.amount) <= _NEAR:
                given[due.id] = told
    return _told(found.status, given)


def _amount(value: float | bool | None) -> str:
    if value is None or isinstance(value, bool):
        return {None: "?", True: "given", False: "none"}[value]
    return f"{value:.2f}"
