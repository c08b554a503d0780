"""Files of profiles: CSV, Parquet or JSONL, one row a subject, one column a fact, read in typed pieces.

Columns are named like the facts of a profile (id, end of id, or label); ``id`` names the subject. An empty cell is
unknown (a set of choices that is known to be empty is written ``;`` in a CSV). A row with a cell that cannot be read,
or without an id, is set aside with the reason, never guessed and never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from polars.exceptions import ComputeError, PolarsError

from city.errors import BadInput, NotFound
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.facts import NUMERIC, Fact, FactType, Sensitivity, Subject
from knowledge.eligibility.profiles import Profile, find_fact

PIECE = 100_000
"""Rows read at a time: what bounds memory."""
ID = "id"
_YES, _NO = ["true", "是", "1", "1.0", "yes", "y"], ["false", "否", "0", "0.0", "no", "n"]
_WRONG = "~wrong"


@dataclass
class Source:
    """A file of profiles, opened: its columns are known to be facts."""

    path: Path
    subject: Subject
    frame: pl.LazyFrame
    facts: dict[str, Fact]
    ignored: tuple[str, ...] = field(default=())

    def pieces(self, book: RuleBook, wanted: frozenset[str]) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Pairs of (sound rows with typed columns ``id`` and the ``wanted`` facts, rows set aside with a reason).

        Raises BadInput where the file breaks off or is not what its ending says.
        """
        columns = [pl.col(ID).cast(pl.String)]
        checks: list[pl.Expr] = [pl.when(pl.col(ID).is_null()).then(pl.lit(f"{ID}: is missing"))]
        types = self.frame.collect_schema()
        for column, fact in self.facts.items():
            if fact.id in wanted:
                cell = _cell(column, types[column])
                value = _typed(fact, cell, types[column], book)
                columns.append(value.alias(fact.id))
                bad = cell.is_not_null() & (value.is_null() | ~_sound(fact, value, book))
                reason = pl.format(f"{column}: {{}} {_expected(fact)}", pl.col(column).cast(pl.String, strict=False))
                checks.append(pl.when(bad).then(_reason(fact, column, reason)))
        wrong = pl.concat_str(checks, separator="; ", ignore_nulls=True)
        read = self.frame.select([*columns, wrong.alias(_WRONG)])
        try:
            for piece in self._cut(read):
                set_aside = piece[_WRONG].fill_null("") != ""
                good = piece.filter(~set_aside).drop(_WRONG)
                yield good, piece.filter(set_aside).select(pl.col(ID), pl.col(_WRONG).alias("reason"))
        except (ComputeError, PolarsError) as error:
            raise BadInput(f"{str(self.path)!r} cannot be read to its end: {_first_line(error)}") from error

    def _cut(self, read: pl.LazyFrame) -> Iterator[pl.DataFrame]:
        """The rows piece by piece. Parquet is cut by rows, since reading ahead would fill the memory; the others are
        read once from the beginning to the end.
        """
        if self.path.suffix != ".parquet":
            yield from read.collect_batches(chunk_size=PIECE)
            return
        rows = self.frame.select(pl.len()).collect().item()
        for start in range(0, rows, PIECE):
            yield read.slice(start, PIECE).collect()


def _reason(fact: Fact, column: str, told: pl.Expr) -> pl.Expr:
    """The reason why a cell is refused; what a sensitive cell says is not repeated."""
    hidden = fact.type is FactType.CHOICES or fact.sensitivity is Sensitivity.SENSITIVE
    return pl.lit(f"{column}: {_expected(fact)}") if hidden else told


def _cell(name: str, dtype: pl.DataType) -> pl.Expr:
    """A cell; one that holds nothing but blanks is empty."""
    if dtype != pl.String:
        return pl.col(name)
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text)


def open_source(path: Path, subject: Subject, book: RuleBook) -> Source:
    """Open a file of profiles. Raises BadInput where it cannot be read, has no ``id`` or no column that is a fact."""
    readers: dict[str, Callable[[Path], pl.LazyFrame]] = {
        ".parquet": lambda p: pl.scan_parquet(p),
        ".csv": lambda p: pl.scan_csv(p, infer_schema=False),
        ".jsonl": lambda p: pl.scan_ndjson(p, infer_schema_length=None),
    }
    reader = readers.get(path.suffix)
    if reader is None:
        raise BadInput(f"{str(path)!r} is none of {', '.join(readers)} → give a file with one of these endings")
    if not path.is_file():
        raise BadInput(f"{str(path)!r} is not there → name a file of profiles")
    try:
        if path.suffix == ".csv":
            _check_head(path)
        frame = reader(path)
        names = frame.collect_schema().names()
    except (PolarsError, OSError) as error:
        raise BadInput(f"{str(path)!r} is not what its ending says: {_first_line(error)}") from error
    if ID not in names:
        raise BadInput(f"{str(path)!r} has no column 'id' → add one that names each {subject}")
    found = {name: fact for name in names if (fact := find_fact(book, subject, name)) is not None}
    if not found:
        raise BadInput(f"{str(path)!r} has no column that is a fact → `citydesk policy facts` lists them")
    seen: dict[str, str] = {}
    for name, fact in found.items():
        if fact.id in seen:
            raise BadInput(f"{str(path)!r}: the columns {seen[fact.id]!r} and {name!r} are one fact → keep one of them")
        seen[fact.id] = name
    ignored = tuple(name for name in names if name not in found and name not in (ID, "subject"))
    return Source(path, subject, frame, found, ignored)


