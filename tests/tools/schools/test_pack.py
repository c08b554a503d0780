"""The example pack's words and rules for the room."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from agents.citydata.telling import sentences
from tests.conftest import ROOT, YUNLAN
from tests.tools.rooms import told_of
from tests.tools.schools.conftest import Town
from tools.schools import tools
from tools.schools.answers import HowMany, OneSchool, WhereToBuild, WhichSchool, WhichYear
from tools.schools.settings import Norm, Size, Thresholds
from tools.seam.finding import tools_of

TOLD = told_of("schools")
MADE = {tool.id: tool for tool in tools_of(tools)}
GENERIC = {"no_data", "no_feed", "unknown_place", "several_places", "not_current"}


def test_every_tool_of_the_room_is_told() -> None:
    assert set(TOLD) == set(MADE) == {f"schools.{n}" for n in ("catchment", "school", "demand", "warnings", "siting")}
    for id, told in TOLD.items():
        assert set(told.audience) <= MADE[id].audience
        assert 25 <= len(set(told.examples)) <= 40
        assert set(told.words) <= set(MADE[id].arguments.model_fields)


def test_every_code_that_the_room_raises_has_its_words() -> None:
    raised = set()
    for file in (ROOT / "tools" / "schools").glob("*.py"):
        raised |= set(re.findall(r'code="(\w+)"', Path(file).read_text("utf-8")))
    raised |= {"several", "unknown_name"}
    said = {code for told in TOLD.values() for code in told.endings}
    assert raised - GENERIC - said == set()


def result(town: Town, id: str, *, staff: bool = True) -> BaseModel:
    asked = {
        "schools.catchment": WhichSchool(place="澜悦府"),
        "schools.school": OneSchool(school="澜外"),
        "schools.demand": HowMany(),
        "schools.warnings": WhichYear(),
        "schools.siting": WhereToBuild(district="landong", count=2),
    }[id]
    found: BaseModel = MADE[id].run(asked, town.data(staff=staff))
    return found


@pytest.mark.parametrize("id", sorted(MADE))
def test_results_are_told_in_whole_sentences(town: Town, id: str) -> None:
    told = sentences(TOLD[id], result(town, id), "c1")
    assert len(told) >= 3
    for sentence in told:
        assert sentence.text.endswith("。"), sentence.text
        assert "无数据" not in sentence.text
        shown = " ".join(field.text for field in sentence.fields)
        loose = set(re.findall(r"\d+", sentence.text)) - set(re.findall(r"\d+", shown))
        assert loose <= set(re.findall(r"\d+", TOLD[id].tell)), sentence.text


def test_the_city_draws_three_colours() -> None:
    limits = Thresholds.model_validate(yaml.safe_load((YUNLAN / Thresholds.FILE).read_text("utf-8")))
    assert [limits.colour(p) for p in (-20, -0.1, 0, 4.9, 5, 60)] == [
        "red",
        "red",
        "yellow",
        "yellow",
        "green",
        "green",
    ]


def test_levels_out_of_order_are_refused() -> None:
    levels = [{"colour": "yellow", "spare_below": 5, "reason": "x"}, {"colour": "red", "spare_below": 0, "reason": "x"}]
    names = {"red": "r", "yellow": "y", "green": "g"}
    with pytest.raises(ValidationError, match="from the worst"):
        Thresholds.model_validate({"levels": levels, "names": names})
    with pytest.raises(ValidationError, match="lacks green"):
        Thresholds.model_validate({"levels": levels[::-1], "names": {"red": "r", "yellow": "y"}})


def test_what_fits_on_land() -> None:
    sizes = (Size(hectares=2.2, classes=24), Size(hectares=3.0, classes=36))
    norm = Norm(radius_m=500, class_size=45, grades=6, sizes=sizes)
    assert [norm.entry_places(h) for h in (2.1, 2.2, 3.0)] == [(0, 0), (24, 180), (36, 270)]
