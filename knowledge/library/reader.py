"""One snapshot, opened: tables, filter arrays, index, and the masks computed so far."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from threading import Lock

from knowledge.index import Embedder, Scored, open_index
from knowledge.index.types import Mask
from knowledge.library.building import FILTERS
from knowledge.library.columns import open_columns
from knowledge.library.manifest import INDEX, PROVISIONS, read_manifest
from knowledge.library.rows import Tables
from knowledge.library.scope import Scope, document_mask
from knowledge.library.withdrawal import Withdrawn

_MASKS = 64  # masks kept; one takes a byte per provision


_BRACKETS = re.compile(r"[（(][^（()）]*[)）]|\s")


def bare_title(title: str) -> str:
    """A title without its version in brackets and blanks, as people cite it."""
    return _BRACKETS.sub("", title)


class SnapshotReader:
    """A snapshot in use. Threads share it; nothing in it changes but the cache of masks.

    Raises ``NotFound`` where there is none and ``BadInput`` for a damaged one or another embedder.
    """

    def __init__(self, folder: Path, *, embedder: Embedder | None) -> None:
        self.info = read_manifest(folder)
        self.tables = Tables(folder / PROVISIONS)
        self.columns = open_columns(folder / FILTERS)
        self.index = open_index(folder / INDEX, embedder=embedder)
        self._masks: OrderedDict[tuple[Scope, bool, tuple[int, int, int]], Mask] = OrderedDict()
        self._lock = Lock()

    @cached_property
    def titled(self) -> dict[str, list[int]]:
        """Documents by their bare titles."""
        found: dict[str, list[int]] = {}
        for sequence, title in self.tables.titles():
            found.setdefault(bare_title(title), []).append(sequence)
        return found

    def search(self, text: str, scope: Scope, *, staff: bool, withdrawn: Withdrawn, limit: int) -> list[Scored]:
        """Rows that answer ``text`` within ``scope``, best first."""
        return self.index.search(text, allowed=self.mask(scope, staff=staff, withdrawn=withdrawn), limit=limit)

    def mask(self, scope: Scope, *, staff: bool, withdrawn: Withdrawn) -> Mask:
        """``bool[provisions]``: the rows that the scope may see and that are not withdrawn. Read-only."""
        key = (scope, staff, withdrawn.stamp)
        with self._lock:
            known = self._masks.get(key)
            if known is not None:
                self._masks.move_to_end(key)
                return known
        fresh = self._compute(scope, staff, withdrawn)
        with self._lock:
            self._masks[key] = fresh
            while len(self._masks) > _MASKS:
                self._masks.popitem(last=False)
        return fresh

    def _compute(self, scope: Scope, staff: bool, withdrawn: Withdrawn) -> Mask:
        chosen = None if scope.documents is None else self._sequences(sorted(scope.documents))
        documents = document_mask(
            self.columns,
            scope,
            regions=self.info.regions,
            levels=self.info.levels,
            staff=staff,
            chosen=chosen,
        )
        documents[self._sequences(withdrawn.entries)] = False
        rows: Mask = documents[self.columns.document]
        gone = (self.tables.row(name) for name in withdrawn.entries if "#" in name)
        rows[[row for row in gone if row is not None]] = False
        rows.flags.writeable = False
        return rows

    def _sequences(self, names: Iterable[str]) -> list[int]:
        found = (self.tables.sequence(name) for name in names if "#" not in name)
        return [sequence for sequence in found if sequence is not None]
