"""A stage of search that may be left out: after a failure it is not tried again for some seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

REST_S = 10.0


class Circuit:
    """Whether a stage is worth a try. Threads share one.

    ::

        if circuit.ready():          # after a failure: True for one caller every ``rest`` seconds
            try: ...; circuit.worked()
            except TryAgain: circuit.failed()
    """

    def __init__(self, rest: float = REST_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest, self._clock = rest, clock
        self._lock = Lock()
        self._broken = False
        self._until = 0.0

    def ready(self) -> bool:
        """Whether to try now. While broken, one caller at a time finds out; the others go on without the stage."""
        with self._lock:
            if not self._broken:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self._rest
            return True

    def failed(self) -> None:
        """Rest from now on."""
        with self._lock:
            self._broken, self._until = True, self._clock() + self._rest

    def worked(self) -> None:
        """Be ready for everybody again."""
        with self._lock:
            self._broken = False
