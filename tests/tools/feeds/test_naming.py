from __future__ import annotations

import pytest

from tools.feeds.naming import said_alike

NAMES = [
    "云澜东站地下停车库",
    "云澜东站即停即走区",
    "星河体育公园停车场",
    "阳光花园(云城)来访车位",
    "阳光花园(沧浦)来访车位",
]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("云澜东站地下停车库", ["云澜东站地下停车库"]),
        ("云澜东站 地下停车库", ["云澜东站地下停车库"]),
        ("东站地下停车场", ["云澜东站地下停车库"]),
        ("星河体育公园", ["星河体育公园停车场"]),
        ("星河体公园停车场", ["星河体育公园停车场"]),
        ("东站", ["云澜东站地下停车库", "云澜东站即停即走区"]),
        ("阳光花园", ["阳光花园(云城)来访车位", "阳光花园(沧浦)来访车位"]),
        ("火星基地", []),
        ("停车场", ["星河体育公园停车场"]),
        ("", []),
    ],
)
def test_names_as_people_say_them(said: str, found: list[str]) -> None:
    assert said_alike(said, NAMES, ["停车场", "停车库"]) == found


def test_a_number_is_whole() -> None:
    lines = ["2路", "12路", "22路", "102路", "地铁2号线"]
    assert said_alike("2路", lines) == ["2路"]
    assert said_alike("12路", lines) == ["12路"]
    assert said_alike("2号线", lines) == ["地铁2号线"]


def test_one_several_and_none() -> None:
    assert said_alike("体育公园", NAMES) == ["星河体育公园停车场"]
    assert len(said_alike("东站", NAMES)) > 1
    assert said_alike("火星基地", NAMES) == []
