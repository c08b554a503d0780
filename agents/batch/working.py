"""Answering items: as many at a time as the servers bear, each until it has a record.

What is the server's fault is no fault of the item: it is asked again after a pause, and the others wait behind it. Only
where every server is silent for ``patience`` seconds does the job end, with all that is done kept.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from agents.batch.items import Item, Json
from agents.batch.records import Failure, Reason, Record
from agents.engines.base import EngineAnswerInvalid, EngineUnavailable
from agents.engines.calls import Call, Served
from agents.engines.vllm.failures import Fault, ModelFailure
from city.errors import TryAgain
from knowledge.pacing import Pace

log = logging.getLogger("citydesk.batch")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before an item is asked again after a server's failure; doubled each time."""
STRIKES = 5
"""Failures on one item, others being answered in between, after which it is given up."""
LOOK_SECONDS = 2.0
"""Between two looks at the servers' queues."""
_ITEMS: dict[Fault, Reason] = {Fault.TOO_LONG: Reason.TOO_LONG, Fault.REFUSED: Reason.REFUSED}
_ON_ITEM = frozenset({Fault.RESET, Fault.SLOW_START, Fault.STALLED, Fault.OUT_OF_TIME, Fault.BROKEN_OFF, Fault.BROKEN})
"""Failures that the item itself may cause; with the others the server has not looked at it."""

Keep = Callable[[Item, Record], None]
"""Takes the record of an item."""


class Answerer(Protocol):
    """Puts items to an engine.

    Example: ``await answerer.answer(item, Call(lane="batch"))`` is what goes into the item's record.
    """

    @property
    def slots(self) -> int:
        """The most requests that may be under way."""
        ...

    async def look(self) -> None:
        """See that somebody answers. Raises TryAgain, with what to do, where nobody does."""
        ...

    async def answer(self, item: Item, call: Call) -> Json:
        """The answer. Raises as an engine does; ``call.served`` tells what it took."""
        ...

    async def waiting(self) -> int | None:
        """How many requests wait at the servers, None where they do not tell."""
        ...

    async def close(self) -> None:
        """Free what is held."""
        ...


