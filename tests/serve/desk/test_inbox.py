"""The inbox: what is most pressing stands first, and thousands of orders are found page by page."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from serve.desk.clocks import Timing, left, spell
from serve.desk.inbox import DONE, NEW, PAGE, Filter, in_order, states
from serve.desk.staff import Post, Staff
from tests.serve.desk.conftest import Enter, Served
from tests.serve.desk.visiting import START, URBAN, Visitor, soup
from tools.workorders.listing import Waiting
from tools.workorders.model import Kind, State


def say(key: str, **fields: object) -> str:
    return f"{key}{sorted(fields.values(), key=str)}"


def waiting(number: str, status: State = State.SCREENING, **changed: object) -> Waiting:
    start = START - timedelta(minutes=30)
    plain = Waiting(number, status, Kind.HELP, "060502", "normal", False, True, start, start, None, None, None, None,
                    None, None, "")  # fmt: skip
    return plain._replace(**changed)  # type: ignore[arg-type]  # fields by their names


def listed(visitor: Visitor, path: str = "/desk") -> list[str]:
    return [one.text for one in soup(visitor.http.get(path)).select(".cell-order .num")]


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (0, "desk_minutes[0]"),
        (59, "desk_minutes[59]"),
        (60, "desk_hours[1]"),
        (2879, "desk_hours[47]"),
        (2880, "desk_days[2]"),
    ],
)
def test_a_span_is_said_in_its_largest_unit(minutes: int, told: str) -> None:
    assert spell(say, timedelta(minutes=minutes)) == told


def test_what_is_over_says_so() -> None:
    assert left(say, START, START).startswith("desk_left")
    assert left(say, START, START + timedelta(hours=3)).startswith("desk_late")


def test_each_state_runs_on_the_clock_that_the_city_gives_it(served: Served) -> None:
    timing = Timing(served.orders.scheme, served.orders.calendar, START)
    half = START - timedelta(hours=1)
    day = {"sent_at": half, "sign_due": START + timedelta(hours=1), "due_at": START + timedelta(hours=9)}
    running = {
        State.SCREENING: {"accepted_at": half},
        State.DISPATCHED: day,
        State.SIGNED: {**day, "signed_at": half, "contact_due": START + timedelta(hours=1)},
        State.IN_PROGRESS: day,
        State.REWORK: {**day, "entered_at": half, "due_at": START + timedelta(hours=1)},
        State.CALLBACK: {"replied_at": half},
    }
    found = {
        state: [clock.name for clock in timing.clocks(waiting("1", state, **given))] for state, given in running.items()
    }
    assert found == {
        State.SCREENING: ["dispatch"],
        State.DISPATCHED: ["sign", "handle"],
        State.SIGNED: ["contact", "handle"],
        State.IN_PROGRESS: ["handle"],
        State.REWORK: ["handle"],
        State.CALLBACK: ["callback"],
    }
    (clock,) = timing.clocks(waiting("1", accepted_at=half))
    assert (clock.used, clock.light) == (0.5, "green")
    assert timing.clocks(waiting("1", accepted_at=half - timedelta(hours=1)))[0].light == "red"
    assert timing.clocks(waiting("1", State.CLOSED)) == []
    assert timing.clocks(waiting("1", State.SIGNED, signed_at=half, expects_reply=False)) == []


def test_emergencies_then_overdue_then_the_share_of_time_used(served: Served) -> None:
    timing = Timing(served.orders.scheme, served.orders.calendar, START)
    fresh, late = waiting("fresh"), waiting("late", accepted_at=START - timedelta(hours=3))
    alarm = waiting("alarm", State.CLOSED, alarm=True)
    helping = waiting("helping", accepted_at=START - timedelta(days=3), part="co")
    own = waiting("own", part="lead")
    order = [one.number for one in in_order([fresh, helping, own, late, alarm], timing)]
    assert order.index("alarm") == 0
    assert order.index("late") < order.index("fresh")
    assert order.index("own") < order.index("helping")


def test_each_post_first_sees_what_waits_for_it() -> None:
    def todo(post: Post) -> frozenset[State]:
        return states(Staff(id="x", name="甲", post=post), "todo")

    assert todo(Post.QC) == {State.REPLIED, State.REVIEW}
    assert todo(Post.CALLBACK) == {State.CALLBACK}
    assert State.ACCEPTED in todo(Post.DISPATCHER)
    assert State.DISPATCHED in todo(Post.UNIT_CLERK)
    assert State.REWORK in todo(Post.UNIT_HEAD)
    assert todo(Post.AUDITOR) == frozenset()
    assert not todo(Post.SUPERVISOR) & DONE
    assert states(Staff(id="x", name="甲", post=Post.QC), "new") == NEW


def test_a_filter_keeps_itself_in_its_links() -> None:
    chosen = Filter("open", "云澜市教育局", "09", "灯 & 井盖")
    assert dict(parse_qsl(urlsplit(chosen.link()).query)) == chosen._asdict()
    assert Filter("", "", "", "").link(2) == "/desk?page=2"


def test_the_list_is_filtered_and_paged(served: Served, enter: Enter) -> None:
    made = []
    for count in range(PAGE + 5):
        served.clock.on(seconds=1)
        made.append(served.screened(str(count), title=f"第{count:02d}盏灯", category="060502").number)
    other = served.screened("x", title="井盖没了", category="060201").number
    dispatcher = enter("dispatcher")
    first, second = listed(dispatcher), listed(dispatcher, "/desk?page=2")
    assert (len(first), len(second)) == (PAGE, 6)
    assert set(first) | set(second) == {*made, other}
    assert listed(dispatcher, "/desk?q=井盖") == [other]
    assert listed(dispatcher, f"/desk?q={made[3]}") == [made[3]]
    assert listed(dispatcher, "/desk?category=09") == []
    assert listed(dispatcher, "/desk?group=done") == []
    assert listed(dispatcher, "/desk?page=99") == []
    assert listed(dispatcher, "/desk?unit=没有这个局") == []
    page = soup(dispatcher.http.get("/desk"))
    assert page.select_one(".pager a[rel=next]")
    served.clock.on(hours=3)
    assert len(soup(dispatcher.http.get("/desk")).select(".light-red")) == PAGE
    dispatcher.does(other, "merge", main=made[0])
    assert listed(dispatcher, "/desk?group=done") == [other]


def test_a_unit_finds_its_own_first(served: Served, enter: Enter) -> None:
    dispatcher = enter("dispatcher")
    for key, lead, co in (("a", URBAN, "云澜供电公司"), ("b", "云澜供电公司", URBAN)):
        number = served.screened(key).number
        dispatcher.does(number, "accept")
        dispatcher.does(number, "dispatch", lead=lead, co0=co, co1="", co2="", why_not="按清单", clock_class="normal")
        served.clock.on(minutes=1)
    rows = soup(enter("unit_clerk", URBAN).http.get("/desk")).select("tbody tr")
    assert ["协办" in row.text for row in rows] == [False, True]
