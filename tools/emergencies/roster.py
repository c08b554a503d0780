"""Units by the names people use."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tools.emergencies.data import ROSTER
from tools.feeds.errors import NoData
from tools.seam import CannotCompute

if TYPE_CHECKING:
    from tools.emergencies.plans import Plan
    from tools.feeds.citydata import CityData

_NAMED = 5


class Office(NamedTuple):
    """A unit of the roster."""

    id: str
    name: str
    phone: str | None


def find_unit(said: str, data: CityData) -> Office:
    """The unit called ``said``: its whole name or a short form first, else the only one whose name holds it.

    Raises NoData where none does, CannotCompute naming them where several do.
    """
    rows = list(data.table(ROSTER).iter_rows(named=True))
    whole = [row for row in rows if said == row["name"] or said in (row["aliases"] or "").split("、")]
    found = whole or [row for row in rows if said in row["name"] or (len(row["name"]) > 2 and row["name"] in said)]
    if not found:
        raise NoData(f"no unit {said!r} has a duty in the emergency plans", code="unknown_unit", unit=said)
    if len(found) > 1:
        names = "、".join(row["name"] for row in found[:_NAMED])
        raise CannotCompute(f"{said!r} may be {names}", code="several", names=names, unit=said)
    return Office(found[0]["id"], found[0]["name"], found[0]["phone"] or None)


def without_duty(unit: Office, plan: Plan) -> CannotCompute:
    """The ending where the plan gives the unit nothing to do."""
    return CannotCompute(
        f"{plan.document} names no step of {unit.id}", code="no_duty", unit=unit.name, title=plan.title
    )
