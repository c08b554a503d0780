from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.economy.catalogue import FILE, Catalogue, Indicator, Span, months_later
from tools.economy.figures import Figure, Figures, Key
from tools.economy.growth import growth
from tools.economy.periods import Chosen, choose
from tools.economy.shown import ranks
from tools.seam import CannotCompute, NoData, Period

BOOK = read_record(YUNLAN, FILE, Catalogue)
TODAY = date(2026, 11, 26)


def published(one: Indicator) -> Figures:
    """Every figure of an indicator that is due by today; the value is its month's number."""
    found: dict[Key, Figure] = {}
    for step in range(60):
        month = months_later(date(2022, 1, 1), step)
        if one.has(month) and one.due_on(month) <= TODAY:
            figure = Figure(float(step + 1), 5.0, one.due_on(month))
            spans = [span for span in one.spans if span == "cumulative" or one.has_single(month)]
            found |= {Key("city", month, span): figure for span in spans}
    return Figures(one, found)


FIGURES = {one.id: published(one) for one in BOOK.indicators}
days = st.dates(date(2021, 6, 1), date(2027, 3, 1))


def outcome(figures: Figures, period: Period, span: Span | None) -> Chosen | str:
    """What is chosen, or the code of the ending."""
    try:
        return choose(figures, "city", period, span, TODAY)
    except (NoData, CannotCompute) as ending:
        return ending.code


@given(st.sampled_from(sorted(FIGURES)), days, st.integers(0, 500), st.none() | st.sampled_from(get_args(Span)))
def test_a_figure_lies_in_the_period_and_is_published(id: str, since: date, length: int, span: Span | None) -> None:
    figures, period = FIGURES[id], Period(since=since, until=since + timedelta(days=length))
    found = outcome(figures, period, span)
    if isinstance(found, str):  # never "late": all that is due is there
        assert found in {"not_yet", "joint", "by_quarter", "no_figure", "to_come"}
        return
    assert since.replace(day=1) <= found.month <= period.until
    assert found.figure.published <= TODAY
    first = figures.indicator.first_month(found.month, found.span)
    if not found.unlike and span is None:
        assert (found.month.year, first) == (since.year, since.month)


@given(st.sampled_from(sorted(FIGURES)))
def test_without_a_period_the_newest_usual_figure(id: str) -> None:
    found = choose(FIGURES[id], "city", None, None, TODAY)
    assert found.month == FIGURES[id].newest("city")
    assert (found.span, found.unlike) == (FIGURES[id].indicator.spans[0], False)


def test_growth_of_every_kind() -> None:
    month = date(2026, 9, 1)
    told = {one.id: growth(FIGURES[one.id], "city", month, one.spans[0]) for one in BOOK.indicators}
    for one in BOOK.indicators:
        percent, points, before = told[one.id]
        if one.in_points:
            assert (percent, points, before) == (None, 12.0, 45.0)
        elif one.growth == "official":
            assert (percent, points, before) == (5.0, None, None)
        else:
            assert (percent, points, before) == (26.7, None, 45.0)  # 57 / 45 - 1


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(-9, 9).map(float), min_size=1))
def test_ranks_run_from_high_to_low(values: dict[str, float]) -> None:
    found = ranks(values)
    for one in values:
        for other in values:
            assert (found[one] < found[other]) == (values[one] > values[other])
    assert min(found.values()) == 1
