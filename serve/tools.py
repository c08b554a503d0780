"""The tools of an installation: one toolbox for the chat, the command line and MCP, with one record of calls."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from city.errors import BadInput
from city.gazetteer import Gazetteer
from city.pack import CityPack
from serve.settings import Settings
from tools.feeds.feeds import Feeds
from tools.mcp.mounting import mount
from tools.mcp.servers import FOLDER, OutsideServer, read_servers
from tools.seam.audit import FileLog
from tools.seam.finding import every_tool
from tools.seam.result import ToolResult
from tools.seam.toolbox import Offered, Toolbox
from tools.seam.words import ending_words

_log = logging.getLogger("citydesk.serve")


def keeps_tools(root: Path) -> bool:
    """Whether the pack switches any tool on."""
    return any(root.glob("tools/*.yaml")) or any(root.glob(f"{FOLDER}/*.yaml"))


def feeds_folder(settings: Settings, pack: CityPack) -> Path:
    """Where this installation keeps the files of feeds."""
    return Path(settings.feeds) if settings.feeds else settings.home / pack.city.id / "feeds"


def call_log(settings: Settings, pack: CityPack) -> FileLog:
    """The record of calls."""
    return FileLog(settings.home / pack.city.id / "tools" / "calls.jsonl")


def outside_servers(settings: Settings, pack: CityPack) -> list[OutsideServer]:
    """The outside servers that this installation lets in. Raises PackError."""
    found = read_servers(pack.root, rooms={tool.room for tool in every_tool().values()})
    kinds = {"off": set[str](), "http": {"http"}, "all": {"http", "stdio"}}[settings.outside]
    return [server for server in found if server.transport.kind in kinds]


def open_toolbox(settings: Settings, pack: CityPack, gazetteer: Gazetteer) -> Toolbox:
    """The pack's tools over this installation's feeds. Raises PackError. Nothing outside is contacted."""
    mounted = mount(outside_servers(settings, pack), pack.root, os.environ)
    return Toolbox.open(
        pack,
        gazetteer,
        Feeds.open(pack, feeds_folder(settings, pack)),
        call_log(settings, pack),
        outside=mounted.offered,
        closing=[mounted.close],
    )


def city_clock(pack: CityPack) -> Callable[[], datetime]:
    """The city's time now."""
    zone = ZoneInfo(pack.city.timezone)
    return lambda: datetime.now(zone)


def teller(pack: CityPack) -> Callable[[Offered | None, ToolResult], str]:
    """Says a result in the pack's words, one sentence a line."""

    def tell(offered: Offered | None, result: ToolResult) -> str:
        if offered is None or not result.is_done:
            return ending_words(pack, offered.told if offered else None, result)
        from agents.citydata.telling import sentences

        try:
            value = offered.tool.result.model_validate(result.value)
            return "\n".join(sentence.text for sentence in sentences(offered.told, value, result.call))
        except BadInput as error:  # a fault of the pack's template; the value itself is sound
            _log.error("%s: %s", result.tool, error)
            return ""

    return tell
