"""Checks a scheme against the book's rules of a day. A result is ok, violated, or unknown with what is lacking."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, cast

from tools.land.book import NOTE, PARCEL, Book, Edition, Rule, Term
from tools.land.formula import Formula
from tools.land.measures import Ground, blank, facts
from tools.land.rows import Row, Value
from tools.land.scheme import Scheme
from tools.land.values import NOTHING, Lacks, Number, Truth, Untold, Word, compare, conjunction

Result = Literal["ok", "violated", "unknown"]
_WORST: dict[Result, int] = {"ok": 0, "unknown": 1, "violated": 2}
_YES = Truth(True)
HOMES = "homes"
"""The group of uses that are homes."""


class Clause(NamedTuple):
    """Where a rule stands and its words there."""

    document: str
    article: str
    quote: str


@dataclass(frozen=True)
class Verdict:
    """What one rule comes to. ``where`` names the thing that decides; numbers are given where they are known."""

    rule: str
    title: str
    result: Result
    clause: Clause
    unit: str = ""
    where: tuple[str, ...] = ()
    given: float | None = None
    least: float | None = None
    most: float | None = None
    lacks: Lacks = NOTHING


@dataclass
class Checked:
    """A scheme on its parcel on a day."""

    book: Book
    day: date
    ground: Ground | None
    names: dict[str, Value] = field(default_factory=dict)

    def verdicts(self, scheme: Scheme) -> list[Verdict]:
        """The rules that apply, each with its worst result, in the order of the book."""
        self._names(scheme)
        worst: dict[str, Verdict] = {}
        for rule in self.book.rules:
            for verdict in self._rule(rule, scheme):
                worst[rule.id] = _worse(worst.get(rule.id), verdict)
        return [worst[id] for id in self.book.ids if id in worst]

    def conditions(self, prefix: str, *, sure: bool) -> Iterator[Clause]:
        """The clauses of a group of rules that may apply on this parcel, or surely do, whatever is built; without
        those that only repeat the parcel's own row.
        """
        scheme = Scheme()
        self._names(scheme)
        for rule in self.book.rules:
            edition = rule.edition(self.day)
            if not rule.id.startswith(prefix) or edition is None or edition.clause == PARCEL:
                continue
            given = {rule.loop[1]: blank(rule.loop[0])} if rule.loop else {}
            names = _Names({**given, **edition.set}, self.names, self.book.terms, self.day)
            applies = _truth(edition.when or rule.when, names)
            if applies.holds is True or (applies.holds is None and not sure):
                yield self._clause(edition, _cited(edition.cite or rule.cite, edition, names))

    def _names(self, scheme: Scheme) -> None:
        self.names = facts(scheme, self.ground, self.book.rise, self.book.groups.get(HOMES, ()))
        self.names |= {name: list(words) for name, words in self.book.groups.items()}

    def _rule(self, rule: Rule, scheme: Scheme) -> Iterator[Verdict]:
        edition = rule.edition(self.day)
        if edition is None or not self._has(rule.part, scheme):
            return
        for one in self._items(rule):
            given = {rule.loop[1]: one} if rule.loop and one is not None else {}
            names = _Names({**given, **edition.set}, self.names, self.book.terms, self.day)
            verdict = self._verdict(rule, edition, names, one.name if one is not None else "")
            if verdict is not None:
                yield verdict

    def _has(self, part: str, scheme: Scheme) -> bool:
        if part == "parcel":
            return self.ground is not None
        return not part or getattr(scheme, part) is not None

    def _items(self, rule: Rule) -> list[Row | None]:
        """What a rule is about: each of a list, or the whole scheme."""
        if rule.loop is None:
            return [None]
        rows = self.names[rule.loop[0]]
        return [] if isinstance(rows, Untold) else list(rows)

    def _verdict(self, rule: Rule, edition: Edition, names: Mapping[str, Value], where: str) -> Verdict | None:
        applies = _truth(edition.when or rule.when, names)
        if applies.holds is False:
            return None
        given = _number(edition.given or rule.given, names)
        least = _number(edition.least or rule.least, names)
        most = _number(edition.most or rule.most, names)
        under = _number(edition.under or rule.under, names)
        tests = [_truth(edition.holds or rule.holds, names)]
        tests += [compare(given, ">=", least)] if given and least else []
        tests += [compare(given, "<=", most)] if given and most else []
        tests += [compare(given, "<", under)] if given and under else []
        holds = conjunction(tests)
        return Verdict(
            rule=rule.id,
            title=rule.title,
            result=_result(applies, holds),
            clause=self._clause(edition, _cited(edition.cite or rule.cite, edition, names)),
            unit=rule.unit,
            where=(where,) if where else (),
            given=_known(given),
            least=_known(least),
            most=_known(most or under),
            lacks=applies.lacks | holds.lacks,
        )

    def _clause(self, edition: Edition, quote: str) -> Clause:
        clause = edition.clause
        if clause == PARCEL and self.ground is not None:
            clause = self.ground.clause
            quote = self.ground.note if quote == NOTE else self.ground.quote
        document, _, article = clause.partition("#")
        return Clause(document, article, quote)


class _Names(Mapping[str, Value]):
    """Names of a formula: the edition's own, then terms, worked out when they are asked for, then facts."""

    def __init__(
        self, own: Mapping[str, Value], outer: Mapping[str, Value], terms: tuple[Term, ...], day: date
    ) -> None:
        self._own, self._outer, self._day = own, outer, day
        self._terms = {term.name: term for term in terms}

    def __getitem__(self, name: str) -> Value:
        if name in self._own:
            return self._own[name]
        term = self._terms.get(name)
        if term is None:
            return self._outer[name]
        edition = term.edition(self._day)
        own = edition.set if edition is not None else {}
        return term.value.value(ChainMap(own, cast(dict[str, Value], self)))

    def __iter__(self) -> Iterator[str]:
        return iter({*self._own, *self._terms, *self._outer})

    def __len__(self) -> int:
        return len({*self._own, *self._terms, *self._outer})


