"""docs/tools.md: adding a tool touches at most three files, and what its blocks say works at every door."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from city.pack import load_pack
from serve.building import build_knowledge
from serve.mcp import create_mcp_app
from serve.mcp_keys import new_key
from serve.settings import Settings
from serve.tools import call_log
from tests.city.pack.making import write
from tests.conftest import ROOT
from tests.serve.conftest import Run
from tests.serve.doctool import FILES, add_rows, add_tool, client_entry, make_base, package_installed
from tests.serve.staged import running

SAID = "云澜鼓楼周边500米以内有公厕2座。\n最近的是鼓楼广场公厕，直线距离88米，全天开放。"
KEY, DIGEST = new_key()


class Place(NamedTuple):
    """Where the tool was added."""

    folder: Path
    settings: Settings
    added: frozenset[str]

    @property
    def where(self) -> tuple[str, str, str, str]:
        return ("--city", str(self.settings.city), "--home", str(self.settings.home))


def files_of(folder: Path) -> frozenset[str]:
    return frozenset(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("doctool")
    city = make_base(folder)
    keys = folder / "home" / "keys.yaml"
    settings = Settings(city=city, home=folder / "home", mcp_keys=str(keys))
    write(keys, [{"name": "小程序", "sha256": DIGEST, "audience": "citizen", "expires": datetime.max.date()}])
    build_knowledge(settings, publish=True, progress=lambda stage, share: None)
    add_rows(settings.home)
    sources = {root: files_of(root) for root in (city, folder / "package")}
    add_tool(folder, city)
    added = frozenset(name for root, before in sources.items() for name in files_of(root) - before)
    with package_installed(folder):
        yield Place(folder, settings, added)


def test_three_files_and_no_more(place: Place) -> None:
    assert sorted(FILES) == ["feeds/toilets.yaml", "mycity_tools/toilets.py", "tools/toilets.yaml"]
    assert place.added == set(FILES)


def test_the_check_of_the_pack_finds_nothing_wrong_with_it(place: Place, run: Run) -> None:
    told = place.settings.city / "tools" / "toilets.yaml"
    before = told.read_text("utf-8")
    assert "toilets" not in run("check", str(place.settings.city)).out
    told.write_text(before.replace("{{ count }}", "{{ number }}"), "utf-8")
    try:
        assert "toilets.near" in run("check", str(place.settings.city)).out
    finally:
        told.write_text(before, "utf-8")


def test_the_command_line_lists_shows_and_calls_it(place: Place, run: Run) -> None:
    assert "toilets.near" in run("tools", "list", *place.where).out
    page = json.loads(run("tools", "show", "toilets.near", "--json", *place.where).out)
    assert page["feeds"][0]["standing"] == "fresh"
    assert {one["name"]: one["unit"] for one in page["result"]}["toilets[].distance"] == "米"

    given = json.dumps({"place": "鼓楼"}, ensure_ascii=False)
    ran = run("tools", "call", "toilets.near", "--json", given, *place.where)
    made = json.loads(ran.out)
    assert (ran.code, made["ending"], made["said"]) == (0, "done", SAID)
    assert [one["name"] for one in made["value"]["toilets"]] == ["鼓楼广场公厕", "钟楼巷公厕"]
    assert (made["value"]["toilets"][1]["all_day"], made["sources"][0]["title"]) == (False, "公共厕所名录")


def test_every_other_ending_is_told(place: Place, run: Run) -> None:
    endings = {
        ("place=会展中心",): ("no_data (none_near)", "附近没有查到公厕。可以说“一公里以内”"),
        ("place=月亮背面",): ("no_data (unknown_place)", "没有找到“月亮背面”这个地方"),
        ("place=鼓楼", "radius=9"): ("cannot_compute (bad_arguments)", "半径不在能查的范围内"),
    }
    for arguments, (ending, said) in endings.items():
        ran = run("tools", "call", "toilets.near", *arguments, *place.where)
        assert ran.code == 1
        assert ran.out.startswith(ending)
        assert said in ran.out
    rows = place.settings.home / "xiaocheng" / "feeds" / "toilets.csv"
    old = (datetime.now() - timedelta(days=201)).timestamp()
    before = rows.stat()
    os.utime(rows, (old, old))
    try:
        stale = run("tools", "call", "toilets.near", "place=鼓楼", *place.where)
    finally:
        os.utime(rows, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (stale.code, "鼓楼广场" in stale.out) == (1, False)
    assert stale.out.startswith("not_current")


@pytest.mark.parametrize("text", ["鼓楼附近有公共厕所吗", "我在鼓楼，想上个厕所"])
def test_the_chat_answers_with_it(place: Place, run: Run, text: str) -> None:
    answer = json.loads(run("ask", text, "--json", *place.where).out)
    assert answer["specialists"] == ["citydata"]
    assert answer["outcome"] == "answered"
    for told in (*SAID.splitlines(), "数据来源：公共厕所名录"):
        assert told in answer["text"]
    [shown] = answer["data"]
    assert shown["table"]["rows"][1] == ["钟楼巷公厕", "244米", "否", "否"]


@pytest.mark.parametrize("text", ["养犬登记要多少天内办", "道路停车多久不收费"])
def test_other_messages_are_not_answered_with_it(place: Place, run: Run, text: str) -> None:
    answer = json.loads(run("ask", text, "--json", *place.where).out)
    assert answer["data"] == []
    assert "钟楼巷公厕" not in answer["text"]


@asynccontextmanager
async def over_stdio(place: Place) -> AsyncIterator[Client]:
    """The page's entry for a client, with this city's folders in the place of its own."""
    entry = client_entry('"command"')
    assert entry["command"] == "citydesk"
    moved = {"/srv/mycity": str(place.settings.city), "/var/lib/citydesk": str(place.settings.home)}
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from serve.cli import main; main()", *(moved.get(one, one) for one in entry["args"])],
        env={**os.environ, "PYTHONPATH": f"{place.folder / 'package'}{os.pathsep}{ROOT}"},
        cwd=place.folder,
    )
    async with Client(stdio_client(server)) as client:
        yield client


@asynccontextmanager
async def over_http(place: Place) -> AsyncIterator[Client]:
    """The page's entry for a client, with this server's address and a key."""
    entry = client_entry('"url"')
    headers = {name: text.replace("${CITYDESK_KEY}", KEY) for name, text in entry["headers"].items()}
    with running(create_mcp_app(place.settings)) as root:
        address = entry["url"].replace("https://desk.city.gov.cn", root)
        async with (
            httpx2.AsyncClient(headers=headers, timeout=30) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            yield client


@pytest.mark.parametrize("door", [over_stdio, over_http])
async def test_a_client_of_mcp_finds_and_calls_it(place: Place, door: object) -> None:
    opened = over_stdio if door is over_stdio else over_http
    async with opened(place) as client:
        [card] = (await client.list_tools()).tools
        assert (card.name, card.title) == ("toilets.near", "附近的公厕")
        result = await client.call_tool("toilets.near", {"place": "鼓楼", "accessible": True})
        missing = await client.call_tool("toilets.near", {"place": "会展中心"})
    given, none = result.structured_content, missing.structured_content
    assert given
    assert none
    assert (given["ending"], given["value"]["count"]) == ("done", 1)
    assert given["said"].endswith("最近的是鼓楼广场公厕，直线距离88米，全天开放。")
    assert (missing.is_error, none["code"], none["value"]) == (True, "none_near", None)
    log = call_log(place.settings, load_pack(place.settings.city))
    assert [(one.ending, one.via) for one in list(log.read())[-2:]] == [("done", "mcp"), ("no_data", "mcp")]
    assert log.check().faults == []
