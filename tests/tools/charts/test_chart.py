from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from tools.charts import Band, Chart, Mark, Series, rows

START = datetime(2026, 11, 20, tzinfo=UTC)


def hours(count: int) -> tuple[datetime, ...]:
    return tuple(START + timedelta(hours=n) for n in range(count))


def line(*values: float | None, **more: object) -> Chart:
    given = {"times": hours(len(values)), "series": (Series(name="水压", values=values),), **more}
    return Chart.model_validate({"kind": "line", "title": "出厂水压", "unit": "MPa", "digits": 2, **given})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"labels": ("甲", "乙")}, "either times or labels"),
        ({"times": ()}, "either times or labels"),
        ({"times": hours(3)}, "every series needs 3 values"),
        ({"times": hours(2)[::-1]}, "in order"),
        ({"times": tuple(t.replace(tzinfo=None) for t in hours(2))}, "aware"),
        ({"band": Band(name="正常", low=(1.0,), high=(2.0,))}, "every series needs 2 values"),
        ({"marks": (Mark(kind="point", name="突增", at=2, value=1.0),)}, "outside the points 0 … 1"),
        ({"series": ()}, "at least 1"),
        ({"series": (Series(name="a", values=(1.0, 2.0)),) * 7}, "at most 6"),
    ],
)
def test_what_does_not_fit_is_refused(more: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        line(1.0, 2.0, **more)


@pytest.mark.parametrize("mark", [{"kind": "level"}, {"kind": "point", "value": 1.0}, {"kind": "stretch", "at": 1}])
def test_a_mark_says_where_it_is(mark: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="needs"):
        Mark.model_validate({"name": "异常", **mark})


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError):
        line(float("nan"))


def test_the_table_has_every_point_and_tells_gaps() -> None:
    shown = rows(line(0.351, None, -0.001))
    assert shown.head == ("时间", "水压（MPa）")
    assert shown.body == (
        ("2026-11-20 00:00", "0.35"),
        ("2026-11-20 01:00", "无数据"),
        ("2026-11-20 02:00", "0.00"),
    )


def test_the_table_has_the_expected_range() -> None:
    shown = rows(line(0.3, band=Band(name="正常", low=(0.28,), high=(None,))))
    assert shown.head[2:] == ("正常下限（MPa）", "正常上限（MPa）")
    assert shown.body == (("2026-11-20", "0.30", "0.28", "无数据"),)


def test_months_are_told_as_months() -> None:
    months = tuple(datetime(2026, m, 1, tzinfo=UTC) for m in (1, 2))
    assert [row[0] for row in rows(line(1.0, 2.0, times=months)).body] == ["2026-01", "2026-02"]


def test_labels_stand_where_there_are_no_times() -> None:
    bars = Chart(kind="bar", title="诉求", labels=("甲区", "乙区"), series=(Series(name="件数", values=(3.0, 5.0)),))
    assert rows(bars).head == ("项目", "件数")
    assert rows(bars).body == (("甲区", "3"), ("乙区", "5"))
