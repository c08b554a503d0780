from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.land.naming import House, day_in, house_in, number_in, parcel_key, parcels_in, plain, point_in, road_names

ROADS = {"鼓楼街": "鼓楼街", "博览路": "博览路", "中山东路": "中山东路", "东路": "东路", "老街": "鼓楼街"}


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("HZ-07的容积率", ["HZ-7"]),
        ("hz 7能盖多高", ["HZ-7"]),
        ("ＨＺ－０７", ["HZ-7"]),
        ("gl—014和YW_3", ["GL-14", "YW-3"]),
        ("HZ-7.5", []),
        ("HZ-12345", []),
        ("那块地", []),
    ],
)
def test_numbers_in_messages(said: str, keys: list[str]) -> None:
    assert parcels_in(said) == keys


@pytest.mark.parametrize(
    ("said", "number"), [("hz7行吗", "HZ-07"), ("R2用地吗", None), ("M0和GL-112", "GL-112"), ("没有", None)]
)
def test_a_code_of_land_use_is_no_number(said: str, number: str | None) -> None:
    assert number_in(said) == number


@given(
    st.text("ABCXYZ", min_size=1, max_size=4), st.integers(1, 9_999), st.sampled_from(["-", " ", "", "－", "_", "—"])
)
def test_every_spelling_of_a_number_is_one_key(letters: str, number: int, between: str) -> None:
    assert parcel_key(f"{letters.lower()}{between}{number:02d}") == parcel_key(f"{letters}-{number}")


@pytest.mark.parametrize(
    ("said", "point"),
    [
        ("113.2861,29.5742这里", (113.2861, 29.5742)),
        ("纬度29.5742，经度113.2861", None),
        ("29.5742、113.2861", (113.2861, 29.5742)),
        ("(113.28; 29.57)", (113.28, 29.57)),
        ("容积率2.2,3.5", None),
        ("113.28,99.57", None),
    ],
)
def test_points(said: str, point: tuple[float, float] | None) -> None:
    assert point_in(said) == point


@pytest.mark.parametrize(
    ("said", "house"),
    [
        ("云城区鼓楼街76号的地", House("鼓楼街", 76, "云城区")),
        ("鼓楼街七十六号", House("鼓楼街", 76, "")),
        ("老街 一百零八号", House("鼓楼街", 108, "")),
        ("中山东路5号", House("中山东路", 5, "")),
        ("博览路12-1号", House("博览路", 12, "")),
        ("查博览路22", House("博览路", 22, "查")),
        ("3号那天博览路9号", House("博览路", 9, "3号那天")),
        ("无名路5号", None),
        ("地铁博览路3号口", None),
        ("博览路2号线", None),
        ("鼓楼街", None),
    ],
)
def test_addresses(said: str, house: House | None) -> None:
    assert house_in(said, ROADS) == house


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("HZ-12在2024年的容积率", date(2024, 12, 31)),
        ("2024年2月", date(2024, 2, 29)),
        ("2025年9月1日起", date(2025, 9, 1)),
        ("2026年呢", date(2026, 11, 26)),
        ("2026年11月", date(2026, 11, 26)),
        ("2026年10月", date(2026, 10, 31)),
        ("学府路18号", None),
        ("2024年13月", None),
        ("2025年2月30日", None),
    ],
)
def test_days_by_their_year(said: str, day: date | None) -> None:
    assert day_in(said, date(2026, 11, 26)) == day


def test_roads_are_what_is_left_of_addresses() -> None:
    addresses = ["云城区鼓楼街76号", "澜东新区博览路7号", "鼓楼街道鼓楼街9号", "没有号码"]
    assert road_names(addresses, ["云城区", "澜东新区", "鼓楼街道"]) == {"鼓楼街", "博览路"}


@given(st.integers(1, 199))
def test_house_numbers_in_characters(number: int) -> None:
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = ("一百" if hundreds else "") + (digits[tens] + "十" if tens else "零" if hundreds and ones else "")
    assert plain(f"{words}{digits[ones] if ones else ''}号") == f"{number}号"
