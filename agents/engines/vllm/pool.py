"""Several servers of one model as one: a talk stays where its prompt is known, a failing server is left alone, and
whether something is tried again is decided here and nowhere else.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import Any

from agents.engines.calls import Call, Lane
from agents.engines.vllm.breaker import Breaker
from agents.engines.vllm.failures import Fault, ModelFailure
from agents.engines.vllm.server import Limits, ModelServer, Reply, Usage
from agents.engines.vllm.settings import ModelSettings

Json = dict[str, Any]
TRIES = 2
_PAUSE = 0.1
"""Seconds before the same server is tried again; up to twice as long by chance, so that callers spread."""


class Member:
    """A server with its breaker and the slots of each lane."""

    def __init__(self, server: ModelServer, settings: ModelSettings):
        self.server = server
        self.breaker = Breaker()
        self._slots: dict[Lane, asyncio.Semaphore] = {
            "chat": asyncio.Semaphore(settings.chat.slots),
            "batch": asyncio.Semaphore(settings.batch.slots),
        }

    def is_full(self, lane: Lane) -> bool:
        """Whether a request of the lane would have to wait."""
        return self._slots[lane].locked()

    async def take(self, lane: Lane, wait: float) -> None:
        """Take a slot. Raises ModelFailure where none comes free within ``wait`` seconds."""
        try:
            async with asyncio.timeout(wait):
                await self._slots[lane].acquire()
        except TimeoutError:
            raise ModelFailure(Fault.CROWDED, f"has no slot free for {lane} within {wait:.0f} s") from None

    def give_back(self, lane: Lane) -> None:
        """Give the slot back."""
        self._slots[lane].release()


class Pool:
    """The servers of one model."""

    def __init__(self, settings: ModelSettings):
        self.settings = settings
        self.members = [Member(ModelServer(url, settings), settings) for url in settings.urls]

    async def complete(self, body: Json, call: Call) -> Reply:
        """A whole answer. Raises ModelFailure."""
        seconds, tries = self.settings.lane(call.lane).decision, Tries(self, call)
        while True:
            async with tries.member() as member:
                return await member.server.complete(body, tries.left(seconds))

    async def stream(self, body: Json, call: Call, usage: Usage) -> AsyncGenerator[str, None]:
        """The pieces of an answer. Raises ModelFailure; leaving it frees the server's slot."""
        lane, tries = self.settings.lane(call.lane), Tries(self, call)
        while True:
            async with tries.member() as member:
                until = time.monotonic() + tries.left(self.settings.total)
                limits = Limits(lane.first_token, self.settings.between_tokens, until)
                async with aclosing(member.server.stream(body, limits, usage)) as pieces:
                    async for piece in pieces:
                        if not tries.said:
                            tries.begun(member)
                        yield piece
                return

    def order(self, session: str) -> list[Member]:
        """The servers in the order in which a talk tries them: always the same for one talk while the servers stay
        (rendezvous hashing), the least busy first for a call without a talk.
        """
        if not session:
            return sorted(self.members, key=lambda member: member.server.in_flight)
        return sorted(self.members, key=lambda member: _weight(session, member.server.url), reverse=True)

    async def close(self) -> None:
        """Close all connections."""
        for member in self.members:
            await member.server.close()


def _weight(session: str, url: str) -> bytes:
    return hashlib.blake2b(f"{session}\n{url}".encode(), digest_size=8).digest()


class Tries:
    """The tries of one call. ``said`` once a piece was handed on: then nothing is tried again."""

    def __init__(self, pool: Pool, call: Call):
        self._pool, self._call = pool, call
        self._tried: list[Member] = []
        self._number = 0  # of the breaker's pass
        self.said = False

    def left(self, most: float) -> float:
        """Seconds left, at most ``most``. Raises ModelFailure where the call's time is over."""
        left = self._call.left(most)
        if left <= 0:
            raise ModelFailure(Fault.OUT_OF_TIME, "was not asked: the turn's time is over")
        return left

    def member(self) -> _Try:
        """A try at the best server left. Entering waits for a slot; a failure after which to try again is swallowed."""
        return _Try(self)

    def begun(self, member: Member) -> None:
        """The first piece has come from ``member``."""
        self.said = True
        member.breaker.began(self._number)

    async def begin(self) -> Member:
        """Choose a server and take a slot of it; wait a moment before the same one is asked again."""
        lane = self._call.lane
        member = self._chosen()
        try:
            if member in self._tried:
                pause = _PAUSE * (1 + random.random())  # noqa: S311  # spreads callers, guards nothing
                await asyncio.sleep(self.left(pause))
            self._tried.append(member)
            await member.take(lane, self.left(self._pool.settings.lane(lane).wait))
        except BaseException:
            member.breaker.dropped(self._number)
            raise
        return member

    def _chosen(self) -> Member:
        """A server not tried yet, one with a free slot before others; else the one tried, if it is let through."""
        order = self._pool.order(self._call.session)
        fresh = [member for member in order if member not in self._tried]
        free = [member for member in fresh if not member.is_full(self._call.lane)]
        for member in [*free, *fresh, *self._tried]:
            number = member.breaker.lets_through()
            if number is not None:
                self._number = number
                return member
        raise ModelFailure(Fault.SHUT, "is left alone after its last failures")

    def end(self, member: Member, error: BaseException | None) -> bool:
        """Give the slot back and tell the breaker; whether ``error`` is one after which to try again."""
        member.give_back(self._call.lane)
        if error is None:
            member.breaker.worked(self._number)
        elif isinstance(error, ModelFailure) and error.blames_server:
            member.breaker.failed(self._number, at_once=error.fault in (Fault.DRAINING, Fault.NOT_LET_IN))
        else:
            member.breaker.dropped(self._number)
        return isinstance(error, ModelFailure) and self._again(error)

    def _again(self, failure: ModelFailure) -> bool:
        return failure.may_retry and not self.said and len(self._tried) < TRIES and self._call.left(1.0) > 0


class _Try:
    def __init__(self, tries: Tries):
        self._tries = tries
        self._member: Member

    async def __aenter__(self) -> Member:
        self._member = await self._tries.begin()
        return self._member

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        return self._tries.end(self._member, error)
