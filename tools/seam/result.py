"""What a call brings back, as plain data that can be kept, sent and looked at again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tools.seam.endings import Ending


class Source(BaseModel):
    """A feed that a value stands on. ``at`` is the time of the newest row that was used; of an outside server
    (``outside``) the time of the call.
    """

    model_config = ConfigDict(frozen=True)

    feed: str
    title: str
    unit: str = Field(default="", description="the unit that keeps the data")
    at: datetime | None = None
    outside: bool = False


class ToolResult(BaseModel):
    """One call: what was asked, how it ended, what it brought and where that comes from.

    ``value`` is the result model as JSON where the call is done, else None; ``reason`` is for staff and logs.
    """

    model_config = ConfigDict(frozen=True)

    call: str = Field(description="id of the call, unique; the audit log has it too")
    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    ending: Ending
    code: str = Field(default="", description="chooses the sentence of an ending without value")
    fields: dict[str, str] = Field(default_factory=dict, description="fill that sentence")
    reason: str = ""
    value: dict[str, Any] | None = None
    sources: list[Source] = Field(default_factory=list)
    now: datetime = Field(description="the city's time for which it was asked")
    ms: float = 0.0

    @property
    def is_done(self) -> bool:
        """Whether there is a value."""
        return self.ending in (Ending.DONE, Ending.PROPOSED)