def _worse(one: Verdict | None, other: Verdict) -> Verdict:
    """The worse of two; the things that both are about are named together."""
    if one is None or _WORST[other.result] > _WORST[one.result]:
        return other
    if one.result != other.result or one.result == "ok":
        return one
    merged = {**one.__dict__, "where": tuple(dict.fromkeys((*one.where, *other.where)))}
    return Verdict(**{**merged, "lacks": one.lacks | other.lacks})


def _result(applies: Truth, holds: Truth) -> Result:
    if holds.holds is True:
        return "ok"
    return "violated" if holds.holds is False and applies.holds is True else "unknown"


def _truth(formula: Formula | None, names: Mapping[str, Value]) -> Truth:
    if formula is None:
        return _YES
    value = formula.value(names)
    if not isinstance(value, Truth):
        raise TypeError(f"{formula.text!r} is neither true nor false")
    return value


def _number(formula: Formula | None, names: Mapping[str, Value]) -> Number | None:
    if formula is None:
        return None
    value = formula.value(names)
    if not isinstance(value, Number):
        raise TypeError(f"{formula.text!r} is no number")
    return value


def _known(number: Number | None) -> float | None:
    return round(number.least, 6) if number is not None and number.is_known else None


def _cited(formula: Formula | None, edition: Edition, names: Mapping[str, Value]) -> str:
    """The words of the edition that decide; the first where it is open which."""
    if formula is None or not edition.quotes:
        return edition.quote or next(iter(edition.quotes.values()), "")
    key = formula.value(names)
    if isinstance(key, Number) and key.is_known:
        key = Word(f"{key.least:g}")
    text = key.text if isinstance(key, Word) else None
    return edition.quotes.get(text or "", edition.quote or next(iter(edition.quotes.values())))
