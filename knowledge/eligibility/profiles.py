"""Profiles: the facts that are known of one firm or person, read with an error that names place and remedy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from city.errors import BadInput
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.codes import CodeList
from knowledge.eligibility.facts import NUMERIC, Fact, FactType, Subject, Value

SUBJECTS: tuple[Subject, ...] = ("firm", "person")
LONGEST = 500


@dataclass(frozen=True)
class Profile:
    """What is known of one subject; a fact that is not among ``values`` is unknown."""

    subject: Subject
    values: Mapping[str, Value]
    id: str = ""

    def told(self, more: Mapping[str, Value]) -> Profile:
        """The profile with more facts, the newer winning."""
        return Profile(self.subject, {**self.values, **more}, self.id)


def read_profile(raw: object, book: RuleBook, *, where: str = "profile") -> Profile:
    """A profile as ``{"subject": "firm", "id": …, "facts": {…}}``.

    Facts are named by id, by their label, or by the part of the id after the dot; null is unknown. Raises BadInput
    naming every fact that is wrong, why, and what to write instead.
    """
    if not isinstance(raw, Mapping):
        raise BadInput(f'{where}: is no object → write {{"subject": "firm", "facts": {{…}}}}')
    subject = raw.get("subject")
    if subject not in SUBJECTS:
        raise BadInput(f"{where}: subject: {subject!r} is neither 'firm' nor 'person' → write one of them")
    if unknown := [str(key) for key in raw if key not in ("subject", "id", "facts")]:
        raise BadInput(f"{where}: {unknown[0]}: is no part of a profile → put it under 'facts' or leave it out")
    facts = raw.get("facts", {})
    if not isinstance(facts, Mapping):
        raise BadInput(f"{where}: facts: is no object → write {{fact: value}}")
    values, wrong = _read_facts(facts, subject, book, where)
    if wrong:
        raise BadInput("\n".join(wrong))
    return Profile(subject, values, str(raw.get("id", "")))


def _read_facts(
    facts: Mapping[object, object], subject: Subject, book: RuleBook, where: str
) -> tuple[dict[str, Value], list[str]]:
    """The values, and what is wrong with the others."""
    values: dict[str, Value] = {}
    wrong: list[str] = []
    for name, given in facts.items():
        path = f"{where}: facts.{name}"
        fact = find_fact(book, subject, str(name))
        if fact is None:
            wrong.append(f"{path}: there is no such fact → `citydesk policy facts` lists them")
            continue
        if given is None:
            continue
        if fact.id in values:
            wrong.append(f"{path}: {fact.id} is given twice, under two of its names → give it once")
            continue
        try:
            values[fact.id] = read_value(fact, given, book.lists)
        except BadInput as error:
            wrong.append(f"{path}: {error}")
    return values, wrong


def find_fact(book: RuleBook, subject: Subject, name: str) -> Fact | None:
    """The fact of this subject with that id, end of id, or label."""
    for key in (name, f"{subject}.{name}"):
        fact = book.facts.get(key)
        if fact is not None:
            return fact if fact.subject == subject else None
    return next((f for f in book.facts.values() if f.subject == subject and f.label == name), None)


def read_value(fact: Fact, given: Any, lists: Mapping[str, CodeList]) -> Value:
    """``given`` as a value of ``fact``. Raises BadInput saying what is wrong and what to write."""
    if isinstance(given, str) and len(given) > LONGEST:
        raise BadInput(f"is longer than {LONGEST} characters → write the value alone")
    if fact.type is FactType.BOOLEAN:
        if isinstance(given, bool):
            return given
        raise BadInput(f"{given!r} is neither yes nor no → write true or false")
    if fact.type in NUMERIC:
        return _number(fact, given)
    if fact.type is FactType.DATE:
        return _day(given)
    if fact.type is FactType.CHOICE:
        return _code(fact, given, lists)
    if not isinstance(given, list | tuple | set | frozenset):
        raise BadInput(f"{given!r} is no list → write a list of codes, [] for none")
    return frozenset(_code(fact, one, lists) for one in given)


def _number(fact: Fact, given: Any) -> float:
    unit = f" in {fact.unit}" if fact.unit else ""
    example = "0.035 for 3.5 %" if fact.type is FactType.RATIO else "1200000"
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise BadInput(f"{given!r} is no number{unit} → write it in digits, such as {example}")
    try:
        value = float(given)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise BadInput(f"the number is not finite → write it in digits, such as {example}")
    if fact.type is FactType.INTEGER and value != int(value):
        raise BadInput(f"{given!r} is no whole number{unit} → write a whole number")
    if fact.range and not fact.range[0] <= value <= fact.range[1]:
        low, high = fact.range
        raise BadInput(f"{given!r} is outside {low:,.15g} to {high:,.15g}{unit} → check the number and its unit")
    return value


def _day(given: Any) -> date:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise BadInput(f"{given!r} is no date → write YYYY-MM-DD") from None


def _code(fact: Fact, given: Any, lists: Mapping[str, CodeList]) -> str:
    labels = fact.options or {code.code: code.label for code in lists[fact.list].entries}
    if isinstance(given, str):
        if given in labels:
            return given
        if found := next((code for code, label in labels.items() if label == given), None):
            return found
        others = () if fact.options else lists[fact.list].entries
        if called := [entry.code for entry in others if given in entry.says]:
            return called[0]
    shown = "、".join(f"{code} ({label})" for code, label in list(labels.items())[:8])
    raise BadInput(f"{given!r} is not in the list → write one of {shown}{' …' if len(labels) > 8 else ''}")
