"""What the tools of this room are asked."""

from __future__ import annotations

from tools.seam import Arguments, Period, slot


class AirAsked(Arguments):
    """The air now: near a place, in a district, or in the whole city."""

    district: str | None = slot("district", "地区", default=None)
    place: str | None = slot("place", "地点", default=None)


class AirDaysAsked(Arguments):
    """The air of a period; without one, this year up to yesterday.

    ``compared``: last year is named only to be compared with, so that a period heard as last year is not meant.
    """

    district: str | None = slot("district", "地区", default=None)
    period: Period | None = slot("period", "时段", default=None)
    compared: bool = slot("flag", "和去年比", default=False)


class WaterAsked(Arguments):
    """The class of a river, a lake, or one section of it; neither means all, one month, the newest by default."""

    section: str | None = slot("entity", "断面", of="environment.sections.name", default=None)
    water: str | None = slot("entity", "河湖", of="environment.waters.name", default=None)
    district: str | None = slot("district", "地区", default=None)
    period: Period | None = slot("period", "月份", default=None)


class TapAsked(Arguments):
    """Drinking water of a plant, or of the plants that supply a district or place."""

    plant: str | None = slot("entity", "水厂", of="environment.plants.name", default=None)
    district: str | None = slot("district", "地区", default=None)
    place: str | None = slot("place", "地点", default=None)
    period: Period | None = slot("period", "月份", default=None)
