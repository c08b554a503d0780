"""Matching in bulk, side by side in one run: columns, row by row, and OpenFisca-Core on what both can express.

``python -m eval.bench.policies --city PACK --rows 200000``. Profiles are drawn beforehand and not counted.
OpenFisca knows no unknown and evaluates a formula over arrays of one entity: it is given the rules' own conditions
(booleans, numbers, codes; no dates of its own, no sets, no dated tables) as one formula each, on tables where what is
missing holds the type's zero, and the same tables go to ours. Where it is not installed it is named and left out
(``pip install openfisca-core``).
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from pydantic import BaseModel

from city.pack import load_pack
from knowledge.corpus import load_corpus
from knowledge.eligibility.bulk import CODES, statuses
from knowledge.eligibility.compiling import CompiledPolicy
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import FactType, Subject
from knowledge.eligibility.ir import (
    All,
    Among,
    AnyOf,
    Arithmetic,
    AtLeast,
    Compare,
    Condition,
    Constant,
    Either,
    Fixed,
    Given,
    Leaf,
    Not,
    Says,
    Term,
)
from knowledge.eligibility.matching import Status, match, match_all
from knowledge.eligibility.population import draw
from knowledge.eligibility.profiles import SUBJECTS
from knowledge.eligibility.rowwise import SLACK
from knowledge.eligibility.tables import from_row

_ROWS_BY_ROW = 2_000
_PERIOD = "2026-11"


class Measured(BaseModel):
    """Figures of one run. Seconds for ``profiles`` × ``policies`` of both subjects together."""

    profiles: int
    policies: int
    seconds: float
    per_second: float
    row_by_row_seconds: float
    times_row_by_row: float
    one_profile_ms: float
    openfisca_policies: int = 0
    openfisca_seconds: float = 0.0
    ours_on_the_same_seconds: float = 0.0
    times_openfisca: float = 0.0
    openfisca_differs: int = 0
    peak_mb: int = 0


def open_rules(root: Path, day: date) -> Eligibility:
    """The pack's rules."""
    pack = load_pack(root)
    texts = load_corpus(root, folders=["policies"], names={unit.id: unit.name for unit in pack.units})
    districts: list[tuple[str, str, str | None]] = [(one.id, one.name, None) for one in pack.districts]
    places = [*districts, *((one.id, one.name, one.district) for one in pack.streets)]
    return Eligibility.open(root, texts, places=places, units={u.id: u.name for u in pack.units}, today=day)


