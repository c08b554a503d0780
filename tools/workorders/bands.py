"""``workorders/bands.yaml`` of a city pack: which classes the city lets the machine dispatch, and how sure it must be.

Everything starts at ``person``: a city opens a class after it has seen the figures of its own history.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from pathlib import Path

from pydantic import Field, field_validator

from city.pack.record import read_record
from city.schema import Record

FILE = "workorders/bands.yaml"


class Band(StrEnum):
    """Dispatched at once; at once with some checked afterwards; or after a dispatcher has looked."""

    AUTO = "auto"
    SAMPLE = "sample"
    PERSON = "person"


class Bands(Record):
    """What is opened. A code of two, four or six digits opens all below it; the longest code that fits decides."""

    classes: dict[str, Band] = Field(default_factory=dict)
    least: dict[Band, float] = Field(
        default={Band.AUTO: 0.95, Band.SAMPLE: 0.85}, description="confidence below which a person looks first"
    )
    checked: float = Field(default=0.1, ge=0, le=1, description="share of `sample` that is checked afterwards")

    @field_validator("classes")
    @classmethod
    def _codes(cls, value: dict[str, Band]) -> dict[str, Band]:
        for code in value:
            if not (code.isdigit() and len(code) in (2, 4, 6)):
                raise ValueError(f"{code!r} is no category code: write two, four or six digits in quotes")
        return value

    def band(self, category: str, confidence: float) -> Band:
        """How a matter of ``category`` may be dispatched at this confidence."""
        for length in (6, 4, 2):
            if (found := self.classes.get(category[:length])) is not None:
                return found if found is Band.PERSON or confidence >= self.least.get(found, 1.0) else Band.PERSON
        return Band.PERSON

    def is_checked(self, number: str) -> bool:
        """Whether an order of the band ``sample`` is among those that a person checks: the same for the same number."""
        drawn = int.from_bytes(hashlib.sha256(number.encode()).digest()[:4], "big") / 2**32
        return drawn < self.checked

    @classmethod
    def load(cls, root: Path) -> Bands:
        """The pack's bands; a pack without the file leaves everything to persons. Raises PackError."""
        return read_record(root, FILE, cls, absent=cls())
