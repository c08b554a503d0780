"""What became of an item: an answer, or why there is none."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from agents.batch.items import Json


class Reason(StrEnum):
    """Why an item has no answer. Each may be tried again (``--retry-failed``)."""

    INVALID = "invalid"
    """The answer was not in form, also after a repair."""
    REFUSED = "refused"
    """The server does not take this request."""
    TOO_LONG = "too_long"
    """The item is longer than what the model reads."""
    UNANSWERED = "unanswered"
    """The server failed on this item again and again while it answered others."""


class Failure(BaseModel):
    """A reason, and the server's or our words for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason
    told: str = ""


class Record(BaseModel):
    """One line of a part file. Tokens and seconds are those of all requests that the item took."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    custom_id: str
    answer: Json | None = None
    error: Failure | None = None
    engine: str = ""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    written_tokens: int = 0
    seconds: float = 0.0

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.answer is None) == (self.error is None):
            raise ValueError("a record holds an answer or an error")
        return self

    def line(self) -> bytes:
        """As it is written."""
        return self.model_dump_json(exclude_none=True, exclude_defaults=True).encode() + b"\n"


def read_record(line: bytes) -> Record | None:
    """The record of a line; None for one that is torn or damaged."""
    try:
        return Record.model_validate_json(line) if line.endswith(b"\n") else None
    except ValidationError:
        return None
