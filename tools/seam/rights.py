"""``citydata/rights.yaml`` of a pack: which rights to tools each post of staff has. A post not named has none."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from city.pack.record import read_record
from city.schema import Record

FILE = "citydata/rights.yaml"


class Rights(Record):
    """Post → rights, e.g. ``supervisor: [vitals.read, schools.plan]``."""

    posts: dict[str, frozenset[str]] = Field(default_factory=dict)

    def of(self, post: str) -> frozenset[str]:
        """The rights of one post."""
        return self.posts.get(post, frozenset())


def read_rights(root: Path) -> Rights:
    """The rights of the pack; none at all where it has no such file. Raises PackError."""
    return read_record(root, FILE, Rights, absent=Rights())
