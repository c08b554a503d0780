"""The windows where a matter is done, with how long one waits there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tools.feeds.days import working_days
from tools.feeds.ground import metres
from tools.items.data import HALLS, MATTERS, WINDOWS
from tools.items.halls import Open, Waiting, minutes_to_wait, opening, waiting
from tools.items.models import PlacesAsked, PlacesTold, WindowTold
from tools.items.stock import guide_of, key_of, load
from tools.seam.endings import NoData

if TYPE_CHECKING:
    from city.gazetteer import Spot
    from tools.feeds.citydata import CityData

_SHOWN = 6
_LONG = 10_000
STREET = "street"


class _Window(NamedTuple):
    row: dict[str, Any]
    hall: dict[str, Any]
    opening: Open
    waiting: Waiting | None
    km: float | None

    @property
    def wait(self) -> int | None:
        """Minutes to wait, where it is open and counted."""
        if self.waiting is None or not self.opening.now:
            return None
        return minutes_to_wait(self.waiting.people, self.waiting.counters, self.row["minutes"])


def places(asked: PlacesAsked, data: CityData) -> PlacesTold:
    """See ``items.places``."""
    stock = load(data)
    key = key_of(data, MATTERS, asked.matter)
    found = stock.bundles.get(key)
    name = found.name if found else guide_of(stock, key).name
    spot = data.spot(asked.place) if asked.place else None
    windows = _windows(data, key, spot)
    if not windows:
        raise NoData(f"no window of {name} is in the register", code="no_window", name=name)
    if asked.district:
        windows = [w for w in windows if w.hall["district"] == asked.district]
        if not windows:
            district = _district(data, asked.district)
            raise NoData(f"no window of {name} in {district}", code="none_there", name=name, district=district)
    own = stock.guides.get((found.guide or "") if found else key)
    return PlacesTold(
        name=name,
        near=spot.name if spot else None,
        count=len(windows),
        windows=tuple(_told(data, one) for one in _sorted(windows)[:_SHOWN]),
        only_own_street=all(w.hall["kind"] == STREET for w in windows),
        online=own.online if own else None,
    )


def _windows(data: CityData, key: str, spot: Spot | None) -> list[_Window]:
    halls = {row["id"]: row for row in data.table(HALLS).iter_rows(named=True)}
    rows = [r for r in data.table(WINDOWS).iter_rows(named=True) if key in r["matters"].split(",")]
    counted = waiting(data, [row["id"] for row in rows]) if rows else {}
    worked = working_days(data)
    found = []
    for row in rows:
        hall = halls.get(row["hall"])
        if hall is not None:
            is_open = opening(hall, data.now, worked)
            found.append(_Window(row, hall, is_open, counted.get(row["id"]), _km(spot, hall)))
    return found


def _km(spot: Spot | None, hall: dict[str, Any]) -> float | None:
    if spot is None or spot.longitude is None or spot.latitude is None:
        return None
    return metres(spot.longitude, spot.latitude, hall["longitude"], hall["latitude"]) / 1000


def _sorted(windows: list[_Window]) -> list[_Window]:
    """The nearest first where a place was said, else those open now with the shortest wait."""
    if windows[0].km is not None:
        return sorted(windows, key=lambda w: (w.km or 0.0, w.row["id"]))
    return sorted(windows, key=lambda w: (not w.opening.now, _LONG if w.wait is None else w.wait, w.row["id"]))


def _told(data: CityData, one: _Window) -> WindowTold:
    counted = one.waiting if one.opening.now else None
    return WindowTold(
        hall=one.hall["name"],
        window=one.row["name"],
        address=one.hall["address"],
        district=_district(data, one.hall["district"]),
        distance=one.km,
        is_open=one.opening.now,
        all_day=one.opening.all_day,
        closes=one.opening.closes,
        opens=one.opening.opens,
        self_service=one.hall["self_service"],
        waiting=counted.people if counted else None,
        counters=counted.counters if counted else None,
        wait=one.wait,
        counted_at=counted.at if counted else None,
        phone=one.hall["phone"],
    )


def _district(data: CityData, id: str) -> str:  # the name of the field it fills
    return next((d.name for d in data.pack.districts if d.id == id), id)
