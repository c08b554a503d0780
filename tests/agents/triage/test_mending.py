from __future__ import annotations

import pytest

from agents.triage.mending import Correction, read_correction
from city.intake import Intake
from tests.conftest import YUNLAN


@pytest.fixture(scope="module")
def intake() -> Intake:
    return Intake.load(YUNLAN)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("地点错了，是云城区的阳光花园", Correction("place", "了，是云城区的阳光花园")),
        ("把地址改一下", Correction("place", "")),
        ("不对，电话是⟦手机2⟧", Correction("contact", "⟦手机2⟧")),
        ("诉求写得不对，我要他们赔钱", Correction("demand", "我要他们赔钱")),
        ("不对", Correction("something", "")),
        ("不是这个，我要说的是工资没发", Correction("matter", "我要说的是工资没发")),
        ("不对，是每天都打桩", None),
        ("不是这个小区的问题", None),
        ("路灯还是不亮", None),
    ],
)
def test_a_correction_is_known_by_how_it_begins(intake: Intake, text: str, read: Correction | None) -> None:
    assert read_correction(intake, text) == read
