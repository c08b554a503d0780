"""A match told: clause by clause in plain words, what would change it, what it gives, what to bring and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from city.schema import Record
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.cells import Space
from knowledge.eligibility.clauses import Clause, pick
from knowledge.eligibility.compiling import CompiledBenefit, CompiledPolicy
from knowledge.eligibility.describing import Teller
from knowledge.eligibility.facts import Value
from knowledge.eligibility.ir import All, Condition, Leaf, Truth, facts_of, leaves
from knowledge.eligibility.matching import Due, Match, Status, match
from knowledge.eligibility.profiles import Profile
from knowledge.eligibility.rowwise import judge
from knowledge.eligibility.tracing import Line, trace, what_would_change
from knowledge.eligibility.windows import Standing, standing
from knowledge.model import Document


class Named(Record):
    """A fact by its id and label, with the question for it and, where one is taken for granted, why."""

    fact: str
    label: str
    question: str = ""
    why: str = ""


class Cited(Record):
    """Words of the policy's text: a span of a provision."""

    document: str
    provision: str
    start: int
    end: int
    quote: str


class Step(Record):
    """One line of the explanation. ``truth`` is None for unknown; ``given`` is what the profile says about it."""

    path: str
    depth: int
    kind: str
    truth: Truth
    decisive: bool
    says: str
    given: str = ""
    clause: Cited | None = None


class Gives(Record):
    """A benefit: for one period, in yuan; with the formula in words and the figures that enter it."""

    id: str
    name: str
    status: str
    amount: float | None = None
    at_most: float | None = None
    per: str
    times: float | None = None
    gives: str = ""
    formula: str = ""
    figures: tuple[str, ...] = ()
    needs: tuple[Named, ...] = ()
    clause: Cited | None = None


class Paper(Record):
    """A paper to hand in, or one that a unit already holds."""

    name: str
    held_by: str = ""
    consent: bool = False
    note: str = ""
    maybe: bool = False


class When(Record):
    """When one may apply: open, automatic, later, over, or told in words only."""

    state: str
    until: date | None = None
    opens: date | None = None
    note: str = ""


