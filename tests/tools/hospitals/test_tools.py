from __future__ import annotations

from datetime import datetime
from pathlib import Path
from statistics import median

import polars as pl
import pytest

from city.pack import CityPack
from tests.tools.hospitals.conftest import ZONE, Town, at, opened
from tools.hospitals import tools
from tools.hospitals.answers import HowLong, WhereNear, WhichWay
from tools.hospitals.data import CAMPUSES, DEPARTMENTS, HOURS, QUEUE, ROUTES
from tools.hospitals.settings import PURPOSES, Rules
from tools.seam.endings import CannotCompute, NoData, NotCurrent


def test_the_way_in_by_purpose(town: Town) -> None:
    now = at(26, 16)
    found = {
        purpose: tools.entrance.run(WhichWay(hospital="市二医院", purpose=purpose), town.data(now))
        for purpose in PURPOSES
    }
    assert {p: f.gate for p, f in found.items()} == {
        "outpatient": "南门",
        "inpatient": "北门",
        "visiting": "北门",
        "emergency": "东门",
        "fever": "发热门诊专用通道",
        "checkup": "南门",
        "birth": "北门",
        "delivery": "西门",
        "drop_off": "南门",
        "disabled": "南门",
    }
    assert {p for p, f in found.items() if f.is_open} == set(PURPOSES) - {"checkup"}
    assert found["visiting"].closes_at == at(26, 20)
    assert found["checkup"].opens_at == at(27, 7, 30)
    assert (found["emergency"].car_park, found["emergency"].free_hours) == ("急诊临时停车区", 1)
    assert {p for p, f in found.items() if f.car_park is None} == {"delivery", "drop_off"}
    assert (found["drop_off"].stay, found["drop_off"].day_cap, found["outpatient"].day_cap) == (5, None, 20)


def test_the_time_of_the_day_changes_the_door(town: Town) -> None:
    day, night = (
        tools.entrance.run(WhichWay(hospital="市妇幼", purpose="birth", time=time), town.data(at(26, 9)))
        for time in (at(26, 12), at(26, 23))
    )
    assert (day.gate, night.gate) == ("东门", "北门")
    assert (day.is_now, night.at) == (False, at(26, 23))


def test_a_new_car_park_counts_from_its_day(town: Town) -> None:
    # The parking plan: P10, 210 spaces, December 2026.
    asked, later = WhichWay(hospital="县医院"), datetime(2026, 12, 21, 9, tzinfo=ZONE)
    before, after = (tools.entrance.run(asked, town.data(now)) for now in (at(26, 9), later))
    assert (before.spaces, after.spaces) == (90, 210)
    assert tools.entrance.run(asked.model_copy(update={"time": later}), town.data(at(26, 9))).spaces == 210
    assert tools.entrance.run(WhichWay(hospital="市人民医院"), town.data(at(26, 9))).spaces == 350


def test_a_private_hospital_has_no_cap(town: Town) -> None:
    found = tools.entrance.run(WhichWay(hospital="澜东国际医院"), town.data(at(26, 9)))
    assert (found.spaces, found.day_cap) == (640, None)


def test_a_second_campus(town: Town) -> None:
    main = tools.entrance.run(WhichWay(hospital="市人民医院"), town.data(at(26, 9)))
    east = tools.entrance.run(WhichWay(hospital="市人民医院澜东院区"), town.data(at(26, 9)))
    assert (main.others, east.others) == ((east.hospital,), (main.hospital,))
    assert main.address != east.address


def test_what_a_hospital_does_not_offer(town: Town) -> None:
    with pytest.raises(NoData) as caught:
        tools.entrance.run(WhichWay(hospital="白茶镇卫生院", purpose="fever"), town.data(at(26, 9)))
    assert caught.value.code == "no_purpose"
    assert caught.value.fields == {"hospital": "白茶镇卫生院", "visit": "发热门诊"}


