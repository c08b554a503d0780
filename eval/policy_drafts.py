"""How much of a rule does drafting find? Every policy text is drafted without a look at its rule, and compared with it.

A text is compared with the signed rule of its policy as that stands on the text's first day. Told apart: the facts that
conditions test (of the policy and of its benefits), the numbers of amounts and caps, the windows, the papers with
their holders, and the exclusions. Amendments, which say only what changes, are left out. The catalogue of facts was
there before: on a policy that needs facts nobody has written yet, drafting finds less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from city.errors import NotFound
from knowledge.eligibility.drafting.drafting import Draft, Drafter, lost_quotes
from knowledge.eligibility.drafting.measures import amounts
from knowledge.eligibility.drafting.wording import DraftWords
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.rules import Policy
from knowledge.model import Document

_FACT = re.compile(r"\b(?:firm|person)\.[a-z][a-z0-9_]*")
_NAME = re.compile(r"(?<![.\w])[a-z][a-z0-9_]*(?!\.)(?!\w)")
_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(%?)")
_AMENDS = ("修订", "修改", "修正")
PARTS = ("facts", "amounts", "materials", "exclusions", "windows")


class Share(BaseModel):
    """What was found of what the rules hold."""

    expected: int = 0
    found: int = 0
    right: int = 0

    def add(self, expected: set[Any], found: set[Any]) -> None:
        """Count one text."""
        self.expected += len(expected)
        self.found += len(found)
        self.right += len(expected & found)

    @property
    def recall(self) -> float:
        """The share of the rules' parts that drafts have."""
        return round(self.right / self.expected, 4) if self.expected else 1.0

    @property
    def precision(self) -> float:
        """The share of the drafts' parts that rules have."""
        return round(self.right / self.found, 4) if self.found else 1.0


class TextReport(BaseModel):
    """One text."""

    document: str
    subject: Subject
    recall_facts: float
    precision_facts: float
    missed: list[str]
    extra: list[str]
    open: int


class DraftReport(BaseModel):
    """Every text of the pack. ``lost_quotes`` must be none."""

    texts: int
    amendments_left_out: int
    subjects_right: int
    lost_quotes: int
    notes_per_text: float
    recall: dict[str, float]
    precision: dict[str, float]
    counts: dict[str, Share]
    by_text: list[TextReport]


def run_policy_drafts(rules: Eligibility, words: DraftWords, only: Iterable[str] = ()) -> DraftReport:
    """Draft every text that has a signed rule, or those of ``only``. Raises NotFound where there is none."""
    drafter = Drafter(rules.every, words, rules.units)
    counts = {name: Share() for name in PARTS}
    wanted, by_text, subjects, lost, left_out = set(only), list[TextReport](), 0, 0, 0
    for document, ruled in _texts(rules):
        if wanted and document.meta.id not in wanted:
            continue
        if any(word in document.meta.title for word in _AMENDS):
            left_out += 1
            continue
        draft = drafter.draft(document)
        own = [policy for policy in ruled if policy.subject == draft.rule["subject"]]
        subjects += bool(own)
        lost += len(lost_quotes(draft, document))
        by_text.append(_compare(draft, own or ruled, document, counts))
    if not by_text:
        raise NotFound("The pack has no signed rule with a text to draft from.")
    return DraftReport(
        texts=len(by_text),
        amendments_left_out=left_out,
        subjects_right=subjects,
        lost_quotes=lost,
        notes_per_text=round(sum(one.open for one in by_text) / len(by_text), 2),
        recall={name: share.recall for name, share in counts.items()},
        precision={name: share.precision for name, share in counts.items()},
        counts=counts,
        by_text=by_text,
    )


def _texts(rules: Eligibility) -> Iterator[tuple[Document, list[Policy]]]:
    for name, document in sorted(rules.documents.items()):
        ruled = [policy for policy in rules.book.policies.values() if name in policy.documents]
        if ruled:
            yield document, ruled


