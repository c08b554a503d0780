"""The record of calls: nothing changed, moved or left out without showing; nothing lost by threads and processes."""

from __future__ import annotations

import multiprocessing
import os
import stat
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.errors import BadInput
from tests.tools.seam.toys import NOW
from tools.seam.audit import CallRecord, Fault, FileLog, digest, plain
from tools.seam.endings import Ending


def record(number: int, **fields: Any) -> CallRecord:
    given: dict[str, Any] = {
        "call": f"c{number}",
        "at": NOW,
        "tool": "benches.free",
        "arguments": {"bench": "长椅", "metres": 0.1},
        "audience": "citizen",
        "who": "",
        "via": "chat",
        "ending": Ending.DONE,
        "ms": 1.25,
        **fields,
    }
    return CallRecord.model_validate(given)


@pytest.fixture
def log(tmp_path: Path) -> FileLog:
    return FileLog(tmp_path / "tools" / "calls.jsonl")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tools" / "calls.jsonl"


def fill(log: FileLog, count: int = 5) -> None:
    for number in range(count):
        log.add(record(number))


def test_what_was_kept_is_read_again(log: FileLog, path: Path) -> None:
    assert (list(log.read()), log.check().calls) == ([], 0)
    fill(log)
    read = list(log.read())
    assert [r.model_copy(update={"chain": ""}) for r in read] == [record(number) for number in range(5)]
    found = log.check()
    assert (found.calls, found.faults, found.head) == (5, [], read[-1].chain)
    assert len({r.chain for r in read}) == 5
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


Lines = list[bytes]
SPOILT: list[tuple[str, Callable[[Lines], Lines], list[int]]] = [
    ("changed", lambda x: [x[0], x[1].replace(b'"who":""', b'"who":"x"'), *x[2:]], [2]),
    ("first changed", lambda x: [x[0].replace(b"done", b"no_data"), *x[1:]], [1]),
    ("taken out", lambda x: [x[0], *x[2:]], [2]),
    ("first taken out", lambda x: x[1:], [1]),
    ("twice", lambda x: [x[0], x[1], x[1], *x[2:]], [3]),
    ("exchanged", lambda x: [x[0], x[2], x[1], *x[3:]], [2, 3, 4]),
    ("not JSON", lambda x: [x[0], b"{oops\n", *x[2:]], [2, 3]),
    ("not UTF-8", lambda x: [x[0], b"\xff\xfe\n", *x[2:]], [2, 3]),
    ("empty line", lambda x: [x[0], b"\n", *x[1:]], [2, 3]),
    ("chain exchanged", lambda x: [x[0], x[1][:-10] + x[2][-10:], *x[2:]], [2, 3]),
]


@pytest.mark.parametrize(("spoil", "where"), [case[1:] for case in SPOILT], ids=[case[0] for case in SPOILT])
def test_tampering_shows(log: FileLog, path: Path, spoil: Callable[[Lines], Lines], where: list[int]) -> None:
    fill(log)
    path.write_bytes(b"".join(spoil(path.read_bytes().splitlines(keepends=True))))
    assert [fault.line for fault in log.check().faults] == where
    with pytest.raises(BadInput, match=f"line {where[0]} "):
        list(log.read())


@given(st.integers(0, 4), st.integers(0, 400), st.integers(1, 255))
def test_no_byte_can_be_changed_unseen(tmp_path_factory: pytest.TempPathFactory, line: int, at: int, by: int) -> None:
    path = tmp_path_factory.mktemp("log") / "calls.jsonl"
    log = FileLog(path)
    fill(log)
    lines = path.read_bytes().splitlines(keepends=True)
    spoilt = bytearray(lines[line])
    spoilt[at % (len(spoilt) - 1)] ^= by
    lines[line] = bytes(spoilt)
    path.write_bytes(b"".join(lines))
    assert log.check().faults


def test_a_line_cut_off_at_the_end_shows_in_the_head_alone(log: FileLog, path: Path) -> None:
    fill(log)
    noted = log.check().head
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    found = log.check()
    assert found.faults == []
    assert found.head != noted
    assert [fault.line for fault in log.check(noted=noted).faults] == [0]


