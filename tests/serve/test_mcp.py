"""MCP over HTTP: a real server, the package's own client, and what stands before the tools."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from city.errors import BadInput
from city.pack import load_pack
from serve.app import create_app
from serve.building import build_knowledge
from serve.house import open_house
from serve.mcp import McpDoor
from serve.mcp_keys import new_key
from serve.settings import Settings
from serve.tools import call_log
from tests.city.pack.making import write
from tests.conftest import ROOT
from tests.serve.small_city import make_city
from tests.serve.staged import StagedDesk, running
from tests.serve.toolcity import ZONE, add_tools, installed, write_benches
from tests.tools.mcp.making import free_port

MODES: list[Literal["legacy", "auto"]] = ["legacy", "auto"]
CITIZEN, CITIZEN_DIGEST = new_key()
KEEPER, KEEPER_DIGEST = new_key()
SLOW, SLOW_DIGEST = new_key()
OLD, OLD_DIGEST = new_key()
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def keys() -> list[dict[str, Any]]:
    far = date.today() + timedelta(days=30)
    return [
        {"name": "小程序", "sha256": CITIZEN_DIGEST, "audience": "citizen", "expires": far, "per_minute": 10_000},
        {
            "name": "园林处",
            "sha256": KEEPER_DIGEST,
            "audience": "staff",
            "permissions": ["city.read", "benches.manage"],
            "expires": far,
            "per_minute": 10_000,
        },
        {"name": "慢", "sha256": SLOW_DIGEST, "audience": "citizen", "expires": far, "per_minute": 2},
        {"name": "旧", "sha256": OLD_DIGEST, "audience": "citizen", "expires": date.today() - timedelta(days=2)},
    ]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The small city with tools and keys."""
    folder = tmp_path_factory.mktemp("mcp")
    write(folder / "keys.yaml", keys())
    made = Settings(
        city=make_city(folder / "xiaocheng"),
        home=folder / "home",
        mcp_keys=str(folder / "keys.yaml"),
        mcp_hosts="desk.city.gov.cn",
    )
    add_tools(made.city)
    build_knowledge(made, publish=True, progress=lambda stage, share: None)
    write_benches(made.home, datetime.now(ZONE))
    with installed(folder / "packages"):
        yield made


@pytest.fixture(scope="module")
def address(opened: Settings) -> Iterator[str]:
    """A running server."""
    with running(create_app(opened, StagedDesk(open_house(opened)))) as root:
        yield f"{root}/mcp"


@asynccontextmanager
async def client(address: str, key: str, mode: str = "auto") -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=30) as http,
        Client(streamable_http_client(address, http_client=http), mode=mode) as made,
    ):
        yield made


def content(result: CallToolResult) -> dict[str, Any]:
    assert isinstance(result.structured_content, dict)
    return result.structured_content


@pytest.mark.parametrize("mode", MODES)
async def test_each_key_opens_its_holders_tools(address: str, opened: Settings, mode: str) -> None:
    async with client(address, CITIZEN, mode) as citizen:
        assert [tool.name for tool in (await citizen.list_tools()).tools] == ["benches.free", "benches.sum"]
        forbidden = await citizen.call_tool("benches.repair", {})
        absent = await citizen.call_tool("benches.nothing", {})
        for result in (forbidden, absent):
            assert (result.is_error, content(result)["ending"]) == (True, "not_allowed")
        assert content(forbidden)["said"] == content(absent)["said"] != ""
    async with client(address, KEEPER, mode) as keeper:
        names = [tool.name for tool in (await keeper.list_tools()).tools]
        assert names == ["benches.free", "benches.repair", "benches.sum"]
        proposed = await keeper.call_tool("benches.repair", {"bench": "b2"})
        assert (proposed.is_error, content(proposed)["ending"]) == (False, "proposed")
        assert content(proposed)["said"] == "已拟好报修单。"


@pytest.mark.parametrize("mode", MODES)
async def test_values_are_told_with_their_source_and_stale_ones_not_at_all(
    address: str, opened: Settings, mode: str
) -> None:
    async with client(address, CITIZEN, mode) as citizen:
        current = await citizen.call_tool("benches.free", {"bench": "b1"})
        given = content(current)
        assert (given["ending"], given["value"], given["said"]) == ("done", {"free": 4}, "现在有4个空位。")
        assert given["sources"][0]["title"] == "公园座椅感应"
        stale = await citizen.call_tool("benches.free", {"bench": "b2"})
        assert (stale.is_error, content(stale)["ending"], content(stale)["value"]) == (True, "not_current", None)
        assert "90909" not in str(content(stale))
        assert content(stale)["said"].startswith("“公园座椅感应”最近一次更新是")
        wrong = await citizen.call_tool("benches.sum", {"of": "many"})
        assert (content(wrong)["code"], "of" in content(wrong)["reason"]) == ("bad_arguments", True)
        none = await citizen.call_tool("benches.sum", {"of": []})
        assert content(none)["said"] == "请给出至少一个数。"
    records = list(call_log(opened, load_pack(opened.city)).read())[-4:]
    assert {(record.who, record.via) for record in records} == {("小程序", "mcp")}
    assert [record.ending for record in records] == ["done", "not_current", "cannot_compute", "cannot_compute"]


