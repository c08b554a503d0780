"""The early warning as of now: the lights of all members, the composite and its groups.

History is read as it stands published now, corrections included; a light's date is the day its figure was published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from tools.charts import Chart, Mark, Series
from tools.economy.answers import MemberLight, WarningsFound
from tools.economy.catalogue import FILE as CATALOGUE
from tools.economy.catalogue import Catalogue, Indicator
from tools.economy.data import CITY
from tools.economy.figures import Figures, read
from tools.economy.growth import growth
from tools.economy.lights import (
    FILE,
    GROUPS,
    Group,
    Light,
    Member,
    Warnings,
    composite,
    falls,
    light_of,
    lit,
    run_length,
)
from tools.feeds.errors import NoData

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

_BACK = 3
_POINTS = 36
_MIDDLE = 3


class Lit(NamedTuple):
    """A member with its indicator, its figures and its lights."""

    member: Member
    indicator: Indicator
    figures: Figures
    lights: Mapping[date, Light]


def warned(data: CityData) -> WarningsFound:
    """See ``economy.warnings``. Raises NoData where too few members have a light."""
    rules, catalogue = data.settings(FILE, Warnings), data.settings(CATALOGUE, Catalogue)
    members = [_lit(one, catalogue, rules, data) for one in rules.members]
    scores = _composites(members, rules)
    if not scores:
        raise NoData("too few indicators have a history long enough for a light", code="dark")
    months = sorted(scores)
    month, now = months[-1], scores[months[-1]]
    colours = [light_of(scores[each], rules) for each in months]
    by_group = {group: _of_group(members, group, rules) for group in GROUPS}
    leading = [value for each, value in sorted(by_group["leading"].items()) if each <= month]
    change = round(now - scores[months[-1 - _BACK]], 1) if len(months) > _BACK else None
    lights = [_shown(one, month, rules) for one in members if _last(one, month) is not None]
    counted = [one for one in members if month in one.lights]
    return WarningsFound(
        year=month.year,
        month=month.month,
        score=now,
        light=rules.lights[colours[-1] - 1],
        meaning=rules.meanings[colours[-1] - 1],
        months=run_length(colours),
        higher=change if change is not None and change > 0 else None,
        lower=-change if change is not None and change < 0 else None,
        leading=by_group["leading"].get(month),
        coincident=by_group["coincident"].get(month),
        lagging=by_group["lagging"].get(month),
        leading_falls=falls(leading),
        counted=len(counted),
        cold=[one.indicator.name for one in counted if one.lights[month].score < _MIDDLE],
        hot=[one.indicator.name for one in counted if one.lights[month].score > _MIDDLE],
        lights=lights,
        silent=[one.indicator.name for one in members if month not in one.lights],
        known=max(one.published for one in lights),
        chart=_chart(scores, rules, data),
    )


def _lit(member: Member, catalogue: Catalogue, rules: Warnings, data: CityData) -> Lit:
    one = catalogue.find(member.indicator)
    figures = read(one, data, [CITY])
    series: dict[date, float] = {}
    for month, figure in figures.of(CITY, member.span):
        value = figure.value if member.by == "value" else growth(figures, CITY, month, member.span).percent
        if value is not None:
            series[month] = value
    return Lit(member, one, figures, lit(series, member.turn, rules))


def _composites(members: Sequence[Lit], rules: Warnings) -> dict[date, float]:
    """The composite of every month in which enough members have a light."""
    weights = {one.member.indicator: one.member.weight for one in members}
    found = {}
    for month in {each for one in members for each in one.lights}:
        scores = {one.member.indicator: one.lights[month].score for one in members if month in one.lights}
        value = composite(scores, weights, rules.share)
        if value is not None:
            found[month] = value
    return found


def _of_group(members: Sequence[Lit], group: Group, rules: Warnings) -> dict[date, float]:
    inside = [one for one in members if one.member.group == group]
    return _composites(inside, rules) if inside else {}


def _last(one: Lit, month: date) -> date | None:
    """The member's newest light up to the composite's month."""
    return max((each for each in one.lights if each <= month), default=None)


def _shown(one: Lit, month: date, rules: Warnings) -> MemberLight:
    last = _last(one, month) or month
    light, figure = one.lights[last], one.figures.get(CITY, last, one.member.span)
    scores = [one.lights[each].score for each in sorted(one.lights) if each <= last]
    return MemberLight(
        name=one.indicator.name,
        group=rules.groups[one.member.group],
        light=rules.lights[light.score - 1],
        year=last.year,
        month=last.month,
        value=light.value,
        unit=one.indicator.unit if one.member.by == "value" else "%",
        published=figure.published if figure else last,
        months=run_length(scores),
        middle=light.limits.middle,
        low=light.limits.marks[1],
        high=light.limits.marks[2],
        history=light.limits.length,
    )


def _chart(scores: Mapping[date, float], rules: Warnings, data: CityData) -> Chart:
    months = sorted(scores)[-_POINTS:]
    edges = ((rules.marks[0], rules.lights[0]), (rules.marks[1], rules.lights[1]), (rules.marks[2], rules.lights[3]))
    return Chart(
        kind="line",
        title=rules.title,
        digits=1,
        times=tuple(datetime.combine(month, time(), data.now.tzinfo) for month in months),
        series=(Series(name=rules.title, values=tuple(scores[month] for month in months)),),
        marks=tuple(Mark(kind="level", name=name, value=value) for value, name in edges),
    )
