from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from city.pack import CityPack
from tests.tools.schools.conftest import NOW, Town, opened
from tools.schools import tools
from tools.schools.answers import HowMany, OneSchool, WhereToBuild, WhichSchool, WhichYear
from tools.schools.outlook import next_entry, picture
from tools.schools.siting import Choice, NoAnswerInTime
from tools.seam.endings import CannotCompute, NoData


def test_a_place_finds_its_school(town: Town) -> None:
    found = tools.catchment.run(WhichSchool(place="文苑小区"), town.data(staff=False))
    assert [s.name for s in found.schools] == ["文庙小学"]
    assert "文庙社区" in found.communities
    assert (found.year, found.is_drawn, found.bureau) == (2026, False, "云城区教育局")
    assert 0 < found.schools[0].metres < 500


def test_several_schools_of_one_catchment_are_told_to_be_drawn(town: Town) -> None:
    found = tools.catchment.run(WhichSchool(place="澜悦府"), town.data(staff=False))
    assert {s.name for s in found.schools} == {"会展小学", "云澜市外国语学校澜东校区", "江湾实验学校"}
    assert found.is_drawn
    assert [s.metres for s in found.schools] == sorted(s.metres for s in found.schools)


def test_every_community_lies_in_the_catchment_that_lists_it(town: Town, pack: CityPack) -> None:
    data, told = town.data(staff=False), 0
    for street in pack.streets:
        for community in street.communities:
            for stage in ("primary", "junior"):
                try:
                    found = tools.catchment.run(WhichSchool(place=street.name + community.name, stage=stage), data)
                except NoData:
                    continue  # a name that the city has twice
                told += 1
                assert community.name in found.communities
    assert told > 180


def test_a_wide_place_is_asked_back(town: Town) -> None:
    with pytest.raises(CannotCompute) as caught:
        tools.catchment.run(WhichSchool(place="鼓楼街道"), town.data())
    assert (caught.value.code, caught.value.fields) == ("too_wide", {"place": "鼓楼街道"})


def test_a_place_near_a_border_is_told_so(town: Town) -> None:
    places = [m for m in town.pack.landmarks if m.kind == "estate"]
    found = [
        tools.catchment.run(WhichSchool(place=p.district and p.name), town.data())
        for p in places
        if p.name != "阳光花园"
    ]
    assert {f.is_near_edge for f in found} == {True, False}
    assert all(f.is_near_edge == (f.edge_m < 100) or f.edge_m == 100 for f in found)


def test_a_nine_year_school_with_its_planned_growth(town: Town) -> None:
    found = tools.school.run(OneSchool(school="澜外"), town.data(staff=False))
    primary, junior = found.stages
    assert (found.kind, primary.seats, primary.classes, junior.seats) == ("nine_year", 1350, 30, 750)
    # The plan for schools and kindergartens: 2,520 places from September 2027.
    assert (primary.change_year, (primary.change_seats or 0) + (junior.change_seats or 0)) == (2027, 2520)


def test_a_school_that_is_not_open_yet(town: Town) -> None:
    (stage,) = tools.school.run(OneSchool(school="南坪县城关小学分校"), town.data()).stages
    assert (stage.seats, stage.change_year, stage.change_seats) == (None, 2027, 1080)


def test_names_that_fit_several_or_none(town: Town) -> None:
    with pytest.raises(CannotCompute) as several:
        tools.school.run(OneSchool(school="实验学校"), town.data())
    assert several.value.code == "several"
    assert "江湾实验学校" in several.value.fields["names"]
    with pytest.raises(NoData) as unknown:
        tools.school.run(OneSchool(school="清华附小"), town.data())
    assert unknown.value.code == "unknown_name"


def test_citizens_see_totals_and_staff_see_catchments(town: Town) -> None:
    asked = HowMany(district="landong")
    public, internal = tools.demand.run(asked, town.data(staff=False)), tools.demand.run(asked, town.data())
    assert public.catchments == ()
    assert len(internal.catchments) > 3
    assert public.model_copy(update={"catchments": internal.catchments}) == internal
    gaps = [load.gap for load in internal.catchments]
    assert gaps == sorted(gaps)


def test_totals_add_up(town: Town) -> None:
    found = tools.demand.run(HowMany(), town.data())
    assert found.year == 2027
    assert found.is_forecast
    assert sum(row.places for row in found.districts) == found.places
    assert sum(row.entrants for row in found.districts) == found.entrants
    assert found.gap == found.places - found.entrants == found.spare - found.missing
    assert sum(row.lacking for row in found.districts) == found.lacking >= found.missing
    assert [row.gap for row in found.districts] == sorted(row.gap for row in found.districts)


def test_a_year_that_is_over_is_counted_and_told_so(town: Town) -> None:
    found = tools.demand.run(HowMany(year=2026), town.data())
    seen = picture(town.data(), "primary")
    assert not found.is_forecast
    assert found.error_pct is None
    assert found.entrants == int(seen.areas.entrants[2026].sum())


