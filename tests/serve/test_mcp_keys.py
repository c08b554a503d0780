"""Keys of MCP: who holds one, until when, and that a faulty file opens nothing."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput
from serve.mcp_keys import LONGEST, Keys, new_key
from tests.city.pack.making import write

TODAY = date(2026, 11, 26)
KEY, DIGEST = new_key()
OTHER, OTHER_DIGEST = new_key()


def entry(**changed: Any) -> dict[str, Any]:
    return {"name": "城市大脑", "sha256": DIGEST, "audience": "citizen", "expires": date(2026, 12, 31), **changed}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.yaml"


def change(path: Path, content: object) -> None:
    """Write the file anew, some time later."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    write(path, content)
    os.utime(path, ns=(before + 10**9, before + 10**9))


def test_a_key_opens_until_its_last_day(path: Path) -> None:
    write(path, [entry()])
    keys = Keys.open(path)
    for day, opens in ((TODAY, True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)):
        assert (keys.holder(KEY, day) is not None) is opens
    for wrong in ("", OTHER, DIGEST, KEY + "x", KEY[:-1], KEY.upper(), "长" * 999):
        assert keys.holder(wrong, TODAY) is None


def test_what_a_holder_may_do_stands_in_the_file(path: Path) -> None:
    write(path, [entry(), entry(name="b", sha256=OTHER_DIGEST, audience="staff", permissions=["a.b"])])
    keys = Keys.open(path)
    first, second = keys.holder(KEY, TODAY), keys.holder(OTHER, TODAY)
    assert first
    assert second
    assert (first.caller.audience, first.caller.permissions) == ("citizen", frozenset({"city.read"}))
    assert (second.caller.audience, second.caller.permissions) == ("staff", frozenset({"a.b"}))
    assert (second.caller.who, second.caller.via) == ("b", "mcp")


def test_a_key_longer_than_keys_are_is_not_looked_at(path: Path) -> None:
    import hashlib

    long = "x" * (LONGEST + 1)
    write(path, [entry(sha256=hashlib.sha256(long.encode()).hexdigest())])
    assert Keys.open(path).holder(long, TODAY) is None


def test_the_file_is_read_again_when_it_changes(path: Path) -> None:
    write(path, [entry()])
    keys = Keys.open(path)
    assert keys.holder(KEY, TODAY)
    change(path, [entry(sha256=OTHER_DIGEST)])
    assert (keys.holder(KEY, TODAY), keys.holder(OTHER, TODAY) is not None) == (None, True)


@pytest.mark.parametrize("content", ["- {", [{"name": "x"}], "text", "[]"])
def test_a_file_that_becomes_faulty_opens_nothing_until_it_is_mended(path: Path, content: object) -> None:
    write(path, [entry()])
    keys = Keys.open(path)
    change(path, content)
    assert keys.holder(KEY, TODAY) is None
    change(path, [entry()])
    assert keys.holder(KEY, TODAY)
    path.unlink()
    assert keys.holder(KEY, TODAY) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no file"),
        ([entry(sha256="abc")], "sha256"),
        ([entry(audience="mayor")], "audience"),
        ([entry(key=KEY)], "key"),
        ([entry(expires="never")], "expires"),
        ([entry(per_minute=0)], "per_minute"),
        ([{k: v for k, v in entry().items() if k != "expires"}], "expires"),
        ([entry(), entry(name="b")], "the same sha256"),
        ([entry(), entry(sha256=OTHER_DIGEST)], "the same name"),
    ],
)
def test_a_server_does_not_start_on_a_faulty_file(path: Path, content: object, said: str) -> None:
    if content is not None:
        write(path, content)
    with pytest.raises(BadInput) as caught:
        Keys.open(path)
    assert said in str(caught.value)
    assert KEY not in str(caught.value)


def test_a_file_that_anybody_may_write_is_refused(path: Path) -> None:
    write(path, [entry()])
    path.chmod(0o666)
    with pytest.raises(BadInput, match="chmod"):
        Keys.open(path)


def test_keys_are_long_and_never_the_same() -> None:
    made = {new_key()[0] for _ in range(50)}
    assert len(made) == 50
    assert min(map(len, made)) >= 43
