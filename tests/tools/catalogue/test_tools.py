from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.tools.catalogue.conftest import NOW, Ask
from tools.catalogue.models import CountsAsked, DatasetAsked, FreshnessAsked, SearchAsked
from tools.catalogue.shelf import shelf
from tools.catalogue.tools import counts, dataset, freshness, search
from tools.feeds.state import Standing
from tools.seam.endings import CannotCompute, NoData
from tools.seam.tool import STAFF


def test_citizens_see_what_is_open(ask: Ask) -> None:
    told = search.run(SearchAsked(about="燃气安检和消防栓的数据"), ask(staff=True))
    assert {hit.id for hit in told.hits} == {"gs-users", "fr-hydrants"}
    with pytest.raises(NoData) as ended:
        search.run(SearchAsked(about="燃气安检和消防栓的数据"), ask())
    assert ended.value.code == "none_found"
    citizens, staff = shelf(ask()), shelf(ask(staff=True))
    assert {entry.openness for entry in citizens} == {"unconditional", "conditional"}
    assert {entry.id for entry in staff} - {entry.id for entry in citizens} >= {"schools.points", "re-titles"}
    assert {entry.id for entry in citizens} < {entry.id for entry in staff}


def test_how_open_may_be_said(ask: Ask) -> None:
    data = ask(staff=True)
    every = search.run(SearchAsked(about="公安局有哪些数据"), data)
    assert {hit.openness for hit in every.hits} == {"conditional", "closed"}
    closed = search.run(SearchAsked(about="公安局有哪些数据", openness="closed"), data)
    assert {hit.id for hit in closed.hits} == {"ps-residence-permits", "ps-dogs"}
    assert (closed.count, closed.connected, closed.shown) == (2, 0, 2)
    told = search.run(SearchAsked(about="养老机构名录数据是不是不公开", openness="closed"), data)
    assert told.meant is not None
    assert (told.meant.title, told.meant.openness) == ("养老机构名录", "unconditional")


def test_what_is_clearly_meant_is_told_whole(ask: Ask) -> None:
    data = ask()
    told = search.run(SearchAsked(about="停车场空闲泊位数据多久更新一次"), data)
    assert told.meant == dataset.run(DatasetAsked(about="停车场空闲泊位"), data)
    assert told.hits[0].id == "parking.free"
    assert told.all is None
    several = search.run(SearchAsked(about="名录"), data)
    assert several.meant is search.run(SearchAsked(about="教育局有哪些数据"), data).meant is None
    assert several.count > 5


@pytest.mark.parametrize("said", ["有哪些数据", "市里一共有多少个数据集", "公共数据家底有多少"])
def test_where_no_subject_is_said_everything_is_counted(ask: Ask, said: str) -> None:
    told = search.run(SearchAsked(about=said), ask())
    assert told.all == counts.run(CountsAsked(), ask())
    assert told.all is not None
    assert (told.count, told.shown, told.hits) == (told.all.total, 0, ())


def test_a_connected_dataset_says_how_fresh_it_is(ask: Ask) -> None:
    data = ask()
    told = dataset.run(DatasetAsked(about="停车场空闲泊位"), data)
    assert (told.connected, told.unit, told.openness) == (True, "云澜市城市管理和综合执法局", "unconditional")
    assert (told.newest, told.rows, told.standing) == (NOW - timedelta(minutes=10), 2, Standing.FRESH)
    assert told.age == pytest.approx(1 / 6)
    assert told.limit == 0.5
    assert [(part.title, part.unit) for part in told.fields][-1] == ("空闲泊位", "个")
    assert told.field_count == len(told.fields)
    assert data.used["parking.free"].at == told.newest


def test_it_is_as_of_the_moment_asked_for(ask: Ask) -> None:
    before = dataset.run(DatasetAsked(about="停车场空闲泊位"), ask(NOW - timedelta(minutes=15)))
    assert (before.newest, before.rows) == (NOW - timedelta(minutes=30), 1)
    after = dataset.run(DatasetAsked(about="停车场空闲泊位"), ask(NOW + timedelta(hours=2)))
    assert after.standing == Standing.LATE
    assert after.age == pytest.approx(13 / 6)
    early = NOW.replace(year=2018)
    assert {e.id for e in shelf(ask(NOW))} - {e.id for e in shelf(ask(early))} >= {"tp-ebikes", "he-aed"}


def test_a_file_put_there_later_says_nothing_of_the_moment(ask: Ask) -> None:
    """The register's file is written by the test, years after the moment asked for."""
    told = dataset.run(DatasetAsked(about="一件事目录"), ask(datetime(2020, 1, 1, tzinfo=NOW.tzinfo)))
    assert (told.rows, told.newest, told.age, told.limit) == (2, None, None, None)


