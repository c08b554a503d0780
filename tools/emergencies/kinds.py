"""``emergencies/warnings.yaml`` of a pack: what the kinds of warnings are called, and what people do."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from city.schema import Record
from tools.emergencies.plans import COLOURS

FILE = "emergencies/warnings.yaml"
GRAVE = "orange"
"""From this colour on the graver advice is given too."""


class Kind(Record):
    """One kind of warning. The advice is the city's own wording; what a plan says is quoted by the plan's file."""

    title: str
    plan: str = Field(default="", description="hazard whose plan answers it")
    advice: tuple[str, ...] = Field(min_length=1)
    grave: tuple[str, ...] = Field(default=(), description="from orange on, said first")


class Kinds(Record):
    """Kinds by the id that the feed uses, and the words for colours."""

    colours: dict[str, str]
    kinds: dict[str, Kind]
    own: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="hazard → advice in the city's own wording, beside what its plan says"
    )

    def advice(self, kind: str, colour: str, most: int) -> list[str]:
        """What people do about a warning, what matters most first."""
        found = self.kinds.get(kind)
        if found is None:
            return []
        grave: Sequence[str] = found.grave if COLOURS.index(colour) >= COLOURS.index(GRAVE) else ()
        return [*grave, *found.advice][:most]