def test_what_was_not_known_yet_is_not_used(town: Town) -> None:
    then = NOW.replace(year=2025)
    before = tools.demand.run(HowMany(year=2026), town.data(then))
    after = tools.demand.run(HowMany(year=2026), town.data())
    assert (before.is_forecast, before.counted_to, after.counted_to) == (True, 2025, 2026)
    assert before.entrants != after.entrants
    assert before.entrants == pytest.approx(after.entrants, rel=0.05)


def test_places_change_in_the_year_of_the_plan(town: Town) -> None:
    seen = picture(town.data(), "junior")
    school = next(id for id, name in seen.names.items() if name == "渔湾中学")
    assert [seen.places(school, year) for year in (2027, 2028, 2040)] == [200, 400, 400]
    assert seen.places(school, 1990) == 0


@pytest.mark.parametrize(("stage", "last"), [("primary", 2032), ("junior", 2038)])
def test_the_unborn_are_not_told(town: Town, stage: str, last: int) -> None:
    told = tools.demand.run(HowMany.model_validate({"stage": stage, "year": last}), town.data())
    assert told.entrants > 0
    with pytest.raises(CannotCompute) as caught:
        tools.demand.run(HowMany.model_validate({"stage": stage, "year": last + 1}), town.data())
    assert (caught.value.code, caught.value.fields["last"]) == ("year_out_of_reach", str(last))


@pytest.mark.parametrize(("said", "heard"), [(2028, 2028), (28, 2028), (1, None), (6, None), (None, None)])
def test_years_as_they_are_said(said: int | None, heard: int | None) -> None:
    assert HowMany(year=said).year == heard


def test_the_next_enrolment() -> None:
    assert next_entry(datetime(2026, 8, 31)) == 2026
    assert next_entry(datetime(2026, 9, 1)) == 2027


def test_warnings_stand_by_the_thresholds(town: Town) -> None:
    found = tools.warnings.run(WhichYear(), town.data())
    assert found.red + found.yellow + found.green == len(picture(town.data(), "primary").catchments)
    assert len(found.warned) == found.red + found.yellow > 5
    for row in found.warned:
        assert row.colour == ("红色" if row.spare_pct < 0 else "黄色")
        assert row.spare_pct < 5
        assert row.gap == row.places - row.entrants
    assert [row.spare_pct for row in found.warned] == sorted(row.spare_pct for row in found.warned)
    assert found.missing == -sum(row.gap for row in found.warned if row.colour == "红色")


def test_a_siting_that_ran_out_of_time(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object) -> Choice:
        raise NoAnswerInTime("time limit")

    monkeypatch.setattr(tools, "choose", late)
    with pytest.raises(CannotCompute) as caught:
        tools.siting.run(WhereToBuild(district="landong"), town.data())
    assert caught.value.code == "no_choice_in_time"


@pytest.mark.parametrize("method", ["coverage", "distance"])
def test_sites_are_proven_and_help(town: Town, method: str) -> None:
    asked = WhereToBuild.model_validate({"district": "landong", "count": 2, "method": method})
    found = tools.siting.run(asked, town.data())
    assert found.is_proven
    assert found.gap_pct == pytest.approx(0, abs=1e-6)
    assert (found.year, found.candidates, found.left_out, len(found.sites)) == (2029, 9, 2, 2)
    assert found.placed_before + found.added == found.placed_after <= found.children
    if method == "coverage":
        assert found.added > 100
        assert sum(site.children for site in found.sites) >= found.added
    else:
        assert (found.mean_after or 0) < (found.mean_before or 0)
    assert all(site.children <= site.entry for site in found.sites)


def test_land_that_is_too_small_or_not_cleared_is_left_out(town: Town) -> None:
    found = tools.siting.run(WhereToBuild(district="landong", count=5), town.data())
    names = {site.name for site in found.sites}
    assert not names & {"澜悦社区教育用地", "科创二社区教育用地"}
    assert tools.siting.run(WhereToBuild(district="landong", stage="junior"), town.data()).candidates == 5


def test_more_schools_than_land(town: Town) -> None:
    with pytest.raises(CannotCompute) as few:
        tools.siting.run(WhereToBuild(district="yuncheng", count=2), town.data())
    assert (few.value.code, few.value.fields) == ("too_few_parcels", {"parcels": "1"})
    with pytest.raises(NoData) as none:
        tools.siting.run(WhereToBuild(district="yuncheng", stage="junior"), town.data())
    assert none.value.code == "no_parcels"


def test_land_is_for_staff(town: Town) -> None:
    with pytest.raises(NoData) as caught:
        tools.siting.run(WhereToBuild(district="landong"), town.data(staff=False))
    assert caught.value.code == "no_feed"


def test_a_missing_count_is_not_taken_for_nobody(pack: CityPack, tmp_path: Path) -> None:
    import polars as pl

    town = opened(pack, tmp_path)
    file = tmp_path / "schools" / "children" / "2026.parquet"
    pl.read_parquet(file).slice(1).write_parquet(file)
    with pytest.raises(NoData) as caught:
        tools.demand.run(HowMany(), town.data())
    assert caught.value.code == "children_incomplete"


def test_two_years_of_counts_are_the_least(town: Town) -> None:
    early = town.data(NOW.replace(year=2016) + timedelta(days=1))
    with pytest.raises(NoData) as caught:
        tools.demand.run(HowMany(), early)
    assert caught.value.code == "children_incomplete"
