from __future__ import annotations

from city.pack import CityPack
from tools.emergencies.duties import called, lower_steps, own_steps, steps_at, units_of
from tools.emergencies.plans import Actors, Book


def test_steps_stand_by_their_time(book: Book) -> None:
    for plan in book.plans.values():
        for level in plan.levels:
            times = [step.minutes for step in steps_at(plan, level)]
            given = [time for time in times if time is not None]
            assert given == sorted(given)
            assert all(time is None for time in times[len(given) :])


def test_the_first_thing_in_a_metro_incident(book: Book) -> None:
    first = steps_at(book.plans["metro"], 3)[0]
    assert (first.units, first.minutes) == (("hotline",), 1)


def test_lower_levels_are_apart(book: Book) -> None:
    flood = book.plans["flood"]
    assert "泵站开机" in "".join(step.does for step in lower_steps(flood, 3))
    assert lower_steps(flood, 4) == []
    assert not set(steps_at(flood, 2)) & set(lower_steps(flood, 2))


def test_units_of_every_district(city: CityPack) -> None:
    assert len(units_of(Actors(each=("gov",)), city)) == len(city.districts)
    assert len(units_of(Actors(each=("street",)), city)) == len([s for s in city.streets if s.unit])
    some = units_of(Actors.model_validate({"each": ["gov", "street"], "in": ["nanping"]}), city)
    assert some[0] == "nanping_gov"
    assert all(unit.startswith("nanping_") for unit in some)


def test_how_actors_are_called(city: CityPack) -> None:
    assert called(Actors(units=("fire",)), city) == "云澜市消防救援支队"
    assert called(Actors(each=("water",)), city) == "各区县水务局"
    assert called(Actors(who="护林员", units=("fire",)), city) == "护林员"


def test_a_unit_gets_its_own_steps(book: Book, city: CityPack) -> None:
    own = own_steps(steps_at(book.plans["flood"], 1), "cangpu_yuwan_street", city)
    assert any("渔湾低洼片" in step.does for step in own)
    other = own_steps(steps_at(book.plans["flood"], 1), "landong_xinghe_street", city)
    assert not any("渔湾低洼片" in step.does for step in other)
