from __future__ import annotations

from datetime import date, datetime

import pytest
from pydantic import ValidationError

from tests.tools.rooms import told_of
from tests.tools.tourism.conftest import ZONE, Ask
from tools.seam.endings import CannotCompute, NoData
from tools.tourism.models import CrowdingAsked, PlanAsked, PlanTold, SightAsked
from tools.tourism.sights import load
from tools.tourism.tools import crowding, plan, sight

TOLD = told_of("tourism")


def test_a_museum_today(ask: Ask) -> None:
    told = sight.run(SightAsked(sight="博物馆"), ask(2026, 11, 26, 10, 40))
    assert told.name == "云澜博物馆"
    assert told.is_open
    assert told.is_free
    # Thursday: open until 17:00
    assert [one.closes for one in told.openings] == [datetime(2026, 11, 26, 17, 0, tzinfo=ZONE)]
    assert told.inside is not None
    assert told.share == pytest.approx(100 * told.inside / told.capacity)
    assert told.counted_at == datetime(2026, 11, 26, 10, 30, tzinfo=ZONE)
    assert told.calmest_at is not None
    assert told.busiest_at is not None
    assert told.calmest is not None
    assert told.busiest is not None
    assert told.calmest <= told.busiest
    assert told.usual_days > 25


def test_a_museum_on_its_closing_day(ask: Ask) -> None:
    told = sight.run(SightAsked(sight="云澜博物馆", day=date(2026, 11, 30)), ask(2026, 11, 26, 8, 30))
    assert not told.is_open
    assert told.openings == ()
    assert told.next_open == date(2026, 12, 1)
    assert told.inside is None
    assert told.level is None


def test_a_closure_is_told(ask: Ask) -> None:
    told = sight.run(SightAsked(sight="美术馆"), ask(2026, 11, 26, 8, 30))
    assert not told.is_open
    assert told.closed_because
    assert told.closed_until == date(2026, 12, 4)


def test_concessions_are_the_laws(ask: Ask) -> None:
    """Elder law, article 9: free from 65, half from 60, where the public pays; a private park may ask."""
    data = ask(2026, 11, 26, 8, 30)
    public = sight.run(SightAsked(sight="云湖风景区"), data).ticket
    assert (public.full, public.age_60, public.age_65, public.disabled) == (45, 22.5, 0, 0)
    private = sight.run(SightAsked(sight="石门大峡谷"), data).ticket
    assert (private.full, private.age_65) == (88, 44)


def test_state_heritage_is_free_in_its_week(ask: Ask) -> None:
    data = ask(2026, 11, 26, 8, 30)
    sights = load(data)
    tower = sights.named("鼓楼")
    week = [sights.prices(tower, date(2027, 9, day)).full for day in (19, 20, 26, 27)]
    assert week == [20, 0, 0, 20]  # the third week begins on Monday, 20 September 2027


def test_a_short_name_may_fit_several(ask: Ask) -> None:
    with pytest.raises(CannotCompute) as torn:
        sight.run(SightAsked(sight="公园"), ask(2026, 11, 26, 8, 30))
    assert torn.value.code == "several"
    with pytest.raises(NoData) as unknown:
        sight.run(SightAsked(sight="埃菲尔铁塔"), ask(2026, 11, 26, 8, 30))
    assert unknown.value.code == "unknown_name"


def test_the_past_is_not_told(ask: Ask) -> None:
    with pytest.raises(CannotCompute) as past:
        sight.run(SightAsked(sight="鼓楼", day=date(2026, 11, 25)), ask(2026, 11, 26, 8, 30))
    assert past.value.code == "past_day"


def test_crowding_counts_what_is_open(ask: Ask) -> None:
    told = crowding.run(CrowdingAsked(), ask(2026, 11, 21, 14, 10))
    assert told.open_sights > 40
    assert told.full_count + told.busy_count + told.calm_count <= told.open_sights
    assert len(told.calm) == min(8, told.calm_count)
    assert all(one.share >= 70 for one in told.crowded)
    assert all(one.share < 30 for one in told.calm)
    shares = [one.share for one in told.crowded]
    assert shares == sorted(shares, reverse=True)


def test_crowding_of_a_district(ask: Ask) -> None:
    told = crowding.run(CrowdingAsked(district="nanping"), ask(2026, 11, 21, 14, 10))
    assert {one.district for one in (*told.calm, *told.crowded)} == {"南坪县"}
    with pytest.raises(NoData) as none:
        crowding.run(CrowdingAsked(district="elsewhere"), ask(2026, 11, 21, 14, 10))
    assert none.value.code == "no_sights"


