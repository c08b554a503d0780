"""Tools of the data catalogue."""

from __future__ import annotations

from tools.catalogue import telling
from tools.catalogue.models import (
    CountsAsked,
    CountsTold,
    DatasetAsked,
    DatasetTold,
    FreshnessAsked,
    FreshnessTold,
    SearchAsked,
    SearchTold,
)
from tools.feeds.citydata import CityData
from tools.seam.tool import STAFF, tool


@tool("catalogue.search", "有哪些数据", timeout_s=10.0, cost=2)
def search(asked: SearchAsked, data: CityData) -> SearchTold:
    """Which data the city has about something, or which a unit keeps: owner, cycle, how open, connected or not.

    Of the dataset that is clearly meant all that ``catalogue.dataset`` tells.
    """
    return telling.search(asked, data)


@tool("catalogue.dataset", "一份数据的说明", timeout_s=10.0, cost=2)
def dataset(asked: DatasetAsked, data: CityData) -> DatasetTold:
    """One dataset of the city: fields with units, owner, how open and how to get it, how fresh it is now."""
    return telling.dataset(asked, data)


@tool("catalogue.counts", "数据家底", timeout_s=5.0)
def counts(asked: CountsAsked, data: CityData) -> CountsTold:
    """How many datasets the city has, by unit, by how open they are, connected or not."""
    return telling.counts(asked, data)


@tool("catalogue.freshness", "数据更新情况", audience=STAFF, timeout_s=10.0, cost=3)
def freshness(asked: FreshnessAsked, data: CityData) -> FreshnessTold:
    """Which connected data are late, missing or unreadable now; which others were overdue when surveyed."""
    return telling.freshness(asked, data)
