"""Are the anomalies planted into a made-up city's vital signs found, and is little else called unusual?

The city of a seed is made (``tools.vitals.simulate``), then judged hour by hour by the very functions the tools use;
each week's model and every measure look at earlier rows only (``tests/tools/vitals`` cuts the future off and compares).
The limits of ``tools.vitals.alarms`` were chosen on the seeds ``TUNED``; ``measure`` refuses them.

A planted anomaly is found where an alarm of the same sign fires in an hour from its begin to three hours after its end
(the return to normal is part of it). Alarms of one sign less than six hours apart are one. An alarm that meets no
planted anomaly of its sign is false. Precision is found / (found + false): a planted anomaly counts once, however many
alarms it raised. By kind, recall is of the planted kind, precision of the alarms that were told as that kind (right
where they meet any planted anomaly). The first nine weeks, in which nothing is planted, are not judged.

Sizes are drawn evenly: spikes 4–10, shifts 3–8, drifts 4–8, odd days 3–6, joint causes 3–7 standard deviations of the
sign's own noise at that hour (``world/vitals.yaml`` of the pack).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pydantic import BaseModel, Field

from city.errors import BadInput

if TYPE_CHECKING:
    from city.pack import CityPack
    from tools.feeds.world import Floats
    from tools.vitals.alarms import Alarm, Together
    from tools.vitals.planting import Planted

TUNED = (7, 8, 9)
SEEDS = (101, 102, 103)
GRACE = 3
SINCE, UNTIL = date(2025, 6, 1), date(2026, 12, 31)
_HOURS = 24
_SMALL = 5.0
_TOGETHER = 3


class KindScore(BaseModel):
    """One kind of planted anomaly: how many, how many found, hours from its begin to the first alarm (median)."""

    planted: int
    found: int
    recall: float
    delay_h: float | None = None


class ToldScore(BaseModel):
    """Alarms told as one kind: how many, and the share that meets a planted anomaly of the sign."""

    told: int
    precision: float


class SeedScore(BaseModel):
    """One made-up city."""

    seed: int
    planted: int
    found: int
    false: int
    precision: float
    recall: float
    alarm_hours: float = Field(description="share of all hours of all signs that lie within an alarm")
    planted_hours: float = Field(description="share of all hours of all signs that lie within a planted anomaly")


class Report(BaseModel):
    """All seeds together."""

    planted: int
    found: int
    false: int
    precision: float
    recall: float
    false_a_week: float = Field(description="false alarms a week over all signs of one city")
    kinds: dict[str, KindScore] = Field(description="by the kind that was planted")
    told: dict[str, ToldScore] = Field(description="by the kind that an alarm was told as")
    recall_below_five: float | None = Field(description="of sized anomalies smaller than five standard deviations")
    recall_from_five: float | None = None
    kind_named: float | None = Field(description="share of the found, other than joint, whose kind was named right")
    causes_named: float | None = Field(description="share of joint causes with three or more signs found, cause told")
    seeds: list[SeedScore]


class _One(NamedTuple):
    score: SeedScore
    events: list[tuple[Planted, Alarm | None]]
    alarms: list[tuple[str, bool]]
    causes: list[bool]
    weeks: float


def measure(
    pack: CityPack,
    seeds: Sequence[int] = SEEDS,
    *,
    since: date = SINCE,
    until: date = UNTIL,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Make, judge and score a city of each seed. Raises BadInput for a seed the limits were chosen on."""
    if known := sorted(set(seeds) & set(TUNED)):
        raise BadInput(f"the limits were chosen on seed {known[0]}: measure on another one")
    ones = []
    for seed in seeds:
        ones.append(_one(pack, seed, since, until))
        score = ones[-1].score
        progress(f"seed {seed}: precision {score.precision:.3f}, recall {score.recall:.3f}")
    return _report(ones)


