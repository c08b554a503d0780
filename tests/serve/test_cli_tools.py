"""``citydesk tools`` and ``citydesk mcp key`` on a small city whose tools come from an installed package."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from serve.mcp_keys import Keys
from tests.city.pack.making import write
from tests.serve.conftest import Ran, Run
from tests.serve.toolcity import ZONE, add_tools, installed, write_benches

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZONE)
AT = ("--as-of", "2026-11-26T08:30")
RIGHTS = {"posts": {"keeper": ["city.read", "benches.manage"], "clerk": ["city.read"]}}
Tools = Callable[..., Ran]


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Iterator[Path]:
    add_tools(small_city)
    write(small_city / "citydata" / "rights.yaml", RIGHTS)
    write_benches(tmp_path / "home", NOW)
    with installed(tmp_path / "packages"):
        yield small_city


@pytest.fixture
def tools(run: Run, city: Path, tmp_path: Path) -> Tools:
    """``citydesk tools …`` in that city."""
    return lambda *arguments: run("tools", *arguments, "--city", city, "--home", tmp_path / "home")


def sound(ran: Ran) -> str:
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out


def ids(ran: Ran) -> list[str]:
    return [one["id"] for one in json.loads(sound(ran))]


# —— what there is ——


def test_list_shows_what_a_citizen_or_a_post_may_use(tools: Tools) -> None:
    open_to_all = ["benches.free", "benches.sum"]
    assert ids(tools("list", "--json")) == open_to_all
    assert ids(tools("list", "--json", "--post", "clerk")) == open_to_all
    assert ids(tools("list", "--json", "--post", "keeper")) == ["benches.free", "benches.repair", "benches.sum"]
    assert ids(tools("list", "--json", "--all")) == ["benches.free", "benches.repair", "benches.sum"]
    lines = sound(tools("list", "--post", "keeper")).splitlines()
    assert lines[1].split() == ["benches.repair", "staff", "propose", "benches.manage", "座椅报修"]
    assert lines[-1] == "3 tools"


def test_a_post_that_nobody_has_is_named_with_those_there_are(tools: Tools, city: Path) -> None:
    fault = tools("list", "--post", "mayor").fault()
    assert "'mayor'" in fault
    assert "clerk, keeper" in fault
    (city / "citydata" / "rights.yaml").unlink()
    assert "names no post" in tools("list", "--post", "keeper").fault()


def test_show_tells_fields_units_feeds_and_who_may(tools: Tools) -> None:
    page = json.loads(sound(tools("show", "benches.free", "--json", *AT)))
    assert page["arguments"] == [
        {
            "name": "bench", "kind": "text", "title": "座椅", "unit": "", "of": "", "required": False,
            "default": "b1", "bounds": "", "choices": {},
        }
    ]  # fmt: skip
    assert page["result"] == [{"name": "free", "title": "空位", "unit": "个", "digits": 0}]
    assert page["posts"] == ["clerk", "keeper"]
    feed, hedges = page["feeds"]
    assert (feed["dataset"], feed["feed"], feed["standing"], feed["limit"]) == (
        "benches.free",
        "park-benches",
        "fresh",
        "PT10M",
    )
    assert (hedges["dataset"], hedges["standing"], hedges["code"]) == ("benches.hedges", "missing", "no_feed")
    assert page["input_schema"]["properties"]["bench"]["default"] == "b1"

    out = sound(tools("show", "benches.free", *AT))
    for told in (
        "Free seats of a bench now.",
        "at most 3 s; cost 1",
        "空位 个",
        "公园座椅感应 (park_office)",
        "0:10:00",
    ):
        assert told in out
    assert "fresh " in out
    assert "late " in sound(tools("show", "benches.free", "--as-of", "2026-11-27"))
    assert "posts keeper" in sound(tools("show", "benches.repair"))


def test_show_tells_bounds_choices_and_fields_within_fields(run: Run, tmp_path: Path) -> None:
    page = json.loads(sound(run("tools", "show", "parking.near", "--json", "--home", tmp_path)))
    taken = {one["name"]: one for one in page["arguments"]}
    assert taken["radius"]["bounds"] == "at least 100, at most 5000"
    assert "便宜" in taken["want"]["choices"]["cheapest"]
    units = {one["name"]: one["unit"] for one in page["result"]}
    assert (units["lots[].free"], units["lots[].fee_2h"]) == ("个", "元")
    assert {feed["standing"] for feed in page["feeds"]} == {"missing"}


def test_a_tool_that_is_not_there_is_told_with_the_nearest(tools: Tools) -> None:
    assert "nearest: benches.free" in tools("show", "bench.free").fault()
    assert "benches.off" in tools("show", "benches.off").fault()
    assert "tools list --all" in tools("show", "zzz").fault()


# —— calls ——


def test_a_call_prints_ending_words_value_and_source(tools: Tools) -> None:
    out = sound(tools("call", "benches.free", "bench=b1", *AT))
    assert out.startswith("done ")
    for told in ("现在有4个空位。", '"free": 4', "source: 公园座椅感应 (park_office, 2026-11-26 08:27)"):
        assert told in out


def test_json_in_json_out(tools: Tools) -> None:
    made = json.loads(sound(tools("call", "benches.sum", "--json", '{"of": [1, 2.0], "half": true}')))
    assert (made["ending"], made["value"], made["said"]) == ("done", {"total": 1.5}, "合计1.5个。")
    assert made["arguments"] == {"of": [1, 2], "half": True}
    assert '"total": 3.0' in sound(tools("call", "benches.sum", "of=[1, 2]"))


@pytest.mark.parametrize(
    ("arguments", "ending", "words"),
    [
        (("benches.free", "bench=b2"), "not_current", "最近一次更新是11月26日6时30分"),
        (("benches.free", "bench=b9"), "no_data", ""),
        (("benches.sum", "of=[]"), "cannot_compute (no_numbers)", "请给出至少一个数。"),
        (("benches.sum", "of=many"), "cannot_compute (bad_arguments)", ""),
        (("benches.repair",), "not_allowed", ""),
        (("benches.repair", "--post", "clerk"), "not_allowed", ""),
        (("benches.off",), "not_allowed", ""),
        (("benches.none", "--post", "keeper"), "not_allowed", ""),
    ],
)
def test_a_call_without_value_ends_with_code_1_and_says_how(
    tools: Tools, arguments: tuple[str, ...], ending: str, words: str
) -> None:
    ran = tools("call", *arguments, *AT)
    assert ran.code == 1
    assert ran.out.startswith(f"{ending}  ")
    assert words in ran.out
    assert "90909" not in ran.out
    assert '"free"' not in ran.out


def test_a_post_proposes_what_a_citizen_may_not(tools: Tools) -> None:
    assert sound(tools("call", "benches.repair", "--post", "keeper", *AT)).startswith("proposed  ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bench",), "'bench' is no argument: write KEY=VALUE"),
        (("=b1",), "is no argument"),
        (("of=[1",), "of: '[1' is not JSON"),
        (("--json", "{torn"), "is not JSON"),
        (("--json", "[1]"), "is no object"),
        (("--json", "[" * 99_000), "is not JSON"),
        (("bench=b1", "--json", "{}"), "not both"),
        (("--as-of", "yesterday"), "--as-of 'yesterday' is no moment"),
    ],
)
def test_what_cannot_be_read_is_one_line(tools: Tools, arguments: tuple[str, ...], said: str) -> None:
    assert said in tools("call", "benches.free", *arguments).fault()


# —— the record ——


def record(tmp_path: Path) -> Path:
    return tmp_path / "home" / "xiaocheng" / "tools" / "calls.jsonl"


def test_calls_are_recorded_with_who_asked_and_for_which_moment(tools: Tools, tmp_path: Path) -> None:
    tools("call", "benches.free", "bench=b1", *AT)
    tools("call", "benches.free", "bench=b2", *AT)
    tools("call", "benches.repair", "--post", "keeper", *AT)
    logged = json.loads(sound(tools("log", "--json")))
    assert [call["ending"] for call in logged["calls"]] == ["done", "not_current", "proposed"]
    assert (logged["total"], logged["faults"]) == (3, [])
    first, _, last = logged["calls"]
    assert (first["audience"], first["via"], first["now"]) == ("citizen", "command line", "2026-11-26T08:30:00+08:00")
    assert (last["audience"], last["who"].endswith("(keeper)")) == ("staff", True)
    only = json.loads(sound(tools("log", "--json", "--tool", "benches.free", "--ending", "not_current")))
    assert [call["arguments"] for call in only["calls"]] == [{"bench": "b2"}]
    lines = sound(tools("log", "--limit", 1)).splitlines()
    assert len(lines) == 2
    assert "benches.repair" in lines[0]
    assert lines[1].startswith("3 calls: the chain holds; head ")
    assert len(sound(tools("log", "--limit", 0)).splitlines()) == 1


def test_the_record_tells_when_somebody_changed_it(tools: Tools, tmp_path: Path) -> None:
    assert sound(tools("log")).startswith("0 calls: the chain holds")
    for bench in ("b1", "b2", "b1"):
        tools("call", "benches.free", f"bench={bench}", *AT)
    head = json.loads(sound(tools("log", "--json")))["head"]
    assert tools("log", "--noted", head).code == 0
    whole = record(tmp_path).read_text("utf-8")

    record(tmp_path).write_text(whole.replace('"b2"', '"b1"'), "utf-8")
    ran = tools("log")
    assert ran.code == 1
    assert "line 2 was changed, moved or left out" in ran.out
    assert "3 calls: 1 faults" in ran.out

    first, second, _ = whole.splitlines(keepends=True)
    record(tmp_path).write_text(first + second, "utf-8")
    assert tools("log").code == 0
    cut = tools("log", "--noted", head)
    assert cut.code == 1
    assert "is not in the chain: lines were cut off" in cut.out


# —— keys ——


def test_a_key_opens_what_its_post_may_use(run: Run, city: Path, tmp_path: Path) -> None:
    made = [
        run("mcp", "key", "--name", "小程序", "--city", city),
        run("mcp", "key", "--name", "园林处", "--post", "keeper", "--days", 3, "--city", city),
        run("mcp", "key", "--name", "规划局", "--permission", "land.check", "--city", city),
    ]
    assert [ran.code for ran in made] == [0, 0, 0]
    write(tmp_path / "keys.yaml", [entry for ran in made for entry in yaml.safe_load(ran.out)])
    keys = Keys.open(tmp_path / "keys.yaml")
    held: list[Any] = [keys.holder(ran.err.rsplit(" ", 1)[1].strip(), date.today()) for ran in made]
    assert [(key.name, key.audience, set(key.permissions)) for key in held] == [
        ("小程序", "citizen", {"city.read"}),
        ("园林处", "staff", {"city.read", "benches.manage"}),
        ("规划局", "staff", {"city.read", "land.check"}),
    ]
    assert held[1].expires == date.today() + timedelta(days=3)
    assert all(ran.err.rsplit(" ", 1)[1].strip() not in ran.out for ran in made)
    assert "names clerk, keeper" in run("mcp", "key", "--name", "x", "--post", "mayor", "--city", city).fault()


def test_options_that_do_not_go_together(run: Run, city: Path) -> None:
    assert "go with --http" in run("mcp", "serve", "--port", 8000, "--city", city).fault()
    assert "each key says who calls" in run("mcp", "serve", "--http", "--post", "keeper", "--city", city).fault()
    assert "CITYDESK_MCP_KEYS is not set" in run("mcp", "serve", "--http", "--city", city).fault()
    assert "No outside server 'far'" in run("mcp", "outside", "far", "--city", city).fault()
