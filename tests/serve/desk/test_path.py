"""From arrival to closed, through the pages, each step by the role whose it is."""

from __future__ import annotations

from datetime import timedelta

from tests.serve.desk.conftest import Enter, Served
from tests.serve.desk.visiting import URBAN, soup
from tools.workorders.model import Result, State


def test_a_petition_is_brought_from_arrival_to_closed(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    dispatcher = enter("dispatcher", name="李敏")
    dispatcher.does(number, "accept")
    served.clock.on(minutes=20)
    dispatcher.does(number, "dispatch")
    sent = served.store.get(number)
    assert sent.status is State.DISPATCHED
    assert sent.lead is not None
    assert sent.due_at is not None
    unit = next(one.name for one in served.orders.dispatcher._pack.units if one.id == sent.lead.unit)
    clerk, head = enter("unit_clerk", unit, "王强"), enter("unit_head", unit, "陈丽")
    served.clock.on(hours=1)
    clerk.does(number, "sign")
    clerk.does(number, "contact", method="phone")
    served.clock.on(days=1)
    head.does(number, "reply", result="solved", text="三盏路灯已更换灯泡，11月21日晚恢复照明。")
    checker = enter("qc")
    checker.does(number, "review")
    checker.does(number, "pass")
    enter("callback").does(number, "solved", solved="yes", satisfaction="5")
    closed = served.store.get(number)
    assert (closed.status, closed.result) == (State.CLOSED, Result.SOLVED)
    assert served.store.faults() == []
    events = served.store.events(number)
    assert [event.act for event in events][3:] == [
        "accept", "dispatch", "sign", "contact", "reply", "review", "pass", "solved",
    ]  # fmt: skip
    assert events[4].actor == "desk:dispatcher::李敏"
    assert events[4].assisted_by.endswith(" accepted")
    assert sent.due_at > events[4].at
    # A danger has to be met two hours after dispatch, whenever the unit signs.
    assert sent.contact_due == closed.contact_due == events[4].at + timedelta(hours=2)
    page = enter("supervisor").order(number)
    assert "李敏" in page.text
    assert events[4].hash[:10] in page.text


def test_a_return_goes_to_another_unit_and_a_second_handling_comes_back(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    dispatcher, clerk, head = enter("dispatcher"), enter("unit_clerk", URBAN), enter("unit_head", URBAN)
    dispatcher.does(number, "accept")
    dispatcher.does(number, "dispatch", lead=URBAN, why_not="试一试", clock_class="normal")
    refused = clerk.act(number, "ask_return", code="wrong_duty", proposed=URBAN, basis="职责清单第三条")
    assert refused.status_code == 422
    assert "不能是本单位" in refused.text
    clerk.does(number, "ask_return", code="wrong_duty", proposed="云澜市住房和城乡建设局", basis="职责清单第三条")
    asked = served.store.events(number)[-1]
    assert asked.reason == "不属于本单位职责（wrong_duty）"
    assert "职责清单第三条" in dispatcher.order(number).text
    dispatcher.does(number, "reject_return", reason="清单写明由你们办")
    clerk.does(number, "sign")
    clerk.does(number, "contact")
    clerk.does(number, "need_info", code="need_material", question="是哪三盏？")
    enter("agent").does(number, "give_info", text="进门左手三盏")
    head.does(number, "ask_extension", code="site_work", reason="等灯杆到货")
    granted = enter("supervisor").act(number, "grant_extension")
    assert "请先告知诉求人" in granted.text
    before = served.store.get(number).due_at
    enter("supervisor").does(number, "grant_extension", told_at="2026-11-20T09:30")
    after = served.store.get(number).due_at
    assert before is not None
    assert after is not None
    assert after > before
    head.does(number, "reply", result="partly", text="修好两盏，另一盏等配件。")
    checker = enter("qc")
    checker.does(number, "review")
    checker.does(number, "bounce", reason="没有说明第三盏何时修好")
    clerk.does(number, "contact")
    head.does(number, "reply", result="solved", text="三盏都修好了。")
    checker.does(number, "review")
    checker.does(number, "pass")
    unsolved = enter("callback").act(number, "unsolved", solved="no")
    assert "由督办员决定" in unsolved.text
    enter("supervisor").does(number, "close_unsolved", solved="no", reason="已穷尽办理手段")
    assert served.store.get(number).status is State.CLOSED
    enter("supervisor").does(number, "reopen", ground="false_closing", reason="诉求人说没来过")
    assert served.store.get(number).status is State.REOPENED


def test_an_early_end_is_asked_for_and_decided(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    dispatcher, head = enter("dispatcher"), enter("unit_head", URBAN)
    dispatcher.does(number, "hard", reason="两家都沾边")
    dispatcher.does(number, "accept")
    dispatcher.does(number, "dispatch", lead=URBAN, why_not="会商定的")
    for act in ("sign", "contact"):
        head.does(number, act)
    assert "请写明理由" in head.act(number, "ask_terminate", code="N16").text
    head.does(number, "ask_terminate", code="N16", reason="属于邻里纠纷")
    dispatcher.does(number, "deny_terminate", reason="路灯是公用的")
    head.does(number, "ask_terminate", code="uncooperative", reason="诉求人不让进")
    enter("supervisor").does(number, "approve_terminate", reason="情况属实")
    assert served.store.get(number).status is State.TERMINATED


def test_a_danger_raised_on_the_way_is_taken_over(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    agent = enter("agent")
    agent.does(number, "raise_emergency", line="110", what="灯杆漏电，有人被电到")
    inbox = agent.http.get("/desk").text
    assert "紧急未接手" in inbox
    agent.does(number, "acknowledge")
    assert "acknowledge" not in agent.acts(number)
    agent.does(number, "emergency", line="110", what="灯杆漏电")
    assert "还没有人接手" in enter("dispatcher").act(number, "accept").text
    agent.does(number, "acknowledge")
    enter("dispatcher").does(number, "accept")
    assert served.store.get(number).status is State.ACCEPTED


def test_the_hotline_answers_redirects_and_refuses(served: Served, enter: Enter) -> None:
    agent = enter("agent")
    number = served.screened("a", kind="consult", narrative="路边停车超过多久开始收费").number
    assert "请至少选一条" in agent.act(number, "answer", text="十五分钟以内不收费。").text
    options = [str(one["value"]) for one in agent.order(number).select("#act-answer input[name=provisions]")]
    agent.does(number, "answer", text="十五分钟以内不收费。", provisions=options[:1])
    event = served.store.events(number)[-1]
    assert event.payload["provisions"] == options[:1]
    assert event.assisted_by.startswith("retrieval/")
    other = served.screened("b").number
    agent.does(other, "redirect", code="N01")
    assert "12368" in served.store.events(other)[-1].payload["channel"]
    third = served.screened("c").number
    agent.does(third, "refuse", code="N10", text="这件事不能办。")
    assert served.store.get(third).status is State.NOT_ACCEPTED
    assert soup(agent.http.get(f"/desk/orders/{third}")).select("details.offer")


def test_one_matter_is_merged_into_another(served: Served, enter: Enter) -> None:
    first, second = served.screened("a").number, served.screened("b").number
    dispatcher = enter("dispatcher")
    assert "没有工单" in dispatcher.act(second, "merge", main="YL-1").text
    assert "请填另一张工单" in dispatcher.act(second, "merge", main=second).text
    dispatcher.does(second, "merge", main=first.replace("-", ""))
    assert served.store.get(second).main == first
    assert "自己也并走了" in dispatcher.act(first, "merge", main=second).text
