"""The example city's whole toolbox through MCP: every tool is listed for those who may use it, brings values that fit
its schema, and is recorded; nobody gets more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx2
import jsonschema  # type: ignore[import-untyped]  # it comes with mcp, without stubs
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from agents.citydata.planning import Planner, told
from city.gazetteer import Gazetteer
from city.pack import load_pack
from knowledge.index.terms import normalise
from serve.mcp import create_mcp_app
from serve.mcp_keys import new_key
from serve.settings import Settings
from serve.tools import call_log, open_toolbox, teller
from tests.city.pack.making import write
from tests.conftest import ROOT, YUNLAN
from tests.serve.staged import running
from tools.feeds.world import World, makers
from tools.mcp.serving import server_of
from tools.seam.rights import read_rights
from tools.seam.toolbox import Caller, Offered, Toolbox

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TRIES = 12
"""Examples of a tool that are called until one brings a value: some ask for what the made-up days do not have."""
FAULTS = {"bad_arguments", "feed_fault", "fault", "too_large", "not_recorded"}
KEY, DIGEST = new_key()


class Town(NamedTuple):
    """The example city with a week of made-up data."""

    settings: Settings
    box: Toolbox
    everything: Caller
    asked: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("pack")
    write(home / "keys.yaml", [{"name": "小程序", "sha256": DIGEST, "audience": "citizen", "expires": date.max}])
    settings = Settings(city=YUNLAN, home=home, mcp_keys=str(home / "keys.yaml"))
    pack = load_pack(YUNLAN)
    world = World.of(pack, since=date(2026, 10, 12), until=date(2026, 11, 28))
    for _, make in makers():
        make(world, home / pack.city.id / "feeds")
    box = open_toolbox(settings, pack, Gazetteer.of(pack))
    rights = [right for one in box.every for right in (one.tool.permission, one.told.permission) if right]
    everything = Caller.staff(*rights, who="审计", via="mcp")
    yield Town(settings, box, everything, {one.tool.id: asked_of(box, one, everything) for one in box.every})
    box.close()


def asked_of(box: Toolbox, offered: Offered, caller: Caller) -> list[dict[str, Any]]:
    """Arguments that the tool's own examples say."""
    unlearnt: Any = None
    planner = Planner(box, unlearnt)
    heard = [planner.hear(normalise(text), offered, NOW, caller) for text in offered.told.examples]
    return [told(said.arguments) for said in heard if not said.missing][:TRIES]


def content(result: CallToolResult) -> dict[str, Any]:
    assert isinstance(result.structured_content, dict)
    return result.structured_content


def serving(town: Town, caller: Caller) -> Client:
    tell = teller(town.box.pack)
    return Client(server_of(town.box, lambda context: caller, now=lambda: NOW, tell=tell))


async def test_every_tool_brings_a_value_that_fits_its_schema(town: Town) -> None:
    heard, without = 0, {}
    async with serving(town, town.everything) as client:
        cards = {card.name: card for card in (await client.list_tools()).tools}
        assert list(cards) == [one.tool.id for one in town.box.every]
        for name, card in cards.items():
            jsonschema.Draft202012Validator.check_schema(card.input_schema)
            jsonschema.Draft202012Validator.check_schema(card.output_schema)
            ended = []
            for arguments in town.asked[name]:
                jsonschema.validate(arguments, card.input_schema)
                given = content(await client.call_tool(name, arguments))
                jsonschema.validate(given, card.output_schema)
                assert given["code"] not in FAULTS, (name, arguments, given["reason"])
                assert given["said"], (name, arguments)
                assert (given["value"] is None) == (given["ending"] not in ("done", "proposed"))
                ended.append(given["code"] or given["ending"])
                if given["value"] is not None:
                    heard += 1
                    break
            else:
                without[name] = ended
    # What nobody asks for in words (no examples) is for programs; its room's tests call it.
    assert without == {name: [] for name in without if not town.box.get(name).told.examples}  # type: ignore[union-attr]
    assert heard > len(cards) / 2