class Explanation(Record):
    """Everything that one rule says of one profile on one day."""

    policy: str
    title: str
    summary: str
    document: str
    subject: str
    as_of: date
    status: str
    status_label: str
    worth: float | None
    benefits: tuple[Gives, ...]
    missing: tuple[Named, ...]
    assumed: tuple[Named, ...]
    steps: tuple[Step, ...]
    changes: tuple[tuple[Step, ...], ...]
    materials: tuple[Paper, ...]
    when: When
    where: str = ""
    online: str = ""
    phone: str = ""
    days: int | None = None
    exclusions: tuple[str, ...] = ()
    quota: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Explainer:
    """Tells matches of one rule book."""

    def __init__(
        self,
        book: RuleBook,
        documents: Mapping[str, Document],
        teller: Teller,
        texts: Mapping[str, str],
        units: Mapping[str, str],
    ):
        self._book, self._documents, self._teller, self._texts, self._units = book, documents, teller, texts, units

    def named(self, names: Sequence[str]) -> tuple[Named, ...]:
        """Facts as a reader meets them."""
        facts = [self._book.facts[name] for name in names]
        return tuple(Named(fact=f.id, label=f.label, question=f.question, why=f.assume_why) for f in facts)

    def explain(self, rule: CompiledPolicy, profile: Profile, found: Match | None = None) -> Explanation:
        """What ``rule`` says of ``profile``, in full."""
        found = found or match(self._book, rule, profile)
        policy, values = rule.policy, profile.values
        held = self._book.standing(policy, rule.as_of)
        ends = self._book.ends(policy, rule.as_of)
        ways = self._ways(rule, values) if found.status is Status.NOT else ()
        return Explanation(
            policy=policy.id,
            title=policy.title,
            summary=policy.summary,
            document=held[0].id if held else policy.documents[-1],
            subject=policy.subject,
            as_of=rule.as_of,
            status=found.status.value,
            status_label=self._texts[f"status_{found.status.value}"],
            worth=found.worth,
            benefits=tuple(self._gives(rule, one, due, profile) for one, due in zip(rule.benefits, found.benefits)),  # noqa: B905  # made from them
            missing=self.named(found.missing),
            assumed=self.named(found.assumed),
            steps=tuple(self._step(rule, line, values) for line in trace(rule.root, values) if line.path),
            changes=tuple(tuple(self._leaf(rule, leaf, values) for leaf in way) for way in ways),
            materials=tuple(self._papers(rule, values)),
            when=_when(standing(policy.window, rule.as_of, ends)),
            where=policy.apply.where,
            online=policy.apply.online,
            phone=policy.apply.phone,
            days=policy.apply.days,
            exclusions=tuple(self._exclusions(rule)),
            quota=tuple(self._quota(rule)),
            notes=policy.notes,
        )

    def _ways(self, rule: CompiledPolicy, values: Mapping[str, Value]) -> list[tuple[Leaf, ...]]:
        """What would change the result, without what cannot all be so at once (at least 80 and at most 79)."""
        ways = what_would_change(rule.root, values)
        return [way for way in ways if Space(self._book, way).solve(All(way)) is not None]

    def cited(self, rule: CompiledPolicy, quotes: Sequence[str]) -> Cited | None:
        """The words of the policy's text that a part of the rule rests on."""
        clause: Clause | None = pick(quotes, rule.policy, self._documents, rule.as_of)
        if clause is None:
            return None
        return Cited(
            document=clause.document,
            provision=clause.provision,
            start=clause.start,
            end=clause.end,
            quote=clause.quote,
        )

    def says(self, condition: Condition) -> str:
        """What one condition asks for, in a few words; a group by what it holds."""
        if isinstance(condition, Leaf):
            return self._teller.needed(condition)
        if condition.node.says:
            return condition.node.says
        parts = [self._teller.needed(leaf) for leaf in leaves(condition)]
        return "/".join(dict.fromkeys(parts))

    def _step(self, rule: CompiledPolicy, line: Line, values: Mapping[str, object]) -> Step:
        condition = line.condition
        if isinstance(condition, Leaf):
            step = self._leaf(rule, condition, values, truth=line.truth)
            return step.model_copy(update={"depth": line.depth, "decisive": line.decisive})
        count = getattr(condition, "count", 0)
        says = condition.node.says or self._texts[_GROUPS[line.kind]].format(count=count)
        return Step(
            path=line.path,
            depth=line.depth,
            kind=line.kind,
            truth=line.truth,
            decisive=line.decisive,
            says=says,
            clause=self.cited(rule, line.quotes),
        )

    def _leaf(self, rule: CompiledPolicy, leaf: Leaf, values: Mapping[str, object], *, truth: Truth = False) -> Step:
        return Step(
            path=leaf.node.path,
            depth=0,
            kind="test",
            truth=truth,
            decisive=True,
            says=self._teller.needed(leaf),
            given=self._teller.given(leaf, values),  # type: ignore[arg-type]  # a profile's values
            clause=self.cited(rule, leaf.node.quotes),
        )

    def _gives(self, rule: CompiledPolicy, one: CompiledBenefit, due: Due, profile: Profile) -> Gives:
        formula, figures = "", list[str]()
        if one.amount is not None:
            formula = self._teller.name(one.amount)
            known = [name for name in sorted(facts_of(one.amount)) if name in profile.values]
            figures = [f"{self._book.facts[n].label}：{self._book.label(n, profile.values[n])}" for n in known]
        return Gives(
            id=due.id,
            name=due.name,
            status=due.status.value,
            amount=due.amount,
            at_most=due.at_most,
            per=due.per,
            times=due.times,
            gives=due.gives,
            formula=formula,
            figures=tuple(figures),
            needs=self.named(due.needs),
            clause=self.cited(rule, one.benefit.clause),
        )

    def _papers(self, rule: CompiledPolicy, values: Mapping[str, object]) -> list[Paper]:
        found = []
        for material, when in zip(rule.policy.materials, rule.materials, strict=True):
            truth = judge(when)(values)  # type: ignore[arg-type]  # a profile's values
            if truth is False:
                continue
            holder = self._units.get(material.held_by, material.held_by)
            found.append(
                Paper(
                    name=material.name,
                    held_by=holder,
                    consent=material.consent,
                    note=material.note,
                    maybe=truth is None,
                )
            )
        return found

    def _exclusions(self, rule: CompiledPolicy) -> list[str]:
        listed = self._book.lists["policies"]
        found = []
        for exclusion in rule.policy.exclusions:
            names = "、".join(f"《{listed.label(name)}》" for name in exclusion.with_ if name in listed.by_code)
            if names:
                found.append(
                    self._texts[f"exclusion_{exclusion.kind}"].format(policies=names, object=exclusion.object or "")
                    + (f"（{exclusion.object}）" if exclusion.object else "")
                )
        return found

    def _quota(self, rule: CompiledPolicy) -> list[str]:
        found = []
        for quota in rule.policy.quota:
            told = self._texts[f"quota_{quota.per}"].format(amount=f"{quota.amount:,.10g}{quota.unit}")
            found.append(told + quota.order if quota.order else told.rstrip("，, "))
        return found


_GROUPS = {"all": "group_all", "anyof": "group_any", "not": "group_not", "atleast": "group_atleast"}


def _when(found: Standing) -> When:
    return When(state=found.state, until=found.until, opens=found.opens, note=found.note)
