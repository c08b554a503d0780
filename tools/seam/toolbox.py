"""Calls of tools: the right first, then the arguments, the city's data as of now, the time limit, the record.

Example::

    box = Toolbox.open(pack, gazetteer, feeds, FileLog(path))
    result = box.call("parking.near", {"place": "鼓楼"}, Caller.citizen(), now)
    result.ending, result.value, result.sources
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from city.errors import CityDeskError
from city.gazetteer import Gazetteer
from city.pack import CityPack
from tools.feeds.citydata import CityData
from tools.feeds.feeds import Feeds
from tools.seam.audit import CallLog, CallRecord, digest, discreet, plain, whole
from tools.seam.endings import CannotCompute, Ending, NoData, NotAllowed, NotCurrent
from tools.seam.finding import every_tool
from tools.seam.hands import Hands
from tools.seam.packed import Told, read_told
from tools.seam.result import Source, ToolResult
from tools.seam.tool import AnyTool, Audience

_LONGEST_NAME = 200
_LONGEST_REASON = 1_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Caller:
    """Who asks. ``via``: the door (chat, desk, mcp, command line), for the record."""

    audience: Audience
    permissions: frozenset[str]
    who: str = ""
    via: str = ""

    @classmethod
    def citizen(cls, who: str = "", via: str = "chat") -> Caller:
        """Anybody: reads what is public."""
        return cls("citizen", frozenset({"city.read"}), who, via)

    @classmethod
    def staff(cls, *permissions: str, who: str = "", via: str = "desk") -> Caller:
        """A civil servant with the rights named."""
        return cls("staff", frozenset({"city.read", *permissions}), who, via)


@dataclass(frozen=True)
class Offered:
    """A tool as this city offers it."""

    tool: AnyTool
    told: Told

    def allows(self, caller: Caller) -> bool:
        """Whether the caller may use it: both circles, and every right. No citizen uses a tool that does more than
        read, whatever it or the pack says.
        """
        rights = {self.tool.permission, self.told.permission} - {""}
        in_circle = caller.audience in self.tool.audience and caller.audience in self.told.audience
        harmless = self.tool.effect == "read" or caller.audience == "staff"
        return in_circle and harmless and rights <= caller.permissions


class Toolbox:
    """The tools of one city. Safe to share between threads."""

    def __init__(
        self,
        pack: CityPack,
        gazetteer: Gazetteer,
        feeds: Feeds,
        log: CallLog,
        offered: Mapping[str, Offered],
        *,
        hands: Hands | None = None,
        closing: Sequence[Callable[[], None]] = (),
    ) -> None:
        self.pack, self.gazetteer, self.feeds = pack, gazetteer, feeds
        self._log, self._offered = log, dict(offered)
        self._hands, self._closing = hands or Hands(), closing
        self._open = True

    @classmethod
    def open(
        cls,
        pack: CityPack,
        gazetteer: Gazetteer,
        feeds: Feeds,
        log: CallLog,
        *,
        outside: Mapping[str, Offered] | None = None,
        closing: Sequence[Callable[[], None]] = (),
    ) -> Toolbox:
        """The tools that the pack switches on, and those of ``outside`` servers, which take no id of ours.

        ``closing`` is done when the box is closed. Raises PackError; a name that no tool has is found by the check.
        """
        known = every_tool()
        told = read_told(pack.root)
        ours = {id: Offered(known[id], t) for id, t in told.items() if id in known}
        return cls(pack, gazetteer, feeds, log, {**(outside or {}), **ours}, closing=closing)

    def offered(self, caller: Caller) -> list[Offered]:
        """The tools that this caller may use, by id."""
        return [self._offered[id] for id in sorted(self._offered) if self._offered[id].allows(caller)]

    @property
    def every(self) -> list[Offered]:
        """Every tool that the city offers to anybody, by id."""
        return [self._offered[id] for id in sorted(self._offered)]

    def get(self, tool: str) -> Offered | None:
        """A tool that the city offers to somebody."""
        return self._offered.get(tool)

    def call(self, tool: str, arguments: Mapping[str, Any], caller: Caller, now: datetime) -> ToolResult:
        """Call one tool for the city's moment ``now`` (aware). Never raises for what the call met: see ``ending``.

        Raises OSError where the call cannot be recorded: what leaves no record brings no value.
        """
        if now.tzinfo is None:
            raise ValueError("now has no zone: give an aware moment")
        begun = time.perf_counter()
        is_staff = caller.audience == "staff"
        data = CityData(self.pack, self.gazetteer, self.feeds, now, internal=is_staff, rights=caller.permissions)
        result = ToolResult(
            call=uuid.uuid4().hex,
            tool=whole(tool[:_LONGEST_NAME]),
            arguments=plain(arguments),
            ending=Ending.NOT_ALLOWED,
            now=now,
        )
        try:
            found = self._answer(tool, arguments, caller, data)
            result = result.model_copy(update=found)
        except (NotAllowed, NoData, NotCurrent, CannotCompute) as error:
            reason = whole(str(error)[:_LONGEST_REASON])
            ended = {"ending": _ending_of(error), "code": error.code, "fields": error.fields, "reason": reason}
            result = result.model_copy(update=ended)
        used = list(data.used.values())  # a tool past its time may still add to them
        sources = [*result.sources, *map(_source, used)]
        result = result.model_copy(update={"sources": sources, "ms": round((time.perf_counter() - begun) * 1000, 2)})
        self._log.add(_record(result, caller))
        return result

    def close(self) -> None:
        """Let no further call in, and close what was opened for the tools."""
        self._open = False
        for close in self._closing:
            close()

    def _answer(self, name: str, given: Mapping[str, Any], caller: Caller, data: CityData) -> dict[str, Any]:
        offered = self._offered.get(name)
        if offered is None or not offered.allows(caller):
            # The same words whether the tool is absent, off or forbidden: the reply shall not tell which exist.
            raise NotAllowed(f"tool {name[:_LONGEST_NAME]!r} is not offered to {caller.audience} with these rights")
        tool = offered.tool
        try:
            asked = tool.arguments.model_validate(dict(given))
        except ValidationError as error:
            places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
            named = [str(e["loc"][0]) for e in error.errors(include_url=False) if e["loc"]]
            fields = tool.arguments.model_fields
            what = "、".join(dict.fromkeys(fields[one].title or one for one in named if one in fields))
            raise CannotCompute(f"arguments of {name}: {places}", code="bad_arguments", what=what) from error
        value = self._run(tool, asked, data)
        ending = Ending.PROPOSED if tool.effect == "propose" else Ending.DONE
        arguments = asked.model_dump(mode="json", by_alias=True)
        # An outside server answers for the moment of the call, whatever moment it was asked for.
        outside = tool.outside and tool.outside.model_copy(update={"at": datetime.now(data.now.tzinfo)})
        return {
            "ending": ending,
            "value": value,
            "arguments": arguments,
            "sources": [outside] if outside else [],
        }

    def _run(self, tool: AnyTool, asked: BaseModel, data: CityData) -> dict[str, Any]:
        """The tool's value as JSON, within its time. Whatever else happens is one of the endings."""
        if not self._open:
            raise CannotCompute("the toolbox is closed", code="fault")
        due = time.monotonic() + tool.timeout_s
        try:
            future = self._hands.start(lambda: _value(tool, asked, data), tool.timeout_s)
            error = future.exception(timeout=max(0.0, due - time.monotonic()))
        except TimeoutError as slow:
            raise CannotCompute(f"{tool.id} took longer than {tool.timeout_s:g} s: {slow}", code="too_slow") from slow
        if error is None:
            return future.result()
        if isinstance(error, NotAllowed | NoData | NotCurrent | CannotCompute):
            raise error
        if isinstance(error, CityDeskError):
            raise CannotCompute(str(error), code="feed_fault") from error
        # A fault in a tool ends that call, not the talk; the trace is kept for us.
        _log.error("tool %s failed", tool.id, exc_info=error)
        raise CannotCompute(f"{tool.id} failed: {type(error).__name__}", code="fault") from error


