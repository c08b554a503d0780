from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.citydata.checking import fault
from agents.citydata.telling import at_path, lines, sentences
from agents.contract import FieldShown, Sentence
from city.errors import BadInput
from tests.agents.citydata.conftest import NOW, Lot, NearLots
from tools.seam.fields import Shown
from tools.seam.showing import number, text_of
from tools.seam.toolbox import Caller, Toolbox

PLAIN = Shown("", "", 0)


@pytest.mark.parametrize(
    ("value", "how", "told"),
    [
        (None, PLAIN, "无数据"),
        (True, PLAIN, "是"),
        (12, Shown("", "个", 0), "12个"),
        (3.14159, Shown("", "公里", 1), "3.1公里"),
        (3.0, Shown("", "%", 1), "3%"),
        (100, Shown("", "个", 1), "100个"),
        (-0.2, PLAIN, "0"),
        (0, Shown("", "个", 0), "0个"),
        (date(2026, 11, 3), PLAIN, "2026年11月3日"),
        (datetime(2026, 11, 3, 8, 5, tzinfo=UTC), PLAIN, "11月3日8时5分"),
        (datetime(2026, 11, 3, 8, tzinfo=UTC), PLAIN, "11月3日8时"),
        (time(8, 0), PLAIN, "8:00"),
        (["一层", "二层"], PLAIN, "一层、二层"),
        ([], PLAIN, "无"),
        ("东门", PLAIN, "东门"),
    ],
)
def test_values_are_told_with_their_unit(value: object, how: Shown, told: str) -> None:
    assert text_of(value, how) == told


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_told_number_is_the_rounded_value(value: float, digits: int) -> None:
    assert float(number(value, digits)) == pytest.approx(value, abs=0.51 * 10**-digits)


def near() -> NearLots:
    lots = [Lot(name="甲停车场", spaces=None, free=free, at=NOW) for free in (7, 12)]
    return NearLots(place="鼓楼", lots=lots)


def test_each_value_of_a_sentence_names_its_field() -> None:
    [line] = lines("{{ place }}附近的{{ lots[1].name }}空{{ lots[1].free }}。", near(), "c1")
    assert line.text == "鼓楼附近的甲停车场空12个。"
    assert [(f.path, f.text) for f in line.fields] == [
        ("place", "鼓楼"),
        ("lots[1].name", "甲停车场"),
        ("lots[1].free", "12个"),
    ]


def test_templates_count_loop_and_compare() -> None:
    template = (
        "{% for lot in lots if lot.free > 10 %}{{ lot.name }}{{ lot.free | bare }}\n{% endfor %}"
        "{% if lots|length > 1 %}不止一处{% endif %}"
    )
    assert [line.text for line in lines(template, near(), "c")] == ["甲停车场12", "不止一处"]
    assert lines(template, near(), "c")[0].fields[1].path == "lots[1].free"


@pytest.mark.parametrize("template", ["{{ nothing }}", "{{ lots[0].nothing }}", "{% if %}", "{{ lots[0].__class__ }}"])
def test_a_template_that_does_not_fit_is_the_packs_fault(template: str) -> None:
    with pytest.raises(BadInput, match="template"):
        lines(template, near(), "c")


def test_paths_lead_to_values() -> None:
    assert at_path(near(), "lots[0].free")[0] == 7
    for wrong in ("lots[9].free", "lots[0].nothing", "nothing"):
        with pytest.raises((LookupError, TypeError)):
            at_path(near(), wrong)


def called(box: Toolbox) -> tuple[list[Sentence], list[dict[str, object]]]:
    result = box.call("lots.lot", {"lot": "鼓楼地下停车场"}, Caller.citizen(), NOW)
    offered = box.get("lots.lot")
    assert offered is not None
    assert result.value is not None
    said = sentences(offered.told, offered.tool.result.model_validate(result.value), result.call)
    return said, [result.model_dump(mode="json")]


def test_a_measured_sentence_stands_on_its_result(box: Toolbox) -> None:
    said, calls = called(box)
    assert [s.text for s in said] == ["鼓楼地下停车场有300个泊位，现在空3个。", "快满了。"]
    assert [s.kind for s in said] == ["measured", "frame"]
    assert fault(said[0], calls, box) == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [("空3个", "空30个"), ("300个", "301个"), ("现在空3个", "现在空3个，明天会有50个"), ("鼓楼地下", "古玩城")],
)
def test_a_sentence_that_says_something_else_falls(box: Toolbox, old: str, new: str) -> None:
    said, calls = called(box)
    changed = said[0].model_copy(update={"text": said[0].text.replace(old, new)})
    assert fault(changed, calls, box) != ""


def test_a_field_that_was_shown_wrongly_falls(box: Toolbox) -> None:
    said, calls = called(box)
    fields = [FieldShown(call=f.call, path=f.path, text=f.text.replace("300", "500")) for f in said[0].fields]
    changed = said[0].model_copy(update={"text": said[0].text.replace("300", "500"), "fields": fields})
    assert "300" in fault(changed, calls, box)
    assert fault(said[0], [], box) != ""
    assert fault(said[0], calls, None) != ""


def test_what_is_not_known_is_none_to_a_template() -> None:
    template = (
        "{% if lots[0].spaces is none %}没有{% endif %}{% if lots[0].free is not none %}{{ lots[0].free }}{% endif %}。"
    )
    [line] = lines(template, near(), "c1")
    assert line.text == "没有7个。"
    assert lines("{% if lots[0].spaces is not none %}{{ lots[0].spaces }}{% endif %}", near(), "c1") == []


def test_a_part_of_a_list_keeps_each_items_place(box: Toolbox) -> None:
    told = lines("{% for lot in lots[:1] %}{{ lot.name }}空{{ lot.free }}{% endfor %}", near(), "c")
    assert [shown.path for shown in told[0].fields] == ["lots[0].name", "lots[0].free"]
    assert at_path(near(), "lots[0].free")[0] == near().lots[0].free
