"""The city's rules of asking for buses (``transit/rules.yaml``): names, periods of the day, how far one walks."""

from __future__ import annotations

from pydantic import Field

from city.schema import Record
from tools.feeds.citydata import CityData

FILE = "transit/rules.yaml"


class NameWords(Record):
    """Words that may be left out of a name."""

    stop: tuple[str, ...] = ()
    line: tuple[str, ...] = ()


class PartOfDay(Record):
    """Hours from … to before …; 24 and more are after midnight."""

    name: str
    since: float = Field(ge=0, le=48)
    until: float = Field(ge=0, le=48)


class Walk(Record):
    """Metres in a straight line: within ``usual`` every stop counts; where there is none, up to ``furthest``."""

    usual: float = Field(default=1_000, gt=0)
    furthest: float = Field(default=3_500, gt=0)


class Rules(Record):
    """``day_begins``: the hour until which a moment belongs to the day before."""

    name_words: NameWords = NameWords()
    day_begins: int = Field(default=4, ge=0, le=11)
    periods: tuple[PartOfDay, ...] = ()
    walk: Walk = Walk()
    sorts: dict[int, str] = Field(default_factory=dict, description="GTFS's route type → what it is called")


def rules_of(data: CityData) -> Rules:
    """The city's rules. Raises NoData where the pack has none."""
    return data.settings(FILE, Rules)
