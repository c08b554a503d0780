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
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.matching import POSITIVE, Status, match
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
        for one in asked(rules, case):
            made = got(result(rules, case, one.left), one)
            own = counts.setdefault(case.policy, [0, 0])
            own[0] += 1
            own[1] += one.told == made
            kinds[kind_of(one.status)] += 1
            if one.told != made:
                misses.append(Miss(id=one.name, policy=case.policy, expected=one.told, got=made, why=case.why))
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


def kind_of(status: Status) -> str:
    """``yes``, ``no`` or ``unknown``: what a status says of the profile."""
    return {Status.ELIGIBLE: "yes", Status.NOT: "no"}.get(status, "unknown")


class Asked(Record):
    """One case as it is put: the whole profile, or without one fact. ``missing``: ids that must be named."""

    name: str
    left: str = ""
    status: Status
    missing: tuple[str, ...] = ()
    benefits: dict[str, float | bool | None] | None = None

    @property
    def told(self) -> str:
        """What must come out, in one line."""
        if self.left:
            needs = self.status is Status.NEEDS
            return f"{self.status.value} {list(self.missing)}" if needs else self.status.value
        return _told(self.status, self.benefits)


def asked(rules: Eligibility, case: Case) -> Iterator[Asked]:
    """A case and one more for each fact that is left out. Raises BadInput naming a fact that is not given."""
    subject, profile = _profile(rules, case)
    yield Asked(name=case.id, status=case.status, benefits=case.benefits)
    for name, left in case.unknown.items():
        fact = find_fact(rules.book, subject, name)
        if fact is None or fact.id not in profile.values:
            raise BadInput(f"{case.id}: unknown.{name}: is no fact of the profile → name one that is given")
        wanted = left if isinstance(left, Left) else Left(status=left)
        ids = _ids(rules, subject, wanted.missing or (fact.id,))
        yield Asked(name=f"{case.id} without {fact.id}", left=fact.id, status=wanted.status, missing=tuple(ids))


def result(rules: Eligibility, case: Case, left: str = "") -> dict[str, Any]:
    """What the rules say of a case, without the fact ``left``: status, facts missing, benefits with their amounts."""
    rule = rules.book.compiled(case.policy, case.as_of)
    subject, profile = _profile(rules, case)
    values = {key: value for key, value in profile.values.items() if key != left}
    found = match(rules.book, rule, Profile(subject, values))
    return {
        "status": found.status.value,
        "missing": sorted(found.missing),
        "benefits": {
            due.id: {"amount": due.amount, "is_money": due.amount is not None or bool(due.needs) or not due.gives}
            for due in found.benefits
            if due.status in POSITIVE
        },
    }


def got(found: Mapping[str, Any], wanted: Asked) -> str:
    """A `result` in the words of `Asked.told`: amounts within half a cent are the same, true stands for any."""
    if wanted.left:
        needs = found["status"] == Status.NEEDS.value
        return f"{found['status']} {found['missing']}" if needs else str(found["status"])
    if wanted.benefits is None:
        return str(found["status"])
    given: dict[str, float | bool | None] = {}
    for name, due in found["benefits"].items():
        told, amount = wanted.benefits.get(name), due["amount"]
        given[name] = amount if due["is_money"] and not isinstance(told, bool) else True
        if isinstance(told, float) and isinstance(amount, float) and abs(told - amount) <= _NEAR:
            given[name] = told
    return _told(Status(found["status"]), given)


def _profile(rules: Eligibility, case: Case) -> tuple[Subject, Profile]:
    subject = rules.book.compiled(case.policy, case.as_of).policy.subject
    return subject, read_profile({"subject": subject, "facts": case.facts}, rules.book, where=case.id)


def _ids(rules: Eligibility, subject: Subject, names: Sequence[str]) -> list[str]:
    found = [find_fact(rules.book, subject, name) for name in names]
    return sorted(fact.id for fact in found if fact is not None)


def _told(status: Status, benefits: Mapping[str, float | bool | None] | None) -> str:
    if benefits is None:
        return status.value
    return f"{status.value} " + ", ".join(f"{name}={_amount(amount)}" for name, amount in sorted(benefits.items()))


def _amount(value: float | bool | None) -> str:
    if value is None or isinstance(value, bool):
        return {None: "?", True: "given", False: "none"}[value]
    return f"{value:.2f}"
