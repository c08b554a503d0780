from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.errors import BadInput
from tools.workorders.calendar import WorkCalendar
from tools.workorders.clocks import (
    ZONE,
    Due,
    Duration,
    FirstDay,
    Lights,
    Limit,
    Profile,
    due,
    light,
    longer_of,
    with_pause,
)

NATION = WorkCalendar()
NOON = datetime(2026, 3, 16, 12, 0, tzinfo=ZONE)  # a Monday
STARTS = st.datetimes(datetime(2018, 1, 1), datetime(2026, 6, 30), timezones=st.just(ZONE))
FIRST_DAYS: st.SearchStrategy[FirstDay] = st.sampled_from(("next_workday", "same_day"))
UNITS = st.sampled_from(["s", "min", "h", "d", "wd"])
CITY = """
id: weifang_like
version: "2023"
source: art. 20
max_dispatch_rounds: 3
classes:
  default: {handle: 5wd, return_ask: 1wd, extension_max: 10wd}
  critical: {handle: 2h, sign: 15min}
  utilities: {handle: 24h, sign: 30min}
  complex: {return_ask: 2wd}
  consult: {handle: 2wd}
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due_at(instant: datetime) -> Due:
    return Due(at=instant, rule="x/normal/handle", version="1", source="x")


def profile(**changed: Any) -> Profile:
    return Profile.model_validate({**yaml.safe_load(CITY), **changed})


@pytest.mark.parametrize("text", ["15s", "30min", "2h", "7d", "5wd", "99999d"])
def test_durations_are_read_and_written(text: str) -> None:
    assert str(Duration.parse(text)) == text
    assert Duration.model_validate_json(Duration.parse(text).model_dump_json()) == Duration.parse(text)


@pytest.mark.parametrize("text", ["", "5", "wd", "0d", "-1d", "1.5h", "5 wd", "5WD", "５wd", "5w", "100000d", "5wd\n"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        Duration.parse(text)
    assert str(caught.value) == f"{text!r} is not a duration: write for example 15s, 30min, 2h, 7d or 5wd"


def test_a_bare_number_in_the_data_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"classes\.normal\.handle\n.*5 is not a duration"):
        profile(classes={"normal": {"handle": 5}})


def test_a_duration_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Duration.parse("5wd").count = 6  # type: ignore[misc]  # that is the test


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2025-01-27T10:00", "1wd", "2025-02-05T23:59:59"),
        ("2025-01-25T10:00", "5wd", "2025-02-07T23:59:59"),  # Sunday 26 and Monday 27, then from 5 to 7 February
        ("2025-01-25T10:00", "6wd", "2025-02-08T23:59:59"),  # a worked Saturday
        ("2025-09-27T10:00", "5wd", "2025-10-10T23:59:59"),  # from the worked Sunday, 28
        ("2025-09-27T10:00", "6wd", "2025-10-11T23:59:59"),
        ("2026-02-13T23:59", "5wd", "2026-02-27T23:59:59"),
        ("2026-02-13T23:59", "6wd", "2026-02-28T23:59:59"),
        ("2026-02-16T09:00", "1wd", "2026-02-24T23:59:59"),  # amid the festival
        ("2026-09-30T09:00", "5wd", "2026-10-13T23:59:59"),
        ("2026-02-15T09:00", "2h", "2026-02-15T11:00:00"),
        ("2026-02-15T09:00", "24h", "2026-02-16T09:00:00"),
        ("2026-10-01T09:00", "7d", "2026-10-08T09:00:00"),
        ("2026-10-01T23:59:50", "15s", "2026-10-02T00:00:05"),
        ("2026-10-01T23:40", "30min", "2026-10-02T00:10:00"),
    ],
)
def test_due_over_the_long_holidays(start: str, duration: str, end: str) -> None:
    assert due(at(start), Duration.parse(duration), NATION) == at(end)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-03-16T10:00", "1wd", "2026-03-16T23:59:59"),
        ("2026-03-16T10:00", "5wd", "2026-03-20T23:59:59"),
        ("2026-03-21T10:00", "1wd", "2026-03-23T23:59:59"),  # a Saturday: the next worked day is day 1
        ("2026-02-14T10:00", "2wd", "2026-02-24T23:59:59"),
        ("2026-03-16T10:00", "2h", "2026-03-16T12:00:00"),
    ],
)
def test_day_one_may_be_the_day_of_the_start(start: str, duration: str, end: str) -> None:
    assert due(at(start), Duration.parse(duration), NATION, first_day="same_day") == at(end)


def test_the_day_is_that_of_shanghai() -> None:
    late = datetime(2026, 3, 16, 16, 30, tzinfo=UTC)  # 00:30 on Tuesday in Shanghai
    ended = due(late, Duration.parse("1wd"), NATION)
    assert ended == at("2026-03-18T23:59:59")
    assert ended.tzinfo is ZONE
    assert due(late, Duration.parse("1h"), NATION).isoformat() == "2026-03-17T01:30:00+08:00"


def test_hours_are_real_where_summer_time_ends() -> None:
    berlin = datetime(2026, 10, 25, 1, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert due(berlin, Duration.parse("4h"), NATION).astimezone(UTC).hour == 3


@given(STARTS, st.integers(1, 60), UNITS, FIRST_DAYS)
def test_due_is_never_before_the_start_and_more_is_never_earlier(
    start: datetime, count: int, unit: str, first_day: FirstDay
) -> None:
    ended = due(start, Duration.parse(f"{count}{unit}"), NATION, first_day=first_day)
    assert ended >= start
    assert due(start, Duration.parse(f"{count + 1}{unit}"), NATION, first_day=first_day) > ended
    assert unit != "wd" or NATION.is_workday(ended.date())


@given(STARTS, st.timedeltas(timedelta(0), timedelta(days=30)), st.integers(1, 20), UNITS, FIRST_DAYS)
def test_a_later_start_is_never_due_earlier(
    start: datetime, later: timedelta, count: int, unit: str, first_day: FirstDay
) -> None:
    duration = Duration.parse(f"{count}{unit}")
    ended = due(start, duration, NATION, first_day=first_day)
    assert due(start + later, duration, NATION, first_day=first_day) >= ended


def test_naive_instants_are_refused() -> None:
    naive = datetime(2026, 3, 16, 12, 0)
    with pytest.raises(BadInput, match="the start 2026-03-16T12:00:00 has no time zone: give one"):
        due(naive, Duration.parse("1h"), NATION)
    with pytest.raises(BadInput, match=r"the now .* has no time zone"):
        light(NOON, due_at(NOON), naive)
    with pytest.raises(BadInput, match=r"the begin of a pause .* has no time zone"):
        with_pause(due_at(NOON), [(naive, None)], NOON)
    with pytest.raises(BadInput, match=r"the end of a pause .* has no time zone"):
        with_pause(due_at(NOON), [(NOON, naive)], NOON)
    with pytest.raises(ValidationError, match="timezone"):
        due_at(naive)


def test_an_unknown_year_is_not_guessed() -> None:
    with pytest.raises(BadInput, match="holidays of 2099"):
        due(at("2099-06-01T09:00"), Duration.parse("1wd"), NATION)
    assert due(at("2099-06-01T09:00"), Duration.parse("1d"), NATION) == at("2099-06-02T09:00")


@pytest.mark.parametrize(
    ("limit", "clock_class", "rule", "end"),
    [
        ("handle", "critical", "weifang_like/critical/handle", "2026-03-16T14:00"),
        ("handle", "utilities", "weifang_like/utilities/handle", "2026-03-17T12:00"),
        ("sign", "utilities", "weifang_like/utilities/sign", "2026-03-16T12:30"),
        ("handle", "normal", "weifang_like/default/handle", "2026-03-23T23:59:59"),
        ("handle", "complex", "weifang_like/default/handle", "2026-03-23T23:59:59"),
        ("return_ask", "complex", "weifang_like/complex/return_ask", "2026-03-18T23:59:59"),
        ("return_ask", "critical", "weifang_like/default/return_ask", "2026-03-17T23:59:59"),
        ("handle", "consult", "weifang_like/consult/handle", "2026-03-18T23:59:59"),
    ],
)
def test_a_due_instant_keeps_its_rule(limit: Limit, clock_class: str, rule: str, end: str) -> None:
    made = profile().due(limit, clock_class, NOON, NATION)
    assert made == Due(at=at(end), rule=rule, version="2023", source="art. 20")
    assert Due.model_validate_json(made.model_dump_json()) == made


def test_a_profile_survives_being_stored() -> None:
    assert Profile.model_validate_json(profile().model_dump_json()) == profile()


def test_a_limit_that_is_not_set() -> None:
    assert profile().duration("sign", "normal") is None
    with pytest.raises(BadInput, match=r"sets no sign for 'normal': add it"):
        profile().due("sign", "normal", NOON, NATION)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(BadInput, match=r"no clock class 'utilites': .*critical, .*utilities"):
        profile().due("handle", "utilites", NOON, NATION)
    with pytest.raises(BadInput, match="no clock class 'default'"):
        profile().duration("handle", "default")
    with pytest.raises(BadInput, match=r"'lights' is not a limit: it is one of sign"):
        profile().duration(cast(Limit, "lights"), "normal")


def test_an_extension_starts_after_the_day_it_extends() -> None:
    made = profile(first_day="same_day")
    first = made.due("handle", "consult", NOON, NATION)
    assert first.at == at("2026-03-17T23:59:59")
    assert made.due("extension_max", "consult", first.at, NATION).at == at("2026-03-31T23:59:59")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"classes": {"default": {"handle": "5wd"}}}, "handle of critical comes to 5wd, but critical runs on all days"),
        ({"classes": {"utilities": {"sign": "1wd"}}}, "sign of utilities comes to 1wd"),
        ({"real_time": ["life_safety"]}, "real_time names 'life_safety', which is not among the classes"),
        ({"real_time": ["default"]}, "default is no class of its own"),
        ({"classes": {}}, "at least 1 item"),
        ({"classes": {"normal": {"pickup": "15s"}}}, "not permitted"),
        ({"source": ""}, "at least 1 character"),
        ({"max_dispatch_rounds": 0}, "greater than or equal to 1"),
        ({"statutory": "ignore"}, "keep_longer"),
        ({"lights": {"amber_at": 1.0}}, r"amber_at 1.0 must be less than red_at 1.0"),
    ],
)
def test_wrong_profiles_are_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        profile(**changed)


def test_a_city_names_which_classes_run_on_all_days() -> None:
    made = profile(classes={"default": {"handle": "5wd"}, "life_safety": {"handle": "2h"}}, real_time=["life_safety"])
    assert str(made.duration("handle", "critical")) == "5wd"
    assert str(made.duration("handle", "life_safety")) == "2h"


def test_the_longer_statutory_period_takes_its_place() -> None:
    law = Due(at=at("2026-05-15T23:59:59"), rule="petition/60d", version="2022", source="信访工作条例")
    short = law.model_copy(update={"at": NOON})
    own = profile().due("handle", "normal", NOON, NATION)
    assert longer_of(own, law) is law
    assert longer_of(own, short) is own
    assert longer_of(own, law.model_copy(update={"at": own.at})) is own
    assert profile().due("handle", "normal", NOON, NATION, statutory=law) == law
    assert profile().due("handle", "normal", NOON, NATION, statutory=short) == own
    assert profile(statutory="keep_own").due("handle", "normal", NOON, NATION, statutory=law) == own
    with pytest.raises(BadInput, match="bears on handle, not on return_ask"):
        profile().due("return_ask", "normal", NOON, NATION, statutory=law)


@pytest.mark.parametrize(
    ("hours", "shown"),
    [(-1, "green"), (0, "green"), (6.9, "green"), (7, "amber"), (9.9, "amber"), (10, "red"), (100, "red")],
)
def test_lights_go_by_the_share_of_the_period(hours: float, shown: str) -> None:
    now = NOON + timedelta(hours=hours)
    assert light(NOON, due_at(NOON + timedelta(hours=10)), now) == shown
    assert profile().light(NOON, due_at(NOON + timedelta(hours=10)), now) == shown


def test_a_profile_has_its_own_lights() -> None:
    end, now = due_at(NOON + timedelta(hours=10)), NOON + timedelta(hours=6)
    assert profile(lights={"amber_at": 0.5, "red_at": 0.6}).light(NOON, end, now) == "red"
    assert light(NOON, end, now, Lights(amber_at=0.5)) == "amber"


def test_no_time_at_all_is_red_from_the_due_instant_on() -> None:
    assert light(NOON, due_at(NOON), NOON) == "red"
    assert light(NOON, due_at(NOON), NOON - timedelta(seconds=1)) == "green"


def hours(*spans: tuple[float, float | None]) -> list[tuple[datetime, datetime | None]]:
    return [
        (NOON + timedelta(hours=begin), None if end is None else NOON + timedelta(hours=end)) for begin, end in spans
    ]


@pytest.mark.parametrize(
    ("spans", "now", "moved"),
    [
        ([], 5, 0),
        ([(1, 3)], 5, 2),
        ([(1, None)], 5, 4),  # goes on
        ([(1, 8)], 5, 4),  # as far as it has passed
        ([(6, 8)], 5, 0),  # ahead
        ([(1, 3), (2, 4)], 5, 3),  # time in two pauses counts once
        ([(1, 4), (2, 3)], 5, 3),
        ([(4, 5), (1, 2)], 6, 2),  # in any order
        ([(9, 12), (11, 12)], 20, 3),
        ([(11, 12)], 20, 0),  # the clock has run out at 10
        ([(8, 11), (12, 13)], 20, 4),  # runs out at 13 by the first pause
        ([(8, 9), (11, 12)], 20, 1),  # runs out at 11
        ([(9, 9)], 20, 0),
    ],
)
def test_pauses_move_the_due_instant(spans: list[tuple[float, float | None]], now: float, moved: float) -> None:
    before = due_at(NOON + timedelta(hours=10))
    after = with_pause(before, hours(*spans), NOON + timedelta(hours=now))
    assert after.at - before.at == timedelta(hours=moved)
    assert after == before.model_copy(update={"at": after.at})


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match="before it begins"):
        with_pause(due_at(NOON), hours((3, 1)), NOON)


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30) | st.none()).map(
        lambda span: (span[0], None if span[1] is None else span[0] + span[1])
    ),
    max_size=6,
)


@given(SPANS, st.integers(0, 120), st.integers(0, 60))
def test_a_paused_clock_never_moves_back(spans: Sequence[tuple[int, int | None]], now: int, later: int) -> None:
    before, current = due_at(NOON + timedelta(hours=24)), NOON + timedelta(hours=now)
    moved = with_pause(before, hours(*spans), current)
    assert before.at <= moved.at <= max(before.at, before.at + (current - NOON))
    assert with_pause(before, hours(*spans), current + timedelta(hours=later)).at >= moved.at
    assert with_pause(before, hours(*spans, (0, 1)), current).at >= moved.at


def test_an_added_pack_day_moves_a_deadline() -> None:
    local = WorkCalendar(days_off=frozenset({date(2026, 3, 18)}))
    assert due(NOON, Duration.parse("2wd"), local) == at("2026-03-19T23:59:59")
