"""Priors: how the answers to each question are spread among a city's own profiles, kept in the pack as JSON.

Only shares and quantiles leave the profiles, and nothing of a fact that fewer than `LEAST` profiles state.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from city.errors import BadInput
from knowledge.eligibility.asking import Prior
from knowledge.eligibility.book import FOLDER, RuleBook
from knowledge.eligibility.facts import Fact, FactType

if TYPE_CHECKING:
    import polars as pl

FILE = f"{FOLDER}/priors.json"
LEAST = 50
STEPS = 40


def learn(book: RuleBook, table: pl.DataFrame) -> dict[str, Prior]:
    """The priors of every fact that is a column of ``table`` (as `tables` and `population` make them)."""
    found: dict[str, Prior] = {}
    for name in table.columns:
        fact = book.facts.get(name)
        if fact is None or fact.derive:
            continue
        column = table[name].drop_nulls()
        if column.len() >= LEAST:
            found[name] = _prior(fact, column)
    return found


def _prior(fact: Fact, column: pl.Series) -> Prior:
    if fact.type is FactType.BOOLEAN:
        return Prior({"true": round(float(column.cast(float).mean() or 0.0), 4)})  # type: ignore[arg-type]  # a mean of numbers
    if fact.type is FactType.CHOICE:
        counts = column.value_counts(normalize=True, name="share")
        return Prior({code: round(share, 4) for code, share in _commonest(counts.iter_rows())})
    if fact.type is FactType.CHOICES:
        rows = column.len()
        codes = column.list.explode().drop_nulls()
        return Prior({code: round(count / rows, 4) for code, count in _commonest(codes.value_counts().iter_rows())})
    ordered = column.sort()
    last = ordered.len() - 1
    # Inner quantiles only: the least and the most are somebody's own figures.
    return Prior(quantiles=tuple(ordered[round(last * (step + 0.5) / (STEPS + 1))] for step in range(STEPS + 1)))


def _commonest(counts: Iterable[tuple[Any, ...]]) -> list[tuple[str, float]]:
    """Codes with their counts, the commonest first and always in one order."""
    return sorted(((str(code), float(count)) for code, count in counts), key=lambda pair: (-pair[1], pair[0]))


def save(root: Path, priors: dict[str, Prior], as_of: date) -> Path:
    """Write the priors into the pack; days are kept as days before ``as_of``, so that they move with time."""
    body = {name: _written(prior, as_of) for name, prior in sorted(priors.items())}
    path = root / FILE
    path.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in body.items()) + "\n}\n", "utf-8")
    return path


def _written(prior: Prior, as_of: date) -> dict[str, Any]:
    if prior.shares:
        return {"shares": dict(prior.shares)}
    if prior.quantiles and isinstance(prior.quantiles[0], date):
        return {"days_ago": [(as_of - day).days for day in prior.quantiles if isinstance(day, date)]}
    return {"quantiles": [round(float(v), 6) for v in prior.quantiles if not isinstance(v, date)]}


def load(root: Path, as_of: date) -> dict[str, Prior]:
    """The pack's priors for ``as_of``, nothing where it has none. Raises BadInput where the file is broken."""
    path = root / FILE
    if not path.is_file():
        return {}
    try:
        raw = json.loads(path.read_bytes())
        return {name: _read(body, as_of) for name, body in raw.items()}
    except (ValueError, AttributeError, TypeError, LookupError, OverflowError) as error:
        raise BadInput(f"{FILE} is broken ({error}) → learn it anew: citydesk policy learn") from error


def _read(body: dict[str, Any], as_of: date) -> Prior:
    if "shares" in body:
        return Prior({str(code): float(share) for code, share in body["shares"].items()})
    if "days_ago" in body:
        return Prior(quantiles=tuple(sorted(date.fromordinal(as_of.toordinal() - int(n)) for n in body["days_ago"])))
    return Prior(quantiles=tuple(sorted(float(value) for value in body["quantiles"])))
