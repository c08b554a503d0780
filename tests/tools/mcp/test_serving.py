"""The toolbox behind MCP: the package's own client, in this process, over both generations of the protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import anyio
import jsonschema  # type: ignore[import-untyped]  # it comes with mcp, without stubs
import pytest
from mcp import Client
from mcp.server.lowlevel import Server
from mcp_types import CallToolResult, TextContent

from city.pack import CityPack
from tests.tools.seam.toys import CITIZEN, KEEPER, NOW, Seats, a_tool, box_of, told, waiting
from tools.mcp.cards import card
from tools.mcp.replies import MOST_CHARS
from tools.mcp.serving import server_of
from tools.seam.audit import CallRecord, MemoryLog
from tools.seam.result import ToolResult
from tools.seam.toolbox import Caller, Offered, Toolbox

MODES: list[Literal["legacy", "auto"]] = ["legacy", "auto"]
Say = Callable[[Offered | None, ToolResult], str]


def said(offered: Offered | None, result: ToolResult) -> str:
    return f"{offered.tool.title if offered else '？'}：{result.ending}"


def serving(box: Toolbox, caller: Caller = CITIZEN, tell: Say = said) -> Server[Any]:
    return server_of(box, lambda context: caller, now=lambda: NOW, tell=tell)


def content(result: CallToolResult) -> dict[str, Any]:
    """The structured content, which the text repeats."""
    block = result.content[0]
    assert isinstance(block, TextContent)
    assert json.loads(block.text) == result.structured_content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


@pytest.mark.parametrize("mode", MODES)
async def test_a_caller_sees_only_what_it_may_use(box: Toolbox, mode: str) -> None:
    async with Client(serving(box), mode=mode) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["benches.free", "toys.end"]
        assert (client.server_info and client.server_info.title) == "小城市"
        assert "not_current" in (client.instructions or "")
    async with Client(serving(box, KEEPER), mode=mode) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert names == ["benches.closed", "benches.free", "benches.report", "toys.end"]
    async with Client(serving(box, Caller("staff", frozenset())), mode=mode) as client:
        assert (await client.list_tools()).tools == []


async def test_a_card_says_what_a_tool_takes_gives_and_does(box: Toolbox) -> None:
    async with Client(serving(box, KEEPER)) as client:
        cards = {tool.name: tool for tool in (await client.list_tools()).tools}
    free = cards["benches.free"]
    assert (free.title, free.description) == ("空闲座椅", "Free seats of a bench now.")
    bench = {"default": "b1", "title": "座椅", "type": "string"}
    taken = free.input_schema
    assert taken["properties"] == {"bench": bench}
    assert (taken["type"], taken["additionalProperties"], "required" in taken) == ("object", False, False)
    assert cards["toys.end"].input_schema["required"] == ["way"]
    assert "crash" in cards["toys.end"].input_schema["properties"]["way"]["enum"]

    schema = free.output_schema
    assert schema is not None
    jsonschema.Draft202012Validator.check_schema(schema)
    seats = schema["$defs"]["Seats"]["properties"]["free"]
    assert (seats["title"], seats["description"]) == ("空位", "单位：个")
    assert "slot" not in json.dumps(taken) + json.dumps(schema)
    hints = {name: one.annotations for name, one in cards.items()}
    read, proposed = hints["benches.free"], hints["benches.report"]
    assert read
    assert proposed
    assert (read.read_only_hint, read.destructive_hint, read.idempotent_hint, read.open_world_hint) == (
        True,
        False,
        True,
        False,
    )
    assert (proposed.read_only_hint, proposed.destructive_hint, proposed.idempotent_hint) == (False, False, False)


def test_examples_and_the_words_of_choices_are_told() -> None:
    words = {"way": {"none": ("没有", "无", "空"), "several": ("几处",), "crash": ()}, "gone": {"x": ("y",)}}
    offered = Offered(a_tool(), told(words={}, examples=("一", "二", "三", "四")))
    assert card(offered).description == "例：一\n例：二\n例：三"
    from tests.tools.seam.toys import end

    described = card(Offered(end, told(words=words))).input_schema["properties"]["way"]["description"]
    assert described == "none：没有、无；several：几处"


def test_fields_named_like_our_marks_stay() -> None:
    """A result may have a field "unit" or "of" of its own."""
    from tools.mcp.cards import schema_of
    from tools.seam import Found, measure

    class Odd(Found):
        unit: str = measure("承办单位")
        of: int = measure("总数", "件")
        slot: dict[str, int] = measure("时段", default={"digits": 1})

    assert list(schema_of(Odd, "serialization")["properties"]) == ["unit", "of", "slot"]
    assert schema_of(Odd, "serialization")["properties"]["slot"]["default"] == {"digits": 1}


@pytest.mark.parametrize("mode", MODES)
async def test_a_value_comes_with_sources_and_is_recorded(box: Toolbox, log: MemoryLog, mode: str) -> None:
    asking = Caller("citizen", frozenset({"city.read"}), who="城市大脑", via="mcp")
    async with Client(serving(box, asking), mode=mode) as client:
        result = await client.call_tool("benches.free", {"bench": "b1"})
    given = content(result)
    assert not result.is_error
    assert (given["ending"], given["value"], given["said"]) == ("done", {"free": 4}, "空闲座椅：done")
    assert given["sources"][0]["title"] == "公园座椅感应"
    assert given["sources"][0]["at"] == "2026-11-26T08:27:00+08:00"
    record = log.records[0]
    assert (record.call, record.who, record.via, record.audience) == (given["call"], "城市大脑", "mcp", "citizen")


@pytest.mark.parametrize("mode", MODES)
async def test_every_other_ending_is_an_error_without_value(box: Toolbox, mode: str) -> None:
    endings = {
        ("benches.free", "b2"): ("not_current", "not_current"),
        ("benches.free", "b9"): ("no_data", "no_data"),
        ("benches.closed", "b1"): ("not_allowed", "not_allowed"),
        ("benches.nothing", "b1"): ("not_allowed", "not_allowed"),
    }
    async with Client(serving(box), mode=mode) as client:
        for (name, bench), ending in endings.items():
            result = await client.call_tool(name, {"bench": bench})
            given = content(result)
            assert result.is_error
            assert (given["ending"], given["code"]) == ending
            assert given["value"] is None
            assert '"free"' not in json.dumps(given)
        crashed = content(await client.call_tool("toys.end", {"way": "crash"}))
        assert (crashed["ending"], crashed["code"], crashed["reason"]) == ("cannot_compute", "fault", "")


@pytest.mark.parametrize("mode", MODES)
async def test_absent_and_forbidden_tools_reply_alike(toy_pack: CityPack, tmp_path: Path, mode: str) -> None:
    """Even where a forbidden tool has words of its own."""
    hidden = Offered(a_tool(permission="benches.manage"), told(endings={"not_allowed": "这是座椅管理工具。"}))
    box = box_of(toy_pack, tmp_path, hidden)
    async with Client(serving(box), mode=mode) as client:
        replies = []
        for name in ("toys.any", "toys.nil"):
            given = content(await client.call_tool(name, {}))
            del given["call"]
            replies.append(json.dumps(given, ensure_ascii=False).replace(name, "?"))
    assert replies[0] == replies[1]


async def test_reasons_are_for_staff_except_what_the_caller_must_mend(box: Toolbox) -> None:
    for caller, told_why in ((CITIZEN, ""), (KEEPER, "line 3 is damaged")):
        async with Client(serving(box, caller)) as client:
            assert content(await client.call_tool("toys.end", {"way": "bad_feed"}))["reason"] == told_why
            assert "way" in content(await client.call_tool("toys.end", {"way": 3}))["reason"]
            assert "way" in content(await client.call_tool("toys.end"))["reason"]


async def test_a_reply_may_not_be_endless(toy_pack: CityPack, tmp_path: Path) -> None:
    long = Offered(a_tool(), told())

    def speak(offered: Offered | None, result: ToolResult) -> str:
        return "长" * MOST_CHARS

    async with Client(serving(box_of(toy_pack, tmp_path, long), tell=speak)) as client:
        result = await client.call_tool("toys.any", {})
    given = content(result)
    assert (result.is_error, given["ending"], given["code"]) == (True, "cannot_compute", "too_large")
    assert (given["value"], given["said"]) == (None, "")


class FullDisk:
    """A log that cannot keep anything."""

    def add(self, record: CallRecord) -> None:
        raise OSError(28, "No space left on device")


async def test_what_cannot_be_recorded_brings_no_value(toy_pack: CityPack, tmp_path: Path) -> None:
    box = box_of(toy_pack, tmp_path, Offered(a_tool(), told()), log=FullDisk())
    async with Client(serving(box)) as client:
        result = await client.call_tool("toys.any", {})
    assert (result.is_error, content(result)["code"], content(result)["value"]) == (True, "not_recorded", None)


async def test_calls_run_beside_each_other(toy_pack: CityPack, tmp_path: Path) -> None:
    going, begun = threading.Event(), threading.Event()
    box = box_of(toy_pack, tmp_path, Offered(waiting(going, begun, 20), told()), Offered(a_tool(), told()))
    async with Client(serving(box)) as client, anyio.create_task_group() as group:
        results: list[CallToolResult] = []

        async def slow() -> None:
            results.append(await client.call_tool("toys.wait", {}))

        group.start_soon(slow)
        await anyio.to_thread.run_sync(begun.wait, 20)
        quick = await client.call_tool("toys.any", {})
        assert not quick.is_error
        assert results == []
        going.set()
    assert content(results[0])["value"] == Seats(free=7).model_dump()


class TellingLog(MemoryLog):
    """Tells when something was kept."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = threading.Event()

    def add(self, record: CallRecord) -> None:
        super().add(record)
        self.kept.set()


@pytest.mark.parametrize("mode", MODES)
async def test_a_client_that_gives_up_is_not_waited_for(toy_pack: CityPack, tmp_path: Path, mode: str) -> None:
    """The call still ends in its own time, and is recorded."""
    going, begun, log = threading.Event(), threading.Event(), TellingLog()
    box = box_of(toy_pack, tmp_path, Offered(waiting(going, begun, 20), told()), log=log)
    async with Client(serving(box), mode=mode) as client:
        with anyio.move_on_after(20) as scope:
            async with anyio.create_task_group() as group:

                async def slow() -> None:
                    await client.call_tool("toys.wait", {})

                group.start_soon(slow)
                await anyio.to_thread.run_sync(begun.wait, 20)
                group.cancel_scope.cancel()
        assert not scope.cancelled_caught
        assert log.records == []
        going.set()
        assert await anyio.to_thread.run_sync(log.kept.wait, 20)
    assert log.records[0].ending == "done"
