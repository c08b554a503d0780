"""A circuit breaker per server: what keeps failing is left alone for a while, then tried with one request."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 3
"""Failures in a row that open the circuit."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds until a trial; doubled each time it fails."""


class Breaker:
    """Closed, open, or half open with one trial on its way.

    A request is let through under a number, that of the last opening, and reports under it: what was on its way when
    the circuit opened says nothing of the server as it is now, so its report is passed over.

    Example: ``number = breaker.lets_through()``, then ``breaker.worked(number)`` where that is not None.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._open_until = 0.0
        self._trial = False
        self._openings = 0
        self.held = ""

    @property
    def is_closed(self) -> bool:
        """Whether requests pass freely."""
        return self._failures < FAILURES and not self.held

    def lets_through(self) -> int | None:
        """The number under which a request may go now, None where it may not; where the pause is over, the one that
        asks becomes the trial.
        """
        if self.held:
            return None
        if self._failures >= FAILURES:
            if self._trial or self._clock() < self._open_until:
                return None
            self._trial = True
        return self._openings

    def worked(self, number: int) -> None:
        """An answer came: closed again."""
        if number == self._openings:
            self._failures, self._pause, self._trial = 0, FIRST_PAUSE, False

    def began(self, number: int) -> None:
        """A text has begun: a trial need not run to its end before others pass, but one failure opens again."""
        if number == self._openings and self._trial:
            self._failures, self._trial = FAILURES - 1, False

    def failed(self, number: int, *, at_once: bool = False) -> None:
        """A failure that speaks against the server; ``at_once`` opens without waiting for more of them."""
        if number != self._openings:
            return
        was_trial, self._trial = self._trial, False
        self._failures = FAILURES if at_once else self._failures + 1
        if self._failures >= FAILURES:
            self._pause = min(LONGEST_PAUSE, self._pause * 2) if was_trial else self._pause
            self._open_until = self._clock() + self._pause
            self._openings += 1

    def dropped(self, number: int) -> None:
        """The request ended without telling anything of the server: a trial may be made again."""
        if number == self._openings:
            self._trial = False

    def hold(self, reason: str) -> None:
        """Keep it open until `release`: the server was found unfit."""
        self.held = reason

    def release(self) -> None:
        """The server was found fit."""
        self.held = ""
