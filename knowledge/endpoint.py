"""A model server's pooling endpoints (``/embeddings``, ``/rerank``; vLLM ``--runner pooling`` or one like it).

What passes (no connection, a reset, 408, 429, any 5xx) is tried again within a deadline and then raised as
``TryAgain``; what would fail the same way again is ``NotFound``, ``Refused`` or ``BadInput``.
"""

from __future__ import annotations

import random
import time
from threading import Lock
from typing import Any, NamedTuple

from city.errors import BadInput, NotFound, Refused, TryAgain
from city.outbound import require_model_requests

_CONNECT_S = 3.0
_LEAST_S = 0.05
_LONGEST_PAUSE_S = 8.0
_LATER = frozenset({408, 409, 429})
_MOST_TOLD = 300


class Patience(NamedTuple):
    """How long a call may take altogether (seconds), how often it is tried, and the first pause between (seconds)."""

    seconds: float
    tries: int
    pause: float


HURRIED = Patience(2.0, 2, 0.05)
"""Somebody waits for a search."""
PATIENT = Patience(180.0, 6, 0.5)
"""A build waits for a whole batch, and for an overload to pass."""


class Endpoint:
    """One server. Threads share it; it keeps its connections open.

    ``Endpoint("http://127.0.0.1:8001/v1").post("/embeddings", {"model": "m", "input": ["停车"]}, HURRIED)``
    is the JSON object that the server answers.
    """

    def __init__(self, url: str, key: str = "none") -> None:
        self.url = url
        self._key = key
        self._lock = Lock()
        self._client: Any = None

    def post(self, path: str, body: dict[str, Any], patience: Patience) -> dict[str, Any]:
        """The answer to ``body``.

        Raises ``TryAgain`` where none came in time, ``NotFound`` for an unknown model or path, ``Refused`` for a key
        that is not let in or where model calls are switched off, ``BadInput`` for a body that the server does not take.
        """
        require_model_requests()
        end = time.monotonic() + patience.seconds
        pause = patience.pause
        for left in range(patience.tries - 1, -1, -1):
            try:
                return self._once(path, body, max(end - time.monotonic(), _LEAST_S))
            except TryAgain:
                # Jitter: callers that failed together must not come back together.
                wait = pause * random.uniform(0.5, 1.5)  # noqa: S311
                if not left or time.monotonic() + wait >= end:
                    raise
            time.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
        raise ValueError("a call needs at least one try")

    def _once(self, path: str, body: dict[str, Any], seconds: float) -> dict[str, Any]:
        client = self._open()
        from openai import APIConnectionError, APIError, APIStatusError, Timeout

        timeout = Timeout(seconds, connect=min(seconds, _CONNECT_S))
        try:
            answer = client.post(path, cast_to=object, body=body, options={"timeout": timeout})
        except APIConnectionError as fault:
            reason = str(fault.__cause__ or fault) or type(fault.__cause__ or fault).__name__
            raise TryAgain(f"the model server at {self.url!r} does not answer ({reason}); is it running?") from fault
        except APIStatusError as fault:
            raise self._refusal(path, fault.status_code, fault.message) from fault
        except (APIError, ValueError) as fault:
            raise TryAgain(f"the model server at {self.url!r} broke off its answer ({fault}); try again") from fault
        if not isinstance(answer, dict):
            raise BadInput(f"{self.url + path!r} answers, but not with a JSON object; is this the server's base URL?")
        return answer

    def _refusal(self, path: str, status: int, told: str) -> BadInput | NotFound | Refused | TryAgain:
        where, told = f"the model server at {self.url!r}", told[:_MOST_TOLD]
        if status in _LATER or status >= 500:
            return TryAgain(f"{where} cannot answer now (HTTP {status}: {told}); try again later")
        if status in (401, 403):
            return Refused(f"{where} does not let us in (HTTP {status}: {told}); set its key")
        if status in (404, 405):
            return NotFound(f"{where} has no {path!r} for this model (HTTP {status}: {told}); check address and model")
        return BadInput(f"{where} does not take the request (HTTP {status}: {told}); check model and input length")

    def _open(self) -> Any:  # openai is imported lazily
        with self._lock:
            if self._client is None:
                from openai import OpenAI

                self._client = OpenAI(base_url=self.url, api_key=self._key, max_retries=0)
            return self._client
