"""The duty list in force on a day, and which unit an item names for a place.

Sections 2 and 8 of the hotline's specification: units are territorial, city duties are not pushed down to a street,
none goes to a community, and where only the district is known the district takes it (Beijing art. 12).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from city.gazetteer import Whereabouts
from city.pack import CityPack
from city.schema import DutyItem, Unit, UnitLevel

DISTRICT, STREET = "{district}", "{street}"


class Handler(NamedTuple):
    """The unit that a duty item names for a place. ``open`` says what must be known to name it: a district or a street;
    the unit is then the nearest one above that takes the matter meanwhile, or None.
    """

    unit: Unit | None
    open: str = ""


class DutyList:
    """The items in force on ``day``, by id."""

    def __init__(self, pack: CityPack, day: date) -> None:
        self.items = {item.id: item for item in pack.duties if in_force(item, day)}
        self._units = {unit.id: unit for unit in pack.units}
        self._street_units = {street.id: street.unit for street in pack.streets}
        self._governments = {unit.district: unit for unit in pack.units if unit.level is UnitLevel.DISTRICT_GOV}

    def in_force(self, ids: Iterable[str]) -> list[DutyItem]:
        """Those of ``ids`` that are in force, in their order."""
        return [self.items[name] for name in ids if name in self.items]

    def handler(self, item: DutyItem, place: Whereabouts, text: str = "") -> Handler:
        """Who does the work of ``item`` at ``place``, for a matter told in these words."""
        pattern = _pattern(item, place, text)
        if STREET in pattern:
            return self._street(pattern, place)
        if DISTRICT in pattern:
            if not place.district:
                department = pattern.replace(f"{DISTRICT}_", "")
                return Handler(self._units.get(department) or self._units.get(item.lead_unit), "district")
            return Handler(self._units.get(pattern.replace(DISTRICT, place.district)))
        return Handler(self._units.get(pattern))

    def _street(self, pattern: str, place: Whereabouts) -> Handler:
        if place.street:
            name = self._street_units.get(place.street) if pattern == STREET else pattern.replace(STREET, place.street)
            return Handler(self._units.get(name or ""))
        return Handler(self._governments.get(place.district), "street" if place.district else "district")

    def above(self, unit: Unit, place: Whereabouts) -> list[Unit]:
        """Who gets a copy: a street's order is copied to its district (Beijing art. 12)."""
        government = self._governments.get(place.district)
        return [government] if unit.level is UnitLevel.STREET_TOWN and government else []

    def local(self, name: str, place: Whereabouts) -> str:
        """The id of a city department's counterpart in the district of ``place``, or ``name`` where there is none.

        Ids of such units are ``{district}_{department}``, as in the handlers of the duty list (docs/pack.md).
        """
        unit = self._units.get(f"{place.district}_{name}")
        return unit.id if unit else name

    def government(self, place: Whereabouts) -> Unit | None:
        """The district's government at ``place``; it takes what the duty list gives to nobody."""
        return self._governments.get(place.district)

    def unit(self, name: str) -> Unit | None:
        """A unit by its id."""
        return self._units.get(name)


def in_force(item: DutyItem, day: date) -> bool:
    """Whether ``item`` is valid on ``day``; ``valid_to`` is the first day it no longer is."""
    return not (item.valid_from and day < item.valid_from) and not (item.valid_to and day >= item.valid_to)


def _pattern(item: DutyItem, place: Whereabouts, text: str) -> str:
    """The handler at ``place``: the exception that says most of when it holds (the first of two alike), or the rule."""
    fitting = [area for area in item.areas if area.holds(place.district, place.street, text)]
    exact = max(
        fitting, key=lambda area: (area.street is not None, bool(area.words), area.district is not None), default=None
    )
    return exact.handler if exact else item.handler or item.lead_unit
