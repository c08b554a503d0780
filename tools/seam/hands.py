"""Threads in which tools run: a bounded number, so that a crowd of slow calls cannot exhaust the machine; and daemons,
so that a tool that never returns cannot keep the process from ending (a pool of ``concurrent.futures`` would).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")
MOST = 32


class Hands:
    """Runs work beside the caller, at most ``most`` pieces at once."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._free = threading.BoundedSemaphore(most)

    def start(self, work: Callable[[], T], seconds: float) -> Future[T]:
        """Begin ``work``; its error, of whatever kind, is in the future.

        Raises TimeoutError where no hand is free within ``seconds``: earlier work does not come to an end.
        """
        if not self._free.acquire(timeout=max(0.0, seconds)):
            raise TimeoutError(f"all {self.most} hands are busy")
        future: Future[T] = Future()
        thread = threading.Thread(target=self._do, args=(future, work), name="tool", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            self._free.release()
            raise TimeoutError("the machine has no thread left") from error
        return future

    def _do(self, future: Future[T], work: Callable[[], T]) -> None:
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001  # even SystemExit of a tool must reach the caller as an error
            self._free.release()
            future.set_exception(error)
        else:
            self._free.release()
            future.set_result(value)
