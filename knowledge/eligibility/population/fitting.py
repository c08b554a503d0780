"""Whether a way of drawing fits its fact: kinds, codes, what it depends on, days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from city.pack.problems import Problem
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.facts import CODED, Fact, FactType
from knowledge.eligibility.population.spec import (
    BRANCHES,
    FITTING,
    NUMBERS,
    OTHER,
    TODAY,
    FactWay,
    Population,
    Way,
)


def codes_of(fact: Fact, book: RuleBook) -> tuple[str, ...]:
    """The codes of a coded fact; of a boolean, its two values as they are written."""
    if fact.type is FactType.BOOLEAN:
        return ("false", "true")
    listed = book.lists.get(fact.list)
    return listed.codes if listed else tuple(fact.options)


def entry_of(code: str, fact: Fact, named: Mapping[str, Any], book: RuleBook) -> str | None:
    """The entry of ``named`` that counts for ``code``: its own, that of the nearest parent, or ``other``."""
    listed = book.lists.get(fact.list) if fact.list else None
    line = listed.line(code) if listed else (code,)
    return next((one for one in (*line, OTHER) if one in named), None)


class _Fitting:
    """Checks the ways of one fact against its type and against the book."""

    def __init__(self, fact: Fact, population: Population, book: RuleBook, file: str):
        self._fact, self._population, self._book, self._file = fact, population, book, file
        self.problems: list[Problem] = []

    def _problem(self, where: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(file=self._file, where=where, message=message, remedy=remedy))

    def way(self, way: Way, where: str) -> None:
        """Remember what is wrong with ``way`` and with those inside it."""
        self._kind(way, where)
        self._codes(way, where)
        self._scales(way, where)
        for name, inner in (way.of or {}).items():
            self.way(inner, f"{where}.of.{name}")
        for kind in ("cases", "mix"):
            for number, one in enumerate(getattr(way, kind) or ()):
                self.way(one, f"{where}.{kind}[{number}]")
        if way.of is not None:
            self._by(way.by, way.of, where, whole=True)
        if way.same is not None:
            self._same(way.same, where)

    def _kind(self, way: Way, where: str) -> None:
        fits = FITTING.get(self._fact.type, NUMBERS)
        if way.kind not in fits | BRANCHES:
            message = f"a {self._fact.type.value} is not drawn by `{way.kind}`"
            self._problem(where, message, f"write one of {', '.join(sorted(fits | BRANCHES))}")

    def _codes(self, way: Way, where: str) -> None:
        if self._fact.list and self._fact.list not in self._book.lists:
            return  # the book tells that already
        named = way.each if way.each is not None else way.weights
        if isinstance(named, str):
            if named not in self._population.tables:
                self._problem(where, f"there is no table {named!r}", "add it to `tables`, or write the weights here")
                return
            named = self._population.tables[named]
        if isinstance(way.value, str) and self._fact.type in CODED:
            named = {way.value: 1.0}
        if not named:
            return
        if self._fact.type in CODED:
            known = codes_of(self._fact, self._book)
            for code in named:
                if code not in known:
                    near = "、".join(known[:6])
                    self._problem(
                        where, f"{code!r} is not in the list of {self._fact.id}", f"write a code such as {near}"
                    )
        elif strange := [code for code in named if not _is_number(code)]:
            self._problem(where, f"{strange[0]!r} is no number", "write numbers with their weights")

    def _scales(self, way: Way, where: str) -> None:
        if way.scale and self._fact.type is FactType.CHOICE:
            self._problem(f"{where}.scale", "a choice has no scale", "write weights `by` another fact")
        for number, one in enumerate(way.scale):
            if one.by:
                self._by(one.by, one.of, f"{where}.scale[{number}]", whole=False)

    def _by(self, by: str, named: Mapping[str, Any], where: str, *, whole: bool) -> None:
        fact = self._book.facts.get(by)
        if fact is None or fact.type not in (FactType.BOOLEAN, FactType.CHOICE):
            self._problem(f"{where}.by", f"{by!r} is no boolean and no choice", "name one, or write `cases` with `if`")
            return
        known = codes_of(fact, self._book)
        for code in named:
            if code not in known and code != OTHER:
                self._problem(f"{where}.of", f"{code!r} is not in the list of {by}", "correct the code")
        if whole and (left := [code for code in known if entry_of(code, fact, named, self._book) is None]):
            message = f"nothing for {'、'.join(left[:4])} of {by}"
            self._problem(f"{where}.of", message, "add these codes, one above them, or `other`")

    def _same(self, name: str, where: str) -> None:
        other = self._book.facts.get(name)
        if (
            other is None
            or other.derive
            or (other.type, other.list, other.options)
            != (
                self._fact.type,
                self._fact.list,
                self._fact.options,
            )
        ):
            self._problem(f"{where}.same", f"{name!r} is no fact of the same type and list", "name one that is")

    def days(self, way: FactWay, where: str) -> None:
        """Remember which of the days it counts from are none."""
        if self._fact.type is not FactType.DATE:
            if way.days or way.ahead:
                self._problem(where, "only a date is counted from a day", "remove it")
            return
        if (way.until and not way.after) or (way.after and way.before):
            self._problem(
                where, "does not say from where the days count", "write `after`, `before`, or `after` and `until`"
            )
        for name in way.days:
            fact = self._book.facts.get(name)
            if name != TODAY and not _is_day(name) and (fact is None or fact.type is not FactType.DATE or fact.derive):
                self._problem(where, f"{name!r} is no day", "name a fact that is a date, `today`, or write YYYY-MM-DD")


def fitting_problems(name: str, way: FactWay, population: Population, book: RuleBook, file: str) -> list[Problem]:
    """Everything about a way of drawing that does not fit its fact."""
    checked = _Fitting(book.facts[name], population, book, file)
    checked.way(way, f"facts.{name}")
    checked.days(way, f"facts.{name}")
    return checked.problems


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
