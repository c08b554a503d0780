from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.errors import BadInput, Refused
from tests.tools.workorders.making import LATER, NOW, PAYLOADS, TO_CLOSED, command
from tools.workorders import guards
from tools.workorders.acts import Act
from tools.workorders.evolve import evolve
from tools.workorders.guards import Rules
from tools.workorders.machine import GENESIS, Command, decide, replay, verify
from tools.workorders.model import ENDED, Event, Kind, Role, State, WorkOrder
from tools.workorders.table import TABLE, acts_of

NAME = "YL-20261126-000001-K"
RULES = Rules()


def do(events: list[Event], made: Command) -> WorkOrder:
    order = replay(events) if events else None
    events.append(decide(NAME, order, events[-1].hash if events else GENESIS, made, RULES))
    return evolve(order, events[-1])


def brought(*acts: Act | Command) -> tuple[list[Event], WorkOrder]:
    events: list[Event] = []
    for act in acts:
        order = do(events, act if isinstance(act, Command) else command(act))
    return events, order


def upto(last: Act) -> tuple[Act, ...]:
    return TO_CLOSED[: TO_CLOSED.index(last) + 1]


def test_an_order_goes_from_arrival_to_closed() -> None:
    events, order = brought(*TO_CLOSED)
    assert order.status is State.CLOSED
    assert order.ended
    assert order.version == len(TO_CLOSED)
    verify(events)
    assert replay(events) == order


def test_what_is_not_in_the_table_is_refused_and_says_what_stands_in_the_way() -> None:
    events, _ = brought(*upto(Act.ACCEPT))
    with pytest.raises(Refused, match="'reply' is no step from 'accepted'"):
        do(events, command(Act.REPLY))


def test_a_role_does_only_its_own_steps() -> None:
    events, _ = brought(*upto(Act.ACCEPT))
    with pytest.raises(Refused, match="not for the role 'citizen'"):
        do(events, command(Act.DISPATCH, Role.CITIZEN))


def test_a_payload_out_of_form_is_named_field_by_field() -> None:
    events, _ = brought(*upto(Act.ACCEPT))
    with pytest.raises(BadInput, match="due_at"):
        do(events, command(Act.DISPATCH, due_at="soon"))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="no zone"):
        brought(command(Act.START, at=datetime(2026, 11, 26)))  # the fault that is tested


