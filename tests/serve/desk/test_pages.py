"""Filing for a caller, the assistant, topics, figures and the access log."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from agents.contract import Answer
from agents.matters import Topic
from agents.outcomes import Outcome
from city.errors import BadInput
from serve.desk.access import AccessLog
from serve.desk.judging import judged
from serve.desk.staff import Post, Staff
from serve.desk.talks import Exchange, Talks
from tests.serve.desk.conftest import Enter, Served
from tests.serve.desk.visiting import HandClock, Visitor, fields_of, soup
from tests.serve.staged import BUSY, CITED, answer
from tools.workorders.model import Kind, State

CLERK = Staff(id="desk:agent::甲", name="甲", post=Post.AGENT)
NIGHT = "鼓楼街道幸福里旁边的工地半夜还在打桩，家里有婴儿睡不着，请你们管一管。"


def filled(visitor: Visitor, **fields: str) -> dict[str, Any]:
    form = soup(visitor.http.get("/desk/new")).select_one("main form")
    assert form is not None
    return {**fields_of(form), "narrative": NIGHT, "kind": "complaint", "phone": "138 0000 1234", **fields}


def test_an_operator_files_for_a_caller(served: Served, enter: Enter) -> None:
    agent = enter("agent", name="小周")
    form = filled(agent, place="鼓楼街道3栋502", confidential="yes")
    read = agent.http.post("/desk/new", data={**form, "do": "read"})
    assert "建议类别：噪声" in read.text
    assert NIGHT in read.text
    replies = [agent.http.post("/desk/new", data={**form, "do": "file"}) for _ in range(2)]
    assert {reply.headers["location"] for reply in replies} == {replies[0].headers["location"]}
    number = replies[0].headers["location"].split("/")[-1].split("?")[0]
    order = served.store.get(number)
    assert (order.status, order.kind, order.confidential) == (State.SCREENING, Kind.COMPLAINT, True)
    assert order.place is not None
    assert (order.place.text, order.place.street) == ("鼓楼街道3栋502", "yuncheng_gulou")
    assert "502" not in order.title
    assert order.category.startswith("09")
    assert "minor" in order.sensitivity
    assert [event.act for event in served.store.events(number)] == ["start", "submit", "screen"]
    assert served.store.events(number)[0].assisted_by == "category/embedded accepted"
    assert served.store.events(number)[0].actor == "desk:agent::小周"


def test_what_an_operator_left_out_is_asked_for(served: Served, enter: Enter) -> None:
    agent = enter("agent")
    for changed, told in (
        ({"narrative": ""}, "诉求人说的情况"),
        ({"phone": ""}, "请填电话"),
        ({"phone": "一三八"}, "电话号码不对"),
        ({"category": "月亮"}, "没有类别“月亮”"),
        ({"kind": "x"}, "诉求类型"),
        ({"parent": "YL-1"}, "没有工单“YL-1”"),
    ):
        reply = agent.http.post("/desk/new", data={**filled(agent, **changed), "do": "file"})
        assert reply.status_code == 422
        assert told in reply.text
    anonymous = {**filled(agent, phone="", anonymous="yes"), "narrative": "有人乱扔垃圾", "do": "file"}
    number = agent.http.post("/desk/new", data=anonymous).headers["location"].split("/")[-1].split("?")[0]
    assert served.store.get(number).gaps == ("place",)
    danger = agent.http.post("/desk/new", data={**filled(agent), "narrative": "着火了，三楼冒烟", "do": "read"})
    assert "先按紧急情况处理" in danger.text
    assert enter("dispatcher").http.get("/desk/new").status_code == 403


def test_parts_are_filed_and_split_off(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    dispatcher, agent = enter("dispatcher"), enter("agent")
    dispatcher.does(number, "accept")
    dispatcher.does(number, "dispatch", clock_class="normal")
    sent = served.store.get(number)
    assert sent.lead is not None
    unit = sent.lead.unit
    head = enter("unit_head", unit)
    for act in ("sign", "contact"):
        head.does(number, act)
    assert f"/desk/new?parent={number}" in agent.http.get(f"/desk/orders/{number}").text
    form = soup(agent.http.get(f"/desk/new?parent={number}")).select_one("main form")
    assert form is not None
    given = {**fields_of(form), "narrative": "灯杆也歪了", "phone": "13800001234", "do": "file"}
    child = agent.http.post("/desk/new", data=given).headers["location"].split("/")[-1].split("?")[0]
    assert served.store.get(child).parent == number
    dispatcher.does(number, "split", children=child)
    wrong = head.act(number, "reply", result="solved", text="修好了")
    assert "还有子工单没有在答复里说明" in wrong.text
    head.does(number, "reply", result="solved", text="修好了", children_explained=[child])


def test_staff_ask_with_internal_documents(served: Served, enter: Enter) -> None:
    clerk = enter("dispatcher")
    form = soup(clerk.http.get("/desk/assistant")).select_one("main form")
    assert form is not None
    given = fields_of(form)
    asked = clerk.http.post("/desk/assistant", data={**given, "text": CITED})
    assert asked.status_code == 303
    page = soup(clerk.http.get(asked.headers["location"]))
    link = page.select_one('a[href^="/desk/provisions/"]')
    assert link is not None
    assert soup(clerk.http.get(str(link["href"]))).select_one("mark")
    assert "由人工智能生成" in page.text
    other = enter("dispatcher").http.get(asked.headers["location"])
    assert CITED not in other.text
    failed = clerk.http.post("/desk/assistant", data={**given, "text": BUSY})
    assert failed.status_code == 503
    assert BUSY in failed.text
    internal = soup(clerk.http.get("/desk/provisions/yl-dispatch-internal-2024%231"))
    assert "404" not in internal.text


def test_a_question_on_the_rules_of_work_is_answered_from_internal_documents(served: Served, enter: Enter) -> None:
    clerk = enter("unit_clerk", "云澜市教育局")
    form = soup(clerk.http.get("/desk/assistant")).select_one("main form")
    assert form is not None
    asked = clerk.http.post("/desk/assistant", data={**fields_of(form), "text": "退单申请要在多长时间内作出决定"})
    page = clerk.http.get(asked.headers["location"]).text
    assert "四小时" in page
    assert "/desk/provisions/yl-" in page


def test_topics_are_not_made_up(served: Served, enter: Enter) -> None:
    assert "现在没有热点" in enter("supervisor").http.get("/desk/topics").text


def test_a_hot_topic_shows_what_a_person_needs_to_look_into_it(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    hot = Topic(title="幸福里路灯", count=12, expected=0.5, since=served.clock(), words=("路灯",), places=("幸福里",),
                units=(), categories=(), trend=(("2026-11-20", 12),), numbers=(number,))  # fmt: skip
    served.orders.topics = lambda: [hot]  # type: ignore[method-assign]  # what the stream would find among thousands
    page = enter("supervisor").http.get("/desk/topics").text
    assert "幸福里路灯" in page
    assert f"/desk/orders/{number}" in page
    assert "12人" in page


def test_a_matter_like_it_stands_beside_the_order(served: Served, enter: Enter) -> None:
    first = served.screened("a").number
    served.clock.on(minutes=5)
    second = served.screened("b").number
    assert f"/desk/orders/{first}" in str(enter("dispatcher").order(second).select_one("aside"))


def test_figures_are_counted_from_events(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    supervisor = enter("supervisor")
    for by in ("none", "unit", "district", "top", "nonsense"):
        page = supervisor.http.get(f"/desk/figures?period=week&by={by}")
        assert page.status_code == 200
        assert "响应率" in page.text
        assert "共1件工单" in page.text
    assert number


def test_only_the_auditor_reads_who_looked(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    agent = enter("agent", name="小周")
    for _ in range(2):
        agent.order(number)
    auditor = enter("auditor")
    assert "小周" in auditor.http.get("/desk/access").text
    assert enter("supervisor").http.get("/desk/access").status_code == 403
    log = next((served.home / "yunlan/desk/access").glob("*.jsonl"))
    log.write_text(log.read_text("utf-8").replace("小周", "小李", 1), "utf-8")
    assert "被改动过" in auditor.http.get("/desk/access").text


def test_the_access_log_is_chained_and_outlives_a_crash(tmp_path: Path) -> None:
    clock = HandClock()
    log = AccessLog(tmp_path / "access", now=clock)
    for _ in range(3):
        log.add(CLERK, "YL-1", "narrative")
    (file,) = (tmp_path / "access").glob("*.jsonl")
    with file.open("ab") as half:
        half.write(b'{"at":"2026')
    log.add(CLERK, "YL-2", "narrative", "contact")
    assert [one.order for one in log.read("2026-11")] == ["YL-1", "YL-1", "YL-1", "YL-2"]
    clock.on(days=20)
    log.add(CLERK, "YL-3", "narrative")
    assert log.months() == ["2026-12", "2026-11"]
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:1] + lines[2:]))
    with pytest.raises(BadInput, match="line 2"):
        log.read("2026-11")
    assert log.read("../secret") == []


def test_a_talk_is_kept_for_a_day_at_most(tmp_path: Path) -> None:
    talks = Talks(tmp_path / "talks")

    def told(text: str) -> Answer:
        return answer(Outcome.ANSWERED, text)

    talks.add("old", Exchange(text="一", answer=told("甲")))
    (file,) = (tmp_path / "talks").glob("*")
    os.utime(file, (time.time() - 90_000,) * 2)
    talks.add("new", Exchange(text="二", answer=told("乙")))
    assert talks.read("old") == []
    assert [one.text for one in talks.read("new")] == ["二"]
    talks.drop("new")
    assert talks.read("new") == []


@pytest.mark.parametrize(
    ("suggested", "sent", "verdict"),
    [
        ({}, {"lead": "a"}, ""),
        ({"lead": ""}, {"lead": "a"}, ""),
        ({"lead": "a", "co": ["b", "c"]}, {"lead": "a", "co": ["c", "b"]}, "accepted"),
        ({"lead": "a", "duty_item": "x"}, {"lead": "a", "duty_item": ""}, "edited"),
        ({"lead": "a"}, {"lead": "b"}, "rejected"),
        ({"text": "路灯已经修好，" * 8}, {"text": "路灯已经修好，" * 7 + "昨晚恢复照明。"}, "edited"),
        ({"text": "路灯已经修好，" * 8}, {"text": "此事不属于我局职责。"}, "rejected"),
        ({"provisions": ["p1"]}, {"provisions": ["p1", "p2"]}, "edited"),
        ({"provisions": ["p1"]}, {"provisions": ["p2"]}, "rejected"),
    ],
)
def test_what_became_of_a_suggestion(suggested: dict[str, Any], sent: dict[str, Any], verdict: str) -> None:
    assert judged(suggested, sent) == verdict
