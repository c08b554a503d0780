"""What can go wrong between us and a model server, and what each kind calls for."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from agents.engines.base import EngineUnavailable


class Fault(StrEnum):
    """Kinds of failure."""

    UNREACHABLE = "unreachable"
    RESET = "reset"
    OVERLOADED = "overloaded"
    DRAINING = "draining"
    SLOW_START = "slow_start"
    STALLED = "stalled"
    OUT_OF_TIME = "out_of_time"
    BROKEN_OFF = "broken_off"
    BROKEN = "broken"
    TOO_LONG = "too_long"
    NO_SUCH_MODEL = "no_such_model"
    NOT_LET_IN = "not_let_in"
    REFUSED = "refused"
    CROWDED = "crowded"
    SHUT = "shut"


_REPEATED = re.compile(r"[\s,{(]*['\"]?(?:input_value|input)['\"]?\s*[=:]")
_TOO_LONG = ("context length", "too long", "max_model_len")
_ELSEWHERE = frozenset(
    {Fault.UNREACHABLE, Fault.RESET, Fault.OVERLOADED, Fault.DRAINING, Fault.SLOW_START, Fault.BROKEN}
)
"""Another server, or the same a moment later, may do it: nothing has been said yet."""
_SERVERS = _ELSEWHERE - {Fault.OVERLOADED} | {Fault.STALLED, Fault.BROKEN_OFF, Fault.NO_SUCH_MODEL, Fault.NOT_LET_IN}
"""The server is to blame, not the request; a full one is no broken one."""


class ModelFailure(EngineUnavailable):
    """A model server did not do what it was asked."""

    def __init__(self, fault: Fault, told: str):
        super().__init__(f"The model server {told}")
        self.fault = fault

    @property
    def may_retry(self) -> bool:
        """Whether trying again makes sense. Never once a piece of text was handed on."""
        return self.fault in _ELSEWHERE

    @property
    def blames_server(self) -> bool:
        """Whether it speaks against the server, so that its breaker counts it."""
        return self.fault in _SERVERS


def of_status(status: int, body: Any) -> ModelFailure:
    """The failure that an HTTP status, or the ``code`` of an error inside a stream, stands for.

    vLLM rejects a streaming request of a burst with 200 and an error event of code 503; while draining it answers 500
    "cannot schedule new futures after shutdown" (both measured).
    """
    told = message_of(body)
    if status in (429, 503):
        return ModelFailure(Fault.OVERLOADED, f"is full ({status}): {told}")
    if status >= 500:
        fault = Fault.DRAINING if "shutdown" in told or "shutting down" in told else Fault.BROKEN
        return ModelFailure(fault, f"failed ({status}): {told}")
    if status == 404:
        return ModelFailure(Fault.NO_SUCH_MODEL, f"knows no such model or address: {told}")
    if status in (401, 403):
        return ModelFailure(Fault.NOT_LET_IN, f"does not let us in ({status}): check CITYDESK_MODEL_KEY")
    # vLLM says 400 for a prompt that is too long; a proxy says 413.
    too_long = status == 413 or (status == 400 and any(words in told for words in _TOO_LONG))
    return ModelFailure(Fault.TOO_LONG if too_long else Fault.REFUSED, f"refused the request ({status}): {told}")


def of_event(told: dict[str, Any]) -> ModelFailure:
    """The failure that an error told inside a 200 stands for, in a stream or as the whole body."""
    error = told.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return of_status(int(str(code)) if str(code).isdecimal() else 500, told)


def message_of(body: Any) -> str:
    """The words of an error body, in whichever nesting, at most 300 characters; not what of the request it repeats."""
    while isinstance(body, dict):
        inner = body.get("error", body.get("message", body.get("detail", "")))
        body = inner if inner != body else ""
    return _REPEATED.split(str(body))[0][:300]
