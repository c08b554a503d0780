"""Amounts out of a sentence: fixed sums, shares of a fact, sums for each unit of a fact, by code, with their caps.

What a sentence asks for before it names its sum (…的，奖励…) is the benefit's own condition. Where the base of a share
is no fact, the benefit is told in words (``gives``) and the gap is noted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.eligibility.drafting.catalogue import Catalogue, converted, pairs
from knowledge.eligibility.drafting.conditions import ConditionReader, Found
from knowledge.eligibility.drafting.measures import Amount, amounts, bounds
from knowledge.eligibility.drafting.passages import Group, Passage, clauses
from knowledge.eligibility.drafting.wording import DraftWords, has
from knowledge.eligibility.facts import CODED, Fact, FactType, Subject
from knowledge.eligibility.reading import named_codes, plain

_CAP = re.compile(r"(?:最高|上限|不超过|不得超过|不高于|封顶|限额|最多|累计|合计)(?:为|按|可达|奖励|补助|补贴|发放)*$")
_OF = re.compile(r"(?:.*(?:按照?|[对为]))?(?:照)?([^，；：]{2,30}?)(?:的|之)?$")
_EACH = re.compile(
    r"每(?:一)?(?P<unit>平方米|吨标准煤|标准箱|千瓦时|兆瓦时|千瓦|人次|人|户|家|间|套|辆|台|个|件|吨|次|亩|晚|孩|名|张|项)"
)
_WHOLE: dict[Subject, tuple[str, ...]] = {
    "firm": ("户", "家", "次", "个", "项", "件", "台", "辆", "套"),
    "person": ("人", "户", "家", "孩", "名", "次", "个", "件", "台", "辆", "套"),
}
"""What one subject is or applies for one at a time: a sum for each of these is the sum itself."""
_PERIODS = (("每月", "month"), ("按月", "month"), ("每季", "quarter"), ("按季", "quarter"), ("每年", "year"),
            ("按年", "year"), ("每次", "item"), ("每项", "item"), ("每个项目", "item"), ("每台", "item"))  # fmt: skip
_SPLIT = re.compile(r"[，、：]")
_SEVERALLY = re.compile(r"分别(?:给予|按|一次性|奖励|补助|补贴|发放|为)*")
_LABEL, _LONG_ENOUGH = 16, 4
_TO = re.compile(r"(?:统一)?按(?:照)?")


@dataclass
class Given:
    """A benefit as read: ``amount`` is a formula, or a table by the codes of ``by``; neither where no base is known."""

    quote: str
    name: str
    when: list[Found] = field(default_factory=list)
    amount: str | float | None = None
    by: str = ""
    table: dict[str, float] = field(default_factory=dict)
    cap: float | None = None
    cap_formula: str = ""
    per: str = "once"
    score: float = 1.0
    more: tuple[str, ...] = ()
    only_caps: bool = False
    """Whether the sentence says a cap and no sum of its own."""

    @property
    def quotes(self) -> str | list[str]:
        """The words it comes from."""
        return [self.quote, *self.more] if self.more else self.quote

    @property
    def is_told(self) -> bool:
        """Whether it is only told in words."""
        return self.amount is None and not self.table


class BenefitReader:
    """Reads benefits for one kind of subject."""

    def __init__(self, catalogue: Catalogue, words: DraftWords, subject: Subject):
        self._catalogue, self._subject = catalogue, subject
        self._conditions = ConditionReader(catalogue, words)
        self._words = words
        self._heading = ""
        self._base_before: tuple[str, float] | None = None

    def group(self, group: Group) -> tuple[list[Given], list[str]]:
        """The benefits of a group, and what could not be read. Groups of one section are read in their order."""
        if group.heading != self._heading:
            self._heading, self._base_before = group.heading, None
        found: list[Given] = []
        notes: list[str] = []
        for passage in group.passages:
            made, more = self.sentence(passage)
            if made is None:
                notes += more
            elif made.only_caps and found:
                join_cap(found[-1:], made)
            else:
                found.append(made)
                notes += more
        return found, notes

    def sentence(self, passage: Passage) -> tuple[Given | None, list[str]]:
        """The benefit of a sentence; None where it names no sum."""
        text = passage.text
        sums = [one for one in amounts(text) if one.is_money or one.is_share]
        limits = {(bound.amount.start, bound.amount.end) for bound in bounds(text)}
        if has(text, self._words.exceptions) or has(text, self._words.amends):
            return None, [f"例外或者修改“{text}”"]
        if not sums:
            return None, [f"标准“{text}”"]
        made = Given(text, _name(passage), per=_per(text))
        notes: list[str] = []
        if self._by_code(made, text):
            self._caps(made, [one for one in sums if _is_cap(text, one)], text)
            return made, notes
        paid = [one for one in sums if not _is_cap(text, one) and (one.start, one.end) not in limits]
        self._caps(made, [one for one in sums if _is_cap(text, one)], text)
        if not paid:
            made.only_caps = made.cap is not None or bool(made.cap_formula)
            return (made, notes) if made.only_caps else (None, [f"标准“{text}”"])
        if _SEVERALLY.search(text) and len(paid) > 1:
            return made, [f"标准“{text}”：各档的金额"]
        start = _clause_start(text, paid[0].start)
        to = _TO.search(text, start, paid[0].start)
        self._when(made, text[: to.start() if to and to.start() - start >= _LONG_ENOUGH else start], passage, notes)
        self._pay(made, paid[0], text, notes)
        if len(paid) > 1:
            notes.append(f"标准“{text}”中的“{'、'.join(one.words for one in paid[1:])}”")
        return made, notes

    def _when(self, made: Given, before: str, passage: Passage, notes: list[str]) -> None:
        head = before.strip("，：:, ")
        if not head or _is_label_only(head):
            return
        read = self._conditions.sentence(passage.part(head))
        made.when = [one for one in read.found if "any" in one.condition or one.quote in passage.text]
        if not before.rstrip().endswith(("：", ":")):  # a name before a colon is none of the conditions
            notes += read.notes

    def _pay(self, made: Given, one: Amount, text: str, notes: list[str]) -> None:
        """The formula of the first sum."""
        start = _clause_start(text, one.start)
        clause_before = text[start : one.start]
        if one.is_share:
            base = self._base(clause_before, text[: one.start])
            if base is None and clause_before.endswith(("按", "按照")):
                base = self._base_before
            if base is None:
                notes.append(f"标准“{text}”：“{clause_before}{one.words}”的基数")
            else:
                made.amount, made.score = f"{base[0]} * {_percent(one.value)}", base[1]
                self._base_before = base
        elif each := _EACH.search(clause_before):
            made.amount, made.score = self._each(each["unit"], one, text, made, notes)
        else:
            made.amount = _whole(one.value)

    def _base(self, clause: str, before: str) -> tuple[str, float] | None:
        match = _OF.search(clause)
        near = self._catalogue.best(match[1] if match else clause, lambda fact: fact.type is FactType.MONEY, before)
        return (near.fact.id, near.score) if near else None

    def _each(
        self, unit: str, one: Amount, text: str, made: Given, notes: list[str]
    ) -> tuple[str | float | None, float]:
        """A sum for each unit of a fact. For one person or one thing it is the sum itself."""
        counted = Amount(1.0, {"名": "人"}.get(unit, unit), 0, 0, "")

        def counts(fact: Fact) -> bool:
            return fact.type in (FactType.INTEGER, FactType.NUMBER) and converted(counted, fact) is not None

        near = self._catalogue.best(text[: one.start], counts)
        if near is not None:
            return f"{near.fact.id} * {_whole(one.value)}", near.score
        if unit in _WHOLE[self._subject]:
            return _whole(one.value), 1.0
        notes.append(f"标准“{text}”：按“每{unit}”计算的数量")
        return None, 0.0

    def _caps(self, made: Given, caps: Sequence[Amount], text: str) -> None:
        money = [one.value for one in caps if one.is_money]
        if money:
            made.cap = money[0]
            return
        for one in (one for one in caps if one.is_share):
            match = re.match(r"的?", text[one.end :])
            before = _CAP.sub("", text[: one.start])
            base = self._base(before[_clause_start(before, len(before)) :], "") if match else None
            inner = re.search(r"(?:不超过|不得超过|不高于|不得高于|最高)([^，；]{2,24}?)的?$", text[: one.start])
            base = self._base(inner[1], "") if inner else base
            if base is not None:
                made.cap_formula = f"{base[0]} * {_percent(one.value)}"

    # by code

    def _by_code(self, made: Given, text: str) -> bool:
        """博士1,500元，硕士1,000元, or 国家级、省级分别奖励50万元、20万元: a table where every word is a code."""
        sums = _severally(text) or _one_by_one(text)
        if len(sums) < 2 or not all(one.is_money for _, one in sums):
            return False
        best: tuple[float, str, dict[str, float]] | None = None
        around = {near.fact.id: near.score for near in self._catalogue.near(text, lambda f: f.type in CODED)}
        for fact in self._catalogue.facts.values():
            if fact.type is not FactType.CHOICE:
                continue
            table = self._table(fact, sums)
            if table and (best is None or around.get(fact.id, 0.0) > best[0]):
                best = (around.get(fact.id, 0.0), fact.id, table)
        if best is None:
            return False
        made.score, made.by, made.table = best[0], best[1], best[2]
        return True

    def _table(self, fact: Fact, sums: Sequence[tuple[str, Amount]]) -> dict[str, float]:
        found: dict[str, float] = {}
        for words, one in sums:
            codes = named_codes(fact, plain(words), self._catalogue.lists) or self._near_code(fact, words)
            if not codes or set(codes) & set(found):
                return {}
            found |= dict.fromkeys(codes, one.value)
        return found

    def _near_code(self, fact: Fact, words: str) -> list[str]:
        """内地首店 for 中国内地首店: the one code whose words hold these."""
        said = pairs(words)
        found = [code for code, own in self._catalogue.codes(fact).items() if any(said <= pairs(w) for w in own)]
        return found if said and len(found) == 1 else []


def _severally(text: str) -> list[tuple[str, Amount]]:
    match = _SEVERALLY.search(text)
    if match is None:
        return []
    sums = [one for one in amounts(text[match.end() :]) if one.is_money or one.is_share]
    head = text[: match.start()].rstrip("，的")
    words = re.split(r"、|和|或者", head[_clause_start(head, len(head)) :])
    sums = sums[: len(words)]
    return list(zip(words, sums, strict=True)) if len(words) == len(sums) else []


def _one_by_one(text: str) -> list[tuple[str, Amount]]:
    found = []
    for part in (piece for clause in clauses(text) for piece in re.split("[、：]", clause)):
        sums = [one for one in amounts(part) if one.is_money]
        if len(sums) == 1 and not _is_cap(part, sums[0]) and sums[0].start:
            found.append((part[: sums[0].start], sums[0]))
    return found


def _is_cap(text: str, one: Amount) -> bool:
    before = text[max(0, one.start - _LABEL) : one.start]
    if _CAP.search(before) or text[one.end :].startswith(("封顶", "以内")):
        return True
    return one.is_share and bool(re.search(r"(?:不超过|不得超过|不高于|不得高于)[^，；]{2,24}$", text[: one.start]))


def join_cap(before: Sequence[Given], cap: Given) -> bool:
    """A cap in a sentence of its own belongs to what was said before, where that has none; whether there was any."""
    joined = False
    for one in before:
        if one.cap is None and not one.cap_formula and not one.is_told:
            one.cap, one.cap_formula, joined = cap.cap, cap.cap_formula, True
            one.more = (*one.more, cap.quote)
    return joined


def _clause_start(text: str, at: int) -> int:
    return max((match.end() for match in _SPLIT.finditer(text, 0, at) if match.group() != "、"), default=0)


def _is_label_only(text: str) -> bool:
    return len(text) < 3


def _name(passage: Passage) -> str:
    head = re.split(r"[：，,]", passage.text)[0].rstrip("的")
    return head if len(head) <= _LABEL else head[:_LABEL] + "…"


def _per(text: str) -> str:
    return next((period for word, period in _PERIODS if word in text), "once")


def _percent(value: float) -> str:
    return f"{round(value * 100, 6):g}%"


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else value
