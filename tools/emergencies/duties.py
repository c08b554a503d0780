"""Who acts: the steps of a level in their order, and those of one unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tools.emergencies.plans import Actors, Level, Plan, Step

if TYPE_CHECKING:
    from city.pack import CityPack

EVERY_STREET = "street"
_LAST = 10**6


def units_of(actors: Actors, pack: CityPack) -> tuple[str, ...]:
    """Ids of the units that act, the city's own first."""
    return tuple(dict.fromkeys([*actors.units, *_local(actors, pack)]))


def _local(actors: Actors, pack: CityPack) -> Iterator[str]:
    known = {unit.id for unit in pack.units}
    areas = actors.in_ or tuple(district.id for district in pack.districts)
    for sort in actors.each:
        if sort == EVERY_STREET:
            yield from (street.unit for street in pack.streets if street.unit and street.district in areas)
        else:
            yield from (f"{area}_{sort}" for area in areas if f"{area}_{sort}" in known)


def called(actors: Actors, pack: CityPack) -> str:
    """How the actors are called: as the text has it, else the names of the units, districts together."""
    if actors.who:
        return actors.who
    names = {unit.id: unit.name for unit in pack.units}
    own = [names.get(unit, unit) for unit in actors.units]
    return "、".join([*own, *(_EACH.get(sort, "") or _department(sort, actors, pack) for sort in actors.each)])


_EACH = {"gov": "区县人民政府", EVERY_STREET: "街道（镇）"}


def _department(sort: str, actors: Actors, pack: CityPack) -> str:
    """A department of every district: its name in the first of them, without the district."""
    first = next(iter(_local(Actors(each=(sort,), **{"in": actors.in_}), pack)), "")
    unit = next((unit for unit in pack.units if unit.id == first), None)
    district = next((d for d in pack.districts if unit and d.id == unit.district), None)
    name = unit.name if unit else sort
    return f"各区县{name.split(district.name, 1)[-1] if district and district.name in name else name}"


def steps_at(plan: Plan, level: Level) -> list[Step]:
    """What the text asks for at ``level``: what has a time first, the soonest first, then in the order of the text."""
    return ordered([step for step in plan.steps if level in step.levels])


def lower_steps(plan: Plan, level: Level) -> list[Step]:
    """What the text asks for only at less grave levels; it does not say whether that goes on."""
    return ordered([step for step in plan.steps if level not in step.levels and max(step.levels) > level])


def ordered(steps: Sequence[Step]) -> list[Step]:
    """The soonest first; those without a time after them, in the order of the text."""
    return sorted(steps, key=lambda step: step.minutes or _LAST)


def own_steps(steps: Sequence[Step], unit: str, pack: CityPack) -> list[Step]:
    """The steps that concern ``unit``: its own, or those of its sort of units."""
    return [step for step in steps if unit in units_of(step, pack)]
