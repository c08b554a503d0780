from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from tools.charts import Band, Chart, Mark, Series, svg

NS = "{http://www.w3.org/2000/svg}"
START = datetime(2026, 11, 20, tzinfo=UTC)
FLOATS = st.none() | st.floats(-1e7, 1e7, allow_nan=False)


def chart(values: tuple[float | None, ...] = (1.0, 2.0, None, 4.0), kind: str = "line", **more: object) -> Chart:
    times = tuple(START + timedelta(hours=n) for n in range(len(values)))
    given = {"kind": kind, "title": "供水量", "unit": "万吨", "times": times}
    return Chart.model_validate({**given, "series": (Series(name="供水", values=values),), **more})


def drawn(shown: Chart) -> Element:
    found: Element = fromstring(svg(shown))
    return found


def words(root: Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{NS}text")]


def test_a_screen_reader_hears_title_and_summary() -> None:
    root = drawn(chart())
    named = [root.find(f"{NS}title"), root.find(f"{NS}desc")]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == " ".join(str(one.get("id")) for one in named if one is not None)
    assert [one.text for one in named if one is not None] == [
        "供水量",
        "2026-11-20 00:00至2026-11-20 03:00，共4个点。供水：最低1万吨（2026-11-20 00:00），"
        "最高4万吨（2026-11-20 03:00），最后4万吨（2026-11-20 03:00）。",
    ]


@pytest.mark.parametrize("kind", ["line", "bar", "area"])
def test_nothing_runs_and_nothing_is_fetched(kind: str) -> None:
    text = svg(chart(kind=kind, marks=(Mark(kind="level", name="警戒", value=3.0),)))
    assert not re.search(r"<(script|style|image|use|foreignObject|a)\b|\bon\w+=|href|style=|@import", text)
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {f"#{id}" for id in re.findall(r'id="([^"]+)"', text)}


def test_a_gap_breaks_the_line_and_a_lone_point_is_a_dot() -> None:
    root = drawn(chart())
    assert len(list(root.iter(f"{NS}polyline"))) == 1
    assert len(list(root.iter(f"{NS}circle"))) == 1


def test_higher_values_stand_higher() -> None:
    points = next(drawn(chart((1.0, 3.0, 2.0))).iter(f"{NS}polyline")).get("points")
    assert points is not None
    ys = [float(pair.split(",")[1]) for pair in points.split()]
    assert ys[1] < ys[2] < ys[0]


def test_bars_stand_on_zero() -> None:
    root = drawn(chart((2.0, -1.0, None), kind="bar"))
    bars = [r for r in root.iter(f"{NS}rect") if (r.get("fill") or "").startswith("url") and r.get("stroke-width")]
    up, down = [(float(r.get("y") or 0), float(r.get("height") or 0)) for r in bars]
    assert up[0] + up[1] == pytest.approx(down[0], abs=0.2)
    assert up[1] == pytest.approx(2 * down[1], abs=0.3)


def test_series_differ_without_colour() -> None:
    two = (Series(name="今年", values=(1.0, 2.0)), Series(name="去年", values=(2.0, 1.0)))
    dashes = [line.get("stroke-dasharray") for line in drawn(chart((1.0, 2.0), series=two)).iter(f"{NS}polyline")]
    assert len(set(dashes)) == 2
    bars = drawn(chart((1.0, 2.0), kind="bar", series=two))
    turns = [pattern.get("patternTransform") for pattern in bars.iter(f"{NS}pattern")]
    assert len(set(turns)) == 2
    assert {"今年", "去年"} <= set(words(bars))


def test_marks_and_the_expected_range_are_named() -> None:
    marks = (
        Mark(kind="level", name="红线", value=8.0),
        Mark(kind="point", name="突增", at=1, value=2.0),
        Mark(kind="stretch", name="停电", at=0, to=1),
    )
    root = drawn(chart((1.0, 2.0), marks=marks, band=Band(name="正常范围", low=(0.5, None), high=(1.5, 2.0))))
    assert {"红线 8", "突增", "停电", "正常范围"} <= set(words(root))


def test_names_cannot_become_markup() -> None:
    evil = '<script>alert("1")</script>&\x00\ufffe'
    root = drawn(chart((1.0,), title=evil, series=(Series(name=evil, values=(1.0,)),), unit=evil))
    assert not list(root.iter(f"{NS}script"))
    title = root.find(f"{NS}title")
    assert title is not None
    assert title.text == '<script>alert("1")</script>&'


def test_nothing_known_is_still_a_drawing() -> None:
    root = drawn(chart((None, None)))
    desc = root.find(f"{NS}desc")
    assert desc is not None
    assert (desc.text or "").endswith("供水：无数据。")


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert svg(chart()) == svg(chart())
    assert svg(chart()) != svg(chart(title="供气量"))


@given(st.sampled_from(["line", "bar", "area"]), st.lists(FLOATS, min_size=1, max_size=60), st.booleans())
def test_everything_stays_inside(kind: str, values: list[float | None], labelled: bool) -> None:
    names: dict[str, object] = {"times": (), "labels": tuple(f"第{n}个很长的名字" for n in range(len(values)))}
    root = drawn(chart(tuple(values), kind=kind, **(names if labelled else {})))
    _, _, wide, high = (float(part) for part in (root.get("viewBox") or "").split())
    assert wide == 320
    for element in root.iter():
        for name, most in (("x", wide), ("y", high), ("x1", wide), ("x2", wide), ("y1", high), ("y2", high)):
            given = element.get(name)
            if given is not None:
                assert -0.1 <= float(given) <= most + 0.1
