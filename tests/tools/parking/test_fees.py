from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.parking.fees import FILE, Band, FeeRule, Rules, Stay, Vehicle, cost

CITY = read_record(YUNLAN, FILE, Rules)
WORKDAY = datetime(2026, 11, 26, 9, 0)


def yuan(
    rule: str, minutes: int, arrive: datetime = WORKDAY, vehicle: Vehicle = "car", public_money: bool = False
) -> float | None:
    return cost(CITY.rules[rule], CITY, Stay(arrive, minutes, vehicle, public_money))


@pytest.mark.parametrize(
    ("rule", "minutes", "fee"),
    [
        ("road_1", 15, 0),
        ("road_1", 16, 3),  # from the beginning of the stay, a begun half hour whole
        ("road_1", 60, 6),
        ("road_1", 61, 10),
        ("road_1", 120, 14),
        ("road_1", 600, 40),  # 3 + 3 + 18 × 4 = 78, no more than 40 a day
        ("road_2", 90, 7),
        ("road_3", 61, 4),
        ("road_3", 720, 15),
        ("public", 1, 5),
        ("public", 120, 5),
        ("public", 121, 7),
        ("public", 900, 25),
        ("hospital", 900, 20),
        ("public_up", 180, 8.4),
        ("drop_off", 10, 0),
        ("drop_off", 11, 10),
        ("drop_off", 130, 20),
        ("estate", 120, 0),
        ("estate", 121, 6),
    ],
)
def test_the_citys_own_rules(rule: str, minutes: int, fee: float) -> None:
    assert yuan(rule, minutes) == fee


def test_roadside_nights_are_free() -> None:
    evening = datetime(2026, 11, 26, 20, 30)
    assert yuan("road_1", 30, evening) == 3
    assert yuan("road_1", 10 * 60, evening) == 3
    assert yuan("road_1", 10 * 60 + 30 + 30, evening) == 6  # 7:00 to 7:30 is the second half hour of the first hour
    assert yuan("road_1", 9 * 60, datetime(2026, 11, 26, 21, 30)) == 0


def test_holidays_are_free_at_the_roadside_but_not_beside_a_hospital() -> None:
    holiday, swapped = datetime(2026, 10, 2, 9, 0), datetime(2026, 10, 5, 9, 0)
    assert yuan("road_1", 120, holiday) == 0
    assert yuan("road_1_hospital", 120, holiday) == 14
    assert yuan("road_1", 120, swapped) == 14
    assert yuan("public", 120, holiday) == 5


def test_every_day_has_its_own_cap() -> None:
    assert yuan("public", 3 * 24 * 60, datetime(2026, 11, 26, 0, 0)) == 75
    assert yuan("hospital", 48 * 60, datetime(2026, 11, 26, 0, 0)) == 40


def test_exempt_vehicles() -> None:
    assert yuan("public", 60, vehicle="electric", public_money=True) == 0
    assert yuan("public", 61, vehicle="electric", public_money=True) == 5
    assert yuan("public", 60, vehicle="electric") == 5
    assert yuan("road_1", 180, vehicle="disabled") == 0
    assert yuan("road_1", 210, vehicle="disabled") == 3
    assert yuan("market_a", 60, vehicle="disabled") == 5


def test_large_vehicles() -> None:
    assert yuan("road_1", 60, vehicle="large") == 9
    assert yuan("market_a", 60, vehicle="large") is None


def test_statutory_holidays_are_thirteen_a_year() -> None:
    assert {year: sum(day.year == year for day in CITY.holidays) for year in (2025, 2026, 2027)} == {
        2025: 13,
        2026: 13,
        2027: 13,
    }


@pytest.mark.parametrize(
    "bands",
    [
        [Band(until=60, unit=30, yuan=1)],
        [Band(unit=30, yuan=1), Band(unit=30, yuan=1)],
        [Band(until=60, unit=30, yuan=1), Band(until=30, unit=30, yuan=1), Band(unit=30, yuan=1)],
    ],
)
def test_bands_must_follow_each_other(bands: list[Band]) -> None:
    with pytest.raises(ValidationError, match="each band but the last"):
        FeeRule(title="", basis="", bands=tuple(bands))


def test_half_a_free_time_is_refused() -> None:
    with pytest.raises(ValidationError, match="both free_from"):
        FeeRule(title="", basis="", bands=(Band(unit=1, yuan=1),), free_from=time(21))


ARRIVALS = st.datetimes(datetime(2026, 9, 20), datetime(2026, 10, 12)).map(lambda at: at.replace(second=0))
STAYS = st.integers(1, 5 * 24 * 60)
VEHICLES = st.sampled_from(["car", "disabled", "electric"])


@given(st.sampled_from(sorted(CITY.rules)), ARRIVALS, STAYS, STAYS, VEHICLES, st.booleans())
def test_a_longer_stay_never_costs_less(
    rule: str, arrive: datetime, one: int, other: int, vehicle: Vehicle, public_money: bool
) -> None:
    short, long = (yuan(rule, m, arrive, vehicle, public_money) for m in sorted((one, other)))
    assert short is not None
    assert long is not None
    assert 0 <= short <= long


@given(st.sampled_from(sorted(CITY.rules)), ARRIVALS, STAYS)
def test_no_stay_costs_more_than_its_days_caps(rule: str, arrive: datetime, minutes: int) -> None:
    cap, fee = CITY.rules[rule].day_cap, yuan(rule, minutes, arrive)
    days = ((arrive + timedelta(minutes=minutes)).date() - arrive.date()).days + 1
    assert fee is not None
    assert cap is None or fee <= cap * days


@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(0, 20)), min_size=1, max_size=4),
    st.integers(1, 1_000),
)
def test_a_day_is_the_sum_of_its_units(bands: list[tuple[int, int]], minutes: int) -> None:
    """Against counting minute by minute."""
    ends = [120 * (at + 1) for at in range(len(bands) - 1)]
    made = [Band(until=u, unit=unit, yuan=y) for (unit, y), u in zip(bands, [*ends, None], strict=True)]
    rule = FeeRule(title="", basis="", bands=tuple(made))
    total, left, now = 0.0, 0, -1
    for minute in range(minutes):
        band = sum(minute >= end for end in ends)
        if band != now or left == 0:
            total, left, now = total + made[band].yuan, made[band].unit, band
        left -= 1
    stay = Stay(datetime.combine(date(2026, 11, 26), time(0)), minutes)
    assert cost(rule, Rules(rules={"r": rule}), stay) == total
