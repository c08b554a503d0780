from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from city.privacy.normal import fold


@settings(deadline=None)
@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_spoken_digits_only_in_long_rows() -> None:
    assert fold("幺三八零零零零零零零零") == "13800000000"
    assert fold("二〇二四年一月三日第二十一条") == "二〇二四年一月三日第二十一条"
