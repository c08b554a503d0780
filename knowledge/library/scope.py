"""Who asks, from where, about which day: the hard filter of a search.

Everything fails closed. A document with no known start is never in force; an unknown role reads what the
public reads; an asker with no region is answered with national provisions only; an unknown document id
matches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge.index.types import Mask
from knowledge.library.columns import NEVER, Columns
from knowledge.model import Level

CITIZEN = "citizen"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search may see. ``levels`` and ``documents`` of None do not narrow; empty ones match nothing."""

    as_of: date
    region: str = ""
    role: str = CITIZEN
    levels: frozenset[Level] | None = None
    documents: frozenset[str] | None = None


def region_applies(region: str, asker: str) -> bool:
    """Whether what is in force in ``region`` binds an asker in ``asker``: its path is the head of the
    asker's.

    >>> region_applies("P/C", "P/C/D"), region_applies("P/C/D", "P/C"), region_applies("", "")
    (True, False, True)
    """
    here, there = _parts(region), _parts(asker)
    return here == there[: len(here)]


def _parts(path: str) -> list[str]:
    return [part for part in (piece.strip() for piece in path.split("/")) if part]


def document_mask(
    columns: Columns,
    scope: Scope,
    *,
    regions: Sequence[str],
    levels: Sequence[Level],
    staff: bool,
    chosen: Sequence[int] | None,
) -> Mask:
    """``bool[documents]``: those the scope may see. ``chosen`` are the numbers of ``scope.documents``."""
    day = scope.as_of.toordinal()
    mask: Mask = (columns.valid_from != NEVER) & (columns.valid_from <= day) & (day < columns.valid_to)
    here = np.array([region_applies(region, scope.region) for region in regions], bool)
    if len(here):
        mask &= here[columns.region]
    if scope.levels is not None:
        mask &= np.array([level in scope.levels for level in levels], bool)[columns.level]
    if chosen is not None:
        narrowed = np.zeros_like(mask)
        narrowed[list(chosen)] = True
        mask &= narrowed
    if not staff:
        mask &= columns.public == 1
    return mask