class Worker:
    """Answers items. Its pace lasts from one call of `work` to the next."""

    def __init__(self, answerer: Answerer, *, patience: float, share: int = 1):
        self.answerer = answerer
        self.pace = Pace(max(1, answerer.slots // share))
        self._patience = patience
        self._slots = _Slots(self.pace)
        self._answered = 0
        self._heard, self._looked = 0.0, 0.0
        self._looking = asyncio.Lock()
        self._fault: BaseException | None = None

    async def work(self, items: Iterable[Item], keep: Keep, stop: asyncio.Event | None = None) -> None:
        """Hand a record of every item to ``keep``. Once ``stop`` is set, what is under way is finished and nothing new
        begun. Raises TryAgain where no server has answered for too long.
        """
        stop = stop or asyncio.Event()
        self._heard, self._fault = time.monotonic(), None
        looking = asyncio.create_task(self._look())
        running: set[asyncio.Task[None]] = set()
        try:
            for item in items:
                await self._slots.take()
                if stop.is_set() or self._fault:
                    self._slots.give()
                    break
                task = asyncio.create_task(self._one(item, keep, stop))
                running.add(task)
                task.add_done_callback(running.discard)
                task.add_done_callback(self._ended)
            while running and not self._fault:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancelled([looking, *running])
        if self._fault:
            raise self._fault

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._slots.give()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fault = self._fault or error

    async def _one(self, item: Item, keep: Keep, stop: asyncio.Event) -> None:
        """Ask until there is a record; without one where a stop is asked for while the servers fail."""
        tries = strikes = seen = 0
        while True:
            ticket, call = self.pace.begin(), Call(lane="batch", domain="batch")
            try:
                record = await self._asked(item, call)
            except EngineUnavailable as failure:
                self.pace.overloaded(ticket)
                self._check_patience(failure)
                tries += 1
                if await self._is_on_item(failure, seen):
                    strikes, seen = strikes + 1, self._answered
                if strikes >= STRIKES:
                    told = Failure(reason=Reason.UNANSWERED, told=str(failure))
                    keep(item, _record(item, call, error=told))
                    return
                log.info("%s is asked again: %s", item.custom_id, failure)
                await _pause(tries, stop)
                if stop.is_set():
                    return
                continue
            self._heard = time.monotonic()
            self._answered += 1
            for served in call.served:
                self.pace.answered(ticket, served.seconds)
            keep(item, record)
            return

    async def _asked(self, item: Item, call: Call) -> Record:
        """The record of an item. Raises EngineUnavailable where the servers, not the item, are the cause."""
        try:
            return _record(item, call, answer=await self.answerer.answer(item, call))
        except EngineAnswerInvalid as error:
            return _record(item, call, error=Failure(reason=Reason.INVALID, told=str(error)))
        except ModelFailure as failure:
            reason = _ITEMS.get(failure.fault)
            if reason is None:
                raise
            return _record(item, call, error=Failure(reason=reason, told=str(failure)))

    async def _is_on_item(self, failure: Exception, seen: int) -> bool:
        """Whether a failure may be the item's own: the servers answer others, or where there are none, us."""
        if not (isinstance(failure, ModelFailure) and failure.fault in _ON_ITEM):
            return False
        failed_at = time.monotonic()
        if self._answered > seen:
            return True
        async with self._looking:  # all that failed together share one look
            if self._looked < failed_at:
                with suppress(TryAgain):
                    await self.answerer.look()
                    self._looked = self._heard = time.monotonic()
        return self._looked >= failed_at

    def _check_patience(self, failure: Exception) -> None:
        silent = time.monotonic() - self._heard
        if silent > self._patience:
            raise TryAgain(
                f"No model server has answered for {silent:.0f} s, the last one said: {failure} What is done is kept: "
                "start the same command again when a server is back."
            )

    async def _look(self) -> None:
        """Tell the pace of the servers' queues, as long as they tell of them."""
        while (count := await self.answerer.waiting()) is not None:
            self.pace.waiting(count)
            await asyncio.sleep(LOOK_SECONDS)
        self.pace.waiting(None)


def _record(item: Item, call: Call, *, answer: Json | None = None, error: Failure | None = None) -> Record:
    def total(of: Callable[[Served], float]) -> int:
        return int(sum(of(one) for one in call.served))

    return Record(
        custom_id=item.custom_id,
        answer=answer,
        error=error,
        engine="+".join(dict.fromkeys(one.engine for one in call.served)),
        prompt_tokens=total(lambda one: one.prompt_tokens),
        cached_tokens=total(lambda one: one.cached_tokens),
        written_tokens=total(lambda one: one.written_tokens),
        seconds=round(sum(one.seconds for one in call.served), 3),
    )


async def _pause(tries: int, stop: asyncio.Event) -> None:
    """Wait, longer with every try; a stop ends it."""
    spread = random.uniform(0.5, 1.0)  # noqa: S311  # so that callers do not come back together
    with suppress(TimeoutError):
        async with asyncio.timeout(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1)) * spread):
            await stop.wait()


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        # What they failed of was noted when they ended.
        with suppress(asyncio.CancelledError, Exception):
            await task


class _Slots:
    """Lets as many pass as the pace allows at the moment."""

    def __init__(self, pace: Pace):
        self._pace = pace
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        """Wait for a slot."""
        while self._taken >= self._pace.limit:
            passed = asyncio.get_running_loop().create_future()
            self._waiting.append(passed)
            await passed
        self._taken += 1

    def give(self) -> None:
        """Give a slot back. Those who wait look for themselves whether there is room."""
        self._taken -= 1
        while self._waiting:
            passed = self._waiting.popleft()
            if not passed.done():
                passed.set_result(None)
