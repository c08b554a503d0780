"""What is drawn of a suite, from its figures and values."""

from __future__ import annotations

import re

import pytest
from defusedxml.ElementTree import fromstring

from eval.reports.chart import Point, Row, bar, intervals, plane
from eval.reports.pictures import confusions, overview, pictures
from eval.runs.model import CaseLog, FigureResult
from tests.eval.reports.staged import SCRIPT, cases, figures

SVG = "{http://www.w3.org/2000/svg}"


def figure(name: str = "f", **more: object) -> FigureResult:
    return FigureResult.model_validate({"suite": "s", "figure": name, "title": name, "value": 0.5, "n": 9, **more})


def logs(rows: list[dict[str, float | str | None]]) -> list[CaseLog]:
    return [CaseLog(suite="s", case=str(at), values=row) for at, row in enumerate(rows)]


def triage() -> tuple[list[FigureResult], list[CaseLog]]:
    of = figures().figures
    return [one for one in of if one.suite == "triage"], [one for one in cases() if one.suite == "triage"]


def test_all_pictures_of_a_suite_are_found() -> None:
    drawn = pictures(*triage())
    assert [one.title for one in drawn] == ["1 次全对 … 4 次全对", "提前量与误报", "把握与实际（probability / right）"]
    for one in drawn:
        assert fromstring(one.svg).tag == f"{SVG}svg"
        assert {len(row) for row in one.table.body} == {len(one.table.head)}


def test_a_suite_without_such_figures_has_none() -> None:
    assert pictures([figure(of=("right",))], logs([{"right": 1.0}])) == []
    assert confusions([figure(of=("right",))], logs([{"right": 1.0}])) == []


def test_reliability_counts_each_bin() -> None:
    rows: list[dict[str, float | str | None]] = [{"p": 0.05, "r": 0}, {"p": 0.95, "r": 1}, {"p": 0.93, "r": 0},
                                                 {"p": 1.0, "r": 1}, {"p": None, "r": 1}]  # fmt: skip
    (one,) = pictures([figure(of=("p", "r"))], logs(rows))
    told = [row[:4] for row in one.table.body]
    assert told == [("0.0–0.1", "1", "0.050", "0.000"), ("0.9–1.0", "3", "0.960", "0.667")]
    assert one.table.body[1][4] == "[0.208, 0.939]"  # Wilson's of 2 in 3


@pytest.mark.parametrize("rows", [[{"p": 0.0, "r": 1}, {"p": 1.0, "r": 1}], [{"p": 1.5, "r": 1}, {"p": 0.5, "r": 0}],
                                  [{"p": 0.5, "r": 0.5}, {"p": 0.2, "r": 1}], [{"p": 0.5, "r": 1}]])  # fmt: skip
def test_other_pairs_are_no_probabilities(rows: list[dict[str, float | str | None]]) -> None:
    assert pictures([figure(of=("p", "r"))], logs(rows)) == []


def test_confusion_counts_pairs_right_against_said() -> None:
    rows: list[dict[str, float | str | None]] = [{"a": "x", "b": "x"}, {"a": "x", "b": "y"}, {"a": "y", "b": "y"},
                                                 {"a": "x", "b": None}, {"a": None, "b": "y"}]  # fmt: skip
    (one,) = confusions([figure("f1", of=("a", "b")), figure("kappa", of=("a", "b"))], logs(rows))
    assert one.labels == ("x", "y", "无数据")
    assert one.counts == ((1, 1, 1), (0, 1, 0), (0, 0, 0))
    assert one.shades[1] == (0, 5, 0)


def test_seldom_labels_stand_together() -> None:
    rows: list[dict[str, float | str | None]] = [{"a": f"l{n % 40}", "b": f"l{n % 40}"} for n in range(90)]
    (one,) = confusions([figure(of=("a", "b"))], logs(rows))
    assert len(one.labels) == 12
    assert one.labels[-1] == "（其余）"
    assert sum(map(sum, one.counts)) == 90


def test_the_overview_leaves_out_what_has_another_scale() -> None:
    of = [one for one in figures().figures if one.suite == "gate"]
    drawn = overview("闸门", of)
    assert drawn is not None
    assert fromstring(drawn).findtext(f"{SVG}desc") == (
        "险情识别率：0.967 [0.930, 0.990]，门槛 0.950，达到。误报率：0.120 [0.080, 0.160]，门槛 0.100，未达到。"
    )
    assert overview("一个", of[:1]) is None


def test_a_missed_bar_has_another_shape() -> None:
    missed, reached = Row("a", 0.5, 0.4, 0.6, 0.9, False), Row("b", 0.95, 0.9, 1.0, 0.9, True)
    assert ("<polygon" in bar(missed), "<circle" in bar(missed)) == (True, False)
    assert ("<polygon" in bar(reached), "<circle" in bar(reached)) == (False, True)
    assert bar(Row("c", None)) == ""


@pytest.mark.parametrize("value", [-3.0, 0.0, 0.4, 1.0, 250_000.0])
def test_values_lie_within_the_drawing(value: float) -> None:
    row = Row("x", value, value - 1, value + 1, value * 2)
    for drawn, wide in (
        (bar(row), 120),
        (intervals("t", [row, row]), 320),
        (intervals("t", [row], zero_line=True), 320),
    ):
        places = [float(x) for x in re.findall(r'(?:cx|x1|x2)="(-?[\d.]+)"', drawn)]
        assert places
        assert all(0 <= x <= wide for x in places)


def test_hostile_names_are_text_in_drawings() -> None:
    for drawn in (intervals(SCRIPT, [Row(SCRIPT, 0.5)]), plane(SCRIPT, SCRIPT, SCRIPT, [Point(SCRIPT, 1.0, 2.0)])):
        parsed = fromstring(drawn)
        assert {one.tag.removeprefix(SVG) for one in parsed.iter()} <= {
            "svg", "title", "desc", "rect", "line", "text", "circle", "polygon", "polyline"}  # fmt: skip
        assert parsed.findtext(f"{SVG}title") == SCRIPT
