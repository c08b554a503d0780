"""Output as JSON lines: appended, and mended where a crash tore the last line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tools.petitions.outcome import Last, Outcome


class JsonLines:
    """A JSONL file that grows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self) -> tuple[int, Last | None]:
        """Cut off what follows the last whole row; how many rows are left, and the last."""
        if not self._path.exists():
            return 0, None
        rows, whole, last = 0, 0, None
        with self._path.open("r+b") as file:
            for line in file:
                found = _row(line)
                if found is None:
                    break
                rows, whole, last = rows + 1, whole + len(line), found
            file.truncate(whole)
        return rows, last

    def add(self, rows: Sequence[Outcome]) -> None:
        """Append rows."""
        text = "".join(json.dumps(row.as_row(), ensure_ascii=False) + "\n" for row in rows)
        with self._path.open("ab") as file:
            file.write(text.encode("utf-8", "replace"))  # a lone surrogate in an id must not stop the file

    def finish(self) -> None:
        """Make sure that there is a file, though the input was empty."""
        self._path.touch()


def _row(line: bytes) -> Last | None:
    """Line number and id of a whole row; None for a torn one."""
    try:
        value = json.loads(line) if line.endswith(b"\n") else None
        return Last(int(value["line"]), value["id"]) if value is not None else None
    except (ValueError, KeyError, TypeError):
        return None
