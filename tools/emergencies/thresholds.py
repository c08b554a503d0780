"""What a measured rain or water level means: the city's marks, each with the article that sets it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from city.schema import Record
from tools.emergencies.plans import Quote

FILE = "emergencies/thresholds.yaml"


class Mark(Quote):
    """A rain of so many hours, or a water level, from which on something is called by a name."""

    document: str
    name: str
    value: float
    hours: int = Field(default=1, ge=1, le=72)


class Gauge(Record):
    """A water gauge; its marks rise."""

    title: str
    marks: tuple[Mark, ...] = ()


class Thresholds(Record):
    """``emergencies/thresholds.yaml``."""

    urban: tuple[str, ...] = Field(description="districts that the plans call the urban area (城区)")
    rain: tuple[Mark, ...]
    gauges: dict[str, Gauge]
    river: str = Field(description="the gauge that the plans ask for the river")
    lake: str = Field(description="the gauge that the plans ask for the lake")
    weather_station: str = Field(description="the station whose temperature counts")

    def quotes(self) -> Iterator[tuple[str, Quote]]:
        """Every quote, with where it stands."""
        yield from ((f"rain[{number}]", mark) for number, mark in enumerate(self.rain))
        for name, gauge in self.gauges.items():
            yield from ((f"gauges.{name}.marks[{number}]", mark) for number, mark in enumerate(gauge.marks))
