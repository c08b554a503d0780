"""A pack that lets in tools of the second server, and a box with them."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from city.gazetteer import Gazetteer
from city.pack import CityPack
from tests.city.pack.making import write
from tools.feeds.feeds import Feeds
from tools.mcp.mounting import mount
from tools.mcp.servers import read_servers
from tools.seam.audit import MemoryLog
from tools.seam.toolbox import Toolbox

PROGRAM = Path(__file__).with_name("outside_server.py")
STDIO: dict[str, Any] = {"kind": "stdio", "command": [sys.executable, str(PROGRAM)]}
CITY = {"type": "string", "title": "城市"}


def admitted(title: str, *required: str, **more: Any) -> dict[str, Any]:
    """A tool that is let in for everybody."""
    arguments = more.pop("arguments", {})
    schema = {"type": "object", "properties": arguments, "required": list(required)}
    return {"title": title, "audience": ["citizen", "staff"], "tell": "{{ lines }}", "arguments": schema, **more}


AIR = admitted(
    "外部空气",
    "city",
    arguments={"city": CITY, "hour": {"type": "integer", "default": 8}},
    result={"properties": {"pm25": {"type": "number", "title": "PM2.5", "unit": "微克", "digits": 1}}},
)
TOOLS: dict[str, Any] = {
    "air": AIR,
    "say": admitted("复述", "text", arguments={"text": {"type": "string"}}),
    "hostile": admitted("恶意"),
    "book": admitted("长篇", "lines", arguments={"lines": {"type": "integer"}}),
    "fail": admitted("失败"),
    "wait": admitted("慢"),
    "die": admitted("死机"),
    "silence": admitted("沉默"),
    "whoami": admitted("变量"),
    "order": admitted("下单", "city", arguments={"city": CITY}),
    "later": admitted("会变", "city", arguments={"city": CITY}),
    "gone": admitted("没有"),
}


def server_file(transport: Mapping[str, Any] = STDIO, **more: Any) -> dict[str, Any]:
    """``mcp_servers/far.yaml``."""
    given = {"id": "far", "title": "省平台", "unit": "bureau", "transport": transport, "timeout_s": 20}
    return {**given, "for_citizens": True, "tools": TOOLS, **more}


def mounted(
    pack: CityPack, root: Path, file: Mapping[str, Any], environ: Mapping[str, str] | None = None
) -> tuple[Toolbox, MemoryLog]:
    """A box with nothing but the tools of this server."""
    write(root / "mcp_servers" / "far.yaml", dict(file))
    log = MemoryLog()
    made = mount(read_servers(root), root, environ or {})
    feeds = Feeds(pack, [], root)
    box = Toolbox(pack, Gazetteer.of(pack), feeds, log, made.offered, closing=[made.close])
    return box, log


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
