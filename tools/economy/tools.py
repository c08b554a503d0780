"""The city's economy as it is published. Figures are public; the early warning is for staff."""

from __future__ import annotations

from tools.economy.answers import CompareFound, IndicatorFound, WarningsFound
from tools.economy.asked import CompareAsked, IndicatorAsked, WarningsAsked
from tools.economy.data import FIGURES, INDICATORS
from tools.feeds.citydata import CityData
from tools.seam import tool
from tools.seam.tool import STAFF


@tool("economy.indicator", "经济指标", needs=(INDICATORS, FIGURES))
def indicator(asked: IndicatorAsked, data: CityData) -> IndicatorFound:
    """One economic indicator of the city or a district: figure, growth, rank, corrections, when the next is due."""
    from tools.economy.indicator import indicator as found

    return found(asked, data)


@tool("economy.compare", "经济指标比较", needs=(INDICATORS, FIGURES))
def compare(asked: CompareAsked, data: CityData) -> CompareFound:
    """An economic indicator of districts beside each other, or of one place beside a year or a period before."""
    from tools.economy.compare import compare as found

    return found(asked, data)


@tool(
    "economy.warnings",
    "经济运行预警",
    needs=(INDICATORS, FIGURES),
    audience=STAFF,
    permission="economy.read",
    timeout_s=8.0,
    cost=3,
)
def warnings(asked: WarningsAsked, data: CityData) -> WarningsFound:
    """The early warning of the economy: a light of each indicator, dated, the composite and its groups."""
    from tools.economy.warnings import warned

    return warned(data)
