"""What a tool is given: the city's rows as of a moment, its places and settings. It notes every feed that was used.

::

    data.now                                  # the city's time, aware
    data.table(LOTS)                          # a register, all rows          → polars DataFrame
    data.latest(FREE)                         # newest row of each key, current ones only
    data.between(FREE, since, until, {"lot": "p001"})
    data.spot("鼓楼")                         # a place by its name
    data.settings("vitals/catalogue.yaml", Catalogue)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from city.gazetteer import Gazetteer, Spot
from city.pack import CityPack
from tools.feeds.dataset import Dataset
from tools.feeds.errors import NoData

if TYPE_CHECKING:
    import polars as pl

    from tools.feeds.feeds import Feeds, Used

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
Where = Mapping[str, object]
"""Column → value, or list of values of which one fits."""


@dataclass
class CityData:
    """The data of one call. ``internal``: whether feeds for staff only may be read; ``rights``: those of the caller,
    None where nobody in particular asks.
    """

    pack: CityPack
    gazetteer: Gazetteer
    feeds: Feeds
    now: datetime
    internal: bool = False
    used: dict[str, Used] = field(default_factory=dict)
    rights: frozenset[str] | None = None

    def may(self, right: str) -> bool:
        """Whether the caller is staff with this right: for rows of a public tool that are not for everybody."""
        return self.internal and (self.rights is None or right in self.rights)

    @property
    def today(self) -> date:
        """The day of ``now``."""
        return self.now.date()

    def table(self, dataset: Dataset) -> pl.DataFrame:
        """Every row of a register; of a dataset with history, rows up to now. Raises NoData."""
        rows, used = self.feeds.table(dataset, self.now, internal=self.internal)
        self.used[used.feed.id] = used
        return rows

    def latest(self, dataset: Dataset, where: Where | None = None) -> pl.DataFrame:
        """The newest row of each key that is current now. Raises NotCurrent where every row is too old, NoData."""
        rows, used = self.feeds.latest(dataset, self.now, where or {}, internal=self.internal)
        self.used[used.feed.id] = used
        return rows

    def between(
        self,
        dataset: Dataset,
        since: datetime,
        until: datetime,
        where: Where | None = None,
        columns: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """Rows with ``since <= time < until``, never later than now, in order of time. Empty where there are none."""
        rows, used = self.feeds.between(dataset, since, until, self.now, where or {}, columns, internal=self.internal)
        self.used[used.feed.id] = used
        return rows

    def timetable(self, dataset: Dataset) -> Path:
        """The zip of a GTFS feed. Raises NoData."""
        path, used = self.feeds.file(dataset, self.now, internal=self.internal)
        self.used[used.feed.id] = used
        return path

    def has(self, dataset: Dataset) -> bool:
        """Whether the city has a feed of this dataset that the caller may read."""
        return self.feeds.has(dataset, internal=self.internal)

    def derived(self, name: str, datasets: Sequence[Dataset], build: Callable[[], T]) -> T:
        """What is built from registers once (an index, a graph) and again when one of them changes.

        ``build`` reads through this object; later calls note the same sources.
        """
        return self.feeds.derived(name, datasets, self, build)

    def settings(self, file: str, model: type[M]) -> M:
        """A file of the pack as a typed record, read once. Raises PackError; NoData where the pack has no such file."""
        return self.feeds.settings(file, model)

    def spot(self, name: str) -> Spot:
        """The place of this name. Raises NoData where it is unknown, or where several places bear it."""
        found = self.gazetteer.locate(name)
        if found.spot is not None and found.spot.latitude is not None:
            return found.spot
        if found.candidates:
            districts = {d.id: d.name for d in self.pack.districts}
            where = "、".join(dict.fromkeys(districts.get(s.district, s.district) for s in found.candidates))
            raise NoData(
                f"{name!r} is a name of several places ({where}): say the district too",
                code="several_places",
                place=name,
                districts=where,
            )
        raise NoData(
            f"no place {name!r} with a position is known: name an estate, landmark, community or crossing",
            code="unknown_place",
            place=name,
        )
