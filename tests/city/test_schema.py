from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from city.schema import City, Crossing, DutyItem, Limits, Record, Unit, UnitLevel
from tests.city.pack.making import CITY, DUTIES


def test_a_misspelt_field_is_an_error() -> None:
    with pytest.raises(ValidationError, match="hotline_fone"):
        City.model_validate({**CITY, "hotline_fone": "1"})


def test_records_cannot_be_changed() -> None:
    city = City.model_validate(CITY)
    with pytest.raises(ValidationError, match="frozen"):
        city.name = "另一市"  # type: ignore[misc]  # what is tested
    assert all(model.model_config.get("frozen") for model in Record.__subclasses__())


def test_the_centre_is_longitude_then_latitude() -> None:
    assert City.model_validate({**CITY, "centre": [113.2, 29.6]}).centre == (113.2, 29.6)
    with pytest.raises(ValidationError, match="latitude"):
        City.model_validate({**CITY, "centre": [29.6, 113.2]})
    with pytest.raises(ValidationError, match="longitude"):
        City.model_validate({**CITY, "centre": [213.2, 29.6]})


@pytest.mark.parametrize(("field", "value"), [("lat", 90.01), ("lat", -90.01), ("lon", 180.5), ("lat", float("nan"))])
def test_degrees_have_bounds(field: str, value: float) -> None:
    given: dict[str, Any] = {"with": "r", "district": "d", "lat": 90, "lon": -180}
    assert Crossing.model_validate(given).with_ == "r"
    with pytest.raises(ValidationError, match=field):
        Crossing.model_validate({**given, field: value})


@pytest.mark.parametrize("zone", ["", "Asia/Nowhere", "../etc/passwd", "北京时间"])
def test_an_unknown_time_zone_is_refused_with_an_example(zone: str) -> None:
    with pytest.raises(ValidationError, match="Asia/Shanghai"):
        City.model_validate({**CITY, "timezone": zone})


@pytest.mark.parametrize("name", ["Yunlan", "2nd", "a b", "../up", ""])
def test_the_citys_id_is_fit_for_a_folder(name: str) -> None:
    with pytest.raises(ValidationError, match="pattern"):
        City.model_validate({**CITY, "id": name})


@pytest.mark.parametrize(
    "limits", [{"message_chars": 99}, {"turn_seconds": 0}, {"hops": 5}, {"history_turns": 0}, {"seconds": 3}]
)
def test_a_turn_needs_room(limits: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Limits.model_validate(limits)


def test_a_duty_may_have_no_source_yet() -> None:
    duty = DutyItem.model_validate({**DUTIES[0], "legal_basis": [{}], "valid_from": "2026-01-01", "source_doc": None})
    assert duty.legal_basis[0].document is None
    assert duty.valid_from == date(2026, 1, 1)


def test_levels_of_units_are_closed() -> None:
    assert Unit(id="u", name="局", level=UnitLevel("city_dept")).parent is None
    with pytest.raises(ValidationError, match="central_in_city"):
        Unit.model_validate({"id": "u", "name": "局", "level": "ministry"})