def run(root: Path, rows: int, day: date, seed: int) -> Measured:
    """Measure both subjects."""
    rules = open_rules(root, day)
    sums = {"bulk": 0.0, "row": 0.0, "fisca": 0.0, "ours": 0.0, "one": 0.0}
    policies = fisca_policies = differs = 0
    for subject in SUBJECTS:
        compiled = rules.rules(day, subject)
        policies += len(compiled)
        for table in draw(rules.every, root, subject, rows, seed, day):
            sums["bulk"] += _timed(lambda: statuses(rules.book, compiled, table))  # noqa: B023  # called at once
        row, one = _row_by_row(rules, compiled, table.head(_ROWS_BY_ROW), subject, day)
        sums["row"] += row * rows / min(_ROWS_BY_ROW, table.height)
        sums["one"] = max(sums["one"], one)
        fisca = _openfisca(rules, compiled, table)
        if fisca is not None:
            fisca_policies += fisca[0]
            sums["fisca"] += fisca[1]
            sums["ours"] += fisca[2]
            differs += fisca[3]
    return Measured(
        profiles=rows,
        policies=policies,
        seconds=round(sums["bulk"], 2),
        per_second=round(rows * policies / sums["bulk"]),
        row_by_row_seconds=round(sums["row"], 1),
        times_row_by_row=round(sums["row"] / sums["bulk"], 1),
        one_profile_ms=round(sums["one"] * 1000, 2),
        openfisca_policies=fisca_policies,
        openfisca_seconds=round(sums["fisca"], 3),
        ours_on_the_same_seconds=round(sums["ours"], 3),
        times_openfisca=round(sums["fisca"] / sums["ours"], 2) if sums["ours"] else 0.0,
        openfisca_differs=differs,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _row_by_row(
    rules: Eligibility, compiled: list[CompiledPolicy], table: pl.DataFrame, subject: Subject, day: date
) -> tuple[float, float]:
    """Seconds for the rows one after the other, and the median of one profile against all policies."""
    profiles = [from_row(row, subject) for row in table.iter_rows(named=True)]
    whole = _timed(lambda: [match(rules.book, rule, profile) for profile in profiles for rule in compiled])
    singles = [_timed(lambda p=profile: match_all(rules.book, p, day)) for profile in profiles[:200]]  # type: ignore[misc]  # bound now
    return whole, float(np.median(singles))


def _openfisca(
    rules: Eligibility, compiled: list[CompiledPolicy], table: pl.DataFrame
) -> tuple[int, float, float, int] | None:
    """(policies, its seconds, ours, rows that differ) on the rules that both can express."""
    try:
        from openfisca_core.simulation_builder import SimulationBuilder
    except ImportError:
        print("openfisca-core is not installed: left out", file=sys.stderr)
        return None
    own = [rule for rule in compiled if _expressible(rule.conditions)]
    if not own:
        return None
    filled = _without_gaps(rules, own, table)
    system = _tax_system(rules, own)
    simulation = SimulationBuilder().build_default_simulation(system, count=filled.height)
    for rule in own:
        for name in _inputs(rule.conditions):
            simulation.set_input(_name(name), _PERIOD, filled[name].to_numpy())
    found: dict[str, Any] = {}

    def calculate() -> None:
        found.update({rule.id: simulation.calculate(_name(rule.id), _PERIOD) for rule in own})

    theirs = _timed(calculate)
    renamed = [_conditions_only(rule) for rule in own]
    made: list[pl.DataFrame] = []
    ours = _timed(lambda: made.append(statuses(rules.book, renamed, filled)))
    differs = sum(
        int(((made[0][rule.id].to_numpy() == CODES.index(Status.ELIGIBLE)) != found[rule.id]).sum()) for rule in own
    )
    return len(own), theirs, ours, differs


def _conditions_only(rule: CompiledPolicy) -> CompiledPolicy:
    """The rule with its common conditions alone, as a benefit that gives something whenever they hold."""
    from dataclasses import replace

    benefit = replace(rule.benefits[0], when=All(()), root=rule.conditions, amount=None, cap=None)
    return replace(rule, benefits=(benefit,), root=rule.conditions)


def _expressible(condition: Condition) -> bool:
    match condition:
        case Leaf(Says() | Among() | Fixed(), _):
            return True
        case Leaf(Compare(_, left, right), _):
            return _is_number(left) and _is_number(right)
        case Leaf():
            return False
        case Not(of, _):
            return _expressible(of)
        case All(of, _) | AnyOf(of, _) | AtLeast(_, of, _):
            return all(_expressible(one) for one in of)


def _is_number(node: Term) -> bool:
    match node:
        case Given(_, kind):
            return kind == "number"
        case Constant(value):
            return not isinstance(value, date)
        case Arithmetic(_, left, right):
            return _is_number(left) and _is_number(right)
        case Either(_, computed):
            return _is_number(computed)
        case _:
            return False


def _inputs(condition: Condition) -> list[str]:
    from knowledge.eligibility.ir import facts_of

    return sorted(facts_of(condition))


def _name(name: str) -> str:
    return name.replace(".", "_").replace("-", "_")


def _without_gaps(rules: Eligibility, own: list[CompiledPolicy], table: pl.DataFrame) -> pl.DataFrame:
    """The table with zeros, no, and an empty code where nothing is known, and computed facts as columns."""
    from knowledge.eligibility.columns import Columns
    from knowledge.eligibility.terms import Resolver

    names = sorted({name for rule in own for name in _inputs(rule.conditions)})
    columns = Columns(frozenset(table.columns))
    made = []
    for name in names:
        fact = rules.book.facts[name]
        if name in table.columns:
            column = pl.col(name)
        else:
            column = columns.term(Resolver(own[0].as_of, rules.book.facts, rules.book.lists).formula(name))
        empty: Any = {FactType.BOOLEAN: False, FactType.CHOICE: ""}.get(fact.type, 0.0)
        made.append(column.fill_null(empty).alias(name))
    return table.select("id", *made)


def _tax_system(rules: Eligibility, own: list[CompiledPolicy]) -> Any:
    """The rules as a tax and benefit system of one entity."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = build_entity(key="subject", plural="subjects", label="Subject", is_person=True)
    system = TaxBenefitSystem([person])
    kinds: dict[FactType, type] = {FactType.BOOLEAN: bool, FactType.CHOICE: str}
    for name in sorted({name for rule in own for name in _inputs(rule.conditions)}):
        body = {"value_type": kinds.get(rules.book.facts[name].type, float), "entity": person}
        if body["value_type"] is str:
            body["max_length"] = 40
        system.add_variable(type(_name(name), (Variable,), {**body, "definition_period": DateUnit.MONTH}))
    for rule in own:
        formula = _formula(rule.conditions)
        body = {"value_type": bool, "entity": person, "definition_period": DateUnit.MONTH, "formula": formula}
        system.add_variable(type(_name(rule.id), (Variable,), body))
    return system


def _formula(condition: Condition) -> Callable[..., Any]:
    def formula(subject: Any, period: Any) -> Any:
        return _truth(condition, lambda name: subject(_name(name), period))

    return formula


def _truth(condition: Condition, of: Callable[[str], Any]) -> Any:
    match condition:
        case Leaf(Says(fact, wanted), _):
            return of(fact.fact) == wanted
        case Leaf(Among(fact, yes, _), _):
            return np.isin(
                of(fact.fact), [code.encode() for code in yes] if of(fact.fact).dtype.kind == "S" else list(yes)
            )
        case Leaf(Compare(operator, left, right), _):
            return _compared(operator, _value(left, of), _value(right, of))
        case Leaf(Fixed(value), _):
            return np.bool_(bool(value))
        case Not(inner, _):
            return ~_truth(inner, of)
        case All(parts, _):
            return reduce(np.logical_and, (_truth(part, of) for part in parts))
        case AnyOf(parts, _):
            return reduce(np.logical_or, (_truth(part, of) for part in parts))
        case AtLeast(count, parts, _):
            return sum(_truth(part, of).astype(int) for part in parts) >= count
        case _:
            raise TypeError(condition)


def _value(node: Term, of: Callable[[str], Any]) -> Any:
    match node:
        case Given(fact, _):
            return of(fact)
        case Either(stated, _):
            return of(stated.fact)
        case Constant(value):
            return value
        case Arithmetic(operator, left, right):
            one, other = _value(left, of), _value(right, of)
            work = {
                "+": np.add,
                "-": np.subtract,
                "*": np.multiply,
                "/": np.divide,
                "min": np.minimum,
                "max": np.maximum,
            }
            return work[operator](one, other)
        case _:
            raise TypeError(node)


def _compared(operator: str, left: Any, right: Any) -> Any:
    slack = SLACK * np.maximum(1.0, np.abs(right))
    tests: dict[str, Callable[[], Any]] = {
        ">=": lambda: left >= right - slack,
        ">": lambda: left > right + slack,
        "<=": lambda: left <= right + slack,
        "<": lambda: left < right - slack,
        "==": lambda: np.abs(left - right) <= slack,
        "!=": lambda: np.abs(left - right) > slack,
    }
    return tests[operator]()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(run(given.city, given.rows, datetime.now(UTC).date(), given.seed).model_dump_json(indent=2))


if __name__ == "__main__":
    main()
