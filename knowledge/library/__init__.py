"""Snapshots of a city's knowledge: built, published, withdrawn from, searched. The model never gets past
its filters.
"""

from knowledge.library.conflicts import Conflict, Difference
from knowledge.library.diff import SnapshotDiff, diff
from knowledge.library.entries import entries_of
from knowledge.library.hits import Hit, Parts
from knowledge.library.library import Library, Query
from knowledge.library.manifest import SnapshotInfo
from knowledge.library.rank import ConflictRule
from knowledge.library.reranking import Reranking
from knowledge.library.store import Publication, Store
from knowledge.library.versions import VersionMatch
from knowledge.library.withdrawal import Withdrawal

__all__ = [
    "Conflict",
    "ConflictRule",
    "Difference",
    "Hit",
    "Library",
    "Parts",
    "Publication",
    "Query",
    "Reranking",
    "SnapshotDiff",
    "SnapshotInfo",
    "Store",
    "VersionMatch",
    "Withdrawal",
    "diff",
    "entries_of",
]
