"""Adding cases up: one pass over the events, then one pass over the work orders they tell of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from city.errors import BadInput
from tools.workorders.figures.cases import Case, ContactDue, Counting, Span
from tools.workorders.figures.exclusions import Exclusion, RateName
from tools.workorders.figures.intervals import quantile, wilson
from tools.workorders.figures.measures import MEASURES, SHARES, SPANS, Measure
from tools.workorders.figures.rates import resolution, response, satisfaction
from tools.workorders.figures.report import By, Group, LeftOut, Rate, Report, Settings, Share, Spread
from tools.workorders.figures.story import Story, read_stories
from tools.workorders.model import Event

_ALL: tuple[Measure, ...] = (response, resolution, satisfaction, *MEASURES)
_KEYS: dict[By, Callable[[Story, str], str]] = {
    By.UNIT: lambda story, unit: unit,
    By.CATEGORY: lambda story, unit: story.category,
    By.GROUP: lambda story, unit: story.category[:4],
    By.TOP: lambda story, unit: story.category[:2],
    By.DISTRICT: lambda story, unit: story.district,
}


def figures(
    events: Iterable[Event],
    period: tuple[datetime, datetime],
    *,
    contact_due: ContactDue,
    by: By = By.NONE,
    settings: Settings | None = None,
    as_of: datetime | None = None,
    trace: bool = False,
) -> Report:
    """The figures of ``period``, from its first instant up to but without its second.

    ``events`` are those of all work orders since each began, each order's in their order; orders may follow one another
    or be mixed by time. Events after the period are read too, because an October matter may be called back in November;
    with ``as_of`` the figures are those that could be known at that instant. ``trace`` names the work orders behind
    every number. Which case belongs to a period, and what it counts, is said at each function of ``rates`` and
    ``measures``. Raises BadInput for a period without a zone or without length.
    """
    start, end = period
    if start.tzinfo is None or end.tzinfo is None or start >= end:
        raise BadInput(f"{start.isoformat()!r} to {end.isoformat()!r} is no period: give a zone, and an end after it")
    seen = _Seen(as_of)
    stories = read_stories(seen.watch(events))
    now = as_of or seen.last or end
    counting = Counting(settings or Settings(), contact_due, now)
    pile = partial(_Pile, counting.settings, trace)
    total, groups, key_of = pile(), defaultdict[str, _Pile](pile), _KEYS.get(by)
    for story in stories.values():
        for case in _cases(story, counting):
            if not start <= case.at < end:
                continue
            total.add(story.number, case)
            if key_of:
                groups[key_of(story, case.unit)].add(story.number, case)
    return Report(
        start=start,
        end=end,
        as_of=now,
        by=by,
        orders=len(stories),
        events=seen.count,
        settings=counting.settings,
        total=total.group(""),
        groups=tuple(groups[key].group(key) for key in sorted(groups)),
    )


def _cases(story: Story, counting: Counting) -> Iterator[Case | Span]:
    for measure in _ALL:
        yield from measure(story, counting)


@dataclass
class _Seen:
    """How many events were read, and when the last of them happened."""

    as_of: datetime | None
    count: int = 0
    last: datetime | None = None

    def watch(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if self.as_of is not None and event.at > self.as_of:
                continue
            self.count += 1
            if self.last is None or event.at > self.last:
                self.last = event.at
            yield event


@dataclass
class _Tally:
    """The cases of one share; the work orders only where they are asked for, or memory would go with them."""

    trace: bool
    score: float = 0.0
    count: int = 0
    counted: list[str] = field(default_factory=list)
    met: list[str] = field(default_factory=list)

    def add(self, order: str, score: float) -> None:
        self.score += score
        self.count += 1
        if self.trace:
            self.counted.append(order)
            if score:
                self.met.append(order)

    def share(self, settings: Settings) -> Share:
        bounds = wilson(self.score, self.count, settings.confidence)
        return Share(
            numerator=self.score,
            denominator=self.count,
            value=self.score / self.count if self.count else None,
            low=bounds.low if bounds else None,
            high=bounds.high if bounds else None,
            ranked=self.count >= settings.least,
            counted=tuple(self.counted),
            met=tuple(self.met),
        )


class _Pile:
    """All cases of one group."""

    def __init__(self, settings: Settings, trace: bool) -> None:
        self._settings, self._trace = settings, trace
        tally = partial(_Tally, trace)
        self._kept = {name: tally() for name in RateName}
        self._everything = {name: tally() for name in RateName}
        self._left: dict[RateName, dict[Exclusion, _Tally]] = {name: {} for name in RateName}
        self._shares = {name: tally() for name in SHARES}
        self._spans: dict[str, list[tuple[float, str]]] = {name: [] for name in SPANS}

    def add(self, order: str, case: Case | Span) -> None:
        if isinstance(case, Span):
            self._spans[case.figure].append((case.seconds, order))
        elif isinstance(case.figure, RateName):
            self._add_rate(order, case.figure, case)
        else:
            self._shares[case.figure].add(order, case.score)

    def _add_rate(self, order: str, name: RateName, case: Case) -> None:
        self._everything[name].add(order, case.score)
        bears = case.left_out & self._settings.left_out.get(name, frozenset())
        reason = next((reason for reason in Exclusion if reason in bears), None)
        if reason is None:
            self._kept[name].add(order, case.score)
        else:
            self._left[name].setdefault(reason, _Tally(self._trace)).add(order, case.score)

    def group(self, key: str) -> Group:
        return Group(
            key=key,
            rates={name: self._rate(name) for name in RateName},
            shares={name: tally.share(self._settings) for name, tally in self._shares.items()},
            spreads={name: self._spread(name) for name in SPANS},
        )

    def _rate(self, name: RateName) -> Rate:
        left = self._left[name]
        return Rate(
            kept=self._kept[name].share(self._settings),
            everything=self._everything[name].share(self._settings),
            left_out=tuple(
                LeftOut(reason=reason, count=left[reason].count, orders=tuple(left[reason].counted))
                for reason in Exclusion
                if reason in left
            ),
        )

    def _spread(self, name: str) -> Spread:
        unit, seconds = SPANS[name]
        ordered = sorted(self._spans[name])
        values = [span / seconds for span, _ in ordered]
        return Spread(
            unit=unit,
            count=len(values),
            total=sum(values),
            median=quantile(values, 0.5),
            p90=quantile(values, 0.9),
            orders=tuple(order for _, order in ordered) if self._trace else (),
        )
