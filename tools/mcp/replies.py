"""What a call brought, as MCP gives it on: the ending by its name, the value where there is one, sources with times.

Only the endings "done" and "proposed" have a value. Every other one is an error of the tool with its code and the
city's sentence: a number that is too old, or that is not known, is nowhere in the reply.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, create_model

from tools.seam.endings import Ending
from tools.seam.result import Source, ToolResult
from tools.seam.toolbox import Caller, Offered

if TYPE_CHECKING:
    from mcp_types import CallToolResult

MOST_CHARS = 200_000
OPEN_REASONS = frozenset({"bad_arguments", "not_allowed", "too_slow"})
"""Codes whose reason any caller may read; the others may name files and feeds, which is for staff."""

Teller = Callable[[Offered | None, ToolResult], str]
"""Says a result in the city's words; empty where it has none."""


class Reply(BaseModel):
    """The structured content of every call."""

    ending: Ending = Field(description="done and proposed bring a value; every other ending brings none")
    code: str = Field(default="", description="tells endings of one kind apart")
    said: str = Field(default="", description="the city's sentences for readers, in Chinese")
    reason: str = Field(default="", description="why there is no value, for those who keep the system")
    fields: dict[str, str] = Field(default_factory=dict, description="what the sentence is filled with")
    value: dict[str, Any] | None = None
    sources: list[Source] = Field(default_factory=list, description="feeds used, with the time of their newest row")
    now: datetime = Field(description="the city's time for which it was asked")
    call: str = Field(description="id of the call in the city's record")


@cache
def reply_model(result: type[BaseModel]) -> type[Reply]:
    """A reply whose value is of this kind, for schemas."""
    value: Any = (result | None, Field(default=None, description="none unless the ending is done or proposed"))
    return create_model(f"ReplyOf{result.__name__}", __base__=Reply, value=value)


def reply(result: ToolResult, offered: Offered | None, caller: Caller, tell: Teller) -> CallToolResult:
    """The result as this caller gets it."""
    open_ = caller.audience == "staff" or result.code in OPEN_REASONS
    made = Reply(
        ending=result.ending,
        code=result.code,
        said=tell(offered, result),
        reason=result.reason if open_ else "",
        fields=result.fields,
        value=result.value if result.is_done else None,
        sources=result.sources,
        now=result.now,
        call=result.call,
    )
    content = made.model_dump(mode="json")
    if len(text := json.dumps(content, ensure_ascii=False)) > MOST_CHARS:
        reason = f"the reply has {len(text)} characters, {MOST_CHARS} may be sent: ask for less"
        ending = Ending.CANNOT_COMPUTE
        content = Reply(ending=ending, code="too_large", reason=reason, now=made.now, call=made.call).model_dump(
            mode="json"
        )
    return _result(content)


def unrecorded(call: str, now: datetime) -> CallToolResult:
    """The reply where a call could not be recorded: what leaves no record brings no value."""
    made = Reply(ending=Ending.CANNOT_COMPUTE, code="not_recorded", now=now, call=call)
    return _result(made.model_dump(mode="json"))


def _result(content: dict[str, Any]) -> CallToolResult:
    from mcp_types import CallToolResult, TextContent

    failed = content["ending"] not in (Ending.DONE, Ending.PROPOSED)
    text = TextContent(type="text", text=json.dumps(content, ensure_ascii=False))
    return CallToolResult(content=[text], structured_content=content, is_error=failed)
