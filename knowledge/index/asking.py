"""The vector of a question, while the model that gives it can be reached and is the one the index was built with."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock

from city.errors import BadInput, CityDeskError, TryAgain
from knowledge.circuit import Circuit
from knowledge.index.probe import check_probe, probe
from knowledge.index.types import Embedder, Floats

_RECHECK_S = 600.0
_log = logging.getLogger(__name__)


class Asker:
    """An embedder that may fail: search then goes on without vectors, and says so.

    The model is checked when the index is opened, after every failure (its server may have come back with another one)
    and every ten minutes. ``kept`` is what it gave when the index was built, None where that was not kept.
    """

    def __init__(
        self,
        embedder: Embedder,
        kept: Floats | None,
        circuit: Circuit | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._embedder, self._kept = embedder, kept
        self._circuit = circuit or Circuit()
        self._clock = clock
        self._lock = Lock()
        self._checked: float | None = None

    def open(self) -> None:
        """Check the model. Raises ``BadInput`` where it is another one; one out of reach is checked once it answers."""
        try:
            self._check()
        except TryAgain as fault:
            self._circuit.failed()
            _log.warning("searching by words alone until the embedding model can be reached: %s", fault)

    def vector(self, text: str) -> Floats | None:
        """``float32[dim]`` of a question, or None while the model is out of reach or is another one."""
        if not self._circuit.ready():
            return None
        try:
            self._check()
            found: Floats = self._embedder.encode_queries([text])[0]
        except CityDeskError as fault:
            self._checked = None
            self._circuit.failed()
            level = logging.ERROR if isinstance(fault, BadInput) else logging.WARNING
            _log.log(level, "searched by words alone: %s", fault)
            return None
        self._circuit.worked()
        return found

    def _check(self) -> None:
        if self._kept is None:
            return
        with self._lock:  # one check serves all who wait for it
            if self._checked is not None and self._clock() - self._checked < _RECHECK_S:
                return
            check_probe(probe(self._embedder), self._kept, self._embedder.name)
            self._checked = self._clock()
