"""The city's tools as an MCP server. Every call goes through the toolbox: rights first, then the record.

Example::

    server = server_of(box, lambda context: caller, now=lambda: datetime.now(zone), tell=tell)
    await serve_stdio(server)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from mcp.server.lowlevel import Server

from tools.mcp.cards import card
from tools.mcp.replies import Teller, reply, unrecorded
from tools.seam.toolbox import Caller, Toolbox

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext
    from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams

VERSION = "1"
AT_ONCE = 16
"""Calls served at the same time; further ones wait for their turn."""

INSTRUCTIONS = """{name}的城市数据工具：只读实时与历史数据，或起草由工作人员批准的事项。
每次调用都返回 ending：只有 done 和 proposed 带有 value；not_current 表示数据过期，不能当作现在的情况；\
no_data、cannot_compute、not_allowed 都没有数值，请照 said 里的话答复，不要自己补数字。
引用数值时请连同 sources 里的来源和时间一起说明。
"""


def server_of(
    box: Toolbox,
    caller_of: Callable[[ServerRequestContext[Any, Any]], Caller],
    *,
    now: Callable[[], datetime],
    tell: Teller,
) -> Server[Any]:
    """A server that offers each caller what it may use, and nothing else."""
    places = anyio.CapacityLimiter(AT_ONCE)

    async def listed(context: ServerRequestContext[Any, Any], params: PaginatedRequestParams | None) -> ListToolsResult:
        from mcp_types import ListToolsResult

        return ListToolsResult(tools=[card(offered) for offered in box.offered(caller_of(context))])

    async def called(context: ServerRequestContext[Any, Any], params: CallToolRequestParams) -> CallToolResult:
        caller, at = caller_of(context), now()
        call = partial(box.call, params.name, params.arguments or {}, caller, at)
        try:
            # A client that goes away is not waited for; the call itself ends in its own time and is recorded.
            result = await anyio.to_thread.run_sync(call, abandon_on_cancel=True, limiter=places)
        except OSError:
            return unrecorded("", at)
        offered = box.get(params.name)
        known = offered if offered and offered.allows(caller) else None  # a forbidden tool's own words would tell of it
        return reply(result, known, caller, tell)

    return Server(
        "citydesk",
        version=VERSION,
        title=box.pack.city.name,
        instructions=INSTRUCTIONS.format(name=box.pack.city.name),
        on_list_tools=listed,
        on_call_tool=called,
        get_tool_input_schema=lambda name: None,  # no argument of ours travels in a header
    )


async def serve_stdio(server: Server[Any]) -> None:
    """Serve one client over standard input and output until it closes them."""
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