def test_a_feed_without_its_file(ask: Ask) -> None:
    told = dataset.run(DatasetAsked(about="窗口排队"), ask())
    assert (told.standing, told.newest, told.rows) == (Standing.MISSING, None, None)


def test_a_dataset_that_is_not_connected(ask: Ask) -> None:
    told = dataset.run(DatasetAsked(about="养老机构名录"), ask())
    assert (told.connected, told.updated, told.overdue) == (False, date(2026, 10, 8), False)
    assert (told.cycle, told.since, told.surveyed) == ("每季度", 2017, date(2026, 10, 31))
    assert (told.standing, told.newest, told.limit) == (None, None, None)
    late = dataset.run(DatasetAsked(about="社区老年食堂"), ask())
    assert late.overdue
    never = dataset.run(DatasetAsked(about="地下管线"), ask(staff=True))
    assert (never.overdue, never.openness) == (None, "closed")
    assert never.why


def test_several_are_named(ask: Ask) -> None:
    with pytest.raises(CannotCompute) as ended:
        dataset.run(DatasetAsked(about="名录"), ask())
    assert ended.value.code == "several"
    assert ended.value.fields["names"].count("、") == 4


def test_counts_add_up(ask: Ask) -> None:
    staff, citizen = (counts.run(CountsAsked(), ask(staff=s)) for s in (True, False))
    assert staff.total == len(shelf(ask(staff=True))) == sum(row.total for row in staff.units)
    assert staff.total == staff.connected + staff.unconnected
    assert staff.closed is not None
    assert staff.total == staff.unconditional + staff.conditional + staff.closed
    assert (staff.connected, citizen.connected) == (4, 3)
    assert citizen.closed is None
    assert citizen.total == staff.total - staff.closed
    assert staff.unit_count == len(staff.units)
    assert [row.total for row in staff.units] == sorted((row.total for row in staff.units), reverse=True)


def test_counts_of_a_unit(ask: Ask) -> None:
    told = counts.run(CountsAsked(about="消防支队登记了几份数据"), ask(staff=True))
    assert (told.of, told.total, told.closed, told.unit_count) == ("云澜市消防救援支队", 2, 1, 1)


def test_what_is_late_now(ask: Ask) -> None:
    told = freshness.run(FreshnessAsked(), ask(NOW + timedelta(hours=2), staff=True))
    assert (told.checked, told.timed) == (4, 2)
    assert (told.fresh, told.late, told.missing, told.broken) == (1, 1, 2, 0)
    assert [row.standing for row in told.rows] == [Standing.MISSING, Standing.MISSING, Standing.LATE]
    late = told.rows[-1]
    assert late.title == "停车场空闲泊位"
    assert late.behind == pytest.approx(13 / 6 - 0.5)
    now = freshness.run(FreshnessAsked(), ask(staff=True))
    assert (now.fresh, now.late) == (2, 0)


def test_what_was_overdue_when_surveyed(ask: Ask) -> None:
    told = freshness.run(FreshnessAsked(), ask(staff=True))
    assert told.overdue_count == len(told.overdue) > 5
    # Community canteens: each quarter (92 days), last on 30 March; 215 days to the survey on 31 October.
    assert {one.title: one.behind for one in told.overdue}["社区老年食堂"] == 215 - 92
    assert [one.behind for one in told.overdue] == sorted((one.behind for one in told.overdue), reverse=True)


def test_late_data_of_a_unit(ask: Ask) -> None:
    told = freshness.run(FreshnessAsked(about="城管局的数据源断没断"), ask(NOW + timedelta(days=1), staff=True))
    assert (told.of, told.checked, told.late) == ("云澜市城市管理和综合执法局", 1, 1)
    assert {one.unit for one in told.overdue} == {told.of}


def test_whether_one_dataset_is_late(ask: Ask) -> None:
    told = freshness.run(FreshnessAsked(about="空车位的数据源断没断"), ask(NOW + timedelta(days=1), staff=True))
    assert (told.of, told.checked, told.late, told.overdue_count) == ("停车场空闲泊位", 1, 1, 0)
    # "parking free" is a longer name than another's "parking" in the same words.
    whole = freshness.run(FreshnessAsked(about="停车场空闲泊位和窗口排队"), ask(staff=True))
    assert (whole.checked, whole.fresh, whole.missing) == (2, 1, 1)


def test_it_is_for_staff() -> None:
    assert freshness.audience == STAFF
