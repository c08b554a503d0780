"""Parquet in and out. Output grows as numbered parts beside the file, joined as row groups at the end.

pyarrow is an extra: ``pip install 'citydesk[parquet]'``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from city.errors import BadInput, NotFound
from tools.petitions.history import Row
from tools.petitions.outcome import Last, Outcome

_BATCH = 2_000


def _pyarrow() -> Any:
    try:
        import pyarrow  # type: ignore[import-untyped]  # no stubs
        import pyarrow.parquet  # type: ignore[import-untyped]  # no stubs
    except ImportError as error:
        raise NotFound(
            f"Parquet needs the package pyarrow ({error}): pip install 'citydesk[parquet]', or name a .jsonl file."
        ) from error
    return pyarrow


def read_parquet(path: Path) -> Iterator[Row]:
    """The rows of a Parquet file, numbered from 1. Raises BadInput for a file that cannot be read."""
    arrow = _pyarrow()
    try:
        number = 0
        for batch in arrow.parquet.ParquetFile(path).iter_batches(_BATCH):
            for value in batch.to_pylist():
                number += 1
                yield Row(number, value, "")
    except (OSError, arrow.ArrowException) as error:
        raise BadInput(f"{str(path)!r} cannot be read as Parquet: {error}.") from error


def count_parquet(path: Path) -> int:
    """How many rows a Parquet file has. Raises BadInput for a file that cannot be read."""
    arrow = _pyarrow()
    try:
        return int(arrow.parquet.read_metadata(path).num_rows)
    except (OSError, arrow.ArrowException) as error:
        raise BadInput(f"{str(path)!r} cannot be read as Parquet: {error}.") from error


class ParquetOutput:
    """A Parquet file that grows."""

    def __init__(self, path: Path) -> None:
        self._arrow = _pyarrow()
        self._path = path
        self._parts = path.with_name(path.name + ".parts")
        arrow = self._arrow
        chance, text = arrow.float64(), arrow.string()
        ranked = arrow.list_(arrow.struct([("label", text), ("probability", chance)]))
        cases = arrow.list_(arrow.struct([("id", text), ("label", text), ("similarity", chance)]))
        self._schema = arrow.schema(
            [("line", arrow.int64()), ("id", text), ("label", text), ("probability", chance), ("next", ranked),
             ("sure", arrow.bool_()), ("nearest", cases), ("error", text)]
        )  # fmt: skip

    def open(self) -> tuple[int, Last | None]:
        """Remove what a crash left half written; how many rows are there, and the last."""
        if self._path.exists():
            # Both are there only where a crash came between joining the parts and removing them.
            shutil.rmtree(self._parts, ignore_errors=True)
            files = [self._path]
        else:
            for half in self._parts.glob("*.tmp"):
                half.unlink()
            files = self._files()
        rows = sum(count_parquet(file) for file in files)
        return rows, self._last(files) if rows else None

    def _files(self) -> list[Path]:
        return sorted(self._parts.glob("*.parquet"))

    def _last(self, files: Sequence[Path]) -> Last:
        arrow = self._arrow
        file = arrow.parquet.ParquetFile(next(own for own in reversed(files) if count_parquet(own)))
        table = file.read_row_group(file.num_row_groups - 1, columns=["line", "id"])
        row = table.slice(table.num_rows - 1).to_pylist()[0]
        return Last(int(row["line"]), row["id"])

    def add(self, rows: Sequence[Outcome]) -> None:
        """Write rows as the next part."""
        self._parts.mkdir(parents=True, exist_ok=True)
        if self._path.exists():  # a finished file whose input has grown: it becomes the first part
            self._path.replace(self._parts / "000000.parquet")
        files = self._files()
        number = int(files[-1].stem) + 1 if files else 0
        self._write(self._parts / f"{number:06}.parquet", [self._table(rows)])

    def _table(self, rows: Sequence[Outcome]) -> Any:
        # Text that is no UTF-8 (a lone surrogate in an id) would stop the file.
        plain = json.dumps([row.as_row() for row in rows], ensure_ascii=False).encode("utf-8", "replace")
        return self._arrow.Table.from_pylist(json.loads(plain), schema=self._schema)

    def _write(self, path: Path, tables: Iterator[Any] | Sequence[Any]) -> None:
        half = path.with_name(path.name + ".tmp")
        with self._arrow.parquet.ParquetWriter(half, self._schema) as writer:
            for table in tables:
                writer.write_table(table)
        half.replace(path)

    def finish(self) -> None:
        """Join the parts."""
        if self._path.exists():
            return
        self._write(self._path, (self._arrow.parquet.read_table(file) for file in self._files()))
        shutil.rmtree(self._parts, ignore_errors=True)
