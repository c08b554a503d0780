"""Where items are answered: in this process, or spread over a cluster (:mod:`agents.batch.ray_runner`)."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from agents.batch.items import Item
from agents.batch.working import Answerer, Keep, Worker

Opening = Callable[[], Answerer]
"""Opens an answerer where it is to work; for a cluster it can be pickled."""


class ShardRunner(Protocol):
    """Has items answered and hands every record to ``keep``, in this process and one at a time.

    Example: ``stopped = LocalRunner(600.0).run(items, opening, keep)``.
    """

    def run(self, items: Iterable[Item], opening: Opening, keep: Keep) -> bool:
        """True where it was stopped before the end. Raises TryAgain where no server answers."""
        ...


class LocalRunner:
    """One process, many requests at a time. Ctrl-C finishes what is under way; a second one breaks it off."""

    def __init__(self, patience: float):
        self._patience = patience

    def run(self, items: Iterable[Item], opening: Opening, keep: Keep) -> bool:
        """See `ShardRunner`."""
        return asyncio.run(self._run(items, opening, keep))

    async def _run(self, items: Iterable[Item], opening: Opening, keep: Keep) -> bool:
        answerer, stop = opening(), asyncio.Event()
        try:
            await answerer.look()
            working = asyncio.ensure_future(Worker(answerer, patience=self._patience).work(items, keep, stop))
            with _interrupts(stop, working):
                try:
                    await working
                except asyncio.CancelledError:
                    if not stop.is_set():
                        raise
            return stop.is_set()
        finally:
            await answerer.close()


@contextmanager
def _interrupts(stop: asyncio.Event, working: asyncio.Future[None]) -> Iterator[None]:
    """While inside, the first interrupt asks for a stop, the second cancels."""
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        if stop.is_set():
            working.cancel()
        stop.set()

    try:
        loop.add_signal_handler(signal.SIGINT, interrupted)
    except (RuntimeError, ValueError):  # not the main thread: interrupts go elsewhere
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
