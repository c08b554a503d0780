"""Hot topics: more people than usual speak of the same thing.

People are counted, not messages. A topic is hot when two things are unlikely to be chance: against its own past
(``baseline.usual``), and against how many people topics have that anybody speaks of at all in such a span. Of the
topics called hot on a day, at most a given share is expected to be chance (Benjamini–Hochberg).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from pydantic import AwareDatetime, Field

from city.schema import Record
from tools.petitions.baseline import Usual, discoveries, gamma_of, surprise, usual
from tools.petitions.cards import ClusterCard, card
from tools.petitions.clusters import Cluster
from tools.petitions.petition import Petition
from tools.petitions.stream import Stream

_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_BUSY = 15  # days of 28
_SPANS = 26  # so many spans back, the people of active topics are counted


class TopicSettings(Record):
    """When a topic is called hot."""

    days: int = Field(default=7, ge=1, le=60, description="length of the span that is looked at")
    least: int = Field(default=4, ge=2, description="people, fewer are never a hot topic")
    false_share: float = Field(default=0.05, gt=0, lt=1)


class Day(Record):
    """One day of a topic."""

    day: date
    messages: int
    people: int


class HotTopic(Record):
    """The theme card. ``raised_at`` is when it was first called hot, ``lead_days`` how long before its peak so far."""

    card: ClusterCard
    people: int
    expected: float
    seasonal: bool
    chance: float = Field(description="that so many people are chance")
    trend: tuple[Day, ...]
    raised_at: AwareDatetime
    peak: date
    lead_days: int


class _Tested(NamedTuple):
    cluster: Cluster
    people: int
    usual: Usual
    chance: float


class HotTopics:
    """Looks at a stream day by day and remembers when each topic was first called hot."""

    def __init__(self, settings: TopicSettings | None = None) -> None:
        self.settings = settings or TopicSettings()
        self.raised: dict[int, datetime] = {}
        self._began: date | None = None

    def look(self, stream: Stream, now: datetime) -> list[HotTopic]:
        """The hot topics at ``now``, least likely chance first. Petitions after ``now`` are left out."""
        first = now.date() - timedelta(days=self.settings.days - 1)
        active = _active(stream, _midnight(first, now.tzinfo), now)
        shape, rate = gamma_of(self._people_of_active(stream, first, now.tzinfo))
        tested = [self._test(stream, cluster, first, now, (shape, rate)) for cluster in active]
        self._follow(stream)
        believed = discoveries([test.chance for test in tested], self.settings.false_share)
        hot = [t for t, yes in zip(tested, believed, strict=True) if yes and t.people >= self.settings.least]
        for test in hot:
            self.raised.setdefault(test.cluster.number, now)
        return [self._card(stream, test, now) for test in sorted(hot, key=lambda t: (t.chance, -t.people))]

    def _follow(self, stream: Stream) -> None:
        """Clusters may have become part of others since; the earlier day holds."""
        followed: dict[int, datetime] = {}
        for number, raised in self.raised.items():
            cluster = stream.clusters.now(number)
            if cluster is not None:
                followed[cluster.number] = min(raised, followed.get(cluster.number, raised))
        self.raised = followed

    def _people_of_active(self, stream: Stream, first: date, zone: tzinfo | None) -> list[int]:
        """People less one of every topic that was spoken of, in each of the spans before ``first``."""
        days, people = self.settings.days, []
        for back in range(1, _SPANS + 1):
            start = _midnight(first - timedelta(days=days * back), zone)
            last = _midnight(first - timedelta(days=days * (back - 1)), zone) - timedelta(microseconds=1)
            spoken: dict[int, list[Petition]] = defaultdict(list)
            for number in stream.between(start, last):
                spoken[stream.clusters.of[number]].append(stream.petitions[number])
            people += [len(_people(own)) - 1 for own in spoken.values()]
        return people

    def _test(
        self, stream: Stream, cluster: Cluster, first: date, now: datetime, active: tuple[float, float]
    ) -> _Tested:
        members = _members(stream, cluster)
        people = len(_people(members, _midnight(first, now.tzinfo), now))
        daily = {day.day: day.people for day in trend_of(members, now)}
        own = usual(daily, self._beginning(stream, now), first, self.settings.days)
        alone = surprise(people, own.seen, own.exposure, 0.5, 1.0)
        among = surprise(people - 1, 0, 0, *active)
        return _Tested(cluster, people, own, max(alone, among))

    def _beginning(self, stream: Stream, now: datetime) -> date:
        """From when on the history counts: the first day of four weeks in which people wrote on most days."""
        if self._began is None:
            days = sorted(
                {stream.petitions[n].at.astimezone(now.tzinfo).date() for n in stream.between(_EARLIEST, now)}
            )
            for place, day in enumerate(days):
                if place + _BUSY <= len(days) and days[place + _BUSY - 1] - day < timedelta(days=28):
                    self._began = day
                    return day
            return days[0] if days else now.date()
        return self._began

    def _card(self, stream: Stream, test: _Tested, now: datetime) -> HotTopic:
        trend = trend_of(_members(stream, test.cluster), now)
        raised = self.raised[test.cluster.number]
        peak = max(trend, key=lambda day: (day.people, day.day)).day
        return HotTopic(
            card=card(stream, test.cluster),
            people=test.people,
            expected=test.usual.expected,
            seasonal=test.usual.seasonal,
            chance=test.chance,
            trend=trend,
            raised_at=raised,
            peak=peak,
            lead_days=(peak - raised.date()).days,
        )


def trend_of(members: Iterable[Petition], now: datetime) -> tuple[Day, ...]:
    """The days on which somebody spoke, up to ``now``, in its time zone."""
    days: dict[date, list[Petition]] = defaultdict(list)
    for petition in members:
        if petition.at <= now:
            days[petition.at.astimezone(now.tzinfo).date()].append(petition)
    return tuple(Day(day=day, messages=len(own), people=len(_people(own))) for day, own in sorted(days.items()))


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time.min, zone)


def _members(stream: Stream, cluster: Cluster) -> list[Petition]:
    return [stream.petitions[n] for n in cluster.members]


def _active(stream: Stream, start: datetime, end: datetime) -> list[Cluster]:
    """Clusters of which somebody spoke from ``start`` to ``end``."""
    numbers = {stream.clusters.of[n] for n in stream.between(start, end)}
    return [stream.clusters.all[number] for number in sorted(numbers)]


def _people(petitions: Iterable[Petition], start: datetime | None = None, end: datetime | None = None) -> set[str]:
    """Who wrote from ``start`` to ``end``; somebody without an id counts each time."""
    return {
        petition.caller or f"\n{petition.id}"
        for petition in petitions
        if (start is None or petition.at >= start) and (end is None or petition.at <= end)
    }
