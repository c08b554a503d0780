from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.pack import CityPack
from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.seam.endings import CannotCompute, NoData
from tools.vitals.catalogue import FILE, Catalogue, Season, Sign

CATALOGUE = read_record(YUNLAN, FILE, Catalogue)


def a_sign(**more: object) -> Sign:
    given = {"id": "load", "name": "负荷", "group": "供电", "kind": "amount", "owner": "x", "direction": "above"}
    return Sign.model_validate(given | more)


def test_a_city_has_about_120_signs_with_owners_and_words(city: CityPack) -> None:
    assert len(CATALOGUE.signs) == 120
    assert all(city.unit(sign.owner) for sign in CATALOGUE.signs)
    districts = {district.id for district in city.districts}
    assert {sign.district for sign in CATALOGUE.signs} - {""} <= districts
    assert 60 <= sum(sign.public for sign in CATALOGUE.signs) < 120
    for key in ("spike", "shift", "drift", "shape", "stuck", "dropout", "red", "yellow", "green", "high", "low"):
        assert CATALOGUE.word(key) != key


def test_a_colour_by_hand() -> None:
    above = a_sign(yellow=10, red=20)
    assert [above.colour(value) for value in (9.9, 10, 19.9, 20)] == ["green", "yellow", "yellow", "red"]
    below = a_sign(yellow=10, red=5, direction="below")
    assert [below.colour(value) for value in (10.1, 10, 5.1, 5)] == ["green", "yellow", "yellow", "red"]
    assert a_sign().colour(7) is None


@pytest.mark.parametrize("limits", [{"yellow": 10, "red": 10}, {"yellow": 10, "red": 5}, {"yellow": 10}])
def test_limits_in_the_wrong_order_are_refused(limits: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match=r"red|both limits"):
        a_sign(**limits)


def test_a_catalogue_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValidationError, match="two signs"):
        Catalogue(signs=(a_sign(), a_sign()))
    with pytest.raises(ValidationError, match="no sign"):
        Catalogue.model_validate({"signs": [a_sign()], "causes": [{"name": "x", "signs": {"load": "+", "a": "-"}}]})


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_a_season_over_the_new_year_is_the_rest_of_its_complement(day: date) -> None:
    winter = Season.model_validate({"from": "11-15", "to": "03-15"})
    summer = Season.model_validate({"from": "03-16", "to": "11-14"})
    assert winter.holds(day) != summer.holds(day)


@pytest.mark.parametrize(
    ("said", "id"),
    [("pw_load", "pw_load"), ("用电负荷", "pw_load"), ("全市的供水量", "ws_total"), ("PM2.5浓度", "en_pm25"),
     ("公交客流量", "bus_riders"), ("云湖水位", "rv_lake"), ("现在公交准点率情况", "bus_ontime")],
)  # fmt: skip
def test_a_sign_is_found_as_people_say_it(said: str, id: str) -> None:
    assert CATALOGUE.find(said).id == id


def test_several_signs_are_named_and_none_is_said() -> None:
    with pytest.raises(CannotCompute) as several:
        CATALOGUE.find("客流")
    assert several.value.code == "several"
    assert "公交客流" in several.value.fields["names"]
    with pytest.raises(CannotCompute):
        CATALOGUE.find("水压")
    for said in ("股价", "", "量"):
        with pytest.raises(NoData) as none:
            CATALOGUE.find(said)
        assert none.value.code == "unknown_sign"


def test_every_name_and_alias_finds_its_own_sign() -> None:
    words = [(word, sign.id) for sign in CATALOGUE.signs for word in (sign.id, sign.name, *sign.aliases)]
    several = ("水压", "自来水压力", "供水压力", "末梢压力")  # one in each of three districts
    said = [(word, id) for word, id in words if word not in several]
    assert len(said) > 240
    assert [(word, id) for word, id in said if CATALOGUE.find(word).id != id] == []


def test_seasons_end_where_heating_ends() -> None:
    heat = CATALOGUE.by_id["heat_load"].season
    assert heat is not None
    last = date(2026, 3, 15)
    assert (heat.holds(last), heat.holds(last + timedelta(days=1)), heat.holds(date(2026, 11, 15))) == (
        True,
        False,
        True,
    )