REFUSED: list[tuple[tuple[Act | Command, ...], Command, str]] = [
    ((command(Act.START, place=None, parties=[]),), command(Act.SUBMIT), "place, contact"),
    (upto(Act.SCREEN), command(Act.ANSWER, Role.AGENT, provisions=[]), "provisions"),
    (upto(Act.SCREEN), command(Act.REDIRECT, Role.AGENT, channel=""), "where the citizen is to go"),
    (upto(Act.SCREEN), command(Act.REFUSE, Role.AGENT, code="N01"), "N01 needs a channel"),
    (upto(Act.SCREEN), command(Act.LINK_REPEAT, Role.AGENT, main=NAME), "another work order"),
    (upto(Act.ACCEPT), command(Act.DISPATCH, duty_item=""), "duty item"),
    (upto(Act.ACCEPT), command(Act.DISPATCH, at=LATER + timedelta(1)), "lie ahead"),
    (upto(Act.DISPATCH), command(Act.ASK_RETURN, Role.UNIT_CLERK, by=NOW.isoformat(), at=LATER), "window is over"),
    (upto(Act.DISPATCH), command(Act.ASK_RETURN, Role.UNIT_CLERK, proposed="city_urban"), "another unit"),
    (
        (*upto(Act.DISPATCH), command(Act.ASK_RETURN, Role.UNIT_CLERK)),
        command(Act.REJECT_RETURN, Role.DISPATCHER),
        "give the reason",
    ),
    (
        (*upto(Act.DISPATCH), command(Act.ASK_RETURN, Role.UNIT_CLERK)),
        command(Act.DISPUTE, Role.DISPATCHER),
        "return number 2 goes to the review",
    ),
    (upto(Act.CONTACT), command(Act.NEED_INFO, Role.UNIT_CLERK, at=LATER + timedelta(1)), "must lie ahead"),
    (upto(Act.CONTACT), command(Act.ASK_EXTENSION, Role.UNIT_HEAD, "料未到", at=LATER + timedelta(1)), "is over"),
    (upto(Act.CONTACT), command(Act.ASK_EXTENSION, Role.UNIT_HEAD, "料未到", new_due=LATER.isoformat()), "later"),
    (
        (*upto(Act.CONTACT), command(Act.ASK_EXTENSION, Role.UNIT_HEAD, "料未到")),
        command(Act.GRANT_EXTENSION, Role.SUPERVISOR, told_at=None),
        "tell the citizen",
    ),
    ((*upto(Act.CONTACT), command(Act.SPLIT, Role.DISPATCHER)), command(Act.SPLIT, Role.DISPATCHER), "new parts"),
    (
        (*upto(Act.CONTACT), command(Act.SPLIT, Role.DISPATCHER)),
        command(Act.REPLY, children_explained=[]),
        "what became of",
    ),
    (upto(Act.PASS), command(Act.UNREACHABLE, Role.CALLBACK, attempts=2), "3 tries by 2 methods"),
    (
        upto(Act.CONTACT),
        command(Act.ASK_EXTENSION, Role.UNIT_HEAD, "料未到", ask_by=NOW.isoformat(), at=NOW + timedelta(hours=1)),
        "had to be asked for",
    ),
    (upto(Act.PASS), command(Act.CLOSE_UNSOLVED, Role.SUPERVISOR, "已尽责"), "send it back first"),
    (upto(Act.PASS), command(Act.SOLVED, solved="no"), "second handling"),
    (
        (command(Act.START, kind="complaint"), *upto(Act.PASS)[1:]),
        command(Act.SOLVED, solved="partly"),
        "second handling",
    ),
    ((*upto(Act.SCREEN), command(Act.EMERGENCY, Role.SYSTEM)), command(Act.ACCEPT), "acknowledge"),
    (upto(Act.SCREEN), command(Act.ACKNOWLEDGE, Role.AGENT), "no open alarm"),
    ((*upto(Act.ACCEPT), command(Act.RAISE_EMERGENCY)), command(Act.WITHDRAW), "danger was reported"),
    (TO_CLOSED, command(Act.REOPEN), "give the reason"),
]


@pytest.mark.parametrize(("path", "tried", "said"), REFUSED)
def test_a_guard_refuses_and_says_why(path: tuple[Act | Command, ...], tried: Command, said: str) -> None:
    events, _ = brought(*path)
    with pytest.raises(Refused, match=said):
        do(events, tried)


def test_time_never_runs_backwards_in_an_order() -> None:
    events, _ = brought(*upto(Act.DISPATCH), command(Act.SIGN, at=NOW + timedelta(hours=1)))
    made = do(events, command(Act.CONTACT, at=NOW + timedelta(minutes=58)))
    assert made.updated_at == events[-1].at == NOW + timedelta(hours=1)  # two clocks that differ a little
    with pytest.raises(BadInput, match="before the last event"):
        do(events, command(Act.REPLY, Role.UNIT_HEAD, at=NOW))


def test_what_stays_unsolved_is_closed_by_the_supervisor_after_the_last_second_handling() -> None:
    once = Rules(most_reworks=1)
    events, _ = brought(
        *upto(Act.PASS), command(Act.UNSOLVED, Role.CALLBACK), Act.CONTACT, Act.REPLY, Act.REVIEW, Act.PASS
    )
    last = events[-1].hash
    order = replay(events)
    closing = command(Act.CLOSE_UNSOLVED, Role.SUPERVISOR, "已尽责，列入台账", satisfaction=2)
    event = decide(NAME, order, last, closing, once)
    assert evolve(order, event).status is State.CLOSED
    with pytest.raises(Refused, match="give the reason"):
        decide(NAME, order, last, command(Act.CLOSE_UNSOLVED, Role.SUPERVISOR), once)


