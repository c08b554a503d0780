"""The pace against a queueing model of a server in virtual time: so many places, a time for each request, a queue."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Lock

import pytest

from city.errors import TryAgain
from knowledge.pacing import FAR, NEAR, Pace, PacedRoom

SECONDS = 0.4
"""Work of one request at a place of its own."""


@dataclass
class Simulated:
    """A server with ``places(now)`` places, first come first served; a request more than ``queue`` waiting is refused.

    ``limits`` holds the pace's limit at each finished request, with its time.
    """

    places: Callable[[float], int]
    queue: int = 10_000
    tells: bool = False
    seed: int = 1
    now: float = 0.0
    limits: list[tuple[float, int]] = field(default_factory=list)
    refused: int = 0

    def run(self, pace: Pace, until: float) -> None:
        """Keep as many requests under way as the pace allows; after a refusal the place is tried again in 0.2 s."""
        random = Random(self.seed)  # noqa: S311
        waiting: list[tuple[float, int]] = []
        running: list[tuple[float, float, int]] = []  # when it ends, when it was sent, its ticket
        sleeping: list[float] = []
        looked = 0.0
        while self.now < until:
            while sleeping and sleeping[0] <= self.now:
                heapq.heappop(sleeping)
            while len(waiting) + len(running) + len(sleeping) < pace.limit:
                ticket = pace.begin()
                if len(waiting) >= self.queue:
                    self.refused += 1
                    pace.overloaded(ticket)
                    heapq.heappush(sleeping, self.now + 0.2)
                else:
                    waiting.append((self.now, ticket))
            while waiting and len(running) < self.places(self.now):
                sent, ticket = waiting.pop(0)
                heapq.heappush(running, (self.now + SECONDS * random.uniform(0.8, 1.2), sent, ticket))
            if self.tells and self.now - looked >= 2.0:
                looked = self.now
                pace.waiting(len(waiting))
            ends = [running[0][0]] if running else []
            self.now = min([*ends, *sleeping[:1]], default=self.now + 0.1)
            while running and running[0][0] <= self.now:
                _, sent, ticket = heapq.heappop(running)
                pace.answered(ticket, self.now - sent)
                self.limits.append((self.now, pace.limit))

    def mean(self, since: float, until: float) -> float:
        """Mean limit between two times."""
        found = [limit for at, limit in self.limits if since <= at < until]
        return sum(found) / len(found)

    def rate(self, since: float, until: float) -> float:
        """Requests finished a second."""
        return sum(since <= at < until for at, _ in self.limits) / (until - since)


@pytest.mark.parametrize("places", [3, 20, 60])
def test_it_finds_the_servers_capacity_and_stays_there(places: int) -> None:
    server, pace = Simulated(lambda _: places), Pace(256)
    server.run(pace, 120.0)
    # Full use of the server, and a queue that is not longer than the work.
    assert server.rate(40, 120) > 0.95 * places / SECONDS
    assert 0.9 * places <= server.mean(40, 120) <= FAR * places


def test_it_gives_way_when_capacity_falls_and_comes_back_with_it() -> None:
    server, pace = Simulated(lambda now: 10 if 100 <= now < 200 else 40), Pace(256)
    server.run(pace, 360.0)
    assert server.mean(60, 100) >= 36
    assert server.mean(130, 200) <= FAR * 10
    assert server.rate(130, 200) > 0.9 * 10 / SECONDS
    assert server.mean(300, 360) >= 36


def test_refusals_halve_it_once_for_all_that_was_sent_before() -> None:
    pace = Pace(64, start=32)
    tickets = [pace.begin() for _ in range(32)]
    for ticket in tickets[:20]:
        pace.overloaded(ticket)
    assert pace.limit == 16
    for ticket in tickets[20:]:  # late answers of the time before
        pace.answered(ticket, 0.1)
    assert pace.limit == 16
    pace.overloaded(pace.begin())
    assert pace.limit == 8


def test_a_short_queue_that_refuses_is_used_without_hammering_it() -> None:
    server, pace = Simulated(lambda _: 20, queue=5), Pace(256)
    server.run(pace, 200.0)
    assert server.rate(60, 200) > 0.75 * 20 / SECONDS
    assert server.refused < 0.02 * len(server.limits)


def test_a_server_that_tells_its_queue_is_left_almost_without_one() -> None:
    told, untold = Simulated(lambda _: 20, tells=True), Simulated(lambda _: 20)
    for server in (told, untold):
        server.run(Pace(256), 300.0)
    assert told.mean(100, 300) < untold.mean(100, 300)
    assert told.mean(100, 300) < NEAR * 20
    assert told.rate(100, 300) > 0.8 * 20 / SECONDS


def test_an_empty_queue_says_that_slower_together_is_not_too_many() -> None:
    pace, ticket = Pace(64), 0
    pace.waiting(0)
    for _ in range(2_000):  # each one more under way makes all of them 4 % slower, as on a card
        ticket = pace.begin()
        pace.answered(ticket, 0.1 * (1 + 0.04 * min(pace.limit, 30)))
    assert pace.limit == 64


def test_it_keeps_between_one_and_the_most() -> None:
    pace = Pace(3, start=50)
    assert pace.limit == 3
    for _ in range(100):
        pace.answered(pace.begin(), 0.1)
    assert pace.limit == 3
    for _ in range(10):
        pace.overloaded(pace.begin())
    assert pace.limit == 1


def test_what_became_slower_for_other_reasons_is_learnt_anew() -> None:
    pace = Pace(64)
    for _ in range(3_000):
        pace.answered(pace.begin(), 0.1)
    assert pace.limit == 64
    for _ in range(6_000):  # longer prompts: ten times as slow, however few are under way
        pace.answered(pace.begin(), 1.0)
    assert pace.limit == 64


def test_threads_wait_for_their_places() -> None:
    pace, lock = Pace(3, start=3), Lock()
    room = PacedRoom(pace)
    inside, most = 0, 0

    def work(_number: int) -> None:
        nonlocal inside, most
        with room.place():
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.002)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(60)))
    assert (most, inside) == (3, 0)


def test_a_refusal_inside_a_place_halves_the_pace_and_other_faults_do_not() -> None:
    pace = Pace(8, start=8)
    room = PacedRoom(pace)
    with pytest.raises(TryAgain), room.place():
        raise TryAgain("full")
    assert pace.limit == 4
    with pytest.raises(ValueError, match="ours"), room.place():
        raise ValueError("ours")
    assert pace.limit == 4
