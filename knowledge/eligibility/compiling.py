"""Compile a rule for one day: dated parts chosen, names resolved, everything in the form of `ir`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from city.errors import BadInput
from city.pack.problems import Problem
from knowledge.eligibility.codes import CodeList
from knowledge.eligibility.conditions import Names, Reader
from knowledge.eligibility.facts import Fact
from knowledge.eligibility.ir import (
    All,
    AnyOf,
    Arithmetic,
    Cases,
    Compare,
    Condition,
    Constant,
    Given,
    Holds,
    Leaf,
    Node,
    Term,
    facts_of,
)
from knowledge.eligibility.rules import PERIODS, Benefit, Exclusion, Policy
from knowledge.eligibility.terms import Resolver


@dataclass(frozen=True)
class CompiledBenefit:
    """One benefit on one day. ``root`` is its own conditions with the policy's; money has an ``amount``.

    Where there is a least amount, that it is reached is one of the conditions.
    """

    benefit: Benefit
    when: All
    root: All
    amount: Term | None
    cap: Term | None
    times: Term

    @property
    def pays(self) -> bool:
        """Whether it is money and nothing else, so that an amount of nothing means that it is not given."""
        return self.amount is not None and not self.benefit.gives


@dataclass(frozen=True)
class JointCap:
    """A cap on what several policies give together."""

    exclusion: Exclusion
    cap: Term


@dataclass(frozen=True)
class CompiledPolicy:
    """A rule on one day. ``root`` holds where the conditions do and at least one benefit's own conditions do."""

    policy: Policy
    as_of: date
    conditions: All
    benefits: tuple[CompiledBenefit, ...]
    root: Condition
    cap: Term | None
    joint: tuple[JointCap, ...]
    materials: tuple[All, ...]
    facts: frozenset[str] = field(default=frozenset())

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.policy.id


