"""Write a population to a file, piece by piece, so that a million rows need no more memory than a few blocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from city.errors import BadInput
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.population.drawing import draw


def write(book: RuleBook, root: Path, subject: Subject, count: int, seed: int, as_of: date, out: Path) -> int:
    """Draw ``count`` subjects into the Parquet file ``out``; returns the rows written. Raises as `draw`."""
    if out.suffix != ".parquet":
        raise BadInput(f"{str(out)!r} is no .parquet file → name one")
    if count < 1:
        raise BadInput(f"{count} profiles are none → draw at least one")
    batches = draw(book, root, subject, count, seed, as_of)
    first = next(batches)

    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        yield first
        yield from batches

    out.parent.mkdir(parents=True, exist_ok=True)
    register_io_source(source, schema=first.schema).sink_parquet(out)
    return count
