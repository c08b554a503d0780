"""Tools of outside servers as tools of the city: ``<server>.<tool>``, called, bounded and recorded like ours.

What they say is cleaned, marked as outside, and told with the server's title and the time of the call as its source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from tools.feeds.citydata import CityData
from tools.mcp.mapping import OutsideArguments, OutsideFound, arguments_of, result_of, sent
from tools.mcp.outside import Connection, Connections
from tools.mcp.servers import Admitted, OutsideServer
from tools.mcp.texts import clean_data, lines_of
from tools.seam.audit import discreet
from tools.seam.endings import CannotCompute, NoData
from tools.seam.packed import Told
from tools.seam.result import Source
from tools.seam.tool import EVERYBODY, STAFF, Tool
from tools.seam.toolbox import Offered

if TYPE_CHECKING:
    from mcp_types import CallToolResult

_GRACE_S = 2.0
"""Beyond the server's own time-out, so that it is named as the cause."""


class Mounted(NamedTuple):
    """Outside tools by id, and what ends their connections."""

    offered: Mapping[str, Offered]
    close: Callable[[], None]


def mount(servers: Sequence[OutsideServer], folder: Path, environ: Mapping[str, str]) -> Mounted:
    """The admitted tools of these servers. Nothing is connected before the first call; ``folder`` is the pack's."""
    lines = Connections()
    offered: dict[str, Offered] = {}
    for server in servers:
        to = Connection(server, folder=folder, environ=environ)
        for name, admitted in server.tools.items():
            offered[f"{server.id}.{name}"] = Offered(_tool(name, admitted, to, lines), _told(admitted))
    return Mounted(offered, lines.close)


def _told(admitted: Admitted) -> Told:
    return Told.model_validate({name: getattr(admitted, name) for name in Told.model_fields})


def _tool(name: str, admitted: Admitted, to: Connection, lines: Connections) -> Tool[OutsideArguments, OutsideFound]:
    server = to.server
    label = f"{server.id}_{name}".replace("-", "_")
    result = result_of(f"{label}_result", admitted.result)

    def run(asked: OutsideArguments, data: CityData) -> OutsideFound:
        given = sent(asked)
        if discreet(given) != given:
            raise CannotCompute(
                f"{server.id}.{name}: personal numbers do not leave the city's systems",
                code="outside_personal",
                server=server.title,
            )
        return _found(lines.call(to, name, admitted.arguments, given), result, server)

    run.__doc__ = admitted.about or admitted.title
    return Tool(
        id=f"{server.id}.{name}",
        title=admitted.title,
        run=run,
        arguments=arguments_of(f"{label}_arguments", admitted.arguments, admitted.slots),
        result=result,
        audience=EVERYBODY if server.for_citizens else STAFF,
        permission="city.read",
        effect="read",
        needs=(),
        timeout_s=server.timeout_s + _GRACE_S,
        cost=admitted.cost,
        outside=Source(feed=server.id, title=server.title, unit=server.unit, outside=True),
    )


def _found(given: CallToolResult, result: type[OutsideFound], server: OutsideServer) -> OutsideFound:
    """What the server said, as our own record. Raises CannotCompute, NoData."""
    lines = lines_of(block.text for block in given.content if block.type == "text")
    if given.is_error:
        raise CannotCompute(
            f"{server.id}: {' '.join(lines.lines)[:300]!r}", code="outside_refused", server=server.title
        )
    try:
        data = clean_data(given.structured_content)
        made = result.model_validate({**_only(data, result), "lines": lines.lines, "cut": lines.cut})
    except (ValidationError, ValueError) as error:
        raise CannotCompute(
            f"{server.id}: the reply does not have the form that the pack names",
            code="outside_odd",
            server=server.title,
        ) from error
    if result is OutsideFound and not made.lines:
        raise NoData(f"{server.id}: the reply has no text", code="outside_empty", server=server.title)
    return made


def _only(data: Any, result: type[OutsideFound]) -> dict[str, Any]:
    """The fields that the pack names."""
    wanted = result.model_fields.keys() - OutsideFound.model_fields.keys()
    return {name: held for name, held in data.items() if name in wanted} if isinstance(data, dict) else {}
