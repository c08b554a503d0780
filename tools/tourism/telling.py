"""One sight on a day, and how full the sights are now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tools.feeds.citydata import CityData
from tools.seam.endings import CannotCompute, NoData, NotCurrent
from tools.tourism.crowd import Now, Usual, kind_of, level, now_inside, usually
from tools.tourism.models import CrowdingAsked, CrowdingTold, Full, Opening, SightAsked, SightTold, Ticket
from tools.tourism.opening import Span
from tools.tourism.sights import Prices, Sight, Sights, load, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

_AHEAD = 366
_SHOWN = 8
_HOUR = 60


def sight(asked: SightAsked, data: CityData) -> SightTold:
    """See ``tourism.sight``."""
    sights = load(data)
    found, day = sights.named(asked.sight), asked.day or data.today
    if day < data.today:
        raise CannotCompute(f"{day} is past", code="past_day", day=day.isoformat())
    if (day - data.today).days > _AHEAD:
        raise CannotCompute(f"{day} is more than a year ahead", code="too_far", day=day.isoformat())
    spans = sights.openings.on(found.id, day)
    closure = sights.openings.closure(found.id, day)
    later = (day + timedelta(days=ahead) for ahead in range(1, _AHEAD))
    prices = sights.prices(found, day)
    usual = usually(data, day, sights.rules.crowd.weeks, [found.id])
    return SightTold(
        name=found.name,
        district=_district(data, found.district),
        address=found.address,
        day=day,
        day_kind=kind_of(day),
        is_open=bool(spans),
        openings=tuple(_opening(data, day, span) for span in spans),
        closed_because=closure.reason if closure else None,
        closed_until=closure.last if closure else None,
        shut_weekdays=sights.openings.shut_weekdays(found.id, day),
        next_open=None if spans else sights.openings.next_day(found.id, later),
        stay=found.stay,
        is_free=prices.full == 0,
        ticket=ticket(prices),
        booking_days=found.booking_days,
        capacity=found.capacity,
        **_now(data, sights, found, day),
        **_hours(data, found, day, spans, usual),
        usual_days=usual.days,
    )


def _now(data: CityData, sights: Sights, found: Sight, day: date) -> dict[str, object]:
    """What the count of now says, where it is asked for today and the sight is open; a stale count says nothing."""
    if day != data.today or not _open_now(data, sights, found):
        return {}
    try:
        now = now_inside(data, [found.id]).get(found.id)
    except (NoData, NotCurrent):
        return {}
    if now is None:
        return {}
    share = now.inside / found.capacity
    told = {"inside": now.inside, "share": 100 * share, "level": level(share, sights.rules.crowd)}
    usual = usually(data, day, sights.rules.crowd.weeks, [found.id]).at(found.id, data.now.hour)
    return told | {"counted_at": now.at, "usual_inside": None if usual is None else round(usual)}


def _hours(data: CityData, found: Sight, day: date, spans: Sequence[Span], usual: Usual) -> dict[str, object]:
    """The hours, among those in which one may enter, that are usually emptiest and fullest."""
    floor = data.now.hour if day == data.today else 0
    hours = sorted({hour for span in spans for hour in _whole_hours(span) if hour >= floor})
    known = [(value, hour) for hour in hours if (value := usual.at(found.id, hour)) is not None]
    if len(known) < 2:
        return {}
    (least, calm), (most, busy) = min(known), max(known, key=lambda pair: (pair[0], -pair[1]))
    return {
        "calmest_at": moment(data, day, calm * _HOUR),
        "calmest": 100 * least / found.capacity,
        "busiest_at": moment(data, day, busy * _HOUR),
        "busiest": 100 * most / found.capacity,
    }


def _whole_hours(span: Span) -> range:
    """Full hours at which one may come in."""
    return range(-(-span.opens // _HOUR), span.last_entry // _HOUR + 1)


def crowding(asked: CrowdingAsked, data: CityData) -> CrowdingTold:
    """See ``tourism.crowding``."""
    sights = load(data)
    here = [s for s in sights.by_id.values() if asked.district in (None, s.district)]
    if asked.district is not None and not here:
        name = _district(data, asked.district)
        raise NoData(f"no sight of {name} is in the register", code="no_sights", district=name)
    is_open = [s for s in here if _open_now(data, sights, s)]
    if not is_open:
        raise CannotCompute("no sight is open now", code="none_open", district=_district(data, asked.district or ""))
    now = now_inside(data, [s.id for s in is_open])
    usual = usually(data, data.today, sights.rules.crowd.weeks)
    told = sorted((_full(data, sights, s, now[s.id], usual) for s in is_open if s.id in now), key=lambda f: f.share)
    groups = {name: [f for f in told if f.level == name] for name in ("calm", "busy", "full")}
    return CrowdingTold(
        district=_district(data, asked.district) if asked.district else None,
        counted_at=max(found.at for found in now.values()),
        open_sights=len(is_open),
        full_count=len(groups["full"]),
        busy_count=len(groups["busy"]),
        calm_count=len(groups["calm"]),
        crowded=tuple(reversed(groups["busy"] + groups["full"]))[:_SHOWN],
        calm=tuple(sorted(groups["calm"], key=lambda f: (-_value(sights, f.name), f.share))[:_SHOWN]),
        uncounted=len(is_open) - len(told),
    )


class _Open(NamedTuple):
    span: Span
    minute: int


def _open_now(data: CityData, sights: Sights, found: Sight) -> _Open | None:
    minute = data.now.hour * _HOUR + data.now.minute
    spans = sights.openings.on(found.id, data.today)
    return next((_Open(span, minute) for span in spans if span.opens <= minute < span.closes), None)


def _full(data: CityData, sights: Sights, found: Sight, now: Now, usual: Usual) -> Full:
    share = now.inside / found.capacity
    open_now = _open_now(data, sights, found)
    middle = usual.at(found.id, data.now.hour)
    return Full(
        name=found.name,
        district=_district(data, found.district),
        inside=now.inside,
        capacity=found.capacity,
        share=100 * share,
        level=level(share, sights.rules.crowd),
        usual_inside=None if middle is None else round(middle),
        closes=moment(data, data.today, open_now.span.closes if open_now else 0),
    )


def _value(sights: Sights, name: str) -> int:
    return next(s.value for s in sights.by_id.values() if s.name == name)


def _opening(data: CityData, day: date, span: Span) -> Opening:
    opens, last, closes = (moment(data, day, minute) for minute in (span.opens, span.last_entry, span.closes))
    return Opening(opens=opens, last_entry=last, closes=closes)


def ticket(prices: Prices) -> Ticket:
    """The prices as told."""
    return Ticket(
        full=prices.full,
        student=prices.student,
        child=prices.child,
        age_60=prices.age_60,
        age_65=prices.age_65,
        disabled=prices.disabled,
    )


def _district(data: CityData, id: str) -> str:  # the name of the field it fills
    return next((d.name for d in data.pack.districts if d.id == id), id or data.pack.city.name)
