"""The example's incidents: where and when, how long, and what was reported of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np

from tools.feeds.world import World
from tools.traffic.network_example import IncidentRecipe, Kind, Segment

_HEAVY = 6.0
_FORM = "%Y/%m/%d %H:%M"


@dataclass(frozen=True)
class Happened:
    """An incident on a segment (its place in the list)."""

    id: str
    kind: Kind
    segment: int
    since: datetime
    until: datetime
    expected: datetime
    share: float


def happened(world: World, recipe: IncidentRecipe, segments: Sequence[Segment], demand: np.ndarray) -> list[Happened]:
    """Every incident in order of time; more where and when there is more traffic. ``demand`` is hours × segments."""
    rng = world.rng("traffic.incidents")
    begin = datetime.combine(world.since, time(0))
    lengths = np.array([segment.metres for segment in segments])
    weight = lengths * demand.mean(axis=0)
    busy = demand.mean(axis=1)
    count = rng.poisson(recipe.a_day * busy / busy.mean() / 24)
    shares = np.array([kind.share for kind in recipe.kinds])
    found: list[Happened] = []
    for hour in np.flatnonzero(count):
        for _ in range(count[hour]):
            kind = recipe.kinds[int(rng.choice(len(shares), p=shares / shares.sum()))]
            segment = int(rng.choice(len(segments), p=weight / weight.sum()))
            minutes = float(rng.lognormal(np.log(kind.minutes), 0.5))
            since = begin + timedelta(hours=int(hour), minutes=int(rng.integers(60)))
            guess = float(np.clip(rng.normal(1.1, 0.25), 0.5, 1.8))
            share = float(rng.uniform(0.1, 0.9))
            if kind.wet and world.weather.rain[hour] < _HEAVY:
                continue
            until, expected = (since + timedelta(minutes=round(minutes * times)) for times in (1.0, guess))
            found.append(Happened(f"E{len(found) + 1:06d}", kind, segment, since, until, expected, share))
    return sorted(found, key=lambda h: (h.since, h.id))


def reports(
    world: World, recipe: IncidentRecipe, segments: Sequence[Segment], past: Sequence[Happened]
) -> list[dict[str, Any]]:
    """Rows of the feed in order of time: begun, corrected where it lasts longer, each morning, over."""
    rows = [row for incident in past for row in _rows(incident, recipe, segments[incident.segment])]
    end = datetime.combine(world.until, time(0))
    kept = sorted((row for row in rows if row["at"] < end), key=lambda row: (row["at"], row["事件编号"]))
    return [{"报送时间": row["at"].strftime(_FORM)} | {k: v for k, v in row.items() if k != "at"} for row in kept]


def _rows(incident: Happened, recipe: IncidentRecipe, segment: Segment) -> Iterator[dict[str, Any]]:
    longitude, latitude = _point(segment, incident.share)
    stretch = recipe.stretch.format(since=segment.since, until=segment.until) if segment.since and segment.until else ""
    same = {
        "事件编号": incident.id,
        "类型": incident.kind.kind,
        "道路": segment.road.name,
        "位置": recipe.place.format(road=segment.road.name, stretch=stretch),
        "区县代码": segment.district,
        "发生时间": incident.since.strftime(_FORM),
        "占用车道": min(incident.kind.lanes, segment.kind.lanes),
        "经度": longitude,
        "纬度": latitude,
    }
    expected = incident.expected
    told = [(incident.since + timedelta(minutes=4), expected)]
    while expected < incident.until:  # corrected when the time told is up
        expected += (incident.expected - incident.since) / 2 + timedelta(minutes=10)
        told.append((told[-1][1], expected))
    for day in range(1, (incident.until.date() - incident.since.date()).days + 1):
        morning = datetime.combine(incident.since.date() + timedelta(days=day), time(6))
        if incident.since < morning < incident.until:
            told.append((morning, max(end for at, end in told if at <= morning)))
    for at, end in told:
        if at < incident.until:
            yield {"at": at, **same, "预计结束": end.strftime(_FORM), "状态": "处置中"}
    over = max(incident.until, incident.since + timedelta(minutes=5))
    yield {"at": over, **same, "预计结束": over.strftime(_FORM), "状态": "已恢复"}


def _point(segment: Segment, share: float) -> tuple[float, float]:
    import shapely

    at = shapely.LineString(segment.points).interpolate(share, normalized=True)
    return round(at.x, 5), round(at.y, 5)
