"""Whole talks in which a petition is written down, corrected, filed and followed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agents.context import House
from agents.contract import Answer, TurnRequest
from agents.desk import Desk
from agents.orders import Orders
from agents.outcomes import Outcome
from agents.vaults import MemoryVaults
from tests.conftest import TODAY
from tools.workorders.acts import Act
from tools.workorders.bands import Band, Bands
from tools.workorders.machine import Command
from tools.workorders.model import Kind, Role, State, Urgency, WorkOrder

PILING = "沧浦区阳光花园旁边的工地昨晚十一点多还在打桩，吵得老人睡不着，希望管管"
PHONE = "13900001234"


async def talk(desk: Desk, *texts: str, thread: str = "t") -> Answer:
    for text in texts:
        answer = await desk.ask(TurnRequest(text=text), thread)
    return answer


def orders_of(desk: Desk) -> Orders:
    assert desk.house.orders is not None
    return desk.house.orders


def order(desk: Desk, answer: Answer) -> WorkOrder:
    return orders_of(desk).store.get(answer.orders[-1])


async def filed(desk: Desk, thread: str) -> WorkOrder:
    return order(desk, await talk(desk, PILING, PHONE, "提交", thread=thread))


async def test_from_free_talk_to_a_number(filing_desk: Desk) -> None:
    asked = await talk(filing_desk, PILING)
    assert asked.outcome is Outcome.NEEDS_FACT
    assert "电话" in asked.text
    shown = await talk(filing_desk, PHONE)
    assert shown.outcome is Outcome.PETITION
    assert [proposal.kind for proposal in shown.proposals] == ["work_order"]
    assert all(word in shown.text for word in ("工地夜间施工", "阳光花园（沧浦区）", "打桩", PHONE, "有老人受影响"))
    assert "提交" in shown.options
    done = await talk(filing_desk, "好的，提交吧")
    assert done.outcome is Outcome.FILED
    made = order(filing_desk, done)
    assert made.number in done.text
    assert made.status is State.SCREENING
    assert (made.kind, made.category, made.urgency) == (Kind.HELP, "090101", Urgency.URGENT)
    assert made.place is not None
    assert (made.place.text, made.place.district, made.place.street) == ("阳光花园", "cangpu", "cangpu_cangpu")
    assert [party.phone for party in made.parties] == [PHONE]
    assert PHONE not in made.title
    assert made.demand
    assert made.gaps == ()
    events = orders_of(filing_desk).store.events(made.number)
    assert [(event.act, event.role) for event in events] == [
        ("start", Role.CITIZEN),
        ("submit", Role.CITIZEN),
        ("screen", Role.SYSTEM),
    ]
    assert events[0].assisted_by == "embedded"


async def test_nothing_is_filed_before_the_citizens_word(filing_desk: Desk) -> None:
    before = len(orders_of(filing_desk).store.find(limit=5000))
    answer = await talk(filing_desk, PILING, PHONE, thread="silent")
    assert "还没有登记" in answer.text
    dropped = await talk(filing_desk, "算了，不提交", thread="silent")
    assert "没有登记" in dropped.text
    again = await talk(filing_desk, "提交", thread="silent")
    assert again.outcome is not Outcome.FILED
    assert len(orders_of(filing_desk).store.find(limit=5000)) == before


async def test_the_draft_is_corrected_by_plain_words(filing_desk: Desk) -> None:
    await talk(filing_desk, PILING, PHONE, thread="mend")
    torn = await talk(filing_desk, "地点改成阳光花园", thread="mend")
    assert sorted(torn.options) == ["云城区", "沧浦区"]
    moved = await talk(filing_desk, "云城区", thread="mend")
    assert "阳光花园（云城区）" in moved.text
    phoned = await talk(filing_desk, "电话改成13900005678", thread="mend")
    assert "13900005678" in phoned.text
    assert PHONE not in phoned.text
    wanted = await talk(filing_desk, "诉求改成晚上十点以后不许施工", thread="mend")
    assert "诉求：晚上十点以后不许施工" in wanted.text
    more = await talk(filing_desk, "补充一下，白天也有大车进出", thread="mend")
    assert "白天也有大车进出" in more.text
    made = order(filing_desk, await talk(filing_desk, "确认提交", thread="mend"))
    assert made.place is not None
    assert made.place.district == "yuncheng"
    assert made.demand == "晚上十点以后不许施工"
    assert "白天也有大车进出" in made.narrative


async def test_at_most_three_short_questions_then_the_gaps_are_named(filing_desk: Desk) -> None:
    answer = await talk(filing_desk, "我要反映路灯坏了", thread="gaps")
    questions = 0
    while answer.outcome is Outcome.NEEDS_FACT:
        questions += 1
        assert answer.text.count("？") + answer.text.count("电话") <= 3
        answer = await talk(filing_desk, "不清楚", thread="gaps")
    assert 1 <= questions <= 3
    assert "还没说到" in answer.text
    made = order(filing_desk, await talk(filing_desk, "提交", thread="gaps"))
    assert "place" in made.gaps
    assert made.place is None


async def test_who_leaves_no_phone_is_told_what_that_means(filing_desk: Desk) -> None:
    shown = await talk(filing_desk, PILING, "不留电话", thread="anonymous")
    assert "可以不留电话" in shown.text
    made = order(filing_desk, await talk(filing_desk, "提交", thread="anonymous"))
    assert [(party.phone, party.anonymous) for party in made.parties] == [("", True)]


async def test_confidence_is_kept(filing_desk: Desk) -> None:
    text = "举报阳光花园旁边那家饭店用地沟油，沧浦区的，不要告诉他们是我说的"
    answer = await talk(filing_desk, text, thread="whistle")
    while answer.outcome is Outcome.NEEDS_FACT:
        answer = await talk(filing_desk, PHONE if "电话" in answer.text else "不清楚", thread="whistle")
    assert "已经为您保密" in answer.text
    await talk(filing_desk, "我叫王小明，补充一下，油桶在后院", thread="whistle")
    made = order(filing_desk, await talk(filing_desk, "提交", thread="whistle"))
    assert made.confidential
    assert "油桶在后院" in made.narrative
    assert "王小明" not in made.narrative
    assert made.kind is Kind.REPORT


async def test_danger_goes_before_the_draft(filing_desk: Desk) -> None:
    await talk(filing_desk, PILING, PHONE, thread="danger")
    answer = await talk(filing_desk, "着火了，工棚烧起来了，里面有人", thread="danger")
    assert answer.outcome is Outcome.EMERGENCY
    assert "119" in answer.lines
    assert (await talk(filing_desk, "提交", thread="danger")).outcome is not Outcome.FILED  # first the danger
    filed_after = await talk(filing_desk, "火已经灭了，没有人受伤，没有危险了", "提交", thread="danger")
    assert filed_after.outcome is Outcome.FILED


async def test_a_question_in_between_is_answered_and_the_draft_waits(filing_desk: Desk) -> None:
    await talk(filing_desk, PILING, PHONE, thread="aside")
    answer = await talk(filing_desk, "居住证需要什么材料？", thread="aside")
    assert answer.citations
    assert "还没有提交" in answer.text
    assert (await talk(filing_desk, "提交", thread="aside")).outcome is Outcome.FILED


async def test_a_draft_survives_a_restart(filing_house: House) -> None:
    saver, vaults = InMemorySaver(), MemoryVaults()
    first = Desk(filing_house, checkpointer=saver, vaults=vaults, today=TODAY)
    await talk(first, PILING, PHONE, thread="restart")
    second = Desk(filing_house, checkpointer=saver, vaults=vaults, today=TODAY)
    made = order(second, await talk(second, "提交", thread="restart"))
    assert [party.phone for party in made.parties] == [PHONE]


async def test_the_talk_keeps_no_phone_number(filing_house: House) -> None:
    saver = InMemorySaver()
    desk = Desk(filing_house, checkpointer=saver, today=TODAY)
    await talk(desk, PILING, PHONE, thread="private")
    kept = str([entry async for entry in saver.alist(None)])
    assert "⟦手机1⟧" in kept
    assert PHONE not in kept


async def test_without_a_memory_the_way_is_the_phone(filing_house: House) -> None:
    answer = await Desk(filing_house, today=TODAY).ask(TurnRequest(text=PILING))
    assert answer.outcome is Outcome.FOR_PERSON
    assert answer.orders == []


async def test_progress_and_urging_in_the_same_talk(filing_desk: Desk) -> None:
    made = await filed(filing_desk, "mine")
    told = await talk(filing_desk, "我的工单怎么样了", thread="mine")
    assert told.outcome is Outcome.PROGRESS
    assert made.number in told.text
    assert "您提交了工单" in told.text
    urged = await talk(filing_desk, "还没人来，催一下", thread="mine")
    assert "已经替您催办" in urged.text
    await talk(filing_desk, "再补充一句，昨天夜里也打桩了", thread="mine")
    acts = [event.act for event in orders_of(filing_desk).store.events(made.number)]
    assert acts[3:] == ["urge", "add_facts"]


async def test_a_number_alone_shows_only_where_it_stands(filing_desk: Desk) -> None:
    made = await filed(filing_desk, "owner")
    told = await talk(filing_desk, f"查一下{made.number}", thread="stranger")
    assert "已受理登记" in told.text
    assert made.title not in told.text
    refused = await talk(filing_desk, f"{made.number}撤回", thread="stranger")
    assert "登记时留的电话" in refused.text
    allowed = await talk(filing_desk, f"{made.number}催一下，我的电话{PHONE}", thread="stranger")
    assert "已经替您催办" in allowed.text


async def test_a_withdrawal_is_asked_for_once_more(filing_desk: Desk) -> None:
    made = await filed(filing_desk, "back")
    sure = await talk(filing_desk, "撤回我的工单", thread="back")
    assert sure.options == [f"确认撤回工单{made.number}"]
    assert orders_of(filing_desk).store.get(made.number).status is State.SCREENING
    await talk(filing_desk, sure.options[0], thread="back")
    assert orders_of(filing_desk).store.get(made.number).status is State.WITHDRAWN


@pytest.mark.parametrize("number", ["YL-20261120-000001-0", "YL20991231999999A"])
async def test_a_wrong_number_is_said_to_be_wrong(filing_desk: Desk, number: str) -> None:
    answer = await talk(filing_desk, f"工单{number}怎么样了", thread=number)
    assert re.search("不对|没有查到", answer.text)


def step(
    desk: Desk, made: WorkOrder, act: Act, role: Role, payload: Mapping[str, object], reason: str = ""
) -> WorkOrder:
    orders = orders_of(desk)
    command = Command(act, "somebody", role, orders.now(), dict(payload), reason)
    return orders.store.act(made.number, command, key=f"{made.number}-{act}-{made.version}")


def to_callback(desk: Desk, made: WorkOrder) -> WorkOrder:
    orders = orders_of(desk)
    due = orders.handling(orders.scheme.categories.path(made.category)[-1], "normal", orders.now())
    dispatch = {"lead": "cangpu_urban_mgmt", "duty_item": "nz-site-night", "sign_due": due.sign.at.isoformat(),
                "due_at": due.handle.at.isoformat(), "due_rule": due.handle.rule}  # fmt: skip
    steps: list[tuple[Act, Role, Mapping[str, object]]] = [
        (Act.ACCEPT, Role.DISPATCHER, {}),
        (Act.DISPATCH, Role.DISPATCHER, dispatch),
        (Act.SIGN, Role.UNIT_CLERK, {}),
        (Act.CONTACT, Role.UNIT_CLERK, {"method": "phone"}),
        (Act.REPLY, Role.UNIT_HEAD, {"result": "solved", "text": "已责令工地夜间停工。"}),
        (Act.REVIEW, Role.QC, {}),
        (Act.PASS, Role.QC, {}),
    ]
    for act, role, payload in steps:
        made = step(desk, made, act, role, payload)
    return made


async def test_the_citizen_rates_and_closes(filing_desk: Desk) -> None:
    made = to_callback(filing_desk, await filed(filing_desk, "rate"))
    told = await talk(filing_desk, "工单怎么样了", thread="rate")
    assert "已责令工地夜间停工。" in told.text
    await talk(filing_desk, "已经解决了，给5分", thread="rate")
    last = orders_of(filing_desk).store.events(made.number)[-1]
    assert (last.act, last.after, last.payload["satisfaction"], last.payload["method"]) == (
        "solved",
        State.CLOSED,
        5,
        "web",
    )
    again = await talk(filing_desk, "根本没解决，昨晚又打桩", thread="rate")
    assert orders_of(filing_desk).store.get(made.number).status is State.REOPENED
    assert made.number in again.text


async def test_what_is_not_solved_goes_back(filing_desk: Desk) -> None:
    made = to_callback(filing_desk, await filed(filing_desk, "again"))
    answer = await talk(filing_desk, "没解决，还是老样子", thread="again")
    after = orders_of(filing_desk).store.get(made.number)
    assert after.status is State.REWORK
    assert "重新办理" in answer.text


async def test_an_objection_to_a_refusal_reaches_a_person(filing_desk: Desk) -> None:
    made = await filed(filing_desk, "object")
    told = {"code": "N16", "text": "属于民事纠纷", "channel": "人民法院"}
    step(filing_desk, made, Act.REFUSE, Role.AGENT, told)
    answer = await talk(filing_desk, "我不服，就该你们管", thread="object")
    assert orders_of(filing_desk).store.get(made.number).status is State.SCREENING
    assert "工作人员再看一遍" in answer.text


async def test_an_emergency_leaves_a_record_that_a_person_must_take_over(filing_desk: Desk) -> None:
    store = orders_of(filing_desk).store
    before = {made.number for made in store.find(status=[State.EMERGENCY_XFER], limit=5000)}
    answer = await talk(filing_desk, "云城区人民医院后面着火了，烟很大，我电话13900001234", thread="fire")
    assert answer.outcome is Outcome.EMERGENCY
    assert answer.orders == []  # no number that could be taken for help on its way
    await talk(filing_desk, "火越来越大了", thread="fire")
    new = [one for one in store.find(status=[State.EMERGENCY_XFER], limit=5000) if one.number not in before]
    assert len(new) == 1
    assert new[0].emergency
    assert new[0].acknowledged_at is None
    assert [party.phone for party in new[0].parties] == [PHONE]
    acts = [event.act for event in store.events(new[0].number)]
    assert acts == ["start", "submit", "screen", "emergency", "add_facts"]


async def test_a_class_that_the_city_opened_is_dispatched_at_once(filing_house: House) -> None:
    orders = filing_house.orders
    assert orders is not None
    closed, orders.dispatcher.bands = orders.dispatcher.bands, Bands(classes={"09": Band.AUTO}, least={Band.AUTO: 0.2})
    try:
        desk = Desk(filing_house, checkpointer=InMemorySaver(), today=TODAY)
        answer = await talk(desk, PILING, PHONE, "提交", thread="auto")
    finally:
        orders.dispatcher.bands = closed
    made = order(desk, answer)
    assert made.status is State.DISPATCHED
    assert made.lead is not None
    assert made.lead.unit == "cangpu_urban_mgmt"
    assert made.due_at is not None
    assert "沧浦区城市管理" in answer.text
    last = orders.store.events(made.number)[-1]
    assert (last.actor, last.assisted_by) == ("citydesk", "embedded")
    assert "auto" in last.reason


async def test_a_phone_number_is_a_contact_whatever_was_asked(filing_desk: Desk) -> None:
    await talk(filing_desk, "举报解放新村一家小作坊没有执照，沧浦区的", thread="phone")
    answer = await talk(filing_desk, PHONE, thread="phone")
    while answer.outcome is Outcome.NEEDS_FACT:
        assert "电话" not in answer.text
        answer = await talk(filing_desk, "不清楚", thread="phone")
    made = order(filing_desk, await talk(filing_desk, "提交", thread="phone"))
    assert [party.phone for party in made.parties] == [PHONE]
    assert PHONE not in made.narrative


async def test_the_demand_is_what_is_wanted_and_not_the_whole_story(filing_desk: Desk) -> None:
    made = await filed(filing_desk, "demand")
    assert made.demand == "希望管管"


async def test_a_story_without_a_request_is_a_petition_all_the_same(filing_desk: Desk) -> None:
    text = "解放新村对面二楼那个唱歌的场子，过了半夜还鬼哭狼嚎，低音隔条马路都震胸口"
    answer = await talk(filing_desk, text, thread="story")
    assert answer.specialists[-1] == "petition"
    assert "登记成工单" in answer.text


async def test_what_no_rule_answers_may_be_filed(filing_desk: Desk) -> None:
    answer = await talk(filing_desk, "解放新村三号楼门口的路灯为什么一直不亮？", thread="offer")
    if answer.outcome is Outcome.NOT_FOUND:
        assert "帮我登记" in answer.options
        begun = await talk(filing_desk, "帮我登记", thread="offer")
        assert begun.specialists == ["petition"]
        assert begun.outcome in (Outcome.NEEDS_FACT, Outcome.PETITION)
    else:
        assert answer.citations or answer.specialists == ["petition"]


async def test_nothing_is_filed_where_nothing_is_told(filing_desk: Desk) -> None:
    for words in ("帮我登记", "确认", "提交", "提交", "13812345678", "不清楚", "提交", "登记一下"):
        answer = await filing_desk.ask(TurnRequest(text=words), "nothing")
        assert answer.outcome is Outcome.NEEDS_FACT, words
        assert filing_desk.house.pack.say("ask_matter") in answer.text
        assert not answer.orders
    answer = await filing_desk.ask(TurnRequest(text="解放新村三号楼下的井盖松了，车一过就响"), "nothing")
    assert answer.outcome in (Outcome.NEEDS_FACT, Outcome.PETITION)
    assert filing_desk.house.pack.say("ask_matter") not in answer.text
