"""Names in formulas: facts (computed ones by their own formula) and the dated parameters of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from city.errors import BadInput
from knowledge.eligibility.codes import CodeList
from knowledge.eligibility.facts import NUMERIC, Fact, FactType
from knowledge.eligibility.formula import parse
from knowledge.eligibility.ir import Brackets, Constant, Dated, Either, Elapsed, Given, Lookup, Term, is_day
from knowledge.eligibility.rules import Parameter, Row

DEEPEST = 12
"""How far computed facts and parameters may rest on each other."""


class Resolver:
    """Reads formulas for one day."""

    def __init__(
        self,
        as_of: date,
        facts: Mapping[str, Fact],
        lists: Mapping[str, CodeList],
        parameters: Mapping[str, Parameter] | None = None,
    ):
        self._as_of, self._facts, self._lists = as_of, facts, lists
        self._parameters = dict(parameters or {})
        self._open: list[str] = []

    def formula(self, text: str | float) -> Term:
        """A formula as a term. Raises BadInput."""
        return parse(text, self._name, lambda unit, since: Elapsed(unit, since, self._as_of))  # type: ignore[arg-type]  # `parse` gives a unit

    def number(self, text: str | float) -> Term:
        """A formula that comes to a number. Raises BadInput where it cannot be read or comes to a day."""
        made = self.formula(text)
        if is_day(made):
            raise BadInput(f"{text!r} is a date, where a number is needed")
        return made

    def _name(self, name: str) -> Term:
        if name in self._open or len(self._open) > DEEPEST:
            raise BadInput(f"{name!r} rests on itself: {' → '.join([*self._open, name])}")
        self._open.append(name)
        try:
            return self._fact(name) if "." in name else self._parameter(name)
        finally:
            self._open.pop()

    def _fact(self, name: str) -> Term:
        fact = self._facts.get(name)
        if fact is None:
            raise BadInput(f"there is no fact {name!r}: the catalogue in eligibility/facts lists them")
        if fact.type is FactType.DATE:
            return Given(name, "date")
        if fact.type not in NUMERIC:
            raise BadInput(f"{name} is neither a number nor a date; test it in a condition")
        given = Given(name, "number")
        return Either(given, self.number(fact.derive)) if fact.derive else given

    def _parameter(self, name: str) -> Term:
        parameter = self._parameters.get(name)
        if parameter is None:
            raise BadInput(f"there is no parameter {name!r} in this rule; a fact has a dot in its name")
        if parameter.dated_by:
            day = self._fact(parameter.dated_by)
            if not is_day(day):
                raise BadInput(f"`dated_by` of {name!r} needs a date, which {parameter.dated_by!r} is not")
            return Dated(day, tuple((row.start, self._row(name, parameter, row)) for row in parameter.values))
        standing = [row for row in parameter.values if row.start <= self._as_of]
        if not standing or (standing[-1].end is not None and standing[-1].end <= self._as_of):
            raise BadInput(f"the parameter {name!r} has no value on {self._as_of}: add a row for that time")
        return self._row(name, parameter, standing[-1])

    def _row(self, name: str, parameter: Parameter, row: Row) -> Term:
        if row.value is not None:
            return Constant(row.value if isinstance(row.value, date) else float(row.value))
        if row.brackets:
            return Brackets(self.number(parameter.by), row.brackets, row.otherwise or 0.0)
        fact = self._facts.get(parameter.by)
        if fact is None or fact.type is not FactType.CHOICE:
            raise BadInput(f"the table of {name!r} needs a choice as `by`, which {parameter.by!r} is not")
        return Lookup(Given(fact.id, "code"), tuple(self._table(fact, name, row)), row.otherwise)

    def _table(self, fact: Fact, name: str, row: Row) -> list[tuple[str, float]]:
        """The table with every code below a named one, the nearest name winning."""
        listed = self._lists.get(fact.list) if fact.list else None
        known = listed.codes if listed else tuple(fact.options)
        if missing := [code for code in row.table if code not in known]:
            raise BadInput(f"the table of {name!r} names {missing[0]!r}, which {fact.id} does not know")
        if listed is None:
            return list(row.table.items())
        found = []
        for code in known:
            named = next((above for above in listed.line(code) if above in row.table), None)
            if named is not None:
                found.append((code, row.table[named]))
        return found