def test_a_noted_head_stays_in_the_chain(log: FileLog) -> None:
    assert log.check(noted=log.check().head).faults == []
    fill(log, 2)
    noted, start = log.check().head, "0" * 64
    log.add(record(2))
    assert log.check(noted=noted).faults == log.check(noted=start).faults == []
    assert "'abc' is not in the chain" in log.check(noted="abc").faults[0].message


def test_the_check_shows_what_can_be_read_on_both_sides_of_a_fault(log: FileLog, path: Path) -> None:
    fill(log, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"torn\n" + lines[2])
    seen: list[str] = []
    found = log.check(lambda one: seen.append(one.call))
    assert seen == ["c0", "c2"]
    assert [fault.line for fault in found.faults] == [2, 3]


@pytest.mark.parametrize("torn", [b'{"call": "c9", "at"', b"\xff", b"x" * 10_000, b"\n"])
def test_a_torn_last_line_stops_no_call_and_stays_visible(log: FileLog, path: Path, torn: bytes) -> None:
    fill(log, 3)
    with path.open("ab") as file:
        file.write(torn)
    log.add(record(3))
    log.add(record(4))
    assert log.check().faults == [Fault(4, "is damaged")]
    assert log.check().calls == 6
    with pytest.raises(BadInput, match="line 4 is damaged; restore"):
        list(log.read())


def test_a_missing_end_of_line_is_mended(log: FileLog, path: Path) -> None:
    fill(log, 3)
    path.write_bytes(path.read_bytes()[:-1])
    log.add(record(3))
    assert (log.check().calls, log.check().faults) == (4, [])


def test_a_very_long_last_line_is_found_whole(log: FileLog) -> None:
    for size in (1, 3_000, 5_000, 50_000):
        log.add(record(size, reason="长" * size))
    log.add(record(9))
    assert (log.check().calls, log.check().faults) == (5, [])


def test_where_the_file_cannot_be_written_nothing_is_half_written(
    log: FileLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(log, 2)
    before = path.read_bytes()

    def full(file: Any, line: bytes) -> None:
        file.write(line[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tools.seam.audit._write", full)
    with pytest.raises(OSError, match="No space"):
        log.add(record(2))
    monkeypatch.undo()
    assert path.read_bytes() == before
    log.add(record(2))
    assert log.check().faults == []


def test_a_folder_in_the_way_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "calls.jsonl").mkdir()
    with pytest.raises(OSError, match=r"calls\.jsonl"):
        FileLog(tmp_path / "calls.jsonl").add(record(0))


def test_many_threads_keep_one_chain(log: FileLog) -> None:
    threads = [threading.Thread(target=fill, args=(log, 20)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (log.check().calls, log.check().faults) == (160, [])


def _fill(path: str, count: int) -> None:
    fill(FileLog(Path(path)), count)


def test_many_processes_keep_one_chain(log: FileLog, path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_fill, args=(os.fspath(path), 25)) for _ in range(3)]
    for process in processes:
        process.start()
    fill(log, 25)
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert (log.check().calls, log.check().faults) == (100, [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(categories=["Cs"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=6) | st.characters(categories=["Cs"]), JSON, max_size=4))
def test_whatever_the_arguments_are_the_chain_holds(
    tmp_path_factory: pytest.TempPathFactory, arguments: dict[str, Any]
) -> None:
    log = FileLog(tmp_path_factory.mktemp("log") / "calls.jsonl")
    log.add(record(1, arguments=plain(arguments)))
    log.add(record(2))
    assert [r.call for r in log.read()] == ["c1", "c2"]


def test_a_digest_is_of_the_value_not_of_its_order() -> None:
    assert digest({"a": 1, "b": "长"}) == digest({"b": "长", "a": 1}) != digest({"a": 1, "b": "短"})
    assert digest(None) == ""
    assert digest({}) != ""


def test_times_keep_their_zone(log: FileLog) -> None:
    log.add(record(1, at=datetime(2026, 11, 26, 8, 30, 0, 1234, tzinfo=NOW.tzinfo)))
    assert "+08:00" in next(log.read()).model_dump_json()
