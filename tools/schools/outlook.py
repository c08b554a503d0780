"""Places against entrants of every catchment of a stage: the registers put together with the forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tools.feeds.citydata import CityData
from tools.schools.data import CATCHMENTS, CHILDREN, COVERS, ENTRANTS, HOMES, PLACES, SCHOOLS, SERVES
from tools.schools.forecast import AGES, ENTRY_AGE, Accuracy, Areas, Floats, History, entrants_at, proof
from tools.schools.settings import Outlook, Stage
from tools.seam.endings import CannotCompute, NoData

if TYPE_CHECKING:
    import polars as pl

_TERM_BEGINS = 9
_FEWEST_YEARS = 2


class Load(NamedTuple):
    """A catchment in one year: places for entrants, and entrants to the next person, so that rows add up to totals."""

    id: str
    name: str
    district: str
    schools: tuple[str, ...]
    communities: tuple[str, ...]
    places: int
    entrants: int

    @property
    def short(self) -> int:
        """Entrants without a place in their own catchment."""
        return max(0, self.entrants - self.places)

    @property
    def spare_pct(self) -> float:
        """Spare places in per cent of all places; negative where places lack."""
        return 100 * (self.places - self.entrants) / self.places if self.places else -100.0


class _Catchment(NamedTuple):
    id: str
    name: str
    district: str
    schools: tuple[str, ...]
    communities: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """What is known of one stage as of now."""

    stage: Stage
    how: Outlook
    history: History
    areas: Areas
    communities: tuple[str, ...]
    catchments: tuple[_Catchment, ...]
    names: dict[str, str]
    entry: dict[str, list[tuple[int, int]]]

    @property
    def origin(self) -> int:
        """The last year whose children are counted."""
        return self.history.years[-1]

    @property
    def first(self) -> int:
        """The first year with entrants."""
        return min(self.areas.entrants, default=self.origin + 1)

    @property
    def last(self) -> int:
        """The last year whose entrants are born."""
        return self.origin + ENTRY_AGE[self.stage]

    def is_past(self, year: int) -> bool:
        """Whether the entrants of the year are counted, not forecast."""
        return year in self.areas.entrants

    def check(self, year: int) -> None:
        """Raises CannotCompute for a year that cannot be told."""
        if not self.first <= year <= self.last:
            raise CannotCompute(
                f"entrants of {year}: only {self.first} to {self.last} can be told",
                code="year_out_of_reach",
                year=str(year),
                first=str(self.first),
                last=str(self.last),
            )

    def entrants(self, year: int) -> Floats:
        """Entrants by catchment."""
        self.check(year)
        if self.is_past(year):
            return self.areas.entrants[year]
        return entrants_at(self.history, self.areas, self.origin, year, self.stage, self.how)

    def loads(self, year: int) -> list[Load]:
        """Every catchment in ``year``, in the order of the register."""
        entrants = self.entrants(year)
        return [
            Load(
                c.id,
                c.name,
                c.district,
                tuple(self.names[s] for s in c.schools),
                c.communities,
                sum(self.places(school, year) for school in c.schools),
                round(count),
            )
            for c, count in zip(self.catchments, entrants.tolist(), strict=True)
        ]

    def places(self, school: str, year: int) -> int:
        """Places for entrants: the newest plan that is not of a later year; none before the school opened."""
        return next((entry for planned, entry in reversed(self.entry.get(school, [])) if planned <= year), 0)

    def accuracy(self, year: int, district: str = "") -> Accuracy | None:
        """How far forecasts so long ahead were off in the past."""
        rows = [i for i, c in enumerate(self.catchments) if not district or c.district == district]
        if self.is_past(year) or not rows:
            return None
        return proof(self.history, self.areas, year - self.origin, self.stage, self.how, rows)


def next_entry(now: datetime) -> int:
    """The year of the next enrolment: this year's until its term begins on 1 September."""
    return now.year + (now.month >= _TERM_BEGINS)