class _Compiler:
    """Compiles one rule."""

    def __init__(
        self, policy: Policy, as_of: date, facts: Mapping[str, Fact], lists: Mapping[str, CodeList], file: str
    ):
        self._policy, self._as_of = policy, as_of
        self._names = Resolver(as_of, facts, lists, policy.parameters)
        self.reader = Reader(Names(facts, lists, self._names.formula, as_of), file)

    def maybe(self, text: Any, path: str) -> Term | None:
        """A formula of a number where there is one; what is wrong is remembered."""
        if text is None:
            return None
        try:
            return self._names.number(text)
        except BadInput as error:
            self.reader.problem(path, str(error), "docs/policies.md describes formulas and parameters")
            return Constant(0.0)

    def amount(self, raw: Any, path: str) -> Term | None:
        """The amount: a formula, or cases."""
        if not isinstance(raw, list):
            return self.maybe(raw, path)
        if not raw:
            self.reader.problem(path, "has no cases", "write `when: {…}` and `pay: formula`, or a formula")
        cases: list[tuple[Condition, Term]] = []
        otherwise: Term = Constant(0.0)
        for number, case in enumerate(raw):
            where = f"{path}[{number}]"
            if not isinstance(case, Mapping) or set(case) - {"when", "pay", "clause", "says"} or "pay" not in case:
                self.reader.problem(
                    where, "is no case", "write `when: {…}` and `pay: formula`; the last may lack `when`"
                )
                continue
            pay = self.maybe(case["pay"], f"{where}.pay") or Constant(0.0)
            if "when" not in case:
                otherwise = pay
                if number != len(raw) - 1:
                    self.reader.problem(where, "holds always, so that the cases after it never count", "put it last")
                break
            when = case["when"]
            parts = when if isinstance(when, list) else [when]
            holds = self.reader.every(parts, f"{where}.when")
            if not holds.of:
                message = f"has no condition that counts (on {self._as_of}), so that it always holds"
                self.reader.problem(where, message, "give the case a condition for that time too")
            cases.append((holds, pay))
        return Cases(tuple(cases), otherwise)

    def run(self) -> CompiledPolicy:
        """The compiled rule; its problems are in ``reader.problems``."""
        policy = self._policy
        members = list(self.reader.every(policy.conditions, "conditions").of)
        members += [self._not_received(one, n) for n, one in enumerate(policy.exclusions) if _is_hard(one)]
        conditions = All(tuple(members), Node("conditions"))
        benefits = tuple(
            self._benefit(one, conditions, f"benefits[{number}]")
            for number, one in enumerate(policy.benefits)
            if _counts(one, self._as_of)
        )
        own = AnyOf(tuple(one.when for one in benefits), Node("benefits"))
        root = conditions if any(not one.when.of for one in benefits) else All((conditions, own), Node(""))
        joint = tuple(
            JointCap(one, term)
            for n, one in enumerate(policy.exclusions)
            if one.kind == "joint_cap" and (term := self.maybe(one.cap, f"exclusions[{n}].cap")) is not None
        )
        cap = self.maybe(policy.cap, "cap")
        materials = tuple(
            self.reader.every(one.when, f"materials[{number}].when") for number, one in enumerate(policy.materials)
        )
        reads = facts_of(root).union(*(_reads(one) for one in benefits), facts_of(cap) if cap else ())
        return CompiledPolicy(policy, self._as_of, conditions, benefits, root, cap, joint, materials, reads)

    def _benefit(self, benefit: Benefit, conditions: All, path: str) -> CompiledBenefit:
        when = self.reader.every(benefit.when, f"{path}.when")
        amount = self.amount(benefit.amount, f"{path}.amount")
        cap, least = self.maybe(benefit.cap, f"{path}.cap"), self.maybe(benefit.least, f"{path}.least")
        if amount is not None and least is not None:
            paid = amount if cap is None else Arithmetic("min", amount, cap)
            when = All(
                (*when.of, Leaf(Compare(">=", paid, least), Node(f"{path}.least", "", benefit.clause))), when.node
            )
        return CompiledBenefit(
            benefit,
            when,
            All((conditions, when), Node(path)),
            amount,
            cap,
            self.maybe(benefit.times, f"{path}.times") or Constant(float(PERIODS[benefit.per])),
        )

    def _not_received(self, exclusion: Exclusion, number: int) -> Leaf:
        given = Given(f"{self._policy.subject}.receiving", "codes")
        node = Node(f"exclusions[{number}]", "", exclusion.clause)
        return Leaf(Holds(given, frozenset(exclusion.with_), "none"), node)


def _is_hard(exclusion: Exclusion) -> bool:
    return exclusion.kind == "not_together" and exclusion.scope == "subject"


def _counts(benefit: Benefit, day: date) -> bool:
    return (benefit.start is None or benefit.start <= day) and (benefit.end is None or day < benefit.end)


def _reads(benefit: CompiledBenefit) -> frozenset[str]:
    terms = [term for term in (benefit.amount, benefit.cap, benefit.times) if term is not None]
    return facts_of(benefit.when).union(*(facts_of(term) for term in terms))


def compile_policy(
    policy: Policy, as_of: date, facts: Mapping[str, Fact], lists: Mapping[str, CodeList], file: str = ""
) -> tuple[CompiledPolicy, list[Problem]]:
    """The rule as it stands on ``as_of``, and everything that is wrong with it."""
    compiler = _Compiler(policy, as_of, facts, lists, file)
    made = compiler.run()
    return made, compiler.reader.problems


def compile_gate(
    fact: Fact, as_of: date, facts: Mapping[str, Fact], lists: Mapping[str, CodeList]
) -> tuple[Condition, list[Problem]]:
    """The condition under which it makes sense to ask for ``fact``, and what is wrong with it."""
    names = Names(facts, lists, Resolver(as_of, facts, lists).formula, as_of)
    reader = Reader(names, "eligibility/facts")
    made = reader.every([fact.asked_when] if fact.asked_when else [], f"{fact.id}.asked_when")
    return made, reader.problems
