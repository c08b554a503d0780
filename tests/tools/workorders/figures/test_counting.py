from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from city.errors import BadInput
from tests.tools.workorders.figures.telling import APRIL, MARCH, YEAR, closed, contact_due, hour, replied, sent, tell
from tools.workorders.acts import Act
from tools.workorders.figures import By, RateName, Report, Settings, Share, figures
from tools.workorders.model import Event


def orders(count: int) -> list[Event]:
    """Work orders of two units, solved and unsolved in turns, an hour apart."""
    made = []
    for place in range(count):
        steps = closed(place, unit="ab"[place % 2], rating=1 + place % 5)
        place_of = {"text": "路", "district": ("north", "south")[place % 3 == 0]}
        made += tell(f"n{place}", *steps, category=("010101", "010102", "020101")[place % 3], place=place_of)
    return made


def report(events: list[Event], by: By = By.NONE, trace: bool = False) -> Report:
    return figures(events, YEAR, contact_due=contact_due, by=by, trace=trace)


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (By.NONE, []),
        (By.UNIT, ["", "a", "b"]),
        (By.CATEGORY, ["010101", "010102", "020101"]),
        (By.GROUP, ["0101", "0201"]),
        (By.TOP, ["01", "02"]),
        (By.DISTRICT, ["north", "south"]),
    ],
)
def test_groups_add_up_to_the_total(by: By, keys: list[str]) -> None:
    found = report(orders(12), by)
    assert [group.key for group in found.groups] == keys
    for name in RateName:
        total = found.total.rates[name].kept
        if keys:
            assert sum(group.rates[name].kept.denominator for group in found.groups) == total.denominator
            assert sum(group.rates[name].kept.numerator for group in found.groups) == total.numerator


def test_nobody_is_ranked_under_thirty() -> None:
    for count, ranked in ((29, False), (30, True)):
        assert report(orders(count)).total.rates[RateName.RESOLUTION].kept.ranked is ranked


def test_the_order_in_which_work_orders_come_does_not_matter() -> None:
    events = orders(20)
    by_time = sorted(events, key=lambda event: (event.at, event.order, event.seq))
    assert report(events, By.UNIT) == report(by_time, By.UNIT)


def test_the_work_orders_behind_a_number_are_named_on_request() -> None:
    found = report(orders(10), trace=True).total.rates[RateName.SATISFACTION].kept
    assert found.met == ("n3", "n4", "n8", "n9")
    assert len(found.counted) == found.denominator == 10
    assert report(orders(10)).total.rates[RateName.SATISFACTION].kept.counted == ()


def test_a_case_belongs_to_the_period_of_its_instant() -> None:
    events = tell("x", *replied(730), (800, Act.SOLVED))  # dispatched in March (744 hours), called back in April
    march = figures(events, (MARCH, APRIL), contact_due=contact_due).total
    april = figures(events, (APRIL, YEAR[1]), contact_due=contact_due).total
    assert (march.rates[RateName.RESOLUTION].kept.denominator, april.rates[RateName.RESOLUTION].kept.denominator) == (
        0,
        1,
    )
    assert (march.shares["returned"].denominator, april.shares["returned"].denominator) == (1, 0)


def test_a_period_holds_its_first_instant_and_not_its_last() -> None:
    events = tell("x", *replied(), (60, Act.SOLVED))

    def calls(start: datetime, end: datetime) -> int:
        found = figures(events, (start, end), contact_due=contact_due)
        return found.total.rates[RateName.RESOLUTION].kept.denominator

    assert calls(hour(60), hour(61)) == 1
    assert calls(hour(59), hour(60)) == 0


def test_figures_can_be_those_that_were_known_on_a_day() -> None:
    events = tell("x", *sent(), (1, Act.SIGN), (2, Act.CONTACT), (120, Act.REPLY))
    then = figures(events, YEAR, contact_due=contact_due, as_of=hour(110)).total
    before = figures(events, YEAR, contact_due=contact_due, as_of=hour(99)).total
    assert then.spreads["overdue"].total == pytest.approx(10 / 24)
    assert before.shares["on_time"].denominator == 0


def test_a_period_without_a_zone_or_length_is_refused() -> None:
    for period in ((MARCH, MARCH), (datetime(2026, 3, 1), datetime(2026, 4, 1))):
        with pytest.raises(BadInput, match="no period"):
            figures([], period, contact_due=contact_due)


def test_whatever_happens_shares_stay_shares_and_exclusions_only_take_away() -> None:
    draw = random.Random(5)  # noqa: S311  # no secret
    events: list[Event] = []
    for place in range(60):
        at = draw.uniform(0, 500)
        ends = [((at + 60, Act.UNREACHABLE),), ((at + 60, Act.SOLVED, {"solved": draw.choice(["yes", "partly"])}),), ()]
        result = draw.choice(["solved", "cannot_now", "not_duty", "explained"])
        steps = replied(at, draw.choice("abc"), contact=draw.uniform(1, 40), result=result)
        events += tell(f"n{place}", *steps, *draw.choice(ends))  # type: ignore[arg-type]  # steps of two shapes
    found = figures(events, YEAR, contact_due=contact_due, by=By.UNIT, settings=Settings(partly=0.3), trace=True)
    for group in (found.total, *found.groups):
        for rate in group.rates.values():
            assert rate.everything.denominator - rate.kept.denominator == sum(left.count for left in rate.left_out)
            assert rate.kept.numerator <= rate.everything.numerator
            for share in (rate.kept, rate.everything):
                proper(share)
        for share in group.shares.values():
            proper(share)


def proper(share: Share) -> None:
    assert 0 <= share.numerator <= share.denominator == len(share.counted)
    assert len(share.met) <= share.denominator
    if share.value is not None and share.low is not None and share.high is not None:
        assert share.low <= share.value <= share.high


def test_the_contact_clock_starts_at_signing_and_at_the_latest_when_signing_was_due() -> None:
    from tests.tools.workorders.figures.telling import story
    from tools.workorders.calendar import WorkCalendar
    from tools.workorders.clocks import Duration, Limits, Profile
    from tools.workorders.figures import ContactClock

    day = Limits(first_contact=Duration.parse("24h"))
    profile = Profile(id="x", version="1", source="-", classes={"default": day}, real_time=frozenset())
    clock = ContactClock(profile, WorkCalendar())

    def due(*steps: tuple[float, Act]) -> timedelta | None:
        found = clock(story(tell("x", *sent(), *steps)).charges[0])
        return found - MARCH if found else None

    assert due((1, Act.SIGN)) == timedelta(hours=25)
    assert due((90, Act.SIGN)) == due() == timedelta(hours=34)
    assert clock(story(tell("x", *sent(due_at=hour(20).isoformat()))).charges[0]) == hour(20)