def _compare(draft: Draft, ruled: list[Policy], document: Document, counts: Mapping[str, Share]) -> TextReport:
    day = document.meta.valid_from or date.max
    made = draft.policy
    stated = _stated(document)
    expected = set().union(*(facts_tested(policy, day) for policy in ruled))
    found = facts_tested(made, day)
    counts["facts"].add(expected, found)
    counts["amounts"].add(set().union(*(numbers(policy, day) & stated for policy in ruled)), numbers(made, day))
    counts["materials"].add(set().union(*(_papers(policy) for policy in ruled)), _papers(made))
    counts["exclusions"].add(set().union(*(_exclusions(policy) for policy in ruled)), _exclusions(made))
    counts["windows"].add({_window(ruled[0])}, {_window(made)})
    one = Share()
    one.add(expected, found)
    return TextReport(
        document=document.meta.id, subject=made.subject, recall_facts=one.recall, precision_facts=one.precision,
        missed=sorted(expected - found), extra=sorted(found - expected), open=len(draft.notes),
    )  # fmt: skip


def facts_tested(policy: Policy, day: date) -> set[str]:
    """The facts that the conditions of a rule and of its benefits name, as far as they count on ``day``."""
    found: set[str] = set()
    for part in (*policy.conditions, *(when for benefit in policy.benefits for when in benefit.when)):
        found |= _facts(part, day)
    return found


def _facts(part: Any, day: date) -> set[str]:
    if isinstance(part, list | tuple):
        return set().union(*(_facts(one, day) for one in part))
    if not isinstance(part, Mapping):
        return set()
    start, end = part.get("from"), part.get("to")
    if (isinstance(start, date) and day < start) or (isinstance(end, date) and end <= day):
        return set()
    found = {str(part["fact"])} if "fact" in part else set(_FACT.findall(str(part.get("value", ""))))
    return found.union(*(_facts(part[group], day) for group in ("all", "any", "not") if group in part),
                       _facts(part.get("count", {}).get("of", ()), day))  # fmt: skip


def numbers(policy: Policy, day: date) -> set[float]:
    """The numbers that amounts and caps of a rule hold on ``day``, those of its parameters among them."""
    found: set[float] = set()
    for benefit in policy.benefits:
        for formula in (*_formulas(benefit.amount), benefit.cap):
            found |= _numbers_in(formula, policy, day)
    return found | _numbers_in(policy.cap, policy, day)


def _formulas(amount: Any) -> list[Any]:
    return [case.get("pay") for case in amount] if isinstance(amount, list) else [amount]


def _numbers_in(formula: Any, policy: Policy, day: date) -> set[float]:
    if formula is None:
        return set()
    text = str(formula)
    found = {round(float(number) * (0.01 if percent else 1.0), 8) for number, percent in _NUMBER.findall(text)}
    for name in _NAME.findall(text):
        if parameter := policy.parameters.get(name):
            rows = [row for row in parameter.values if row.start <= day] or list(parameter.values[:1])
            row = rows[-1]
            values = [row.value, *row.table.values(), *(value for _, value in row.brackets)]
            found |= {round(float(value), 8) for value in values if isinstance(value, int | float)}
    return found


def _stated(document: Document) -> set[float]:
    """The sums and shares that the text itself states: what a rule computes besides is no part of the text."""
    return {round(one.value, 8) for one in amounts(document.text) if one.is_money or one.is_share}


def _papers(policy: Policy) -> set[tuple[str, str]]:
    return {(re.sub(r"[（(].*", "", paper.name), paper.held_by) for paper in policy.materials}


def _exclusions(policy: Policy) -> set[tuple[str, str]]:
    return {(other, one.kind) for one in policy.exclusions for other in one.with_}


def _window(policy: Policy) -> tuple[bool, bool, tuple[tuple[str, str], ...]]:
    window = policy.window
    return window.always, window.automatic, tuple(sorted((span.start, span.end) for span in window.spans))
