"""Which month and span of an indicator a question means, and why there may be no figure of it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tools.economy.catalogue import Indicator, Span, months_later
from tools.economy.figures import Figure, Figures
from tools.seam import CannotCompute, NoData, Period


class Chosen(NamedTuple):
    """The figure that answers. ``unlike``: it does not cover just the months that were asked for."""

    month: date
    span: Span
    figure: Figure
    unlike: bool


def choose(figures: Figures, area: str, period: Period | None, span: Span | None, today: date) -> Chosen:
    """The figure of a place that a question means. Raises NoData, CannotCompute."""
    one, newest = figures.indicator, figures.newest(area)
    if newest is None:
        raise NoData(f"nothing of {one.id} is published for {area}", code="nothing", name=one.name)
    month = newest if period is None else _month(one, period, newest, today)
    for wanted in _spans(one, month, period, span):
        figure = figures.get(area, month, wanted)
        if figure is not None:
            return Chosen(month, wanted, figure, _unlike(one, month, wanted, period, span))
    raise _missing(one, month, newest, today)


def told(**months: date) -> dict[str, str]:
    """Months as fields of an ending, for its sentence: ``newest`` gives ``newest_year`` and ``newest_month``."""
    return {
        f"{name}_{part}": str(getattr(month, part))
        for name, month in months.items()
        for part in ("year", "month", "day")
    }


def _month(one: Indicator, period: Period, newest: date, today: date) -> date:
    """The last month that is meant: of a longer period the newest published one."""
    if period.since > today:
        raise CannotCompute(f"{period.since} is to come", code="to_come", name=one.name)
    first, last = period.since.replace(day=1), min(period.until, today).replace(day=1)
    if first == last:
        return _whole(one, last, newest, today)
    published = min(last, newest)
    while published >= first and not one.has(published):
        published = months_later(published, -1)
    return published if published >= first else _whole(one, last, newest, today)


def _whole(one: Indicator, month: date, newest: date, today: date) -> date:
    """The month itself where it ends a period. Raises NoData where it does not."""
    if one.has(month):
        return month
    ends = one.next_after(month)
    if ends > newest:
        raise _missing(one, ends, newest, today)
    code = "by_quarter" if one.every == "quarter" else "joint"
    raise NoData(f"{one.id}: {month:%Y-%m} ends no period", code=code, name=one.name, **told(ends=ends))


def _spans(one: Indicator, month: date, period: Period | None, span: Span | None) -> list[Span]:
    """The spans to try, the likeliest first."""
    likely = span or one.spans[0]
    if span is None and period is not None:
        several = period.since.replace(day=1) != period.until.replace(day=1)
        likely = "cumulative" if several else "single"
    order: list[Span] = [likely, "cumulative" if likely == "single" else "single"]
    return [each for each in order if each == "cumulative" or one.has_single(month)]


def _unlike(one: Indicator, month: date, span: Span, period: Period | None, wanted: Span | None) -> bool:
    """Whether the figure covers other months than the question names. Who asks for the year so far gets just that."""
    if wanted is not None:
        return wanted != span
    if period is None:
        return False
    return (month.year, one.first_month(month, span)) != (period.since.year, period.since.month)


def _missing(one: Indicator, month: date, newest: date, today: date) -> NoData:
    """Why there is no figure of a month."""
    due = one.due_on(month)
    fields = {"name": one.name, **told(asked=month, newest=newest)}
    if month <= newest:
        return NoData(f"{one.id} of {month:%Y-%m} is not in the feed", code="no_figure", **fields)
    code = "not_yet" if due >= today else "late"
    return NoData(f"{one.id} of {month:%Y-%m} is due on {due}", code=code, **fields, **told(due=due))