def _check_head(path: Path) -> None:
    """Polars reads a head that is not UTF-8 somehow, and gives a column that appears twice another name."""
    with path.open("rb") as file:
        head = file.readline()
    try:
        names = [name.strip().strip('"') for name in head.decode("utf-8-sig").split(",")]
    except UnicodeDecodeError as error:
        raise BadInput(f"{str(path)!r} is not in UTF-8 → save it as CSV UTF-8") from error
    if twice := next((name for name in names if name and names.count(name) > 1), ""):
        raise BadInput(f"{str(path)!r} has the column {twice!r} twice → keep one of them")


def one_profile(path: Path, subject: Subject, book: RuleBook, name: str) -> Profile:
    """The profile with this id in a file. Raises NotFound, or BadInput where its row cannot be read."""
    source = open_source(path, subject, book)
    source.frame = source.frame.filter(pl.col(ID).cast(pl.String) == name)
    wanted = frozenset(fact.id for fact in source.facts.values())
    for good, bad in source.pieces(book, wanted):
        if bad.height:
            raise BadInput(f"{str(path)!r}, {name}: {bad['reason'][0]}")
        if good.height:
            return from_row(good.row(0, named=True), subject)
    raise NotFound(f"{str(path)!r} has no profile {name!r}.")


def from_row(row: Mapping[str, object], subject: Subject) -> Profile:
    """A row of a typed table as a profile."""
    values = {
        key: frozenset(value) if isinstance(value, list) else value
        for key, value in row.items()
        if key != ID and value is not None
    }
    return Profile(subject, values, str(row.get(ID, "")))  # type: ignore[arg-type]  # cells are typed by `pieces`


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _typed(fact: Fact, column: pl.Expr, dtype: pl.DataType, book: RuleBook) -> pl.Expr:
    """The column as the fact's type, null where a cell cannot be read."""
    text = dtype == pl.String
    if fact.type is FactType.BOOLEAN:
        return column if dtype == pl.Boolean else _yes_or_no(column.cast(pl.String, strict=False).str.to_lowercase())
    if fact.type in NUMERIC:
        return pl.lit(None, pl.Float64) if dtype == pl.Boolean else column.cast(pl.Float64, strict=False)
    if fact.type is FactType.DATE:
        return column.str.to_date("%Y-%m-%d", strict=False) if text else column.cast(pl.Date, strict=False)
    if fact.type is FactType.CHOICE:
        return _coded(fact, column.cast(pl.String, strict=False), book)
    held = column.str.split(";") if text else column.cast(pl.List(pl.String), strict=False)
    return held.list.eval(_coded(fact, pl.element(), book)).list.filter(pl.element() != "")


def _yes_or_no(column: pl.Expr) -> pl.Expr:
    return pl.when(column.is_in(_YES)).then(True).when(column.is_in(_NO)).then(False)


def _coded(fact: Fact, column: pl.Expr, book: RuleBook) -> pl.Expr:
    """Codes as they are, labels as their codes."""
    labels = _labels(fact, book)
    return column.str.strip_chars().replace({label: code for code, label in labels.items()})


def _labels(fact: Fact, book: RuleBook) -> dict[str, str]:
    return fact.options or {entry.code: entry.label for entry in book.lists[fact.list].entries}


def _sound(fact: Fact, value: pl.Expr, book: RuleBook) -> pl.Expr:
    """Whether a value that could be read is one that the fact allows."""
    if fact.type in NUMERIC:
        sound = value.is_finite()
        if fact.type is FactType.INTEGER:
            sound &= value == value.floor()
        return sound & value.is_between(*fact.range) if fact.range else sound
    if fact.type is FactType.CHOICE:
        return value.is_in(list(_labels(fact, book)))
    if fact.type is FactType.CHOICES:
        return value.list.eval(pl.element().is_in(list(_labels(fact, book)))).list.all()
    return pl.lit(True)


def _expected(fact: Fact) -> str:
    """What a cell of the fact should hold."""
    if fact.type is FactType.BOOLEAN:
        return "is neither true nor false"
    if fact.type is FactType.DATE:
        return "is no date such as 2026-01-31"
    if fact.type in NUMERIC:
        span = f" from {fact.range[0]:,.15g} to {fact.range[1]:,.15g}" if fact.range else ""
        whole = "whole number" if fact.type is FactType.INTEGER else "number"
        return f"is no {whole}{span}"
    return "is none of its codes"
