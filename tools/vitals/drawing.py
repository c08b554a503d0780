"""Charts of vital signs: hours with the range that was to be expected, limits and alarms; days by their means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from tools.charts import Band, Chart, Mark, Series
from tools.vitals.catalogue import Catalogue, Sign
from tools.vitals.view import View


def hourly(view: View, sign: Sign, begin: int, end: int, catalogue: Catalogue) -> Chart:
    """Hours ``begin`` to before ``end`` (places)."""
    row = view.row(sign)
    places = range(max(begin, 0), end)
    values = tuple(view.value(row, place) for place in places)
    usual = [view.usual(row, place) for place in places]
    low, high = tuple(one[1] for one in usual), tuple(one[2] for one in usual)
    known = [value for value in (*values, *low, *high) if value is not None]
    banded = any(value is not None for value in low)
    return Chart(
        kind="line",
        title=sign.name,
        unit=sign.unit,
        digits=sign.digits,
        times=tuple(view.moment(place) for place in places),
        series=(Series(name=sign.name, values=values),),
        band=Band(name=catalogue.word("band"), low=low, high=high) if banded else None,
        marks=(*_limits(sign, known, catalogue), *_alarms(view, row, places, catalogue)),
    )


def daily(sign: Sign, days: Sequence[datetime], means: Sequence[float | None], catalogue: Catalogue) -> Chart:
    """One mean a day."""
    values = tuple(None if mean is None else round(mean, sign.digits) for mean in means)
    known = [value for value in values if value is not None]
    return Chart(
        kind="line",
        title=sign.name,
        unit=sign.unit,
        digits=sign.digits,
        times=tuple(days),
        series=(Series(name=sign.name, values=values),),
        marks=tuple(_limits(sign, known, catalogue)),
    )


def _limits(sign: Sign, known: Sequence[float], catalogue: Catalogue) -> Iterator[Mark]:
    """Limits near what is shown: one far away would press the line flat."""
    if not known:
        return
    low, high = min(known), max(known)
    for colour, limit in (("yellow", sign.yellow), ("red", sign.red)):
        if limit is not None and low - (high - low) <= limit <= high + (high - low):
            yield Mark(kind="level", name=catalogue.word(f"{colour}_line"), value=limit)


def _alarms(view: View, row: int, places: range, catalogue: Catalogue) -> Iterator[Mark]:
    for alarm in view.found:
        if alarm.row == row and alarm.begin < places.stop and alarm.last >= places.start:
            begin, last = max(alarm.begin, places.start), min(alarm.last, places.stop - 1)
            name = catalogue.word("unusual")
            yield Mark(kind="stretch", name=name, at=begin - places.start, to=last - places.start)


def mean(values: Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    """Of known values; None where there are none."""
    line = np.asarray(values, dtype=float)
    known = line[~np.isnan(line)]
    return float(known.mean()) if len(known) else None
