from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agents.context import House
from agents.replies.checks import Checked, Phrases, check_reply
from tests.conftest import TODAY, YUNLAN
from tools.workorders.acts import Act
from tools.workorders.guards import Rules
from tools.workorders.machine import GENESIS, Command, decide, replay
from tools.workorders.model import Event, Kind, Result, Role

AT = datetime(2026, 11, 16, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
START: dict[str, Any] = {
    "city": "yunlan",
    "kind": "complaint",
    "title": "阳光花园 工地夜间施工",
    "narrative": "工地晚上十一点还在打桩，已经连着3天，希望晚上不要施工，希望公布施工时间",
    "demand": "希望晚上不要施工\n希望公布施工时间",
    "place": {"text": "阳光花园"},
    "parties": [{"role": "caller", "phone": "13900001234"}],
}
DISPATCH: dict[str, Any] = {
    "lead": "cangpu_urban_mgmt",
    "duty_item": "nz-site-night",
    "sign_due": (AT + timedelta(days=1)).isoformat(),
    "due_at": (AT + timedelta(days=7)).isoformat(),
    "due_rule": "r",
}
STEPS: list[tuple[Act, Role, dict[str, Any]]] = [
    (Act.START, Role.CITIZEN, START),
    (Act.SUBMIT, Role.CITIZEN, {}),
    (Act.SCREEN, Role.SYSTEM, {}),
    (Act.ACCEPT, Role.DISPATCHER, {}),
    (Act.DISPATCH, Role.DISPATCHER, DISPATCH),
    (Act.SIGN, Role.UNIT_CLERK, {}),
    (Act.CONTACT, Role.UNIT_CLERK, {"method": "phone"}),
]
GOOD = (
    "您好！11月16日我们到工地核查，夜间打桩属实，已责令晚上停止施工，并要求工地在门口公布施工时间。"
    "依据《云澜市环境噪声污染防治条例》第十四条。下次巡查在11月20日前完成。"
)


def events(count: int = len(STEPS)) -> list[Event]:
    made: list[Event] = []
    for minutes, (act, role, payload) in enumerate(STEPS[:count]):
        order = replay(made) if made else None
        last = made[-1].hash if made else GENESIS
        command = Command(act, "somebody", role, AT + timedelta(minutes=minutes), payload)
        made.append(decide("YL-1", order, last, command, Rules()))
    return made


def codes(
    house: House, text: str, *, done: list[Event] | None = None, result: Result | None = Result.SOLVED
) -> set[str]:
    course = done or events()
    order = replay(course)
    given = Checked(order, course, text, result, TODAY, house.pack, house.library, Phrases.load(YUNLAN))
    return {finding.code for finding in check_reply(given)}


def test_a_sound_reply_raises_nothing(house: House) -> None:
    assert codes(house, GOOD) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("已责令", "【请写】已责令"), "blank"),
        (("第十四条", "第一百二十条"), "law_unknown"),
        (("《云澜市环境噪声污染防治条例》", "《云澜市安静生活条例》"), "law_unknown"),
        (("属实", "属实，当时噪声78分贝"), "untraced"),
        (("下次巡查在11月20日前完成。", "后续将尽快完成巡查。"), "promise_undated"),
        (("，并要求工地在门口公布施工时间", ""), "demand_open"),
        (("。依据", "，投诉人电话13900001234。依据"), "private"),
        (("已责令晚上停止施工", "晚上停止施工的事尚未落实，正在协调"), "not_done"),
    ],
)
def test_each_fault_is_found(house: House, change: tuple[str, str], code: str) -> None:
    text = GOOD.replace(*change)
    assert text != GOOD
    assert code in codes(house, text)


def test_passing_it_on_is_no_answer(house: House) -> None:
    assert "passed_on" in codes(house, "您好，您反映的问题已转办至相关单位。", result=Result.EXPLAINED)


def test_a_contact_that_is_not_logged_is_not_believed(house: House) -> None:
    found = codes(house, "已与您联系，工地已责令停工。" + GOOD, done=events(6))
    assert {"no_contact", "contact_claimed"} <= found
    assert "contact_claimed" not in codes(house, "已与您联系，工地已责令停工。" + GOOD)


def test_a_basis_that_is_not_in_force_on_the_day_stops_the_reply(house: House) -> None:
    course = events()
    long_ago = date(2015, 1, 1)
    given = Checked(
        replay(course), course, GOOD, Result.SOLVED, long_ago, house.pack, house.library, Phrases.load(YUNLAN)
    )
    assert next(finding.code for finding in check_reply(given)) == "law_repealed"


def test_a_complaint_about_the_unit_itself_needs_other_eyes(house: House) -> None:
    start = {**START, "narrative": "沧浦区城管局的人来了不管事，" + START["narrative"]}
    course = [*STEPS]
    course[0] = (Act.START, Role.CITIZEN, start)
    made: list[Event] = []
    for act, role, payload in course:
        order = replay(made) if made else None
        made.append(
            decide("YL-1", order, made[-1].hash if made else GENESIS, Command(act, "x", role, AT, payload), Rules())
        )
    assert replay(made).kind is Kind.COMPLAINT
    assert "own_case" in codes(house, GOOD, done=made)


def test_what_stops_comes_first(house: House) -> None:
    course = events()
    text = "后续将尽快处理。【请写】"
    given = Checked(replay(course), course, text, Result.SOLVED, TODAY, house.pack, house.library, Phrases.load(YUNLAN))
    weights = [finding.weight for finding in check_reply(given)]
    assert weights == sorted(weights, reverse=True)
    assert "stop" in weights
