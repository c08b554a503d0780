"""An indicator of districts beside each other, or of one place beside an earlier period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tools.charts import Chart, Series
from tools.economy.answers import AreaFigure, CompareFound
from tools.economy.catalogue import FILE, Catalogue, Indicator, Span, months_later
from tools.economy.data import CITY
from tools.economy.figures import read
from tools.economy.growth import growth
from tools.economy.indicator import place
from tools.economy.periods import Chosen, choose, told
from tools.economy.shown import areas, districts_of, owner_of, shown_value, speed_of
from tools.feeds.errors import NoData
from tools.seam import CannotCompute, Period

if TYPE_CHECKING:
    from tools.economy.asked import CompareAsked
    from tools.feeds.citydata import CityData

_YEAR = -12


def compare(asked: CompareAsked, data: CityData) -> CompareFound:
    """See ``economy.compare``. Raises NoData, CannotCompute."""
    catalogue, named = data.settings(FILE, Catalogue), _named(asked, data)
    one = catalogue.find(asked.indicator)
    if asked.against == "districts":
        return _districts(asked, one, named, data)
    if len(named) > 1:
        raise CannotCompute("one place at a time is set beside an earlier period", code="one_place")
    found = _periods(asked, one, place(one, named[0] if named else None, districts_of(data)), data)
    return found.model_copy(update={"points": catalogue.unit_of_points(one)})


def _named(asked: CompareAsked, data: CityData) -> list[str]:
    """The districts that are given, else those that the question names."""
    if asked.districts:
        return list(dict.fromkeys(asked.districts))
    mentions = data.gazetteer.mentions(asked.said)
    return list(dict.fromkeys(spot.district for each in mentions for spot in each.spots if spot.kind == "district"))


def _districts(asked: CompareAsked, one: Indicator, named: list[str], data: CityData) -> CompareFound:
    """Two districts or more that are named; of one alone, or none, its place among all is wanted."""
    names = districts_of(data)
    for each in named or list(names)[:1]:
        place(one, each, names)
    ids = named if len(named) > 1 else list(names)
    figures = read(one, data)
    at = choose(figures, CITY, asked.period, asked.span, data.today)
    rows = areas(figures, ids, at.month, at.span, names)
    if not rows:
        raise NoData(f"no district of {one.id}", code="no_districts", name=one.name, **told(asked=at.month))
    by_speed = [row for row in rows if row.rank_growth is not None]
    by_value = sorted((row for row in rows if row.rank_value is not None), key=lambda row: row.rank_value or 0)
    return CompareFound(
        **_common(one, at.month, at.span, data),
        area=data.pack.city.name,
        rows=rows,
        silent=[names[id] for id in ids if names[id] not in {row.area for row in rows}],
        highest=by_value[0].area if by_value else None,
        fastest=by_speed[0].area if by_speed else None,
        slowest=by_speed[-1].area if len(by_speed) > 1 else None,
        value_gap=_gap([row.value for row in rows], one.digits),
        growth_gap=_gap([_speed(row) for row in rows], 1),
        published=max(figure.published for id in ids if (figure := figures.get(id, at.month, at.span)) is not None),
        chart=_bars(one, rows),
    )


def _common(one: Indicator, month: date, span: Span, data: CityData) -> dict[str, Any]:
    return {
        "name": one.name,
        "unit": one.unit,
        "year": month.year,
        "first_month": one.first_month(month, span),
        "last_month": month.month,
        "cumulative": span == "cumulative",
        "basis": one.basis or None,
        "owner": owner_of(one, data),
    }


def _gap(values: list[float | None], digits: int) -> float | None:
    """The difference of two values; of more or fewer there is none."""
    known = [value for value in values if value is not None]
    return round(abs(known[0] - known[1]), digits) if len(values) == len(known) == 2 else None


def _speed(row: AreaFigure) -> float | None:
    """Growth with its sign."""
    up, down = row.up or row.points_up, row.down or row.points_down
    if row.rank_growth is None:
        return None
    return up or -(down or 0.0)


def _bars(one: Indicator, rows: list[AreaFigure]) -> Chart | None:
    by_value = all(row.value is not None for row in rows)
    values = tuple(row.value if by_value else _speed(row) for row in rows)
    if all(value is None for value in values):
        return None
    return Chart(
        kind="bar",
        title=one.name,
        unit=one.unit if by_value else "%",
        digits=1,
        labels=tuple(row.area for row in rows),
        series=(Series(name=one.name, values=values),),
    )


def _periods(asked: CompareAsked, one: Indicator, area: str, data: CityData) -> CompareFound:
    figures, names = read(one, data, [area]), districts_of(data)
    at = choose(figures, area, _meant(asked, data.today), asked.span, data.today)
    then = months_later(at.month, _YEAR) if asked.against == "year_before" else _previous(one, at.month, at.span)
    before = figures.get(area, then, at.span)
    if before is None:
        raise NoData(f"{one.id} of {then:%Y-%m} is not published", code="no_figure", name=one.name, **told(asked=then))
    now_speed, then_speed = (speed_of(growth(figures, area, month, at.span)) for month in (at.month, then))
    change = None if now_speed is None or then_speed is None or one.in_points else round(now_speed - then_speed, 1)
    return CompareFound(
        **_common(one, at.month, at.span, data),
        **_sides(one, at, before.value, asked.against == "year_before"),
        area=names.get(area, data.pack.city.name),
        rows=[],
        silent=[],
        highest=None,
        fastest=None,
        slowest=None,
        value_gap=None,
        growth_gap=None,
        then_year=then.year,
        then_first_month=one.first_month(then, at.span),
        then_last_month=then.month,
        growth=None if one.in_points else now_speed,
        then_growth=None if one.in_points else then_speed,
        faster=change if change is not None and change > 0 else None,
        slower=-change if change is not None and change < 0 else None,
        published=at.figure.published,
    )


def _meant(asked: CompareAsked, today: date) -> Period | None:
    """The period that is set beside an earlier one: none where the words name only the earlier one.

    "More than last year" is heard as last year, "more than last month" as last month.
    """
    if asked.period is None or not asked.said:
        return asked.period
    first = months_later(today.replace(day=1), -1)
    if asked.against == "year_before":
        named = Period(since=date(today.year - 1, 1, 1), until=date(today.year - 1, 12, 31))
    else:
        named = Period(since=first, until=today.replace(day=1) - timedelta(days=1))
    return None if asked.period == named else asked.period


def _previous(one: Indicator, month: date, span: Span) -> date:
    """The last month of the period before. Raises CannotCompute where the year before's whole would stand beside it."""
    step = months_later(month, -1)
    while not (one.has(step) and (span == "cumulative" or one.has_single(step))):
        step = months_later(step, -1)
    if span == "cumulative" and step.year != month.year:
        raise CannotCompute("the first cumulative figure of a year has no earlier one", code="first", name=one.name)
    return step


def _sides(one: Indicator, at: Chosen, then: float | None, year_before: bool) -> Mapping[str, float | None]:
    """Both values, and their difference where the two can be set beside each other.

    Two cumulative figures of one year differ by months, not by speed; and where growth is published at constant prices
    or of the same firms, two values of different years do not give it.
    """
    now = at.figure.value
    sides = {"value": shown_value(one, now), "then_value": shown_value(one, then)}
    fits = one.growth == "computed" if year_before else at.span == "single"
    if now is None or then is None or not (fits or (one.in_points and (year_before or at.span == "single"))):
        return sides
    gap = round(now - then, one.digits)
    more, less = gap if gap > 0 else None, -gap if gap < 0 else None
    if one.in_points:
        return sides | {"points_more": more, "points_less": less}
    share = round(100 * (now / then - 1), 1) if then else 0.0
    shares = {"more_share": share if share > 0 else None, "less_share": -share if share < 0 else None}
    return sides | {"more": more, "less": less} | shares