def _value(tool: AnyTool, asked: BaseModel, data: CityData) -> dict[str, Any]:
    found = tool.run(asked, data)
    if not isinstance(found, tool.result):
        raise TypeError(f"{tool.id} brought {type(found).__name__}, not {tool.result.__name__}")
    made: dict[str, Any] = found.model_dump(mode="json")
    return made


def _ending_of(error: Exception) -> Ending:
    if isinstance(error, NotAllowed):
        return Ending.NOT_ALLOWED
    if isinstance(error, NotCurrent):
        return Ending.NOT_CURRENT
    return Ending.NO_DATA if isinstance(error, NoData) else Ending.CANNOT_COMPUTE


def _source(used: Any) -> Source:  # tools.feeds.feeds.Used; typed there
    return Source(feed=used.feed.id, title=used.feed.title, unit=used.feed.unit, at=used.at)


def _record(result: ToolResult, caller: Caller) -> CallRecord:
    return CallRecord(
        call=result.call,
        at=datetime.now(result.now.tzinfo),
        now=result.now,
        tool=result.tool,
        arguments=discreet(result.arguments),
        audience=caller.audience,
        who=caller.who,
        via=caller.via,
        ending=result.ending,
        reason=discreet(result.reason),
        sources=tuple(source.feed for source in result.sources),
        value=digest(result.value),
        ms=result.ms,
    )
