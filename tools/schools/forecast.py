"""How many children enter school in a year to come: cohorts followed from year to year.

The method is the cohort change ratio of Hamilton and Perry (1962), "A Short Method for Projecting Population by Age
from One Decennial Census to Another", Social Forces 41(2), 163-170, here from one year to the next: the children of an
age times the ratio in which that age changed in past years (moves in and out, deaths), plus the children who come with
homes handed over. The share of a catchment's children who enter its public schools is taken from past years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.schools.settings import Outlook, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Floats = NDArray[np.float64]
ENTRY_AGE: dict[Stage, int] = {"primary": 6, "junior": 12}
AGES = 15
"""Ages 0 … 14 on 31 August."""
_MOST_SHARE = 1.5


@dataclass(frozen=True)
class History:
    """What is known of the past.

    ``children[year, community, age]`` on 31 August of consecutive ``years``; ``homes[y]`` the homes handed over in the
    year that ends then, by community, years to come included. ``district`` numbers each community's district from 0.
    """

    years: tuple[int, ...]
    district: NDArray[np.int64]
    children: Floats
    homes: Mapping[int, Floats]

    def at(self, year: int) -> Floats:
        """Children by community and age."""
        found: Floats = self.children[self.years.index(year)]
        return found

    def handed_over(self, year: int) -> Floats:
        """Homes by community."""
        return self.homes.get(year, np.zeros(len(self.district)))


class Accuracy(NamedTuple):
    """How far the same method was off: mean absolute error in per cent of the entrants, over so many years."""

    error_pct: float
    years: int


def change_ratios(history: History, last: int, how: Outlook) -> Floats:
    """Ratio of each age's children to those of the age before, one year earlier: ``[district, age 0 … 13]``.

    Pooled over the ``window`` years up to ``last`` and over the communities of a district, without the children who
    came with new homes. An age that nobody had keeps its number (ratio 1).
    """
    count = int(history.district.max()) + 1
    before, after = np.zeros((count, AGES - 1)), np.zeros((count, AGES - 1))
    per_home = how.children_per_100_homes / 100
    for year in range(max(history.years[0] + 1, last - how.window + 1), last + 1):
        came = history.handed_over(year)[:, None] * per_home
        np.add.at(before, history.district, history.at(year - 1)[:, :-1])
        np.add.at(after, history.district, history.at(year)[:, 1:] - came)
    ratio = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    return np.clip(ratio, how.least_ratio, how.most_ratio)


def children_at(history: History, origin: int, year: int, stage: Stage, how: Outlook) -> Floats:
    """Children of entry age in ``year`` by community, as forecast in ``origin`` (or counted, where it is not later).

    Raises ValueError where they were not yet born on 31 August of ``origin``.
    """
    age = ENTRY_AGE[stage]
    if year <= origin:
        counted: Floats = history.at(year)[:, age]
        return counted
    if year - origin > age:
        raise ValueError(f"entrants of {year} are not yet born in {origin}")
    ratios = change_ratios(history, origin, how)[history.district]
    found = history.at(origin)[:, age - (year - origin)]
    for step in range(year - origin):
        came = history.handed_over(origin + step + 1) * how.children_per_100_homes / 100
        found = found * ratios[:, age - (year - origin) + step] + came
    return found


@dataclass(frozen=True)
class Areas:
    """Catchments of one stage: ``covers[catchment, community]`` is 1 where it belongs; ``entrants[year]`` were seen."""

    covers: Floats
    entrants: Mapping[int, Floats]

    def share(self, history: History, origin: int, stage: Stage, how: Outlook) -> Floats:
        """Share of the resident children of entry age who enter the catchment's public schools, from past years.

        A catchment without a past of its own takes the share of all.
        """
        years = [y for y in history.years if origin - how.window < y <= origin and y in self.entrants]
        living = self.covers @ sum((history.at(y)[:, ENTRY_AGE[stage]] for y in years), np.zeros(self.covers.shape[1]))
        entered = sum((self.entrants[y] for y in years), np.zeros(len(self.covers)))
        whole = float(entered.sum() / living.sum()) if living.sum() > 0 else 1.0
        own = np.divide(entered, living, out=np.full(len(living), whole), where=(living > 0) & (entered > 0))
        found: Floats = np.clip(own, 0.0, _MOST_SHARE)
        return found


def entrants_at(history: History, areas: Areas, origin: int, year: int, stage: Stage, how: Outlook) -> Floats:
    """Entrants of each catchment in ``year`` as forecast in ``origin``. Raises ValueError as ``children_at`` does."""
    living = areas.covers @ children_at(history, origin, year, stage, how)
    return living * areas.share(history, origin, stage, how)


def proof(
    history: History, areas: Areas, ahead: int, stage: Stage, how: Outlook, only: Sequence[int] = ()
) -> Accuracy | None:
    """The method tested on the past: forecasts made ``ahead`` years before years that are over.

    ``only``: numbers of the catchments that count; none means all. None where the past is too short.
    """
    rows = list(only) or list(range(len(areas.covers)))
    missed = entered = 0.0
    years = [y for y in sorted(areas.entrants) if y in history.years][-how.proof_years :]
    tested = [year for year in years if year - ahead - 1 >= history.years[0]]
    for year in tested:
        told = entrants_at(history, areas, year - ahead, year, stage, how)[rows]
        missed += float(np.abs(told - areas.entrants[year][rows]).sum())
        entered += float(areas.entrants[year][rows].sum())
    return Accuracy(100 * missed / entered, len(tested)) if entered > 0 else None
