"""The register of sights as typed rows, and how one is found by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from tools.seam.naming import find
from tools.tourism.data import CLOSURES, HOURS, SIGHTS
from tools.tourism.opening import Openings
from tools.tourism.rules import FILE, Rules
from tools.tourism.travel import Point

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData


@dataclass(frozen=True)
class Prices:
    """Yuan; None where the sight gives no such ticket (the full price is paid)."""

    full: float
    student: float | None
    child: float | None
    age_60: float | None
    age_65: float | None
    disabled: float | None


@dataclass(frozen=True)
class Sight:
    """A row of the register."""

    id: str
    name: str
    kind: str
    district: str
    address: str | None
    point: Point
    interests: frozenset[str]
    indoor: bool
    family: bool
    effort: int
    stay: int
    capacity: int
    value: int
    state_run: bool
    heritage: bool
    booking_days: int | None
    prices: Prices


@dataclass(frozen=True)
class Sights:
    """Every sight with its hours."""

    by_id: dict[str, Sight]
    names: dict[str, tuple[str, ...]]
    openings: Openings
    rules: Rules = field(repr=False)

    def named(self, said: str) -> Sight:
        """The sight that is called so. Raises as ``find`` does."""
        return self.by_id[find(said, self.names.items())]

    def prices(self, sight: Sight, day: date) -> Prices:
        """What it costs that day; nothing in the free week of state-owned heritage."""
        week = self.rules.free_week
        if sight.heritage and week is not None and week.holds(day):
            return Prices(0, 0, 0, 0, 0, 0)
        return sight.prices


def load(data: CityData) -> Sights:
    """The sights of the city, built once from their registers. Raises NoData."""
    rules = data.settings(FILE, Rules)
    used = (SIGHTS, HOURS, *((CLOSURES,) if data.has(CLOSURES) else ()))
    built = data.derived("tourism.sights", used, lambda: _build(data))
    return Sights(built[0], built[1], built[2], rules)


def _build(data: CityData) -> tuple[dict[str, Sight], dict[str, tuple[str, ...]], Openings]:
    rows = data.table(SIGHTS).to_dicts()
    sights = {row["id"]: _sight(row) for row in rows}
    names = {row["id"]: (row["name"], *filter(None, (row["aliases"] or "").split("、"))) for row in rows}
    closures = data.table(CLOSURES) if data.has(CLOSURES) else None
    return sights, names, Openings.of(data.table(HOURS), closures)


def _sight(row: dict[str, Any]) -> Sight:
    prices = Prices(
        row["price"], row["price_student"], row["price_child"], row["price_60"], row["price_65"], row["price_disabled"]
    )
    return Sight(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        district=row["district"],
        address=row["address"],
        point=Point(row["longitude"], row["latitude"]),
        interests=frozenset(filter(None, (row["interests"] or "").split(","))),
        indoor=row["indoor"],
        family=row["family"],
        effort=row["effort"] or 1,
        stay=row["stay"],
        capacity=row["capacity"],
        value=row["value"],
        state_run=row["state_run"],
        heritage=bool(row["heritage"]),
        booking_days=row["booking_days"],
        prices=prices,
    )


def moment(data: CityData, day: date, minute: int) -> datetime:
    """The minute of that day (up to 24:00) as an aware time."""
    start = datetime.combine(day, time(), tzinfo=data.now.tzinfo)
    return start + timedelta(minutes=minute)
