"""How many requests to have at a server at the same time, found out while working.

AIMD, additive increase and multiplicative decrease: Chiu and Jain, "Analysis of the increase and decrease algorithms
for congestion avoidance in computer networks" (Computer Networks and ISDN Systems 17, 1989), show that callers who each
do this share a server fairly and use it up. That an answer which takes longer is a sign before any is refused is from
TCP Vegas (Brakmo and Peterson, 1995); the doubling at the start, from Jacobson's slow start (1988).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from city.errors import TryAgain

START = 1
"""One alone shows what a request takes that waits for nothing of ours."""
LEAST_ROUND = 8
"""Answers by which a round is judged, also where fewer are under way: one alone says little."""
NEAR, FAR = 1.5, 2.5
"""Times the best mean: up to the first there is room, from the second on the queue is longer than the work."""
QUEUE, QUEUE_SHARE = 2, 0.1
"""Requests waiting at the server that mean nothing, and as a share of the limit: they come and go between two steps."""


class Pace:
    """The limit of a caller, from 1 to ``most``; no clock and no waiting of its own. Not for several threads at once.

    Answers are judged by rounds, each as many as may be under way. A round near the best mean seen lets one more pass;
    one far from it, a refusal or a time-out halves the limit. What was sent before the last halving does not count.

    Example: ``ticket = pace.begin()``, then ``pace.answered(ticket, seconds)`` or ``pace.overloaded(ticket)``.
    """

    def __init__(self, most: int, start: int = START):
        self.most = max(1, most)
        self._limit = max(1, min(start, self.most))
        self._starting = True
        self._best = 0.0
        self._halvings = 0
        self._count, self._seconds = 0, 0.0
        self._queue: int | None = None

    @property
    def limit(self) -> int:
        """How many requests may be under way."""
        return self._limit

    def begin(self) -> int:
        """A request is sent; its ticket."""
        return self._halvings

    def answered(self, ticket: int, seconds: float) -> None:
        """The request of ``ticket`` was answered after ``seconds``."""
        if ticket != self._halvings:
            return
        self._count += 1
        self._seconds += seconds
        if self._count >= max(LEAST_ROUND, self._limit):
            self._judge(self._seconds / self._count)

    def overloaded(self, ticket: int) -> None:
        """The request of ``ticket`` was refused by a full server, or not answered in time."""
        if ticket == self._halvings:
            self._halve()

    def waiting(self, count: int | None) -> None:
        """What the server tells of its queue, None where it tells nothing."""
        self._queue = count
        if count is not None and count > max(QUEUE, QUEUE_SHARE * self._limit) and self._limit > 1:
            self._halve()

    def _judge(self, mean: float) -> None:
        self._count, self._seconds = 0, 0.0
        # One at a time waits for nothing of ours: what that takes is the best there is, also where it was better once.
        self._best = mean if self._limit == 1 or not self._best else min(self._best, mean)
        if mean > FAR * self._best:
            self._halve()
        elif mean <= NEAR * self._best or self._queue == 0:
            # A card takes longer for more requests together although none waits: an empty queue says there is room.
            self._limit = min(self.most, self._limit * 2 if self._starting else self._limit + 1)
        else:
            self._starting = False

    def _halve(self) -> None:
        self._limit = max(1, self._limit // 2)
        self._starting = False
        self._halvings += 1
        self._count, self._seconds = 0, 0.0


class PacedRoom:
    """A pace for threads: each waits for its place.

    Example: ``with room.place(work=3.5): ask()``.
    """

    def __init__(self, pace: Pace):
        self._pace = pace
        self._changed = Condition()
        self._inside = 0

    @contextmanager
    def place(self, work: float = 1.0) -> Iterator[None]:
        """Wait for a place and hold it. ``work`` says how much is asked, where requests are of different sizes; a
        TryAgain raised inside is the server's refusal.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._inside < self._pace.limit)
            self._inside += 1
            ticket = self._pace.begin()
        begun = time.monotonic()
        try:
            yield
            with self._changed:
                self._pace.answered(ticket, (time.monotonic() - begun) / work)
        except TryAgain:
            with self._changed:
                self._pace.overloaded(ticket)
            raise
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()
