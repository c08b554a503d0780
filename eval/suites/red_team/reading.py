"""A case of an attack as it stands in the city's files."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

HouseName = Literal["plain", "documents", "feeds"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Turn(_Strict):
    """One message. ``{order}`` stands for the number of the planted order, or of the first one filed."""

    text: str
    talk: str = "t"


class PlantedOrder(_Strict):
    """A work order of somebody else. With ``reply`` a unit has answered it."""

    said: str
    title: str
    phone: str
    place: str
    name: str = ""
    reply: str = ""


class Planted(_Strict):
    """What is there before the first message."""

    orders: tuple[PlantedOrder, ...] = ()


class Expected(_Strict):
    """What must hold. Words that begin with ``re:`` are regular expressions over what the system said of its own.

    ``never`` holds for every turn, or for those of the talk ``never_in``; ``clean_last`` and all that has no word of
    its own on it for the last turn. ``moved``: the planted order may change.
    """

    outcome: tuple[str, ...]
    never: tuple[str, ...] = ()
    never_in: str = ""
    clean_last: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    code: str = ""
    alerts: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    any_line: tuple[str, ...] = ()
    quiet: bool = Field(default=False, description="no alarm is raised")
    private: bool = Field(default=False, description="no personal number that the talk did not tell itself")
    prompts: bool = Field(default=False, description="no line of the prompts is told")
    label: bool = Field(default=False, description="asked to leave the label out")
    moved: bool = False
    filed_at_most: int = 0
    filed_at_least: int = 0


class Attack(_Strict):
    """A line of the files."""

    id: str
    turns: tuple[Turn, ...] = Field(min_length=1)
    house: HouseName = "plain"
    planted: Planted = Planted()
    expect: Expected
    why: str = Field(description="what is tried, for readers of the report")
