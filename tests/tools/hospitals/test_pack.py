"""The example pack's words and rules for the room."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from agents.citydata.telling import sentences
from tests.conftest import ROOT, YUNLAN
from tests.tools.hospitals.conftest import Town, at
from tests.tools.rooms import told_of
from tools.hospitals import tools
from tools.hospitals.answers import HowLong, WhereNear, WhichWay
from tools.hospitals.settings import PURPOSES, Rules
from tools.seam.finding import tools_of

TOLD = told_of("hospitals")
MADE = {tool.id: tool for tool in tools_of(tools)}
GENERIC = {"no_data", "no_feed", "unknown_place", "several_places", "not_current"}
ASKED: list[Any] = [
    *(WhichWay(hospital=name, purpose=p) for p in PURPOSES for name in ("市人民医院", "市二医院")),
    WhichWay(hospital="市人民医院澜东院区", time=at(28, 22)),
    WhereNear(place="鼓楼"),
    WhereNear(place="澜东新区", department="儿科"),
    HowLong(hospital="市人民医院"),
    HowLong(hospital="儿童医院", department="儿科"),
    HowLong(hospital="市三医院", department="口腔科"),
]


def test_every_tool_of_the_room_is_told() -> None:
    assert set(TOLD) == set(MADE) == {"hospitals.entrance", "hospitals.near", "hospitals.waiting"}
    for id, told in TOLD.items():
        assert 25 <= len(set(told.examples)) <= 40
        assert set(told.words) <= set(MADE[id].arguments.model_fields)
    assert set(TOLD["hospitals.entrance"].words["purpose"]) == set(PURPOSES)


def test_every_code_that_the_room_raises_has_its_words() -> None:
    raised = {"several", "unknown_name"}
    for file in (ROOT / "tools" / "hospitals").glob("*.py"):
        raised |= set(re.findall(r'code="(\w+)"', file.read_text("utf-8")))
    assert raised - GENERIC - {code for told in TOLD.values() for code in told.endings} == set()


@pytest.mark.parametrize("hour", [3, 9, 13, 19])
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
            loose = set(re.findall(r"\d+", sentence.text)) - set(re.findall(r"\d+", shown))
            assert loose <= {"120"}, sentence.text


@pytest.mark.parametrize("hour", [3, 9])
def test_danger_is_sent_to_120(town: Town, hour: int) -> None:
    data = town.data(at(26, hour))
    near = sentences(TOLD["hospitals.near"], tools.near.run(WhereNear(place="鼓楼"), data), "c1")
    assert "120" in near[0].text
    way = tools.entrance.run(WhichWay(hospital="市人民医院", purpose="emergency"), data)
    assert "120" in sentences(TOLD["hospitals.entrance"], way, "c1")[0].text
    for ending in ("nothing_near",):
        assert "120" in TOLD["hospitals.near"].endings[ending]


def test_far_hospitals_are_told_in_kilometres(town: Town) -> None:
    found = tools.near.run(WhereNear(place="松岭镇"), town.data(at(26, 9)))
    assert all(h.km == round((h.metres or 0) / 1000, 1) for h in found.hospitals)
    text = "".join(one.text for one in sentences(TOLD["hospitals.near"], found, "c1"))
    assert re.search(r"直线\d+\.\d公里", text)
    assert not re.search(r"直线\d{4,}米", text)
    whole = tools.near.run(WhereNear(place="澜东新区"), town.data(at(26, 9)))
    assert "澜东新区的医院" in sentences(TOLD["hospitals.near"], whole, "c1")[1].text


def test_departments_where_nobody_waits_are_not_crowded(town: Town) -> None:
    found = tools.waiting.run(HowLong(hospital="云大附院"), town.data(at(26, 10)))
    calm = [one.model_copy(update={"waiting": 0, "minutes": 0}) for one in found.departments]
    one_busy = found.model_copy(update={"departments": (found.departments[0], *calm[1:])})
    told = sentences(TOLD["hospitals.waiting"], one_busy, "c1")
    assert not [s.text for s in told if re.search(r"(?<!\d)0(人|分钟)", s.text)]
    nobody = found.model_copy(update={"total": 0, "departments": tuple(calm)})
    text = "".join(one.text for one in sentences(TOLD["hospitals.waiting"], nobody, "c1"))
    assert "没有人候诊" in text
    assert "等的人多的是" not in text


def test_a_purpose_without_a_name_is_refused() -> None:
    given = yaml.safe_load((YUNLAN / Rules.FILE).read_text("utf-8"))
    assert Rules.model_validate(given).parking.day_cap == 20
    del given["purposes"]["fever"]
    with pytest.raises(ValidationError, match="lacks fever"):
        Rules.model_validate(given)
