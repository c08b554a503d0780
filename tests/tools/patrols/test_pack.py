"""The example pack's words and rules for the room."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest

from agents.citydata.telling import sentences
from city.wording import template_fault
from tests.conftest import ROOT, YUNLAN
from tests.tools.patrols.conftest import Town, at, own_rules
from tests.tools.rooms import told_of
from tools.patrols import tools
from tools.patrols.asked import AssignAsked, NearestAsked, ProposeAsked, StatusAsked
from tools.patrols.fleet import STATES
from tools.patrols.rules import EventKind
from tools.seam.audit import MemoryLog
from tools.seam.endings import Ending
from tools.seam.finding import tools_of
from tools.seam.rights import read_rights
from tools.seam.toolbox import Caller, Offered, Toolbox

TOLD = told_of("patrols")
MADE = {tool.id: tool for tool in tools_of(tools)}
GENERIC = {"no_data", "no_feed", "unknown_place", "several_places", "not_current"}
ASKED: list[Any] = [
    *(NearestAsked(place="澜悦府", event=event) for event in get_args(EventKind)),
    NearestAsked(place="市政府"),
    NearestAsked(place="市政府", kind="drone"),
    NearestAsked(place="松岭镇", kind="drone", payload="thermal"),
    StatusAsked(),
    StatusAsked(district="nanping"),
    StatusAsked(unit="鼓楼巡飞1号"),
    StatusAsked(unit="西津巡逻1组"),
    ProposeAsked(place="会展中心", reason="散场"),
    ProposeAsked(place="会展中心", kind="drone"),
    AssignAsked(places=("鼓楼", "澜悦府", "没有这个地方")),
]


def test_every_tool_of_the_room_is_told_to_staff_only() -> None:
    assert set(TOLD) == set(MADE) == {f"patrols.{name}" for name in ("nearest", "status", "propose", "assign")}
    for id, told in TOLD.items():
        assert told.audience == ("staff",)
        assert MADE[id].audience == {"staff"}
        assert 25 <= len(set(told.examples)) <= 40
        assert set(told.words) <= set(MADE[id].arguments.model_fields)
        assert set(told.ask) <= set(MADE[id].arguments.model_fields)
        if "event" in told.words:
            assert set(told.words["event"]) == set(get_args(EventKind))


def test_every_code_that_the_room_raises_has_its_words() -> None:
    raised = {"several", "unknown_name"}
    for file in (ROOT / "tools" / "patrols").glob("*.py"):
        text = file.read_text("utf-8")
        raised |= set(re.findall(r'code="(\w+)"', text)) | set(re.findall(r'else "(unfit\w*)"', text))
    assert {"too_wide", "unfit", "unfit_nobody", "no_units", "few_places"} <= raised
    said = {code: sentence for told in TOLD.values() for code, sentence in told.endings.items()}
    assert raised - GENERIC - set(said) == set()
    assert not [
        sentence for sentence in said.values() if template_fault(sentence) or not sentence.endswith(("。", "？"))
    ]


def test_every_reason_and_state_has_its_words() -> None:
    words = own_rules().words
    text = (ROOT / "tools" / "patrols" / "reach.py").read_text("utf-8")
    reasons = set(re.findall(r'(?:return|yield|else) "(\w+)"', text)) | {"zone", "no_drone", "no_team", "shift_ends"}
    assert {"battery", "wind", "rain", "payload", "uncharted", "start_zone", "no_path", "weather"} <= reasons
    assert reasons | set(STATES) - {"free"} <= set(words.reasons)
    assert set(words.states) == set(STATES)


@pytest.mark.parametrize("hour", [3, 9, 22])
def test_results_are_told_in_whole_sentences(town: Town, hour: int) -> None:
    by_arguments = {tool.arguments: tool for tool in MADE.values()}
    for asked in ASKED:
        tool = by_arguments[type(asked)]
        told = sentences(TOLD[tool.id], tool.run(asked, town.data(at(26, hour))), "c1")
        assert told, asked
        for sentence in told:
            assert sentence.text.endswith("。"), sentence.text
            assert "无数据" not in sentence.text, sentence.text
            shown = " ".join(field.text for field in sentence.fields)
            assert set(re.findall(r"\d+", sentence.text)) <= set(re.findall(r"\d+", shown)), sentence.text
        if tool is not tools.status:
            assert any("还没有派出" in sentence.text for sentence in told)


def test_danger_is_sent_to_the_emergency_numbers(town: Town) -> None:
    for event in ("fire", "crowd", "search", "traffic"):
        found = tools.nearest.run(NearestAsked(place="澜悦府", event=event), town.data(at(26, 9)))
        assert re.search(r"先打(119|110|122)", sentences(TOLD["patrols.nearest"], found, "c1")[0].text)


def box(town: Town) -> Toolbox:
    offered = {id: Offered(MADE[id], told) for id, told in TOLD.items()}
    return Toolbox(town.pack, town.gazetteer, town.feeds, MemoryLog(), offered)


def test_who_may(town: Town) -> None:
    toolbox, rights = box(town), read_rights(YUNLAN)
    asked = {"place": "澜悦府", "event": "fire"}
    endings = {
        post: tuple(
            toolbox.call(f"patrols.{name}", asked, Caller.staff(*rights.of(post)), at(26, 9)).ending
            for name in ("nearest", "propose")
        )
        for post in ("agent", "dispatcher", "auditor")
    }
    assert endings == {
        "agent": (Ending.DONE, Ending.NOT_ALLOWED),
        "dispatcher": (Ending.DONE, Ending.PROPOSED),
        "auditor": (Ending.NOT_ALLOWED, Ending.NOT_ALLOWED),
    }
    everything = Caller("citizen", frozenset({"city.read", "patrols.read", "patrols.dispatch"}))
    assert toolbox.offered(everything) == []


def test_an_event_of_another_sort_is_a_bad_argument(town: Town) -> None:
    caller = Caller.staff("patrols.read")
    ended = box(town).call("patrols.nearest", {"place": "澜悦府", "event": "party"}, caller, at(26, 9))
    assert (ended.ending, ended.code, ended.fields["what"]) == (Ending.CANNOT_COMPUTE, "bad_arguments", "事件类别")
