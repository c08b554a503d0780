"""Units and duty items as clerks type them: by name, short name or id."""

from __future__ import annotations

from city.pack import CityPack
from city.schema import DutyItem, Unit


def unit_named(pack: CityPack, typed: str) -> Unit | None:
    """The unit that ``typed`` names; None where it names none, or several."""
    found = [unit for unit in pack.units if typed in (unit.id, unit.name)]
    found = found or [unit for unit in pack.units if typed in unit.short_names]
    return found[0] if len(found) == 1 else None


def unit_name(pack: CityPack, unit_id: str) -> str:
    """The name of a unit, or its id where the pack no longer knows it."""
    unit = pack.unit(unit_id)
    return unit.name if unit else unit_id


def duty_label(item: DutyItem) -> str:
    """A duty item as it stands in a list to choose from."""
    return f"{item.title}（{item.id}）"


def duty_named(pack: CityPack, typed: str) -> DutyItem | None:
    """The duty item that ``typed`` names."""
    return next((item for item in pack.duties if typed in (item.id, item.title, duty_label(item))), None)


def district_name(pack: CityPack, district: str) -> str:
    """The name of a district, empty where the place is open."""
    return next((one.name for one in pack.districts if one.id == district), district)