def post(address: str, key: str = CITIZEN, **headers: str) -> httpx.Response:
    sent = {**HEADERS, "Authorization": f"Bearer {key}", **headers}
    return httpx.post(address, json=LIST, headers=sent, timeout=30)


def test_without_a_key_in_force_nothing_opens(address: str) -> None:
    assert post(address).status_code == 200
    for header in ("", "Bearer", f"Basic {CITIZEN}", f"Bearer {OLD}", f"Bearer {CITIZEN}x", "Bearer \xff"):
        sent = httpx.Headers({**HEADERS, "Authorization": header}, encoding="latin-1")
        answer = httpx.post(address, json=LIST, headers=sent)
        assert (answer.status_code, answer.json()["error"]) == (401, "no_key"), header
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert httpx.post(address, json=LIST, headers=HEADERS).status_code == 401
    for method in ("GET", "DELETE", "PUT"):
        assert httpx.request(method, address, headers=HEADERS).status_code == 401


def test_a_key_taken_out_of_the_file_closes_at_once(address: str, opened: Settings) -> None:
    assert post(address).status_code == 200
    file = Path(opened.mcp_keys)
    before = file.read_bytes()
    write(file, [key for key in keys() if key["sha256"] != CITIZEN_DIGEST])
    assert post(address).status_code == 401
    assert post(address, KEEPER).status_code == 200
    file.write_bytes(before)
    assert post(address).status_code == 200


def test_each_key_has_its_own_rate(address: str) -> None:
    answers = [post(address, SLOW) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) >= 1
    assert post(address).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "desk.city.gov.cn"}, 200),
        ({"Host": "desk.city.gov.cn:8443"}, 200),
        ({"Host": "desk.city.gov.cn.evil.example"}, 421),
        ({"Host": "localhost"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://desk.city.gov.cn"}, 200),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 400),
        ({"Accept": "text/html"}, 406),
    ],
)
def test_hosts_origins_and_forms(address: str, headers: dict[str, str], status: int) -> None:
    assert post(address, **headers).status_code == status


def test_only_post_and_nothing_large(address: str) -> None:
    key = {"Authorization": f"Bearer {CITIZEN}"}
    for method in ("GET", "DELETE", "PUT"):
        answer = httpx.request(method, address, headers={**HEADERS, **key})
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    large = httpx.post(address, content=b"x" * 70_000, headers={**HEADERS, **key})
    assert large.status_code == 413
    broken = httpx.post(address, content=b"{", headers={**HEADERS, **key})
    assert broken.status_code == 400
    assert "content-security-policy" in broken.headers


def test_without_keys_there_is_no_door(small: Settings) -> None:
    assert McpDoor.of(small) is None
    with running(create_app(small, StagedDesk(open_house(small)))) as root:
        assert post(f"{root}/mcp").status_code == 404


def test_a_server_does_not_start_on_faulty_keys(small: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        create_app(small.model_copy(update={"mcp_keys": str(tmp_path / "none.yaml")}))


def test_a_city_without_tools_offers_none(small: Settings, tmp_path: Path) -> None:
    write(tmp_path / "keys.yaml", keys())
    settings = small.model_copy(update={"mcp_keys": str(tmp_path / "keys.yaml")})
    with running(create_app(settings, StagedDesk(open_house(settings)))) as root:
        answer = post(f"{root}/mcp")
        assert answer.status_code == 200
        assert '"tools":[]' in answer.text


@pytest.fixture
def alone(opened: Settings, tmp_path: Path) -> Iterator[str]:
    """`citydesk mcp serve --http`, as an operator starts it; gives its address."""
    root = f"http://127.0.0.1:{free_port()}"
    code = "from serve.cli import main; main()"
    command = [sys.executable, "-c", code, "mcp", "serve", "--http", "--port", root.rsplit(":", 1)[1]]
    environ = {
        **os.environ,
        "PYTHONPATH": f"{opened.home.parent / 'packages'}{os.pathsep}{ROOT}",
        "CITYDESK_CITY": str(opened.city),
        "CITYDESK_HOME": str(opened.home),
        "CITYDESK_MCP_KEYS": opened.mcp_keys,
    }
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        assert server.stdout
        try:
            assert server.stdout.readline() == f"CityDesk: {root}/mcp  (Ctrl+C stops)\n"
            deadline = time.monotonic() + 60
            while not is_up(root):
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield root
        finally:
            server.terminate()


def is_up(root: str) -> bool:
    try:
        return httpx.get(f"{root}/mcp").status_code == 401
    except httpx.TransportError:
        return False


async def test_the_door_alone_is_a_command(alone: str) -> None:
    async with client(f"{alone}/mcp", KEEPER) as keeper:
        names = [tool.name for tool in (await keeper.list_tools()).tools]
        assert names == ["benches.free", "benches.repair", "benches.sum"]
        assert content(await keeper.call_tool("benches.repair", {}))["ending"] == "proposed"


def test_the_door_alone_has_nothing_beside_it(alone: str) -> None:
    assert post(f"{alone}/mcp", "wrong").status_code == 401
    assert post(f"{alone}/mcp", Host="evil.example").status_code == 421
    answer = httpx.get(f"{alone}/")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
