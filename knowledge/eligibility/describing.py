"""Conditions in plain words: what must hold, what the profile says, and what would be enough."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from city.wording import Wording
from knowledge.eligibility.book import RuleBook, tell_number
from knowledge.eligibility.codes import CodeList
from knowledge.eligibility.facts import NUMERIC, Fact, Value
from knowledge.eligibility.ir import (
    Among,
    Arithmetic,
    Brackets,
    Cases,
    Compare,
    Constant,
    Dated,
    Either,
    Elapsed,
    Fixed,
    Given,
    Holds,
    Leaf,
    Lookup,
    Says,
    Term,
    Test,
    Within,
    facts_of,
)
from knowledge.eligibility.rowwise import term as reckon

_TESTS = {">=": "at_least", ">": "more_than", "<=": "at_most", "<": "less_than", "==": "equals", "!=": "differs"}
_MOST_CODES = 6


class Teller:
    """Puts tests into the words of ``eligibility/words.yaml``."""

    def __init__(self, book: RuleBook, words: Wording):
        self._book, self._words = book, words

    def needed(self, leaf: Leaf) -> str:
        """What the test asks for."""
        if leaf.node.says:
            return leaf.node.says
        if leaf.node.path.startswith("exclusions"):
            return self._words.text("not_received", policies=self._received(leaf.test))
        return self._test(leaf.test)

    def given(self, leaf: Leaf, values: Mapping[str, Value]) -> str:
        """What the profile says about it, empty where nothing is known."""
        test = leaf.test
        if isinstance(test, Compare | Within):
            left = test.left if isinstance(test, Compare) else test.day
            found = reckon(left)(values)
            return "" if found is None else self._value(left, found)
        names = facts_of(test)
        known = [name for name in names if name in values]
        return self._book.label(known[0], values[known[0]]) if known else ""

    def _received(self, test: Test) -> str:
        if not isinstance(test, Holds):
            return ""
        return "、".join(f"《{self._title(code)}》" for code in sorted(test.codes))

    def _title(self, code: str) -> str:
        listed = self._book.lists.get("policies")
        return listed.label(code) if listed and code in listed.by_code else code

    def _test(self, test: Test) -> str:
        match test:
            case Compare(operator, left, right):
                key = _TESTS[operator]
                if isinstance(right, Constant) and isinstance(right.value, date):
                    key = f"day_{key}"
                return self._words.text(f"test_{key}", fact=self.name(left), value=self._right(left, right))
            case Within(day, first, last):
                return self._words.text("test_within", fact=self.name(day), first=_day(first), last=_day(last))
            case Says(fact, wanted):
                return self._words.text("test_yes" if wanted else "test_no", fact=self._label(fact.fact))
            case Among(fact, yes, _):
                return self._among(fact, yes)
            case Holds(fact, codes, how):
                return self._words.text(
                    f"test_has_{how}", fact=self._label(fact.fact), values=self._codes(fact.fact, codes)
                )
            case Fixed():
                return self._words.text("test_unclear")

    def _among(self, given: Given, yes: frozenset[str]) -> str:
        fact = self._book.facts[given.fact]
        every = fact.options or self._book.lists[fact.list].by_code
        others = frozenset(every) - yes
        if others and len(others) < len(yes) / 2:
            return self._words.text("test_none_of", fact=fact.label, values=self._codes(fact.id, others))
        return self._words.text("test_one_of", fact=fact.label, values=self._codes(fact.id, yes))

    def _codes(self, name: str, codes: frozenset[str]) -> str:
        """Codes by their labels, those below a named one left out."""
        fact = self._book.facts[name]
        listed: CodeList | None = self._book.lists.get(fact.list) if fact.list else None
        top = codes
        if listed:
            top = frozenset(c for c in codes if not codes.intersection(listed.line(c)[1:]))
            ordered = [c for c in listed.codes if c in top]
        else:
            ordered = [c for c in fact.options if c in top]
        told = [self._book.label(name, code) for code in ordered]
        more = self._words.text("and_more", count=len(told)) if len(told) > _MOST_CODES else ""
        return "、".join(told[:_MOST_CODES]) + more

    def _label(self, name: str) -> str:
        return self._book.facts[name].label

    def _right(self, left: Term, right: Term) -> str:
        return self._value(left, right.value) if isinstance(right, Constant) else self.name(right)

    def _value(self, like: Term, value: float | date) -> str:
        if isinstance(value, date):
            return _day(value)
        fact = self._fact(like)
        if fact is not None and fact.type in NUMERIC:
            return tell_number(float(value), fact.type.value, fact.unit)
        if isinstance(like, Elapsed):
            return self._words.text(f"unit_{like.unit}", count=f"{value:g}")
        return f"{value:,.6g}"

    def _fact(self, node: Term) -> Fact | None:
        match node:
            case Given(fact):
                return self._book.facts[fact]
            case Either(stated, _):
                return self._book.facts[stated.fact]
            case _:
                return None

    def name(self, node: Term) -> str:  # noqa: C901  # one case for each kind of node
        """A term in words: labels of facts, arithmetic as it is."""
        match node:
            case Given(fact):
                return self._label(fact)
            case Either(stated, _):
                return self._label(stated.fact)
            case Constant(value):
                return _day(value) if isinstance(value, date) else f"{value:,.10g}"
            case Arithmetic(operator, left, right) if operator in ("min", "max"):
                return self._words.text(f"term_{operator}", left=self.name(left), right=self.name(right))
            case Arithmetic(operator, left, right):
                return f"{self._part(left)}{_SIGNS[operator]}{self._part(right)}"
            case Elapsed(unit, since, _):
                return self._words.text(f"term_{unit}", fact=self.name(since))
            case Lookup(fact, _, _):
                return self._words.text("term_by", fact=self._label(fact.fact))
            case Brackets(inner, _, _):
                return self._words.text("term_by", fact=self.name(inner))
            case Dated(day, _):
                return self._words.text("term_dated", fact=self.name(day))
            case Cases():
                return self._words.text("term_cases")

    def _part(self, node: Term) -> str:
        inner = self.name(node)
        return f"（{inner}）" if isinstance(node, Arithmetic) and node.operator in ("+", "-") else inner


_SIGNS = {"+": "＋", "-": "－", "*": "×", "/": "÷"}


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"
