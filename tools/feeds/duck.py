"""DuckDB for reading only: the folders named and nothing else, no network, no extension, bounded memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import polars as pl

MEMORY = "1GB"
THREADS = 2
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": MEMORY,
    "threads": THREADS,
    "temp_directory": "",  # nothing is written; a query that needs more memory fails
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}

Run = Callable[[str, Mapping[str, object]], "pl.DataFrame"]


class _Stream:
    """A polars frame as a stream of Arrow batches, which DuckDB reads without pyarrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


class Duck:
    """One in-memory database; each use gets a connection of its own, closed afterwards. Safe to share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._base: duckdb.DuckDBPyConnection | None = None
        self._folders: frozenset[str] = frozenset()

    @contextmanager
    def connection(self, files: Iterable[Path] = (), frame: pl.DataFrame | None = None) -> Iterator[Run]:
        """Runs queries that may read ``files``, and ``frame`` as the table ``given``. Raises duckdb.Error."""
        cursor = self._database(frozenset(str(file.resolve().parent) for file in files)).cursor()
        try:
            if frame is not None:
                cursor.register("given", _Stream(frame))

            def run(text: str, values: Mapping[str, object]) -> pl.DataFrame:
                import polars as pl

                relation: Any = cursor.sql(text, params=dict(values) or None)
                return pl.DataFrame(relation)

            yield run
        finally:
            cursor.close()

    def _database(self, folders: frozenset[str]) -> duckdb.DuckDBPyConnection:
        """The database; another one where it may not read these folders yet, since its rights are locked."""
        with self._lock:
            if self._base is None or not folders <= self._folders:
                self._folders |= folders
                self._base = _opened(self._folders)  # connections still in use keep the old one alive
            return self._base


def _opened(folders: frozenset[str]) -> duckdb.DuckDBPyConnection:
    import duckdb

    base = duckdb.connect(config=_CONFIG)
    base.execute("set global TimeZone = 'UTC'")
    base.execute(f"set allowed_directories = [{', '.join(literal(folder) for folder in sorted(folders))}]")
    base.execute("set enable_external_access = false")
    base.execute("set lock_configuration = true")
    return base


def quoted(name: str) -> str:
    """A name in a query."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A value in a query."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
