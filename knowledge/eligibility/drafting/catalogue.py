"""Which fact of the catalogue a clause speaks of, told by shared words; nothing is taken that does not stand out.

Words are pairs of characters, weighted by how few facts share them. A fact is near as far as its name stands in the
clause (``named``) and as far as its name, other names, question and hint cover the clause (``covered``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.eligibility.codes import CodeList
from knowledge.eligibility.drafting.measures import Amount
from knowledge.eligibility.facts import CODED, Fact, FactType, Subject
from knowledge.eligibility.reading import plain

_BREAK = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_EMPTY = re.compile(r"\d+(?:\.\d+)?|[的了吗呢或者和与及其并且在是为有被应当可以须]")
_MONTHS = {"年": 12.0, "个月": 1.0, "月": 1.0}
_UNIT_NAMES = {"岁": "周岁", "个基点": "基点", "天": "日", "个月": "月", "名": "人"}
SURE, APART = 0.42, 0.03
"""The least score of a fact that is taken, and its least distance from the next one."""


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, without signs and empty words."""
    runs = _BREAK.split(_EMPTY.sub(" ", plain(text)))
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))


@dataclass(frozen=True)
class Near:
    """A fact with how near it is to a clause, in [0, 1]."""

    fact: Fact
    score: float
    named: float
    shared: frozenset[str] = frozenset()


class Catalogue:
    """The facts of one kind of subject, to be looked up by the words of a clause."""

    def __init__(
        self,
        facts: Iterable[Fact],
        lists: Mapping[str, CodeList],
        subject: Subject,
        alike: Mapping[str, str] | None = None,
    ):
        """``alike``: words read as others, such as 研究开发 as 研发."""
        self.lists, self._alike = lists, dict(alike or {})
        self.facts = {fact.id: fact for fact in facts if fact.subject == subject}
        self._names = {
            f.id: [self.pairs(n) for n in (f.label, *f.aliases) if self.pairs(n)] for f in self.facts.values()
        }
        self._texts = {
            f.id: self.pairs("，".join((f.label, *f.aliases, f.question, f.hint, f.unit))) for f in self.facts.values()
        }
        counts: dict[str, int] = {}
        for text in self._texts.values():
            for pair in text:
                counts[pair] = counts.get(pair, 0) + 1
        total = len(self.facts) + 1
        self._weights = {pair: math.log(total / count) for pair, count in counts.items()}
        self._unknown = math.log(total)
        self._owners = self._codes_owners()

    def pairs(self, text: str) -> frozenset[str]:
        """The pairs of a text, its words read as those that mean the same here."""
        for word, other in self._alike.items():
            text = text.replace(word, other)
        return pairs(text)

    def _codes_owners(self) -> dict[str, set[str]]:
        owners: dict[str, set[str]] = {}
        for fact in self.facts.values():
            for words in self.codes(fact).values():
                for word in words:
                    owners.setdefault(word, set()).add(fact.list or fact.id)
        return owners

    def codes(self, fact: Fact) -> dict[str, tuple[str, ...]]:
        """Every code of a fact with the words for it; none where it has no codes."""
        if fact.type not in CODED:
            return {}
        if fact.options:
            return {code: (label,) for code, label in fact.options.items()}
        listed = self.lists.get(fact.list)
        return {e.code: (e.label, *e.says) for e in listed.entries} if listed else {}

    def is_distinct(self, word: str) -> bool:
        """Whether a code's word belongs to one list only, and is long enough to tell the fact by itself."""
        return len(word) >= 3 and len(self._owners.get(word, ())) == 1

    def weight(self, found: Iterable[str]) -> float:
        """The weight of pairs of characters; those that no fact has weigh most."""
        return sum(self._weights.get(pair, self._unknown) for pair in found)

    def near(self, text: str, fits: Callable[[Fact], bool], around: str = "") -> list[Near]:
        """The facts that fit, nearest first. ``around`` is what stands before, which counts less."""
        said, beside = self.pairs(text), self.pairs(around)
        total = self.weight(said)
        if not total:
            return []
        found = [self._near(fact, said, beside, total) for fact in self.facts.values() if fits(fact)]
        return sorted((one for one in found if one.score > 0), key=lambda one: (-one.score, one.fact.id))

    def _near(self, fact: Fact, said: frozenset[str], beside: frozenset[str], total: float) -> Near:
        every = said | beside
        named = max(
            ((self.weight(name & said) + 0.5 * self.weight(name & (beside - said))) / self.weight(name)
             for name in self._names[fact.id]),
            default=0.0,
        )  # fmt: skip
        shared = self._texts[fact.id] & said
        covered = self.weight(shared) / total
        score = (0.5 * named + 0.5 * covered) if shared else 0.0
        return Near(fact, min(score, 1.0), named, self._texts[fact.id] & every)

    def best(self, text: str, fits: Callable[[Fact], bool], around: str = "") -> Near | None:
        """The nearest fact that fits, where it is near enough and stands out; else None."""
        return sure(self.near(text, fits, around))


def sure(found: Sequence[Near]) -> Near | None:
    """The first of ``found`` where it may be taken. Of several that are as near, the one that may always be asked for:
    the others are special to something that the words would name.
    """
    if not found or found[0].score < SURE:
        return None
    alike = [one for one in found if found[0].score - one.score < APART]
    if len(alike) > 1:
        alike = [one for one in alike if not one.fact.asked_when]
    return alike[0] if len(alike) == 1 else None


def converted(amount: Amount, fact: Fact) -> float | None:
    """The value of ``amount`` in the unit of ``fact``; None where they do not fit."""
    if fact.type is FactType.MONEY:
        return amount.value if amount.is_money else None
    if fact.type is FactType.RATIO:
        return amount.value if amount.is_share else None
    if fact.type not in (FactType.INTEGER, FactType.NUMBER) or amount.is_share:
        return None
    unit, own = _UNIT_NAMES.get(amount.unit, amount.unit), _UNIT_NAMES.get(fact.unit, fact.unit)
    if unit == own:
        return amount.value
    if amount.unit in _MONTHS and own == "月":
        return amount.value * _MONTHS[amount.unit]
    if (amount.unit, own) == ("兆瓦时", "千瓦时") or (amount.unit, own) == ("兆瓦", "千瓦"):
        return amount.value * 1000
    return None


def measures(amount: Amount) -> Callable[[Fact], bool]:
    """Whether a fact can be what ``amount`` bounds: a number in its unit, or for a length of time a day."""

    def fits(fact: Fact) -> bool:
        if fact.type is FactType.DATE:
            return bool(amount.time)
        return converted(amount, fact) is not None

    return fits
