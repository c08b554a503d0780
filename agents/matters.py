"""What many people write about: the stream of work orders, compared with each other as they come.

The stream is made again from the store when it is first asked, and follows it from then on; it holds no personal data
but what a narrative tells, and callers only as a keyed digest of their number.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime

from city.schema import Record
from tools.petitions.petition import Petition, Placement
from tools.petitions.stream import Near, Stream
from tools.petitions.topics import HotTopic, HotTopics
from tools.petitions.warnings import Rule, Warned, Warnings
from tools.workorders.model import State, WorkOrder
from tools.workorders.store import Store

# A record of an emergency is no petition, and a draft is none yet.
_LEFT_OUT = frozenset({State.DRAFT, State.EMERGENCY_XFER})
_MOST = 6


class Similar(Record):
    """Another work order that may be about the same: the chance of it, and what both say."""

    number: str
    title: str
    status: str
    score: float
    reasons: tuple[str, ...] = ()
    reply: str = ""


class Topic(Record):
    """Something that more people than usual write about, with what a person needs to look into it."""

    title: str
    count: int
    expected: float
    since: datetime
    words: tuple[str, ...]
    places: tuple[str, ...]
    units: tuple[str, ...]
    categories: tuple[str, ...]
    trend: tuple[tuple[str, int], ...]
    numbers: tuple[str, ...]


class Matters:
    """Follows the work orders of a store. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        *,
        places: Mapping[str, str] | None = None,
        progress: Sequence[str] = (),
        rules: Sequence[Rule] = (),
    ) -> None:
        self._store, self._lock, self._salt = store, threading.Lock(), secrets.token_bytes(16)
        self._places, self._progress, self._rules = places, progress, rules
        self._stream = Stream(gazetteer=dict(places or {}), progress=tuple(progress))
        given = [Warned.model_validate(body) for body in store.notices()]
        self._hot, self._warnings = HotTopics(), Warnings(rules, given)
        # What came before the last warning has been looked at already, perhaps by another process.
        self._looked_at = max((one.raised_at for one in given), default=None)
        self._last: datetime | None = None
        self._placed: dict[str, Placement] = {}

    def over(self, store: Store) -> Matters:
        """The same over another store."""
        return Matters(store, places=self._places, progress=self._progress, rules=self._rules)

    def similar(self, order: WorkOrder) -> list[Similar]:
        """Other orders on the same matter or one like it, likeliest first."""
        with self._lock:
            self._follow()
            near = self._stream.near(self._petition(order))
        found = [(one, self._store.get(one.id)) for one in near if one.id != order.number and _own(one, order)][:_MOST]
        return [
            Similar(
                number=one.id,
                title=other.title,
                status=other.status.value,
                score=round(one.score, 3),
                reasons=_own(one, order)[:5],
                reply=other.reply if other.status is State.CLOSED else "",
            )
            for one, other in found
        ]

    def placed(self, order: WorkOrder) -> Placement:
        """Whether the order repeats, asks after or adds to what was filed before it, as it was when it came."""
        with self._lock:
            self._follow()
            known = self._placed.get(order.number)
            return known or self._stream.look(self._petition(order))

    def topics(self, now: datetime) -> list[Topic]:
        """What is hot at ``now``, the most surprising first."""
        with self._lock:
            self._follow()
            hot = self._hot.look(self._stream, now)
            self._keep(self._warnings.topics(hot, now))
        return [_topic(one, self._store.get(one.card.samples[0]).title) for one in hot]

    def warnings(self) -> tuple[Warned, ...]:
        """Every warning raised so far."""
        with self._lock:
            self._follow()
            return self._warnings.all

    def acknowledge(self, name: str, at: datetime, by: str) -> Warned:
        """Somebody takes a warning over. Raises NotFound, Refused where somebody did before, BadInput."""
        with self._lock:
            done = self._warnings.acknowledge(name, at, by)
            self._store.keep_notice(done.id, done.raised_at, done.model_dump(mode="json"), renew=True)
            return done

    def _keep(self, raised: Sequence[Warned]) -> None:
        for one in raised:
            self._store.keep_notice(one.id, one.raised_at, one.model_dump(mode="json"))

    def _follow(self) -> None:
        """Take in what came since the last time."""
        for order in self._store.accepted(self._last):
            self._last = order.accepted_at
            if order.number in self._stream.number or order.status in _LEFT_OUT:
                continue
            if self._stream.due:
                self._stream.settle()
            petition = self._petition(order)
            self._placed[order.number] = self._stream.place(petition)
            if self._looked_at is None or order.accepted_at > self._looked_at:
                self._keep(self._warnings.petition(self._stream, petition))

    def _petition(self, order: WorkOrder) -> Petition:
        phones = [party.phone for party in order.parties if party.role == "caller" and party.phone]
        caller = hashlib.blake2b(phones[0].encode(), key=self._salt, digest_size=12).hexdigest() if phones else ""
        return Petition(
            id=order.number,
            title=order.title,
            detail=order.narrative,
            at=order.accepted_at,
            caller=caller,
            category=order.category,
            units=(order.lead.unit,) if order.lead else (),
            place=order.place.text if order.place else "",
        )


def _own(near: Near, order: WorkOrder) -> tuple[str, ...]:
    """What both say beside the category in the title, which all orders of it share."""
    return (*near.places, *(word for word in near.words if word not in order.title))


def _topic(hot: HotTopic, title: str) -> Topic:
    card = hot.card
    return Topic(
        title=title,
        count=hot.people,
        expected=round(hot.expected, 2),
        since=hot.raised_at,
        words=card.words,
        places=tuple(one.name for one in card.places),
        units=tuple(one.name for one in card.units),
        categories=tuple(one.name for one in card.categories),
        trend=tuple((day.day.isoformat(), day.people) for day in hot.trend),
        numbers=card.members,
    )