def test_the_contact_is_due_as_dispatch_or_signing_says() -> None:
    soon, later = NOW + timedelta(hours=2), NOW + timedelta(hours=24)
    dispatch = command(Act.DISPATCH, first_contact_due=soon.isoformat())
    _, order = brought(*upto(Act.ACCEPT), dispatch, Act.SIGN)
    assert order.contact_due == soon
    _, order = brought(*upto(Act.DISPATCH), command(Act.SIGN, first_contact_due=later.isoformat()))
    assert order.contact_due == later


def test_the_clock_stands_while_the_citizen_is_waited_for_and_no_longer_than_the_rules_say() -> None:
    rules = Rules(pauses=frozenset({"need_material"}))
    events, order = brought(*upto(Act.CONTACT), command(Act.NEED_INFO, Role.UNIT_CLERK))

    def step(act: Act, role: Role, hours: float, **payload: Any) -> WorkOrder:
        made = command(act, role, at=NOW + timedelta(hours=hours), **payload)
        events.append(decide(NAME, replay(events), events[-1].hash, made, rules))
        return replay(events)

    with pytest.raises(Refused, match="no reason to stop"):
        step(Act.PAUSE, Role.DISPATCHER, 1, code="joint_meeting")
    assert step(Act.PAUSE, Role.DISPATCHER, 1, until=(NOW + timedelta(hours=11)).isoformat()).due_at == order.due_at
    with pytest.raises(Refused, match="stands already"):
        step(Act.PAUSE, Role.DISPATCHER, 2)
    after = step(Act.GIVE_INFO, Role.CITIZEN, 30)
    assert order.due_at is not None
    assert after.due_at == order.due_at + timedelta(hours=10)
    assert after.paused_at is None


def test_every_guard_of_the_table_exists_and_is_tested() -> None:
    named = {name for row in TABLE.values() for name in row.guards}
    assert all(callable(getattr(guards, name)) for name in named)


def test_a_designated_unit_cannot_send_it_back() -> None:
    back = command(Act.ASK_RETURN, Role.UNIT_CLERK)
    other = command(Act.DISPATCH, lead="city_power", co=[])
    path: tuple[Act | Command, ...] = (*upto(Act.DISPATCH), back, command(Act.AGREE_RETURN, Role.DISPATCHER), other)
    path = (
        *path,
        command(Act.ASK_RETURN, Role.UNIT_CLERK, proposed="city_urban"),
        command(Act.DISPUTE, Role.DISPATCHER),
    )
    events, order = brought(*path, command(Act.DESIGNATE, Role.SUPERVISOR))
    assert order.lead is not None
    assert (order.lead.unit, order.lead.designated, order.round) == ("city_power", True, 3)
    with pytest.raises(Refused, match="designated"):
        do(events, command(Act.ASK_RETURN, Role.UNIT_CLERK, proposed="city_urban"))


def test_an_extension_moves_the_due_time_once_and_the_second_is_the_supervisors() -> None:
    ask = command(Act.ASK_EXTENSION, Role.UNIT_HEAD, "料未到")
    events, order = brought(*upto(Act.CONTACT), ask, command(Act.GRANT_EXTENSION, Role.DISPATCHER))
    assert order.due_at == LATER + timedelta(days=5)
    far = (LATER + timedelta(days=9)).isoformat()
    do(events, command(Act.ASK_EXTENSION, Role.UNIT_HEAD, "还没到", new_due=far))
    with pytest.raises(Refused, match="supervisor"):
        do(events, command(Act.GRANT_EXTENSION, Role.DISPATCHER, new_due=far))
    assert do(events, command(Act.GRANT_EXTENSION, Role.SUPERVISOR, new_due=far)).extensions == 2


def test_from_the_second_unsolved_call_on_the_supervisor_decides() -> None:
    again = (command(Act.UNSOLVED, Role.CALLBACK), command(Act.CONTACT), Act.REPLY, Act.REVIEW, Act.PASS)
    events, _ = brought(*upto(Act.PASS), *again, *again)
    with pytest.raises(Refused, match="supervisor"):
        do(events, command(Act.UNSOLVED, Role.CALLBACK))
    assert do(events, command(Act.UNSOLVED, Role.SUPERVISOR)).reworks == 3


def test_a_reopened_matter_is_dispatched_anew() -> None:
    _, order = brought(*TO_CLOSED, command(Act.REOPEN, Role.CITIZEN, "又坏了"), Act.DISPATCH)
    assert (order.status, order.round) == (State.DISPATCHED, 2)