def test_names(town: Town) -> None:
    with pytest.raises(CannotCompute) as several:
        tools.entrance.run(WhichWay(hospital="中医"), town.data(at(26, 9)))
    assert several.value.code == "several"
    with pytest.raises(NoData) as unknown:
        tools.entrance.run(WhichWay(hospital="协和"), town.data(at(26, 9)))
    assert unknown.value.code == "unknown_name"


def test_the_nearest_with_a_department(town: Town) -> None:
    found = tools.near.run(WhereNear(place="澜悦府", department="小儿科"), town.data(at(26, 9)))
    assert found.department == "儿科"
    assert [h.metres for h in found.hospitals] == sorted(h.metres or 0 for h in found.hospitals)
    assert (found.open_name, len(found.hospitals)) == (found.hospitals[0].name, 5)
    have = town.data(at(26, 9)).table(DEPARTMENTS).filter(pl.col("name") == "儿科")
    assert {h.name for h in found.hospitals} <= set(
        town.data(at(26, 9)).table(CAMPUSES).filter(pl.col("id").is_in(have["campus"].to_list()))["name"]
    )


def test_at_night_the_nearest_open_one_is_named(town: Town) -> None:
    clinics = tools.near.run(WhereNear(place="鼓楼", department="口腔科"), town.data(at(26, 3)))
    assert clinics.open_name is None
    assert {h.opens_at for h in clinics.hospitals} == {at(26, 8)}
    ward = tools.near.run(WhereNear(place="鼓楼", department="急诊科"), town.data(at(26, 3)))
    assert ward.open_name == ward.hospitals[0].name
    evening = tools.near.run(WhereNear(place="澜悦府", department="儿科"), town.data(at(26, 19)))
    assert evening.open_name == "云澜市儿童医院" != evening.hospitals[0].name


def test_a_district_is_listed_without_distances(town: Town) -> None:
    found = tools.near.run(WhereNear(place="澜东新区", department="儿科"), town.data(at(26, 9)))
    assert found.is_district
    assert {h.name for h in found.hospitals} == {"云澜市人民医院澜东院区", "云澜市儿童医院", "澜东国际医院"}
    assert {h.metres for h in found.hospitals} == {None}
    with pytest.raises(NoData) as caught:
        tools.near.run(WhereNear(place="南坪县", department="睡眠门诊"), town.data(at(26, 9)))
    assert caught.value.fields == {"place": "南坪县", "department": "睡眠门诊"}


def test_waiting_now_is_the_newest_count(town: Town) -> None:
    now = at(26, 9, 14)
    found = tools.waiting.run(HowLong(hospital="儿童医院", department="儿科"), town.data(now))
    (one,) = found.departments
    id = _department(town, "云澜市儿童医院", "儿科")
    rows = town.data(now).between(QUEUE, at(26, 9, 10), at(26, 9, 11), {"department": id})
    assert (found.at, one.waiting, one.minutes) == (at(26, 9, 10), rows["waiting"].item(), rows["minutes"].item())
    assert found.is_one
    assert found.total == one.waiting


def test_usual_is_the_median_of_like_days_at_this_time(town: Town) -> None:
    now = at(26, 9)
    (one,) = tools.waiting.run(HowLong(hospital="儿童医院", department="儿科"), town.data(now)).departments
    id = _department(town, "云澜市儿童医院", "儿科")
    counts = []
    for day in (16, 17, 18, 19, 20, 23, 24, 25):  # the worked days of the small world before the 26th
        rows = town.data(now).between(QUEUE, at(day, 8, 40), at(day, 9, 21), {"department": id})
        counts += rows["waiting"].to_list()
    assert len(counts) == 8 * 5
    assert one.usual == round(median(counts))


def test_nothing_is_usual_after_too_few_days(town: Town) -> None:
    (one,) = tools.waiting.run(HowLong(hospital="儿童医院", department="儿科"), town.data(at(18, 9))).departments
    assert one.waiting is not None
    assert one.usual is None


