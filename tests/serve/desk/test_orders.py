"""One order before different people: what each sees, what each may do, and that nothing typed is lost."""

from __future__ import annotations

import json

import pytest

from serve.desk.steps import STEPS
from serve.desk.steps.base import Step
from tests.serve.desk.conftest import LAMP, Enter, Served
from tests.serve.desk.visiting import URBAN, soup
from tools.workorders.acts import PAYLOADS, Act, Nothing, Start
from tools.workorders.model import Role, State
from tools.workorders.table import TABLE

ELSEWHERE = "云澜市教育局"
PHONE, NAME = "13800001234", "赵小明"
DISPATCHED = {"lead": URBAN, "why_not": "按清单", "clock_class": "normal"}


def dispatched(served: Served, enter: Enter, **changed: object) -> str:
    """An order that the urban management of a district has to sign."""
    number = served.screened("a", **changed).number
    dispatcher = enter("dispatcher")
    dispatcher.does(number, "accept")
    dispatcher.does(number, "dispatch", **DISPATCHED, co0="云澜供电公司")
    return number


def test_each_role_is_offered_its_own_acts(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    offered = {post: set(enter(post).acts(number)) for post in ("agent", "dispatcher", "qc", "supervisor", "auditor")}
    assert {"answer", "redirect", "refuse", "link_repeat", "emergency", "add_facts", "urge"} <= offered["agent"]
    assert offered["dispatcher"] == {"accept", "hard", "merge", "raise_emergency"}
    assert offered["qc"] == {"raise_emergency"}
    assert offered["supervisor"] == {"urge", "raise_emergency"}
    assert offered["auditor"] == set()


def test_an_act_of_another_role_is_refused_however_it_is_sent(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    checker = enter("qc")
    form = checker.form(number, "raise_emergency")
    reply = checker.act(number, "accept", form)
    assert reply.status_code == 409
    assert "不是您的岗位办的" in reply.text
    auditor = enter("auditor")
    token = soup(auditor.http.get("/desk")).select_one("input[name=token]")
    assert token is not None
    sent = {"token": str(token["value"]), "version": "3", "key": "k"}
    assert auditor.http.post(f"/desk/orders/{number}/accept", data=sent).status_code == 409
    assert served.store.get(number).version == 3


def test_a_unit_sees_its_own_orders_only_and_helpers_do_not_act(served: Served, enter: Enter) -> None:
    number = dispatched(served, enter)
    lead, helper, stranger = (
        enter("unit_clerk", URBAN),
        enter("unit_clerk", "云澜供电公司"),
        enter("unit_clerk", ELSEWHERE),
    )
    assert {"sign", "ask_return"} <= set(lead.acts(number))
    assert helper.acts(number) == ["raise_emergency"]
    assert helper.act(number, "sign", helper.form(number, "raise_emergency")).status_code == 409
    assert number in helper.http.get("/desk?group=open").text
    assert stranger.http.get(f"/desk/orders/{number}").status_code == 404
    assert number not in stranger.http.get("/desk?group=open").text
    form = {
        **lead.form(number, "sign"),
        "token": str(soup(stranger.http.get("/desk")).select("input[name=token]")[0]["value"]),
    }
    assert stranger.http.post(f"/desk/orders/{number}/sign", data=form).status_code == 404
    for path in ("/desk/figures", "/desk/topics", "/desk/new", "/desk/access"):
        assert stranger.http.get(path).status_code == 403
    assert served.store.get(number).status is State.DISPATCHED


@pytest.mark.parametrize("changed", [{"confidential": True}, {"kind": "report"}])
def test_who_reported_it_is_hidden_from_the_unit(served: Served, enter: Enter, changed: dict[str, object]) -> None:
    number = dispatched(served, enter, **changed)
    enter("agent").does(number, "add_facts", text=f"我叫{NAME}，打{PHONE}找我")
    clerk = enter("unit_clerk", URBAN)
    for path in (f"/desk/orders/{number}", f"/desk/orders/{number}?contact=1"):
        page = clerk.http.get(path).text
        assert "已保密" in page
        assert PHONE not in page
        assert NAME not in page
        assert "幸福里小区门口三盏路灯不亮" in page
    agent = enter("agent").http.get(f"/desk/orders/{number}?contact=1").text
    assert PHONE in agent
    assert NAME in agent


def test_every_view_is_written_down_before_it_is_shown(served: Served, enter: Enter) -> None:
    number = dispatched(served, enter)
    log = next((served.home / "yunlan/desk/access").glob("*.jsonl"))
    before = len(log.read_text("utf-8").splitlines())
    clerk = enter("unit_clerk", URBAN, "王强")
    page = clerk.http.get(f"/desk/orders/{number}").text
    assert PHONE not in page.replace(LAMP["narrative"], "")
    assert "138****1234" in page
    assert PHONE in clerk.http.get(f"/desk/orders/{number}?contact=1").text
    views = [json.loads(line) for line in log.read_text("utf-8").splitlines()[before:]]
    assert [(v["name"], v["order"], v["what"]) for v in views] == [
        ("王强", number, ["narrative"]),
        ("王强", number, ["narrative", "contact"]),
    ]
    assert log.stat().st_mode & 0o077 == 0
    assert "王强" in enter("auditor").http.get("/desk/access").text


def test_a_double_click_does_it_once(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    dispatcher = enter("dispatcher")
    form = dispatcher.form(number, "accept")
    replies = [dispatcher.act(number, "accept", form) for _ in range(3)]
    assert {reply.status_code for reply in replies} == {303}
    assert served.store.get(number).version == 4


def test_who_was_slower_is_told_and_keeps_what_was_typed(served: Served, enter: Enter) -> None:
    number = dispatched(served, enter)
    slow, fast = enter("unit_clerk", URBAN), enter("unit_head", URBAN)
    form = slow.form(number, "ask_return")
    fast.does(number, "sign")
    typed = {"code": "wrong_area", "proposed": ELSEWHERE, "basis": "不在我区，见职责清单第五条"}
    reply = slow.act(number, "ask_return", form, **typed)
    page = soup(reply)
    assert reply.status_code == 409
    assert "别人先办了一步" in page.text
    assert typed["basis"] in page.text
    assert "contact" in [str(one["id"]).removeprefix("act-") for one in page.select("details.offer")]
    again = fast.form(number, "contact")
    slow.does(number, "contact", method="sms")
    late = fast.act(number, "contact", again, reason="通过电话")
    assert late.status_code == 409
    assert "通过电话" in late.text
    assert served.store.get(number).version == 7


def test_a_refusal_stands_beside_the_form_with_what_was_typed(served: Served, enter: Enter) -> None:
    number = dispatched(served, enter)
    head = enter("unit_head", URBAN)
    head.does(number, "sign")
    number_of_events = len(served.store.events(number))
    reply = head.act(number, "contact", method="phone", reason="先打过电话")
    assert reply.status_code == 303
    words = "灯已修好，<b>晚上</b>去看过。"
    wrong = head.act(number, "reply", text=words, result="")
    assert wrong.status_code == 422
    form = soup(wrong).select_one("#act-reply")
    assert form is not None
    assert form.has_attr("open")
    assert "请填写“办理结果”" in form.text
    area = form.select_one("textarea[name=text]")
    assert area is not None
    assert area.text.strip() == words
    assert len(served.store.events(number)) == number_of_events + 1


def test_words_that_are_not_there_are_named(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    dispatcher = enter("dispatcher")
    dispatcher.does(number, "accept")
    form = dispatcher.form(number, "dispatch")
    for changed, told in (
        ({"lead": "没有这个局"}, "“没有这个局”不是本市的单位"),
        ({"lead": ""}, "请填写“主办单位”"),
        ({"co1": form["lead"]}, "同一个单位只能填一处"),
        ({"duty_item": "修月亮"}, "职责清单里没有“修月亮”"),
        ({"duty_item": "", "reason": ""}, "请选职责事项"),
        ({"lead": ELSEWHERE}, "请写明原因"),
        ({"clock_class": "forever"}, "时限档"),
    ):
        reply = dispatcher.act(number, "dispatch", form, **changed)
        assert reply.status_code == 422
        assert told in reply.text
    assert served.store.get(number).status is State.ACCEPTED


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "accepted"),
        ({"co0": "", "co2": "云澜市教育局"}, "edited"),
        ({"lead": ELSEWHERE, "why_not": "校门口"}, "rejected"),
    ],
)
def test_what_became_of_the_suggestion_is_kept(
    served: Served, enter: Enter, changed: dict[str, str], verdict: str
) -> None:
    number = served.screened("a").number
    dispatcher = enter("dispatcher")
    dispatcher.does(number, "accept")
    dispatcher.does(number, "dispatch", **changed)
    event = served.store.events(number)[-1]
    assert event.assisted_by == f"dispatch/embedded {verdict}"
    assert event.reason == ("未采用建议：校门口" if verdict == "rejected" else "")


def test_the_suggestion_stands_on_words_duty_and_law(served: Served, enter: Enter) -> None:
    told = "鼓楼街道幸福里旁边的工地半夜还在打桩，吵得睡不着。"
    page = enter("dispatcher").order(served.screened("a", narrative=told).number)
    side = page.select_one("aside")
    assert side is not None
    assert "派单建议" in side.text
    assert side.select('a[href^="/provisions/"]')
    mark = page.select_one(".narrative mark")
    assert mark is not None
    assert mark.text in told


def test_every_act_of_people_has_a_form_that_brings_what_it_must() -> None:
    staff = set(Role) - {Role.CITIZEN, Role.HELPER, Role.SYSTEM, Role.TIMER}
    needed = {act for (state, act), row in TABLE.items() if state and row.roles & staff}
    assert needed <= STEPS.keys()
    for act, record in PAYLOADS.items():
        if record is Start or act not in STEPS:
            continue
        must = {name for name, field in record.model_fields.items() if field.is_required()}
        assert not must or STEPS[act].payload is not Step().payload, act
    assert all(PAYLOADS.get(act, Nothing) is not Start for act in STEPS)


def test_markup_in_a_petition_is_text(served: Served, enter: Enter) -> None:
    number = served.screened("a", narrative="<script>alert(1)</script>路灯不亮", title="<b>灯</b>").number
    page = enter("agent").http.get(f"/desk/orders/{number}")
    assert "<script>alert" not in page.text
    assert "<b>灯</b>" not in page.text
    assert "<b>灯</b>" not in enter("dispatcher").http.get("/desk?group=new").text


def test_the_citizens_time_to_answer_is_not_cut_short(served: Served, enter: Enter) -> None:
    number = dispatched(served, enter)
    clerk = enter("unit_clerk", URBAN)
    clerk.does(number, "sign")
    clerk.does(number, "contact")
    late = clerk.act(number, "need_info", code="need_material", question="哪一盏？", until="2027-03-01T10:00")
    assert "最晚只能等到" in late.text
    clerk.does(number, "need_info", code="need_material", question="哪一盏？")
    form = clerk.form(number, "raise_emergency")
    assert clerk.act(number, "info_timeout", form).status_code == 409
    served.clock.on(days=14)
    clerk.does(number, "info_timeout")
    assert served.store.events(number)[-1].role is Role.TIMER
    assert served.store.get(number).status is State.TERM_REVIEW
    assert Act.INFO_TIMEOUT in STEPS


def test_a_draft_stands_in_the_reply_and_its_blanks_stop_it(served: Served, enter: Enter) -> None:
    number = dispatched(served, enter)
    head = enter("unit_head", URBAN)
    head.does(number, "sign")
    head.does(number, "contact")
    form = head.form(number, "reply")
    assert "【" in form["text"]
    stopped = head.act(number, "reply", form, result="solved")
    assert stopped.status_code == 422
    assert "还有没填的空" in stopped.text
    checked = head.http.post(f"/desk/orders/{number}/check", data={**form, "text": "已转办。", "result": "solved"})
    assert checked.status_code == 200
    assert "已转办。" in checked.text
    assert "还没有提交" in checked.text
    assert served.store.get(number).status is State.IN_PROGRESS
    head.does(number, "reply", result="solved", text="三盏路灯已经更换，11月21日晚恢复照明。")
    assert served.store.events(number)[-1].assisted_by == "reply/embedded rejected"


def test_a_person_may_send_a_reply_that_the_machine_would_stop(served: Served, enter: Enter) -> None:
    number = dispatched(served, enter)
    head = enter("unit_head", URBAN)
    head.does(number, "sign")
    head.does(number, "contact")
    form = head.form(number, "reply")
    head.does(number, "reply", given=form, result="explained", anyway="yes")
    assert served.store.events(number)[-1].assisted_by == "reply/embedded accepted"
    assert "还有没填的空" in enter("qc").http.get(f"/desk/orders/{number}").text
