"""What a worker process does: open the suites' subjects once, and put cases to them."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

from eval.runs.plan import Plan
from eval.suite import Case, Json, find

_DEEP = 3
"""Frames of a failure that its case's log shows."""


class Asked(NamedTuple):
    """One case in one trial: what was said, or what was raised; ms of wall clock."""

    case: str
    trial: int
    said: Json | None
    error: str
    ms: float


class Worker:
    """A process's own place, subjects and event loop: clients of model servers live as long as the loop does."""

    def __init__(self, plan: Plan, scratch: Path) -> None:
        self.plan = plan
        self.place = plan.place(Path(mkdtemp(prefix="worker-", dir=scratch)))
        self._subjects: dict[str, Any] = {}
        self._loop = asyncio.Runner()

    def subject(self, name: str) -> Any:
        """What the suite's cases are put to. Raises what opening it raises."""
        if name not in self._subjects:
            self._subjects[name] = find(name).suite.open(self.place)
        return self._subjects[name]

    def ask(self, name: str, cases: Sequence[tuple[Case, int]]) -> list[Asked]:
        """Put the cases to the suite's subject."""
        subject = self.subject(name)
        at_once = 1 if find(name).config.alone else self.plan.at_once
        return self._loop.run(self._ask(name, subject, cases, at_once))

    async def _ask(self, name: str, subject: Any, cases: Sequence[tuple[Case, int]], at_once: int) -> list[Asked]:
        slots = asyncio.Semaphore(at_once)

        async def one(case: Case, trial: int) -> Asked:
            async with slots:
                return await _put(name, subject, case, trial)

        return list(await asyncio.gather(*(one(case, trial) for case, trial in cases)))


async def _put(name: str, subject: Any, case: Case, trial: int) -> Asked:
    begun = time.perf_counter()
    try:
        said, error = await find(name).suite.run(subject, case, trial), ""
    except Exception as raised:  # noqa: BLE001  # whatever a case raises is its result; the run goes on
        frames = traceback.extract_tb(raised.__traceback__)[-_DEEP:]
        where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        said, error = None, f"{type(raised).__name__}: {raised} ({where})"
    return Asked(case.id, trial, said, error, round((time.perf_counter() - begun) * 1000, 2))


_here: list[Worker] = []


def begin(plan: Plan, scratch: Path) -> None:
    """Start this process as a worker."""
    logging.getLogger("citydesk").setLevel(logging.ERROR)  # what cases provoke stands in their logs
    _here[:] = [Worker(plan, scratch)]


def ask(name: str, cases: Sequence[tuple[Case, int]]) -> list[Asked]:
    """Put cases to a suite in this process."""
    return _here[0].ask(name, cases)
