"""Air and water as citizens ask for them. Everything is public; nothing is forecast."""

from __future__ import annotations

from tools.environment.answers import AirDaysFound, AirFound, TapFound, WaterFound
from tools.environment.asked import AirAsked, AirDaysAsked, TapAsked, WaterAsked
from tools.environment.data import AIR, PLANTS, SECTIONS, STATIONS, SURFACE, TAP, WATERS
from tools.feeds.citydata import CityData
from tools.seam import tool


@tool("environment.air", "空气质量实时情况", needs=(STATIONS, AIR))
def air(asked: AirAsked, data: CityData) -> AirFound:
    """The air of the last hour near a place, in a district or the city: index, level, primary pollutant, advice."""
    from tools.environment.air import air_now

    return air_now(asked, data)


@tool("environment.air_days", "空气质量优良天数", needs=(STATIONS, AIR), timeout_s=8.0, cost=3)
def air_days(asked: AirDaysAsked, data: CityData) -> AirDaysFound:
    """The air of a period of whole days: share of good days, fine particles, the worst day, last year beside it."""
    from tools.environment.air_days import air_days as found

    return found(asked, data)


@tool("environment.water", "河湖水质", needs=(WATERS, SECTIONS, SURFACE))
def water(asked: WaterAsked, data: CityData) -> WaterFound:
    """The class of surface water at sections of a river or lake in a month, beside its target and earlier months."""
    from tools.environment.water import water as found

    return found(asked, data)


@tool("environment.tap_water", "自来水水质", needs=(PLANTS, TAP))
def tap_water(asked: TapAsked, data: CityData) -> TapFound:
    """The monthly report of drinking water of a plant, or of the plants that supply a district or place."""
    from tools.environment.tap_water import tap_water as found

    return found(asked, data)
