"""``mcp_servers/*.yaml``: everything that is wrong is named, and nothing is let in by accident."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput
from city.pack import PackError
from tests.city.pack.making import write
from tests.tools.mcp.making import AIR, admitted, server_file
from tools.mcp.servers import filled, read_servers

HTTP = {"kind": "http", "url": "https://air.example.org/mcp"}


def reading(root: Path, *files: dict[str, Any], rooms: tuple[str, ...] = ()) -> list[str]:
    for number, file in enumerate(files):
        write(root / "mcp_servers" / f"{number}.yaml", file)
    return [server.id for server in read_servers(root, rooms=rooms)]


def test_a_sound_file(tmp_path: Path) -> None:
    assert reading(tmp_path) == []
    assert reading(tmp_path, server_file(), server_file(HTTP, id="air")) == ["far", "air"]


def without(file: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in file.items() if key != name}


BAD_ARGUMENT = admitted("坏", arguments={"x": {"type": "object"}})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([server_file(id="Far")], "id"),
        ([server_file(id="parking")], "'parking' is taken"),
        ([server_file(), server_file()], "'far' is taken"),
        ([server_file(tools={})], "tools"),
        ([server_file(for_citizens=False)], "for_citizens is false"),
        ([without(server_file(), "for_citizens")], "for_citizens is false"),
        ([server_file({"kind": "http", "url": "http://air.example.org/mcp"})], "use https"),
        ([server_file({"kind": "http", "url": "http://127.0.0.1.evil.org/mcp"})], "use https"),
        ([server_file({"kind": "stdio", "command": []})], "command"),
        ([server_file({"kind": "pipe"})], "transport"),
        ([server_file(timeout_s=0)], "timeout_s"),
        ([server_file(password="x")], "password"),
        ([server_file(tools={"air": {**AIR, "effect": "write"}})], "effect"),
        ([server_file(tools={"air": without(AIR, "audience")})], "audience"),
        ([server_file(tools={"air": BAD_ARGUMENT})], "tools.air"),
        ([server_file(tools={"air": {**AIR, "result": {"properties": {"cut": {"type": "string"}}}}})], "result.cut"),
        ([server_file(tools={"air": {**AIR, "slots": {"town": "place"}}})], "slots"),
        ([server_file(tools={"air": {**AIR, "slots": {"city": "shape"}}})], "slots"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, files: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(PackError) as caught:
        reading(tmp_path, *files, rooms=("parking",))
    assert said in str(caught.value)


def test_variables_fill_texts_and_a_missing_one_is_named_without_values() -> None:
    texts = {"Authorization": "Bearer ${KEY}", "X": "$KEY ${OTHER}"}
    assert filled(texts, {"KEY": "k", "OTHER": "o"}) == {"Authorization": "Bearer k", "X": "$KEY o"}
    with pytest.raises(BadInput, match="set OTHER in") as caught:
        filled(texts, {"KEY": "geheim"})
    assert "geheim" not in str(caught.value)