def picture(data: CityData, stage: Stage) -> Picture:
    """Read what is known of a stage. Raises NoData, also where counts of children are missing."""
    import polars as pl

    how = data.settings(Outlook.FILE, Outlook)
    history, communities = _history(data)
    areas = data.table(CATCHMENTS).filter(pl.col("stage") == stage).sort("id")
    if areas.is_empty():
        raise NoData(f"no catchments of the stage {stage}", code="no_catchments")
    serves, covers = _lists(data.table(SERVES), "school"), _lists(data.table(COVERS), "community")
    named = _lists(data.table(COVERS), "name")
    catchments = tuple(
        _Catchment(r["id"], r["name"], r["district"], serves.get(r["id"], ()), named.get(r["id"], ()))
        for r in areas.select("id", "name", "district").iter_rows(named=True)
    )
    index = {name: i for i, name in enumerate(communities)}
    member = np.zeros((len(catchments), len(communities)))
    for row, catchment in enumerate(catchments):
        member[row, [index[c] for c in covers.get(catchment.id, ()) if c in index]] = 1
    return Picture(
        stage,
        how,
        history,
        Areas(member, _entrants(data, [c.id for c in catchments])),
        communities,
        catchments,
        dict(data.table(SCHOOLS).select("id", "name").iter_rows()),
        _entry(data, stage),
    )


def _history(data: CityData) -> tuple[History, tuple[str, ...]]:
    """Children by year, community and age. The counts stand at the beginning of a term."""
    import polars as pl

    rows = data.table(CHILDREN).drop_nulls(["community", "born", "at", "children"])
    rows = rows.with_columns(year=pl.col("at").dt.year()).with_columns(age=pl.col("year") - pl.col("born"))
    rows = rows.filter(pl.col("age").is_between(0, AGES - 1))
    years = rows["year"].unique().sort().to_list()
    if len(years) < _FEWEST_YEARS or years != list(range(years[0], years[-1] + 1)):
        raise NoData(f"counts of children of consecutive years are needed, not {years}", code="children_incomplete")
    homes_of = rows.select("community", "district").unique(subset="community").sort("community")
    communities = tuple(homes_of["community"].to_list())
    if len(rows) != len(years) * len(communities) * AGES:
        raise NoData("some community or age lacks its count of children in some year", code="children_incomplete")
    ordered = rows.sort("year", "community", "age")["children"].to_numpy()
    districts = sorted(set(homes_of["district"].to_list()))
    history = History(
        tuple(years),
        np.array([districts.index(d) for d in homes_of["district"].to_list()]),
        ordered.reshape(len(years), len(communities), AGES).astype(np.float64),
        _homes(data, communities),
    )
    return history, communities


def _homes(data: CityData, communities: tuple[str, ...]) -> dict[int, Floats]:
    index = {name: i for i, name in enumerate(communities)}
    found: dict[int, Floats] = {}
    for community, year, homes in data.table(HOMES).select("community", "year", "homes").drop_nulls().iter_rows():
        if community in index:
            found.setdefault(year, np.zeros(len(communities)))[index[community]] += homes
    return found


def _entrants(data: CityData, catchments: list[str]) -> dict[int, Floats]:
    """Entrants of each past year by catchment; a year in which some catchment has no count is left out."""
    index = {name: i for i, name in enumerate(catchments)}
    found: dict[int, Floats] = {}
    rows = data.table(ENTRANTS).select("catchment", "year", "entrants").drop_nulls()
    for catchment, year, entrants in rows.iter_rows():
        if catchment in index:
            found.setdefault(year, np.full(len(catchments), np.nan))[index[catchment]] = entrants
    return {year: counts for year, counts in found.items() if not np.isnan(counts).any()}


def _entry(data: CityData, stage: Stage) -> dict[str, list[tuple[int, int]]]:
    import polars as pl

    rows = data.table(PLACES).filter(pl.col("stage") == stage).drop_nulls(["school", "year", "entry"]).sort("year")
    found: dict[str, list[tuple[int, int]]] = {}
    for school, year, entry in rows.select("school", "year", "entry").iter_rows():
        found.setdefault(school, []).append((year, entry))
    return found


def _lists(rows: pl.DataFrame, column: str) -> dict[str, tuple[Any, ...]]:
    """Values of ``column`` by catchment."""
    found: dict[str, list[Any]] = {}
    for catchment, value in rows.select("catchment", column).iter_rows():
        found.setdefault(catchment, []).append(value)
    return {catchment: tuple(values) for catchment, values in found.items()}