def possible(told: PlanTold, hours: float) -> None:
    """What a visitor would check: order, hours, home in time."""
    assert told.stops
    assert told.count == len(told.stops)
    assert (told.back - told.begin).total_seconds() <= hours * 3600
    clock = told.begin
    for one in told.stops:
        assert clock <= one.arrive <= one.enter <= one.last_entry
        assert one.leave <= one.closes
        assert (one.leave - one.enter).total_seconds() == one.stay * 60
        clock = one.leave
    assert (told.back - clock).total_seconds() >= told.back_travel * 60
    assert told.price == sum(one.price for one in told.stops)
    for meal in told.meals:
        assert not any(one.enter < meal.end and meal.begin < one.leave for one in told.stops)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"day": date(2026, 11, 28), "with_children": True, "hours": 10},
        {"begin": datetime(2026, 11, 29, 13, 0, tzinfo=ZONE), "hours": 4, "by": "walk"},
        {"start": "云湖", "by": "car", "interests": ("nature", "countryside"), "day": date(2026, 11, 29)},
        {"indoor": True, "day": date(2026, 11, 30)},
        {"with_elderly": True, "interests": "history", "most_sights": 3},
        {"begin": datetime(2026, 11, 27, 17, 0, tzinfo=ZONE), "hours": 6, "interests": ("night", "food")},
    ],
)
def test_plans_are_possible(ask: Ask, asked: dict[str, object]) -> None:
    wish = PlanAsked.model_validate(asked)
    told = plan.run(wish, ask(2026, 11, 26, 8, 30))
    possible(told, wish.hours or 8)
    if wish.indoor:
        assert all(one.indoor for one in told.stops)
    if wish.most_sights:
        assert told.count <= wish.most_sights
    assert (told.price_child is not None) == wish.with_children
    assert (told.price_65 is not None) == wish.with_elderly


def test_booking_ahead_rules_a_sight_out_today(ask: Ask) -> None:
    data = ask(2026, 11, 27, 8, 30)
    today = plan.run(PlanAsked(interests=("family",), start="会展中心", by="car"), data)
    assert all((one.booking_days or 0) == 0 for one in today.stops)


def test_a_day_that_has_begun_starts_now(ask: Ask) -> None:
    told = plan.run(PlanAsked(), ask(2026, 11, 26, 11, 5))
    assert told.begin == datetime(2026, 11, 26, 11, 15, tzinfo=ZONE)
    late = plan.run(PlanAsked(), ask(2026, 11, 26, 20, 0))
    assert late.begin == datetime(2026, 11, 27, 9, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"begin": datetime(2026, 11, 26, 7, 0, tzinfo=ZONE)}, "past_time"),
        ({"day": date(2026, 11, 20)}, "past_day"),
        ({"day": date(2027, 11, 20)}, "too_far"),
        ({"begin": datetime(2026, 11, 27, 2, 0, tzinfo=ZONE), "hours": 1, "indoor": True}, "nothing_fits"),
    ],
)
def test_what_cannot_be_planned(ask: Ask, asked: dict[str, object], code: str) -> None:
    with pytest.raises(CannotCompute) as refused:
        plan.run(PlanAsked.model_validate(asked), ask(2026, 11, 26, 8, 30))
    assert refused.value.code == code
    assert code in TOLD["tourism.plan"].endings


def test_an_unknown_start(ask: Ask) -> None:
    with pytest.raises(NoData) as unknown:
        plan.run(PlanAsked(start="月球背面"), ask(2026, 11, 26, 8, 30))
    assert unknown.value.code == "unknown_place"
    assert plan.run(PlanAsked(start="云澜博物馆"), ask(2026, 11, 26, 8, 30)).start == "云澜博物馆"


def test_hours_have_bounds() -> None:
    with pytest.raises(ValidationError):
        PlanAsked(hours=30)


def test_every_sight_of_the_pack_lies_in_the_city(ask: Ask) -> None:
    sights = load(ask(2026, 11, 26, 8, 30)).by_id
    assert len(sights) >= 60
    assert all(112.9 < s.point.longitude < 113.45 and 29.05 < s.point.latitude < 29.95 for s in sights.values())


def test_the_pack_tells_every_tool() -> None:
    assert set(TOLD) == {"tourism.sight", "tourism.crowding", "tourism.plan"}
    assert all(
        25 <= len(told.examples) <= 40 and len(set(told.examples)) == len(told.examples) for told in TOLD.values()
    )