def test_an_emergency_raised_later_leaves_the_matter_where_it_is() -> None:
    events, order = brought(*upto(Act.CONTACT), command(Act.RAISE_EMERGENCY, Role.CITIZEN))
    assert (order.status, order.emergency) == (State.IN_PROGRESS, True)
    assert do(events, command(Act.ACKNOWLEDGE, Role.AGENT)).acknowledged_at == NOW


def test_a_touched_event_is_found() -> None:
    events, _ = brought(*TO_CLOSED)
    for place, forged in (
        (3, events[3].model_copy(update={"actor": "somebody"})),
        (7, events[7].model_copy(update={"payload": {"result": "solved", "text": "别的"}})),
    ):
        with pytest.raises(BadInput, match=f"event {place + 1}"):
            verify([*events[:place], forged, *events[place + 1 :]])
    with pytest.raises(BadInput, match="event 2"):
        verify([events[0], *events[2:]])


def test_a_desk_shows_only_what_its_role_may_do() -> None:
    assert set(acts_of(State.DISPATCHED, Role.UNIT_CLERK)) == {Act.SIGN, Act.ASK_RETURN, Act.RAISE_EMERGENCY}
    assert Act.REOPEN in acts_of(State.CLOSED, Role.CITIZEN)
    assert acts_of(State.MERGED, Role.DISPATCHER) == []


STEP = st.tuples(st.sampled_from(list(Act)), st.sampled_from(list(Role)), st.sampled_from(["", "有理由"]))


def invariants(before: WorkOrder | None, event: Event, after: WorkOrder) -> None:
    """Those of section 5 that one step can break."""
    act = Act(event.act)
    leads = [a for a in after.assignments if a.role == "lead" and a.returned_at is None and a.round == after.round]
    assert len(leads) <= 1
    if after.status in (State.DISPATCHED, State.SIGNED, State.IN_PROGRESS):
        assert after.lead is not None
    if after.status is State.MERGED:
        assert after.main
        assert after.main != after.number
    if before is None:
        return
    if before.due_at != after.due_at:
        paused = before.paused_at is not None and act in {Act.GIVE_INFO, Act.INFO_TIMEOUT}
        assert paused or act in {Act.DISPATCH, Act.DESIGNATE, Act.GRANT_EXTENSION, Act.BOUNCE, Act.UNSOLVED}
    if before.status is State.CLOSED:
        assert event.role in (Role.CITIZEN, Role.SUPERVISOR)
    if before.status is State.EMERGENCY_XFER and after.status is not State.EMERGENCY_XFER:
        assert before.acknowledged_at
    if after.status in ENDED and after.kind in (Kind.COMPLAINT, Kind.REPORT):
        assert event.role not in (Role.SYSTEM, Role.TIMER)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["help", "complaint", "consult"]), st.lists(STEP, min_size=5, max_size=60))
def test_whatever_is_tried_only_the_table_moves_and_replay_agrees(
    kind: str, steps: list[tuple[Act, Role, str]]
) -> None:
    events: list[Event] = []
    order: WorkOrder | None = do(events, command(Act.START, kind=kind))
    for number, (act, role, reason) in enumerate(steps):
        at = NOW + timedelta(minutes=number)
        fresh: dict[str, Any] = {"children": [f"child-{number}"]} if act is Act.SPLIT else {}
        assert order is not None
        explained = {"children_explained": list(order.children)} if act is Act.REPLY else {}
        try:
            made = decide(NAME, order, events[-1].hash, command(act, role, reason, at, **fresh, **explained), RULES)
        except Refused:
            continue
        row = TABLE[order.status, act]
        assert role in row.roles
        assert made.after == (row.after or order.status)
        after = evolve(order, made)
        invariants(order, made, after)
        events.append(made)
        order = after
    verify(events)
    assert replay(events) == order
    assert [b.at >= a.at for a, b in pairwise(events)] == [True] * (len(events) - 1)


def test_every_act_has_a_row_and_an_example() -> None:
    assert {act for _, act in TABLE} == set(Act)
    assert set(PAYLOADS) <= set(Act)
