from __future__ import annotations

from datetime import date

import pytest

from agents.reading.dates import find_day
from agents.reading.followup import asked_day

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("去年的入学政策是怎么规定的", date(2025, 12, 31)),
        ("前年呢", date(2024, 12, 31)),
        ("2023年5月停车怎么收", date(2023, 5, 31)),
        ("二〇二〇年的标准", date(2020, 12, 31)),
        ("2019年底之前", date(2019, 12, 31)),
        ("2019年初", date(2019, 1, 1)),
        ("2024-03-01那天", date(2024, 3, 1)),
        ("2024年2月30日", None),
        ("三年前的规定", date(2023, 12, 31)),
        ("上个月", date(2026, 10, 31)),
        ("今年还能领吗", None),
        ("2026年的规定", None),
        ("明年开始怎么收", None),
        ("《2021年管理办法》怎么说", None),
        ("云人常〔2019〕3号", None),
    ],
)
def test_the_day_a_text_names(text: str, day: date | None) -> None:
    found = find_day(text, TODAY)
    assert (found.day if found else None) == day


def test_the_span_covers_the_words() -> None:
    found = find_day("那2023年5月的时候呢", TODAY)
    assert found is not None
    assert "那2023年5月的时候呢"[found.start : found.end] == "2023年5月"


def test_the_date_of_a_fact_is_not_the_day_asked_about() -> None:
    assert asked_day("我2019年买的房，物业费怎么收", TODAY) is None
    assert asked_day("2019年物业费怎么收", TODAY) is not None
