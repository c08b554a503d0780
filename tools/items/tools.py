"""Tools of service items and bundles."""

from __future__ import annotations

from tools.feeds.citydata import CityData
from tools.items import finding, telling
from tools.items.data import EVENTS, HALLS, ITEMS, MATTERS, QUEUE, WINDOWS
from tools.items.models import (
    BundleAsked,
    BundleTold,
    ItemAsked,
    ItemTold,
    MaterialsAsked,
    MaterialsTold,
    PlacesAsked,
    PlacesTold,
)
from tools.seam.tool import tool


@tool("items.item", "办一件事项要什么", needs=(ITEMS, EVENTS))
def item(asked: ItemAsked, data: CityData) -> ItemTold:
    """One service item: papers to hand in and those not, time limits, fee, where."""
    return telling.item(asked, data)


@tool("items.bundle", "一件事怎么办", needs=(EVENTS,), cost=2)
def bundle(asked: BundleAsked, data: CityData) -> BundleTold:
    """A one-thing bundle in a situation: steps in order, papers merged, what is saved against one by one."""
    return telling.bundle(asked, data)


@tool("items.materials", "要带什么材料", needs=(MATTERS,))
def materials(asked: MaterialsAsked, data: CityData) -> MaterialsTold:
    """What to hand in for an item or a bundle, and what need not be handed in and why."""
    return telling.materials(asked, data)


@tool("items.places", "到哪里办、人多不多", needs=(MATTERS, HALLS, WINDOWS, QUEUE))
def places(asked: PlacesAsked, data: CityData) -> PlacesTold:
    """The nearest windows where a matter is done: opening hours, people waiting, about how long."""
    return finding.places(asked, data)
