"""What a turn costs: latency of one talk, turns per second of several processes, and growth over a long talk.

The desk is the real one, with SQLite checkpoints, over a snapshot of a whole corpus of articles.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from queue import Empty
from typing import Any

from pydantic import BaseModel, Field

from agents.contract import TurnRequest
from agents.desk import Desk
from city.errors import TryAgain

OpenDesk = Callable[[], AbstractAsyncContextManager[Desk]]
"""Opens a desk that remembers; picklable, because every worker process opens its own."""

LONG_TALK = 60
WARM_UP = 20


class TurnReport(BaseModel):
    """Times in milliseconds."""

    provisions: int
    turns: int
    p50_ms: float
    p95_ms: float
    workers: int
    turns_per_second: float = Field(description="all workers together, each answering one message at a time")
    long_talk_first_ms: float = Field(description="median of the first tenth of one long talk")
    long_talk_last_ms: float = Field(description="median of its last tenth")
    peak_rss_mb: float
    outcomes: dict[str, int]


def run_turns(open_desk: OpenDesk, questions: Sequence[str], *, provisions: int, workers: int = 2) -> TurnReport:
    """Measure. ``questions`` are asked once by one process, then shared among ``workers`` processes."""
    times, outcomes, long_talk = asyncio.run(_alone(open_desk, questions))
    rate = _together(open_desk, questions, workers)
    tenth = max(1, len(long_talk) // 10)
    ordered = sorted(times)
    return TurnReport(
        provisions=provisions,
        turns=len(times),
        p50_ms=round(statistics.median(ordered), 2),
        p95_ms=round(ordered[int(len(ordered) * 0.95)], 2),
        workers=workers,
        turns_per_second=round(rate, 1),
        long_talk_first_ms=round(statistics.median(long_talk[:tenth]), 2),
        long_talk_last_ms=round(statistics.median(long_talk[-tenth:]), 2),
        peak_rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        outcomes=dict(Counter(outcomes)),
    )


async def _ask(desk: Desk, text: str, thread: str) -> tuple[float, str]:
    begun = time.perf_counter()
    answer = await desk.ask(TurnRequest(text=text), thread)
    return (time.perf_counter() - begun) * 1000, answer.outcome.value


async def _alone(open_desk: OpenDesk, questions: Sequence[str]) -> tuple[list[float], list[str], list[float]]:
    run = f"bench-{time.time_ns()}"
    async with open_desk() as desk:
        for number, text in enumerate(questions[:WARM_UP]):
            await _ask(desk, text, f"{run}-warm-{number}")
        asked = [await _ask(desk, text, f"{run}-{number}") for number, text in enumerate(questions)]
        long_talk = [await _ask(desk, questions[n % len(questions)], f"{run}-long") for n in range(LONG_TALK)]
    return [t for t, _ in asked], [o for _, o in asked], [t for t, _ in long_talk]


def _worker(open_desk: OpenDesk, questions: Sequence[str], ready: Any, go: Any, done: Any) -> None:
    async def run() -> None:
        name = f"bench-{time.time_ns()}"
        async with open_desk() as desk:
            for number, text in enumerate(questions[:WARM_UP]):
                await _ask(desk, text, f"{name}-warm-{number}")
            ready.put(True)
            await asyncio.to_thread(go.wait)
            for number, text in enumerate(questions):
                await _ask(desk, text, f"{name}-{number}")
            done.put(time.perf_counter())

    asyncio.run(run())


def _wait(queue: Any, running: Sequence[Any], seconds: float) -> Any:
    """The next message of the workers. Raises Empty when one died, or none came in time."""
    until = time.monotonic() + seconds
    while True:
        try:
            return queue.get(timeout=0.2)
        except Empty:
            if time.monotonic() > until or any(process.exitcode for process in running):
                raise


def _together(open_desk: OpenDesk, questions: Sequence[str], workers: int) -> float:
    """Turns per second of several processes that start together. Raises TryAgain when one of them dies."""
    context = multiprocessing.get_context("spawn")
    ready, done, go = context.Queue(), context.Queue(), context.Event()
    shares = [questions[n::workers] for n in range(workers)]
    running = [context.Process(target=_worker, args=(open_desk, share, ready, go, done)) for share in shares]
    for process in running:
        process.start()
    try:
        for _ in running:
            _wait(ready, running, 120)
        begun = time.perf_counter()
        go.set()
        ended: list[float] = [_wait(done, running, 600) for _ in running]
    except Empty as error:
        raise TryAgain("A worker of the benchmark died or hung; look at what it printed and run again.") from error
    finally:
        for process in running:
            process.join(timeout=5)
            process.kill()
    return len(questions) / float(max(ended) - begun)
