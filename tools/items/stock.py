"""Everything that the pack says of items, joined; and how a matter is found by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tools.feeds.errors import NoData
from tools.items.pack import (
    BUNDLES,
    EXTRA,
    GUIDES,
    MATERIALS,
    REGISTER,
    Bundle,
    Bundles,
    Extra,
    Guide,
    Limits,
    Material,
    Materials,
    Register,
)
from tools.seam.naming import find

if TYPE_CHECKING:
    import polars as pl

    from tools.feeds.citydata import CityData
    from tools.feeds.dataset import Dataset

_UNKNOWN = Limits(days=None)


@dataclass(frozen=True)
class Stock:
    """Items, bundles and materials of the city."""

    guides: dict[str, Guide]
    limits: dict[str, Limits]
    bundles: dict[str, Bundle]
    materials: Materials

    @cached_property
    def paper_of(self) -> dict[str, Material]:
        """The register's paper of each name that guides use."""
        return {name: material for material in self.materials.materials for name in material.names}

    def limit(self, item: str) -> Limits:
        """The time limits of an item."""
        return self.limits.get(item, _UNKNOWN)


def load(data: CityData) -> Stock:
    """The stock of the city. Raises PackError, NoData."""
    register = data.settings(REGISTER, Register)
    extra = data.settings(EXTRA, Extra)
    guides = {id: data.settings(f"{GUIDES}/{id}.yaml", Guide) for id in register.items}
    more = {item.id: Limits(days=item.days) for item in extra.items}
    return Stock(
        guides=guides | {item.id: item for item in extra.items},
        limits=register.items | more,
        bundles={bundle.id: bundle for bundle in data.settings(BUNDLES, Bundles).bundles},
        materials=data.settings(MATERIALS, Materials),
    )


def key_of(data: CityData, dataset: Dataset, said: str) -> str:
    """The id of the item or bundle that is called so. Raises as ``find`` does."""
    rows: pl.DataFrame = data.table(dataset)
    listed = rows.select("id", "name", "aliases").iter_rows()
    return find(said, ((id, (name, *filter(None, (aliases or "").split("、")))) for id, name, aliases in listed))


def guide_of(stock: Stock, item: str) -> Guide:
    """The guide of an item. Raises NoData where the pack has none (the register of the city is ahead of it)."""
    if item not in stock.guides:
        raise NoData(f"the pack has no guide of item {item!r}", code="no_guide", name=item)
    return stock.guides[item]