def _one(pack: CityPack, seed: int, since: date, until: date) -> _One:
    from tools.feeds.world import World
    from tools.vitals.alarms import alarms, judge, together
    from tools.vitals.expected import Circumstances
    from tools.vitals.simulate import Recipe, simulate
    from tools.vitals.spells import long_holidays
    from tools.vitals.watch import Board

    world = World.of(pack, since=since, until=until, seed=seed)
    made = simulate(world)
    long = long_holidays(world.free_day[::_HOURS]).repeat(_HOURS)
    where = Circumstances(world.hours, world.free_day, long, world.weather.temperature, world.weather.rain)
    board = Board(made.catalogue.signs, made.values, where)
    first = world.recipe("vitals", Recipe).planted.first_day * _HOURS
    judged = judge(board, first, board.count)
    found = alarms(board, judged, first, board.count)
    events = [(event, _meeting(event, found, judged.score)) for event in made.planted]
    met = {id(alarm) for event in made.planted for alarm in found if _overlaps(event, alarm)}
    false = sum(id(alarm) not in met for alarm in found)
    hits = sum(alarm is not None for _, alarm in events)
    hours = (board.count - first) * len(board.signs)
    score = SeedScore(
        seed=seed,
        planted=len(events),
        found=hits,
        false=false,
        precision=_share(hits, hits + false),
        recall=_share(hits, len(events)),
        alarm_hours=round(sum(alarm.last - alarm.begin + 1 for alarm in found) / hours, 5),
        planted_hours=round(sum(event.end - event.begin for event, _ in events) / hours, 5),
    )
    groups = together(board, found, made.catalogue.causes)
    told = [(str(alarm.kind), id(alarm) in met) for alarm in found]
    return _One(score, events, told, _causes(events, groups), (board.count - first) / _HOURS / 7)


def _overlaps(event: Planted, alarm: Alarm) -> bool:
    return alarm.row == event.row and alarm.begin < event.end + GRACE and alarm.last >= event.begin


def _meeting(event: Planted, found: Sequence[Alarm], score: Floats) -> Alarm | None:
    """The first alarm that fires within the anomaly: one that spans it without evidence there does not count."""
    if not (score[event.row, event.begin : event.end + GRACE] >= 1).any():
        return None
    return next((alarm for alarm in found if _overlaps(event, alarm)), None)


def _causes(events: Sequence[tuple[Planted, Alarm | None]], groups: Sequence[Together]) -> list[bool]:
    """For each joint cause of which three signs were found: whether that cause was told of most of them."""
    named = {(alarm.row, alarm.begin): group.cause.name for group in groups for alarm in group.alarms}
    joint: dict[int, list[bool]] = {}
    for event, alarm in events:
        if event.joint >= 0 and alarm is not None:
            joint.setdefault(event.joint, []).append(named.get((alarm.row, alarm.begin)) == event.cause)
    return [2 * sum(told) > len(told) for told in joint.values() if len(told) >= _TOGETHER]


def _report(ones: Sequence[_One]) -> Report:
    events = [event for one in ones for event in one.events]
    found, false = sum(one.score.found for one in ones), sum(one.score.false for one in ones)
    kinds = {kind: _kind([pair for pair in events if pair[0].kind == kind]) for kind in {e.kind for e, _ in events}}
    sized = [(abs(event.size), alarm is not None) for event, alarm in events if event.size]
    single = [event.kind == alarm.kind for event, alarm in events if alarm is not None and event.joint < 0]
    causes = [told for one in ones for told in one.causes]
    return Report(
        planted=len(events),
        found=found,
        false=false,
        precision=_share(found, found + false),
        recall=_share(found, len(events)),
        false_a_week=round(false / sum(one.weeks for one in ones), 3),
        kinds=dict(sorted(kinds.items())),
        told=_told([pair for one in ones for pair in one.alarms]),
        recall_below_five=_mean([hit for size, hit in sized if size < _SMALL]),
        recall_from_five=_mean([hit for size, hit in sized if size >= _SMALL]),
        kind_named=_mean(single),
        causes_named=_mean(causes),
        seeds=[one.score for one in ones],
    )


def _kind(events: Sequence[tuple[Planted, Alarm | None]]) -> KindScore:
    delays = [max(0, alarm.begin - event.begin) for event, alarm in events if alarm is not None]
    return KindScore(
        planted=len(events),
        found=len(delays),
        recall=_share(len(delays), len(events)),
        delay_h=float(np.median(delays)) if delays else None,
    )


def _told(alarms: Sequence[tuple[str, bool]]) -> dict[str, ToldScore]:
    kinds = sorted({kind for kind, _ in alarms})
    rights = {kind: [right for one, right in alarms if one == kind] for kind in kinds}
    return {kind: ToldScore(told=len(hits), precision=_share(sum(hits), len(hits))) for kind, hits in rights.items()}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _mean(values: Sequence[bool]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None