def test_a_closed_department_has_no_number(town: Town) -> None:
    (one,) = tools.waiting.run(HowLong(hospital="市人民医院", department="牙科"), town.data(at(26, 21))).departments
    assert (one.is_open, one.waiting, one.opens_at) == (False, None, at(27, 8))
    night = tools.waiting.run(HowLong(hospital="市人民医院"), town.data(at(26, 2)))
    assert night.open_count == 2
    assert {d.name for d in night.departments if d.waiting is not None} == {"急诊科", "发热门诊"}
    closed = tools.waiting.run(HowLong(hospital="西津社区卫生服务中心"), town.data(at(26, 2)))
    assert (closed.open_count, closed.total, closed.at) == (0, None, None)


def test_the_most_crowded_stand_first_and_add_up(town: Town) -> None:
    found = tools.waiting.run(HowLong(hospital="云大附院"), town.data(at(26, 10)))
    counts = [d.waiting or 0 for d in found.departments]
    assert counts == sorted(counts, reverse=True)
    assert (found.total or 0) >= sum(counts) > 100


def test_a_silent_hospital_is_not_told_to_be_empty(town: Town, pack: CityPack, tmp_path: Path) -> None:
    with pytest.raises(NotCurrent):
        tools.waiting.run(HowLong(hospital="市人民医院"), town.data(at(29, 9)))
    broken = opened(pack, tmp_path)
    for file in (tmp_path / "hospitals" / "queue").glob("*.parquet"):
        pl.read_parquet(file).with_columns(n=pl.lit(-5)).write_parquet(file)
    with pytest.raises(NoData) as caught:
        tools.waiting.run(HowLong(hospital="市人民医院"), broken.data(at(26, 9)))
    assert caught.value.code == "no_queue"


def test_a_hospital_that_reports_nothing(town: Town) -> None:
    with pytest.raises(NoData) as caught:
        tools.waiting.run(HowLong(hospital="白茶镇卫生院"), town.data(at(26, 9)))
    assert (caught.value.code, caught.value.fields) == ("no_queue", {"hospital": "白茶镇卫生院"})


def test_a_department_that_is_not_there(town: Town) -> None:
    with pytest.raises(NoData) as caught:
        tools.waiting.run(HowLong(hospital="精卫中心", department="儿科"), town.data(at(26, 9)))
    assert (caught.value.code, caught.value.fields["department"]) == ("no_department", "儿科")


def test_every_way_leads_to_what_there_is(town: Town) -> None:
    data = town.data(at(26, 9))
    services, rules = data.table(HOURS), data.settings(Rules.FILE, Rules)
    told = 0
    for campus in data.table(CAMPUSES).iter_rows(named=True):
        own = data.table(ROUTES).filter(pl.col("campus") == campus["id"])
        assert "outpatient" in set(own["purpose"])
        for purpose in own["purpose"].unique():
            found = tools.entrance.run(WhichWay(hospital=campus["name"], purpose=purpose), data)
            service = rules.purposes[purpose].service
            assert service in set(services.filter(pl.col("campus") == campus["id"])["service"])
            assert found.car_park is None or found.spaces
            assert "{" not in found.walk
            told += 1
    assert told > 100


def _department(town: Town, hospital: str, name: str) -> str:
    data = town.data(at(26, 9))
    campus = data.table(CAMPUSES).filter(pl.col("name") == hospital)["id"].item()
    rows = data.table(DEPARTMENTS).filter((pl.col("campus") == campus) & (pl.col("name") == name))
    return str(rows["id"].item())


def test_the_hours_of_the_day_asked_for(town: Town) -> None:
    sunday = tools.entrance.run(WhichWay(hospital="市中医医院", time=at(29, 12)), town.data(at(26, 9)))
    assert [(h.opens, h.closes) for h in sunday.hours] == [(at(29, 8), at(29, 12))]
    assert (sunday.is_open, sunday.opens_at) == (False, at(30, 8))
    worked = tools.entrance.run(WhichWay(hospital="市中医医院", time=at(26, 12)), town.data(at(26, 9)))
    assert [h.opens for h in worked.hours] == [at(26, 8), at(26, 13, 30)]