@pytest.mark.parametrize("post", ["", *sorted(read_rights(YUNLAN).posts)])
async def test_each_post_is_offered_its_own_and_refused_the_rest(town: Town, post: str) -> None:
    rights = read_rights(YUNLAN).of(post)
    caller = Caller.staff(*rights, who=post, via="mcp") if post else Caller.citizen(who="市民", via="mcp")
    may = [one.tool.id for one in town.box.offered(caller)]
    refused = [one.tool.id for one in town.box.every if one.tool.id not in may]
    async with serving(town, caller) as client:
        assert [card.name for card in (await client.list_tools()).tools] == may != []
        for name in (*refused, "toilets.nothing"):
            given = content(await client.call_tool(name, next(iter(town.asked.get(name, [])), {})))
            assert (given["ending"], given["value"], given["sources"]) == ("not_allowed", None, [])
    kept = list(call_log(town.settings, town.box.pack).read())[-len(refused) - 1 :]
    assert [(one.tool, one.who, one.via, one.ending) for one in kept] == [
        (name, caller.who, "mcp", "not_allowed") for name in (*refused, "toilets.nothing")
    ]


def test_citizens_are_offered_nothing_that_acts_or_is_for_staff(town: Town) -> None:
    offered = town.box.offered(Caller.citizen())
    assert {one.tool.effect for one in offered} == {"read"}
    assert len(offered) < len(town.box.every)


@asynccontextmanager
async def over_stdio(town: Town, *options: str) -> AsyncIterator[Client]:
    """A server of its own process."""
    home = str(town.settings.home)
    code = "from serve.cli import main; main()"
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", code, "mcp", "serve", "--city", str(YUNLAN), "--home", home, *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=home,
    )
    async with Client(stdio_client(server)) as client:
        yield client


@asynccontextmanager
async def over_http(town: Town, *options: str) -> AsyncIterator[Client]:
    """The door alone, for the holder of a key."""
    assert options == ()
    with running(create_mcp_app(town.settings)) as root:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}, timeout=30) as http,
            Client(streamable_http_client(f"{root}/mcp", http_client=http)) as client,
        ):
            yield client


DOORS = {
    "http": (over_http, "", "小程序"),
    "stdio": (over_stdio, "", ""),
    "stdio of a post": (over_stdio, "unit_head", "(unit_head)"),
}


@pytest.mark.parametrize("door", DOORS)
async def test_every_tool_is_listed_and_called_through_real_doors(town: Town, door: str) -> None:
    """Their clock is the real one: data may be too old or not yet there, and then no number comes."""
    opened, post, who = DOORS[door]
    caller = Caller.staff(*read_rights(YUNLAN).of(post)) if post else Caller.citizen()
    names = [one.tool.id for one in town.box.offered(caller)]
    public = {one.tool.id for one in town.box.offered(Caller.citizen())} if post else set()
    calls = [(name, arguments) for name in names if name not in public for arguments in town.asked[name][:1]]
    assert calls
    async with opened(town, *(("--post", post) if post else ())) as client:
        assert [card.name for card in (await client.list_tools()).tools] == names
        replies = [await client.call_tool(name, arguments) for name, arguments in calls]
    given = [content(reply) for reply in replies]
    assert {one["ending"] for one in given} <= {"done", "proposed", "no_data", "not_current", "cannot_compute"}
    log = call_log(town.settings, town.box.pack)
    kept = list(log.read())[-len(calls) :]
    assert [(one.tool, one.reason) for one, told in zip(kept, given, strict=True) if told["code"] in FAULTS] == []
    assert [one.call for one in kept] == [one["call"] for one in given]
    assert [one.tool for one in kept] == [name for name, _ in calls]
    assert {(one.audience, one.via) for one in kept} == {("staff" if post else "citizen", "mcp")}
    assert all(one.who.endswith(who) for one in kept)
    assert log.check().faults == []
