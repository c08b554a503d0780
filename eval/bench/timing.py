"""How long something took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")
WARM = 3
"""Steps, texts or questions that are not counted: the first ones make ready what the others use."""


def timed(work: Callable[[], Made]) -> tuple[float, Made]:
    """Seconds that it took, and what it gave."""
    begun = time.perf_counter()
    made = work()
    return time.perf_counter() - begun, made


def each(work: Callable[[Given], object], given: Iterable[Given]) -> list[float]:
    """Milliseconds of each, but for the first ``WARM``."""
    taken = []
    for one in given:
        begun = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken[WARM:]
