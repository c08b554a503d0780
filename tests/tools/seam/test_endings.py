"""Every way a call can end, and that none but the first brings a value."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from city.pack import CityPack
from tests.tools.seam.toys import CITIZEN, FREE, NOW, a_tool, box_of, told, waiting, write_rows
from tools.seam.audit import CallRecord, MemoryLog, digest
from tools.seam.endings import Ending
from tools.seam.hands import Hands
from tools.seam.result import ToolResult
from tools.seam.toolbox import Offered, Toolbox


def ended(box: Toolbox, way: str) -> ToolResult:
    return box.call("toys.end", {"way": way}, CITIZEN, NOW)


def test_a_value_comes_with_its_source(box: Toolbox, log: MemoryLog) -> None:
    result = box.call("benches.free", {}, CITIZEN, NOW)
    assert (result.ending, result.code, result.value) == (Ending.DONE, "", {"free": 4})
    assert result.arguments == {"bench": "b1"}
    source = result.sources[0]
    assert (source.feed, source.title, source.unit) == ("park-benches", "公园座椅感应", "bureau")
    assert source.at == datetime(2026, 11, 26, 8, 27, tzinfo=NOW.tzinfo)
    record = log.records[0]
    assert (record.call, record.tool, record.ending, record.via) == (result.call, "benches.free", Ending.DONE, "chat")
    assert record.value == digest({"free": 4})
    assert record.sources == ("park-benches",)
    assert (result.now, record.at.tzinfo) == (NOW, NOW.tzinfo)


@pytest.mark.parametrize(
    ("way", "ending", "code"),
    [
        ("row", Ending.NOT_ALLOWED, "row"),
        ("none", Ending.NO_DATA, "no_data"),
        ("several", Ending.CANNOT_COMPUTE, "several"),
        ("busy_feed", Ending.CANNOT_COMPUTE, "feed_fault"),
        ("bad_feed", Ending.CANNOT_COMPUTE, "feed_fault"),
        ("crash", Ending.CANNOT_COMPUTE, "fault"),
        ("quit", Ending.CANNOT_COMPUTE, "fault"),
        ("wrong", Ending.CANNOT_COMPUTE, "fault"),
        ("timeout", Ending.CANNOT_COMPUTE, "fault"),
    ],
)
def test_each_ending_is_named_and_recorded(box: Toolbox, log: MemoryLog, way: str, ending: Ending, code: str) -> None:
    result = ended(box, way)
    assert (result.ending, result.code, result.value, result.is_done) == (ending, code, None, False)
    assert "secret" not in result.reason
    assert [(r.ending, r.value, r.reason) for r in log.records] == [(ending, "", result.reason)]


def test_an_old_value_is_no_value(box: Toolbox) -> None:
    result = box.call("benches.free", {"bench": "b2"}, CITIZEN, NOW)
    assert (result.ending, result.code, result.value) == (Ending.NOT_CURRENT, "not_current", None)
    assert result.fields == {"title": "公园座椅感应", "at": "2026-11-26T06:30+08:00"}
    assert box.call("benches.free", {"bench": "b9"}, CITIZEN, NOW).ending == Ending.NO_DATA


def test_fields_fill_the_sentence(box: Toolbox) -> None:
    assert ended(box, "none").fields == {"bench": "b9"}
    assert ended(box, "several").fields == {"names": "一号、二号"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "way: Field required"),
        ({"way": "sideways"}, "way: Input should be"),
        ({"way": "none", "colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"way": ["none"]}, "way: "),
        ({1: 2, "way": "none"}, "1"),
        ({"way": "none", "x\ud800": 1}, "unicode"),
    ],
)
def test_bad_arguments_are_named_by_their_place(box: Toolbox, log: MemoryLog, given: dict[Any, Any], said: str) -> None:
    result = box.call("toys.end", given, CITIZEN, NOW)
    assert (result.ending, result.code) == (Ending.CANNOT_COMPUTE, "bad_arguments")
    assert said in result.reason
    CallRecord.model_validate_json(log.records[0].model_dump_json())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"way": object()}, None),
        ({"way": float("nan")}, {"way": "nan"}),
        ({"way": "半\ud800"}, {"way": "半?"}),
        ({"way": [{"deep": "\udfff"}]}, {"way": [{"deep": "?"}]}),
        ({"way": b"\xff"}, {"unreadable": "dict"}),
        ({"way": datetime(2026, 1, 1)}, {"way": "2026-01-01T00:00:00"}),
    ],
)
def test_whatever_is_given_can_be_recorded(
    box: Toolbox, log: MemoryLog, given: dict[str, Any], kept: dict[str, Any] | None
) -> None:
    result = box.call("toys.end", given, CITIZEN, NOW)
    assert result.code == "bad_arguments"
    assert kept is None or log.records[0].arguments == kept
    assert CallRecord.model_validate_json(log.records[0].model_dump_json()) == log.records[0]


def test_what_goes_around_in_a_circle_is_refused(box: Toolbox) -> None:
    circle: dict[str, Any] = {}
    circle["way"] = circle
    assert box.call("toys.end", circle, CITIZEN, NOW).arguments == {"unreadable": "dict"}


def test_long_arguments_and_names_are_cut_in_the_record(box: Toolbox, log: MemoryLog) -> None:
    result = box.call("toys.end", {"way": "长" * 100_000}, CITIZEN, NOW)
    assert result.code == "bad_arguments"
    kept = log.records[0].arguments
    assert set(kept) == {"cut", "sha256"}
    assert len(log.records[0].model_dump_json()) < 10_000
    assert box.call("x" * 100_000, {}, CITIZEN, NOW).ending == Ending.NOT_ALLOWED
    assert len(log.records[1].tool) == 200
    assert len(log.records[1].reason) <= 1_000


def test_numbers_of_persons_are_not_recorded(box: Toolbox, log: MemoryLog) -> None:
    asked = "13800000000的人在中山路12号，身份证11010519491231002X"
    result = box.call("benches.free", {"bench": asked}, CITIZEN, NOW)
    assert result.arguments == {"bench": asked}
    assert log.records[0].arguments == {"bench": "⟦mobile⟧的人在中山路12号，身份证⟦id_card⟧"}
    box.call("toys.end", {"way": ["13800000000", 13800000000]}, CITIZEN, NOW)
    assert log.records[1].arguments["way"][0] == "⟦mobile⟧"


def test_a_moment_without_zone_is_a_programmers_fault(box: Toolbox) -> None:
    with pytest.raises(ValueError, match="zone"):
        box.call("benches.free", {}, CITIZEN, NOW.replace(tzinfo=None))


def test_a_slow_tool_ends_in_its_time(toy_pack: CityPack, tmp_path: Path) -> None:
    going, begun = threading.Event(), threading.Event()
    box = box_of(toy_pack, tmp_path, Offered(waiting(going, begun), told()))
    result = box.call("toys.wait", {}, CITIZEN, NOW)
    going.set()
    assert begun.is_set()
    assert (result.ending, result.code, result.value) == (Ending.CANNOT_COMPUTE, "too_slow", None)


def test_tools_that_hang_leave_others_hands_until_none_is_free(toy_pack: CityPack, tmp_path: Path) -> None:
    going = threading.Event()
    tools = [Offered(waiting(going, threading.Event()), told()), Offered(a_tool(), told())]
    box = box_of(toy_pack, tmp_path, *tools, hands=Hands(2))
    assert box.call("toys.wait", {}, CITIZEN, NOW).code == "too_slow"
    assert box.call("toys.any", {}, CITIZEN, NOW).is_done
    assert box.call("toys.wait", {}, CITIZEN, NOW).code == "too_slow"
    third = box.call("toys.wait", {}, CITIZEN, NOW)
    assert (third.code, "all 2 hands are busy" in third.reason) == ("too_slow", True)
    going.set()
    assert box.call("toys.any", {}, CITIZEN, NOW).is_done


def test_sources_read_past_the_time_do_no_harm(toy_pack: CityPack, tmp_path: Path) -> None:
    """A tool that is late goes on reading while its ending is told."""
    stop, calls = threading.Event(), 60
    write_rows(tmp_path, [("b1", NOW, 1)])

    def run(asked: Any, data: Any) -> Any:
        used = data.feeds.latest(FREE, NOW, {}, internal=True)[1]
        names = [f"n{index}" for index in range(2_000)]
        while not stop.is_set():
            data.used.clear()
            for name in names:
                data.used[name] = used
        return None

    busy = a_tool().__class__(**{**vars(a_tool()), "run": run, "timeout_s": 0.01})
    box = box_of(toy_pack, tmp_path, Offered(busy, told()), hands=Hands(calls))
    try:
        assert {box.call("toys.any", {}, CITIZEN, NOW).code for _ in range(8)} == {"too_slow"}
    finally:
        stop.set()


def test_many_at_once(box: Toolbox, log: MemoryLog) -> None:
    results: list[ToolResult] = []
    threads = [
        threading.Thread(target=lambda: results.append(box.call("benches.free", {}, CITIZEN, NOW))) for _ in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.value for result in results] == [{"free": 4}] * 24
    assert len({record.call for record in log.records}) == 24


class FullDisk:
    """A log that cannot keep anything."""

    def add(self, record: CallRecord) -> None:
        raise OSError(28, "No space left on device")


def test_what_leaves_no_record_brings_no_value(toy_pack: CityPack, tmp_path: Path) -> None:
    box = box_of(toy_pack, tmp_path, Offered(a_tool(), told()), log=FullDisk())
    with pytest.raises(OSError, match="No space left"):
        box.call("toys.any", {}, CITIZEN, NOW)


def test_a_closed_box_answers_nothing(toy_pack: CityPack, tmp_path: Path) -> None:
    box = box_of(toy_pack, tmp_path, Offered(a_tool(), told()))
    box.close()
    assert box.call("toys.any", {}, CITIZEN, NOW).code == "fault"
