"""What is asked of a row, and the name by which its answer is found again."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

Json = dict[str, Any]
_DIGEST = 16


class Item(BaseModel):
    """One question. ``given`` holds nothing that must not leave the process; ``shard`` is where its record goes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    custom_id: str
    shard: int
    given: Json


class Names:
    """The ids of a file's rows: the row's own, else a hash of what it holds. The second row that would have the same
    one gets ``#2`` after it, so that every row is answered and none is taken for another.

    The same rows in the same order always get the same ids.
    """

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._last: dict[str, int] = {}

    def of(self, row: Json) -> str:
        """The id of the next row."""
        own = row.get("id")
        name = base = digest(row) if own is None or not str(own).strip() else printable(str(own))
        while name in self._given:
            self._last[base] = self._last.get(base, 1) + 1
            name = f"{base}#{self._last[base]}"
        self._given.add(name)
        return name


def digest(row: Json) -> str:
    """A hash of a row, whatever the order of its fields."""
    told = json.dumps(row, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:_DIGEST]


def printable(text: str) -> str:
    """``text`` as it can be written: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
