"""Conditions: the language in which a rule says what must hold, read into the compiled form.

A test names a ``fact`` (or a formula as ``value``) and what it must be:

==================================  ==================================================================
``is``                              a boolean, or a code
``one_of`` ``none_of``              codes of a choice
``under`` ``not_under``             codes of a choice, with everything below them in the list
``has`` ``has_all`` ``has_none``    codes of a set of choices
``at_least`` ``more_than``          a number or a day, or a formula of one
``at_most`` ``less_than``
``equals``
``at_least_ago`` ``more_than_ago``  a date that lies so far back: ``{years: 1}``, ``{months: 6}``, ``{days: 365}``
``within_last``                     a date that lies no further back, and not in the future
``within_next``                     a date from today on that lies no further ahead
==================================  ==================================================================

Tests are put together with ``all``, ``any``, ``not`` and ``count: {at_least: 2, of: […]}``. Any of them may carry
``says`` (plain words), ``clause`` (the policy's words), ``from`` and ``to`` (days on which it counts).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeGuard

from city.errors import BadInput
from city.pack.problems import Problem
from knowledge.eligibility.codes import CodeList
from knowledge.eligibility.facts import CODED, Fact, FactType
from knowledge.eligibility.ir import (
    All,
    Among,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Constant,
    Fixed,
    Given,
    Holds,
    Leaf,
    Node,
    Not,
    Operator,
    Says,
    Term,
    Test,
    Within,
    is_day,
)
from knowledge.eligibility.rowwise import shifted

_ORDER: dict[str, Operator] = {
    "at_least": ">=",
    "more_than": ">",
    "at_most": "<=",
    "less_than": "<",
    "equals": "==",
}
_AGO = ("at_least_ago", "more_than_ago", "within_last", "within_next")
_CODES = ("one_of", "none_of", "under", "not_under")
_SETS: dict[str, Literal["any", "all", "none"]] = {"has": "any", "has_all": "all", "has_none": "none"}
_TESTS = ("is", *_CODES, *_SETS, *_ORDER, *_AGO)
_GROUPS = ("all", "any", "not", "count")
_BESIDE = ("says", "clause", "from", "to")
_REMEDY = "docs/policies.md lists every test and what it takes"


class Names:
    """What a condition may name: facts, code lists, and formulas over facts and parameters."""

    def __init__(
        self,
        facts: Mapping[str, Fact],
        lists: Mapping[str, CodeList],
        formula: Callable[[str | float], Term],
        as_of: date,
    ):
        self.facts, self.lists, self.formula, self.as_of = facts, lists, formula, as_of

    def codes(self, fact: Fact) -> CodeList | None:
        """The list of a coded fact; None where it has options of its own."""
        return self.lists.get(fact.list) if fact.list else None


class Reader:
    """Reads conditions of one file and remembers every problem."""

    def __init__(self, names: Names, file: str):
        self._names, self._file = names, file
        self.problems: list[Problem] = []

    def problem(self, path: str, message: str, remedy: str = _REMEDY) -> None:
        """Remember that something at ``path`` is wrong."""
        self.problems.append(Problem(file=self._file, where=path, message=message, remedy=remedy))

    def every(self, raw: Iterable[Mapping[str, Any]], path: str) -> All:
        """A list of conditions that must all hold; those that do not count on the day are left out."""
        return All(self._members(raw, path), Node(path))

    def _members(self, raw: Any, path: str) -> tuple[Condition, ...]:
        if not isinstance(raw, list | tuple):
            self.problem(path, "is no list of conditions", "write one condition per '- '")
            return ()
        found = (self.one(item, f"{path}[{number}]") for number, item in enumerate(raw))
        return tuple(condition for condition in found if condition is not None)

    def _nested(self, raw: Any, path: str) -> tuple[Condition, ...]:
        """The members of a group, of which one at least must be written."""
        if isinstance(raw, list) and not raw:
            self.problem(path, "holds no condition", "write one condition per '- ', or take the group out")
        return self._members(raw, path)

    def one(self, raw: Any, path: str) -> Condition | None:
        """One condition, None where it does not count on the day. What is wrong counts as unknown."""
        if not isinstance(raw, Mapping):
            self.problem(path, f"{raw!r} is no condition", "write `fact: …` and a test, or all/any/not/count")
            return Leaf(Fixed(None), Node(path))
        if not self._counts(raw, path):
            return None
        node = Node(path, str(raw.get("says", "")), quotes(raw.get("clause")))
        group = [key for key in _GROUPS if key in raw]
        tests = [key for key in _TESTS if key in raw]
        allowed = {*_BESIDE, *group, *(() if group else ("fact", "value", *tests))}
        if unknown := [str(key) for key in raw if key not in allowed]:
            self.problem(path, f"has {unknown[0]!r}, which is no part of a condition")
        if len(group) > 1 or (group and tests):
            self.problem(path, f"has {' and '.join([*group, *tests])} at once", "nest one in the other")
        if group:
            return self._group(group[0], raw[group[0]], path, node)
        return self._test(raw, tests, path, node)

    def _counts(self, raw: Mapping[str, Any], path: str) -> bool:
        start, end = raw.get("from"), raw.get("to")
        for name, day in (("from", start), ("to", end)):
            if day is not None and not _is_date(day):
                self.problem(f"{path}.{name}", f"{day!r} is no date", "write the date as YYYY-MM-DD")
                return True
        return (start is None or start <= self._names.as_of) and (end is None or self._names.as_of < end)

    def _group(self, kind: str, raw: Any, path: str, node: Node) -> Condition | None:
        if kind == "not":
            inner = self.one(raw, f"{path}.not")
            return None if inner is None else Not(inner, node)
        if kind == "count":
            return self._count(raw, f"{path}.count", node)
        members = self._nested(raw, f"{path}.{kind}")
        if not members:
            return None
        return All(members, node) if kind == "all" else AnyOf(members, node)

    def _count(self, raw: Any, path: str, node: Node) -> Condition | None:
        if not isinstance(raw, Mapping) or set(raw) != {"at_least", "of"} or type(raw["at_least"]) is not int:
            self.problem(path, "is no count", "write `count: {at_least: 2, of: […]}`")
            return Leaf(Fixed(None), node)
        members = self._nested(raw["of"], f"{path}.of")
        written = len(raw["of"]) if isinstance(raw["of"], list) else 1
        if not 1 <= raw["at_least"] <= max(written, 1):
            self.problem(path, f"asks for {raw['at_least']} of {written}", "correct the number")
        return AtLeast(raw["at_least"], members, node) if members else None

    def _test(self, raw: Mapping[str, Any], tests: Sequence[str], path: str, node: Node) -> Condition:
        if not tests:
            self.problem(path, "says nothing that must hold", f"add one of {', '.join(_TESTS)}")
            return Leaf(Fixed(None), node)
        found = [Leaf(self._tested(raw, name, path), node) for name in tests]
        return found[0] if len(found) == 1 else All(tuple(found), node)

    def _tested(self, raw: Mapping[str, Any], name: str, path: str) -> Test:
        try:
            if "value" in raw:
                return self._ordered(self._names.formula(raw["value"]), None, name, raw[name])
            fact = self._names.facts.get(str(raw.get("fact")))
            if fact is None:
                raise BadInput(f"there is no fact {raw.get('fact')!r}")
            return self._of_fact(fact, name, raw[name])
        except BadInput as error:
            self.problem(f"{path}.{name}", str(error))
            return Fixed(None)

    def _of_fact(self, fact: Fact, name: str, wanted: Any) -> Test:
        if fact.type is FactType.BOOLEAN:
            if name != "is" or not isinstance(wanted, bool):
                raise BadInput(f"{fact.id} is a yes or no: test it with `is: true` or `is: false`")
            return Says(Given(fact.id, "boolean"), wanted)
        if fact.type in CODED:
            return self._coded(fact, name, wanted)
        return self._ordered(self._names.formula(fact.id), fact, name, wanted)

    def _coded(self, fact: Fact, name: str, wanted: Any) -> Among | Holds:
        codes = self._known_codes(fact, wanted)
        if fact.type is FactType.CHOICES:
            if name not in _SETS:
                raise BadInput(f"{fact.id} is a set of choices: test it with {', '.join(_SETS)}")
            return Holds(Given(fact.id, "codes"), codes, _SETS[name])
        if name not in ("is", *_CODES):
            raise BadInput(f"{fact.id} is a choice: test it with is, {', '.join(_CODES)}")
        given, listed = Given(fact.id, "code"), self._names.codes(fact)
        every = listed.codes if listed else tuple(fact.options)
        if name in ("under", "not_under") and listed:
            truths = listed.truths(codes, self._names.as_of)
            yes = frozenset(code for code in every if truths[code] is (name == "under"))
            return Among(given, yes, frozenset(code for code in every if truths[code] is None))
        wants = name in ("is", "one_of", "under")
        return Among(given, frozenset(code for code in every if (code in codes) is wants))

    def _known_codes(self, fact: Fact, wanted: Any) -> frozenset[str]:
        codes = [wanted] if isinstance(wanted, str) else wanted
        if not isinstance(codes, list) or not codes or not all(isinstance(code, str) for code in codes):
            raise BadInput(f"{wanted!r} is no list of codes")
        listed = self._names.codes(fact)
        if fact.list and listed is None:
            raise BadInput(f"the list {fact.list!r} of {fact.id} is not there")
        known = listed.by_code if listed else fact.options
        if missing := [code for code in codes if code not in known]:
            where = f"the list {fact.list!r}" if listed else f"the options of {fact.id}"
            raise BadInput(f"{missing[0]!r} is not in {where}")
        return frozenset(codes)

    def _ordered(self, left: Term, fact: Fact | None, name: str, wanted: Any) -> Compare | Within:
        what = fact.id if fact else "a formula"
        if name in _AGO:
            if not is_day(left):
                raise BadInput(f"`{name}` tests a date, which {what} is not")
            return self._ago(left, name, wanted)
        if name not in _ORDER:
            raise BadInput(f"{what} is tested with {', '.join(_ORDER)}")
        right = self._compared_with(wanted)
        if is_day(right) and not is_day(left):
            raise BadInput(f"{wanted} is a date, which {what} is not")
        if is_day(left) and not is_day(right):
            raise BadInput(f"{wanted!r} is no date: write YYYY-MM-DD")
        return Compare(_ORDER[name], left, right)

    def _compared_with(self, wanted: Any) -> Term:
        if _is_date(wanted):
            return Constant(wanted)
        if isinstance(wanted, bool) or not isinstance(wanted, int | float | str):
            raise BadInput(f"{wanted!r} is neither a number nor a formula")
        return self._names.formula(wanted)

    def _ago(self, left: Term, name: str, wanted: Any) -> Compare | Within:
        units = {"years", "months", "days"}
        if not isinstance(wanted, Mapping) or not wanted or set(wanted) - units:
            raise BadInput(f"{wanted!r} is no length of time: write {{years: 1}}, {{months: 6}} or {{days: 365}}")
        if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in wanted.values()):
            raise BadInput(f"{dict(wanted)!r} holds something else than whole numbers")
        try:
            return _since(left, name, wanted, self._names.as_of)
        except (ValueError, OverflowError):
            raise BadInput(f"{dict(wanted)!r} reaches beyond the calendar") from None


def _since(left: Term, name: str, span: Mapping[str, int], today: date) -> Compare | Within:
    match name:
        case "at_least_ago":
            return Compare("<=", left, Constant(last_complete(today, span)))
        case "more_than_ago":
            return Compare("<", left, Constant(first_running(today, span)))
        case "within_next":
            return Within(left, today, shifted(today, **span))
        case _:
            return Within(left, first_running(today, span), today)


_DAY = timedelta(days=1)


def _is_date(value: Any) -> TypeGuard[date]:
    """A day; a moment (which Python counts among the days) is none."""
    return isinstance(value, date) and not isinstance(value, datetime)


def first_running(today: date, span: Mapping[str, int]) -> date:
    """The first day from which ``span`` has not run out before ``today``.

    A span of months or years runs out on the same day of the month, or on the month's last day where it has no such day
    (Civil Code, article 202).
    """
    day = shifted(today, **{unit: -count for unit, count in span.items()})
    while shifted(day, **span) < today:
        day += _DAY
    while shifted(day - _DAY, **span) >= today:
        day -= _DAY
    return day


def last_complete(today: date, span: Mapping[str, int]) -> date:
    """The last day from which ``span`` is complete on ``today`` (as `first_running`)."""
    day = shifted(today, **{unit: -count for unit, count in span.items()})
    while shifted(day, **span) > today:
        day -= _DAY
    while shifted(day + _DAY, **span) <= today:
        day += _DAY
    return day


def quotes(raw: Any) -> tuple[str, ...]:
    """The quotes of a ``clause``: one, or a list."""
    if raw is None:
        return ()
    return (raw,) if isinstance(raw, str) else tuple(str(one) for one in raw)
