"""What a unit is in another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.feeds.units import _KNOWN, conversion


@pytest.mark.parametrize(
    ("one", "other", "times"),
    [
        ("米", "米", 1),
        ("厘米", "米", 0.01),
        ("亩", "平方米", 666.666666667),
        ("分", "元", 0.01),
        ("万元", "亿元", 0.0001),
        ("万个", "个", 10_000),
        ("0.1毫米", "毫米", 0.1),
        ("米/秒", "千米/时", 3.6),
        ("辆/15分钟", "辆/时", 4),
        ("毫克/立方米", "微克/立方米", 1000),
        ("毫克/升", "毫克/立方米", 1000),
        ("座", "座", 1),
        ("", "", 1),
        ("米", "元", None),
        ("辆", "个", None),
        ("辆/时", "辆", None),
        ("", "米", None),
        ("/", "米", None),
        ("万", "个", None),
        ("米", "0米", None),
        ("9" * 400 + "米", "米", None),
    ],
)
def test_known_answers(one: str, other: str, times: float | None) -> None:
    assert conversion(one, other) == (times if times is None else pytest.approx(times))


@given(st.sampled_from(sorted(_KNOWN)), st.sampled_from(sorted(_KNOWN)))
def test_there_and_back_is_the_same(one: str, other: str) -> None:
    there, back = conversion(one, other), conversion(other, one)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert there * back == pytest.approx(1)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_a_unit(one: str, other: str) -> None:
    made = conversion(one, other)
    assert made is None or made >= 0
