"""One indicator: a figure, its growth, its rank, how it went."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from tools.charts import Chart, Series
from tools.economy.answers import AreaFigure, IndicatorFound
from tools.economy.catalogue import FILE, Catalogue, Indicator, Span
from tools.economy.data import CITY
from tools.economy.figures import Figures, read
from tools.economy.growth import growth
from tools.economy.periods import Chosen, choose
from tools.economy.shown import areas, change, districts_of, owner_of, shown_value
from tools.feeds.errors import NoData

if TYPE_CHECKING:
    from tools.economy.asked import IndicatorAsked
    from tools.feeds.citydata import CityData

_POINTS = 25


def indicator(asked: IndicatorAsked, data: CityData) -> IndicatorFound:
    """See ``economy.indicator``. Raises NoData, CannotCompute."""
    catalogue, names = data.settings(FILE, Catalogue), districts_of(data)
    one = catalogue.find(asked.indicator)
    area = place(one, asked.district, names)
    figures = read(one, data)
    chosen = choose(figures, area, asked.period, asked.span, data.today)
    month, span, figure = chosen.month, chosen.span, chosen.figure
    grown, rows = growth(figures, area, month, span), areas(figures, list(names), month, span, names)
    own: AreaFigure | None = next((row for row in rows if row.area == names.get(area)), None)
    following, first = one.next_after(figures.newest(area) or month), figure.first
    return IndicatorFound(
        name=one.name,
        area=names.get(area, data.pack.city.name),
        year=month.year,
        first_month=one.first_month(month, span),
        last_month=month.month,
        cumulative=span == "cumulative",
        unlike=chosen.unlike,
        value=shown_value(one, figure.value),
        unit=one.unit,
        **change(grown)._asdict(),
        level=grown.percent == 0 or grown.points == 0,
        points=catalogue.unit_of_points(one),
        before=shown_value(one, grown.before),
        basis=one.basis or None,
        published=figure.published,
        first_value=shown_value(one, _differs(first.value, figure.value)) if first else None,
        first_growth=_differs(first.growth, figure.growth) if first else None,
        owner=owner_of(one, data),
        among=len(rows),
        rank_value=own.rank_value if own else None,
        rank_growth=own.rank_growth if own else None,
        areas=rows,
        next_year=following.year,
        next_month=following.month,
        next_due=one.due_on(following),
        about=one.about or None,
        chart=chart(figures, area, chosen, catalogue, data),
    )


def place(one: Indicator, district: str | None, names: dict[str, str]) -> str:
    """The area of a question. Raises NoData for a district where there is none of this indicator."""
    if district is None:
        return CITY
    if district not in names:
        raise NoData(f"no district {district!r}", code="unknown_district", district=district)
    if not one.districts:
        raise NoData(f"{one.id} is published for the city only", code="city_only", name=one.name)
    return district


def chart(figures: Figures, area: str, chosen: Chosen, catalogue: Catalogue, data: CityData) -> Chart | None:
    """How it went up to the chosen month: growth in per cent, or the value of a rate or index."""
    one, span = figures.indicator, chosen.span
    points = [
        (month, figure.value if one.in_points else growth(figures, area, month, span).percent)
        for month, figure in figures.of(area, span)
        if month <= chosen.month
    ][-_POINTS:]
    if len(points) < 2 or all(value is None for _, value in points):
        return None
    zone = data.now.tzinfo
    return Chart(
        kind="line",
        title=" ".join([one.name, *([] if one.in_points else [catalogue.growth]), _words(span, one, catalogue)]),
        unit=one.unit if one.in_points else "%",
        digits=1,
        times=tuple(datetime.combine(month, time(), zone) for month, _ in points),
        series=(Series(name=one.name, values=tuple(value for _, value in points)),),
    )


def _words(span: Span, one: Indicator, catalogue: Catalogue) -> str:
    return catalogue.spans["cumulative" if span == "cumulative" else one.every]


def _differs(first: float | None, now: float | None) -> float | None:
    return first if first is not None and first != now else None
