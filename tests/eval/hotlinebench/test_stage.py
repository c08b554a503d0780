"""Whole talks on the bench: what comes of them, that they repeat, and that faults planted in the system are found."""

from __future__ import annotations

import json
import sqlite3
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from agents.context import House
from agents.contract import Answer, TurnRequest
from agents.desk import Desk
from agents.dispatch.dispatcher import Dispatcher
from agents.dispatch.suggestion import Suggestion
from agents.outcomes import Outcome
from eval.hotlinebench.judging import FIELDS, field
from eval.hotlinebench.stage import Bench
from eval.hotlinebench.verdict import faults, scored
from tests.eval.hotlinebench.conftest import MakeBench
from tests.eval.hotlinebench.making import PHONE, task

Json = dict[str, Any]
DISPATCHED = {
    "then": [{"name": "progress", "clerks": [{"act": "dispatch", "after": "30min"}], "say": ["我的工单怎么样了"]}],
    "expect": {
        "turns": {"progress": {"outcome": "progress", "says": ["2026年12月5日10:30"]}},
        "orders": [{"lead": "cangpu_urban_mgmt", "due_at": "2026-12-05 10:30:00", "status": "dispatched"}],
    },
}
FIRE = {
    "opening": ["着火了，工棚烧起来了，里面有人"],
    "expect": {"turns": {"opening": {"outcome": "emergency", "lines": ["119"]}}, "orders": [{"emergency": True}]},
}


def wrong(given: Any, said: Json) -> dict[str, list[str]]:
    return {part: found for part, found in faults(given, said).items() if found}


async def test_a_talk_ends_in_the_database(bench: Bench) -> None:
    given = task()
    said = await bench.play(given, "7/0")
    assert wrong(given, said) == {}
    assert [turn["asked"] for turn in said["turns"]] == ["petition.contact", "confirm", ""]
    assert [turn["meant"] for turn in said["turns"]] == ["says", "answers", "agrees"]
    assert said["turns"][2]["filed"] == [said["orders"][0]["number"]]
    assert {name for name in FIELDS if field(said["orders"][0], name) is not None} > {"category", "phone", "events"}
    values = scored(given, said).values
    assert values == {"state": 1, "rules": 1, "questions": 1, "said": 1, "right": 1, "turns": 3, "asked": 1}


async def test_clerks_act_by_the_citys_clocks(bench: Bench) -> None:
    given = task(**DISPATCHED)
    assert wrong(given, await bench.play(given, "7/0")) == {}


async def test_the_whole_course_of_an_order(bench: Bench) -> None:
    clerks = [
        {"act": "dispatch"},
        {"act": "ask_return", "proposed": "yuncheng_urban_mgmt", "after": "2h"},
        {"act": "agree_return"},
        {"act": "dispatch", "lead": "yuncheng_urban_mgmt", "duty_item": "nz-site-night", "after": "1h"},
        {"act": "sign"},
        {"act": "contact", "after": "1h"},
        {"act": "need_info", "question": "几号楼？"},
        {"act": "give_info", "text": "三号楼"},
        {"act": "ask_extension"},
        {"act": "grant_extension"},
        {"act": "reply", "result": "solved", "text": "已停工。", "after": "1wd"},
        {"act": "review"},
        {"act": "bounce"},
        {"act": "contact", "method": "sms"},
        {"act": "reply", "result": "solved", "text": "已经停工。"},
        {"act": "review"},
        {"act": "pass"},
        {"act": "unreachable"},
        {"act": "reopen", "ground": "appeal"},
        {"act": "dispatch", "lead": "yuncheng_urban_mgmt", "duty_item": "nz-site-night"},
    ]
    given = task(
        then=[{"name": "work", "clerks": clerks}],
        expect={
            "orders": [
                {"status": "dispatched", "extensions": 1, "returns": 1, "events": [one["act"] for one in clerks],
                 "lead": "yuncheng_urban_mgmt"}
            ]
        },
    )  # fmt: skip
    assert wrong(given, await bench.play(given, "7/0")) == {}


async def test_clerks_name_orders_by_their_place_in_the_store(bench: Bench) -> None:
    before = {
        "at": "2026-11-18 09:00",
        "category": "090101",
        "title": "夜里打桩",
        "narrative": "夜里打桩",
        "phone": PHONE,
    }
    given = task(
        before=[before],
        then=[{"name": "same", "clerks": [{"act": "merge", "main": "{order1}"}]}],
        expect={"orders": [{"status": "merged", "events": ["merge"]}], "before": [{"status": "screening"}]},
    )
    said = await bench.play(given, "7/0")
    assert wrong(given, said) == {}
    assert said["orders"][1]["main"] == said["orders"][0]["number"]


async def test_what_a_clerk_cannot_do_is_a_fault_and_no_crash(bench: Bench) -> None:
    steps = [{"name": "odd", "clerks": [{"act": "pass"}, {"act": "dance"}, {"act": "sign", "order": 4}]}]
    given = task(then=steps)
    assert [fault.split(":")[2] for fault in wrong(given, await bench.play(given, "7/0"))["state"]] == [
        " pass", " dance", " sign"
    ]  # fmt: skip


async def test_orders_of_before_are_others_and_seen_by_number_only(bench: Bench) -> None:
    before = {
        "at": "2026-11-18 09:00", "category": "060404", "title": "文庙街 路灯不亮", "narrative": "路灯不亮",
        "place": {"text": "文庙街", "district": "yuncheng"}, "phone": "13900007777", "name": "赵小明",
        "clerks": [{"act": "dispatch", "lead": "yuncheng_urban_mgmt", "duty_item": "uk-lamp", "after": "1h"}],
    }  # fmt: skip
    given = task(
        before=[before],
        opening=["查一下工单{order}"],
        expect={
            "turns": {"opening": {"outcome": "progress", "never": ["赵小明"]}},
            "before": [{"status": "dispatched", "due_at": "2026-11-25 23:59:59", "sign_due": "2026-11-19 23:59:59"}],
        },
    )
    said = await bench.play(given, "7/0")
    assert wrong(given, said) == {}
    assert said["orders"][0]["number"] in said["turns"][0]["citizen"]


async def test_patience_ends(bench: Bench) -> None:
    given = task(patience=2, expect={"count": 0, "ended": "hung_up"})
    assert wrong(given, await bench.play(given, "7/0")) == {}


async def test_two_runs_of_a_trial_are_equal_and_talks_know_nothing_of_each_other(bench: Bench) -> None:
    given = task(
        opening=["沧浦区阳光花园旁边的工地半夜打桩，希望管管", "沧浦区阳光花园边上工地夜里十二点还在打桩，希望管管"]
    )
    first = [await bench.play(given, f"7/{trial}") for trial in range(4)]
    second = [await bench.play(given, f"7/{trial}") for trial in reversed(range(4))]
    assert [json.dumps(said, sort_keys=True) for said in first] == [
        json.dumps(said, sort_keys=True) for said in reversed(second)
    ]
    assert len({said["turns"][0]["citizen"] for said in first}) > 1


class FilesUnasked(Desk):
    """Files a draft as soon as it is written."""

    async def ask(self, request: TurnRequest, thread: str = "", *rest: Any) -> Answer:
        answer = await super().ask(request, thread, *rest)
        if answer.outcome is Outcome.PETITION:
            return await super().ask(TurnRequest(text="提交"), thread, *rest)
        return answer


class ForgetsLines(Desk):
    """Tells of an emergency without the numbers."""

    async def ask(self, request: TurnRequest, thread: str = "", *rest: Any) -> Answer:
        answer = await super().ask(request, thread, *rest)
        return answer.model_copy(update={"lines": []})


class Promises(Desk):
    """Promises a time of its own."""

    async def ask(self, request: TurnRequest, thread: str = "", *rest: Any) -> Answer:
        answer = await super().ask(request, thread, *rest)
        return answer.model_copy(update={"text": answer.text + "\n2026年11月21日08:00前办好。"})


async def test_a_desk_that_files_without_asking_is_found(bench_with: MakeBench) -> None:
    given = task()
    found = wrong(given, await bench_with(FilesUnasked).play(given, "7/0"))
    assert list(found) == ["rules"]
    assert [fault.split(":")[0] for fault in found["rules"]] == ["by_their_word"]


async def test_a_desk_that_forgets_a_line_is_found(bench: Bench, bench_with: MakeBench) -> None:
    given = task(**FIRE)
    assert wrong(given, await bench.play(given, "7/0")) == {}
    found = wrong(given, await bench_with(ForgetsLines).play(given, "7/0"))
    assert {part: faults_[0].split(":")[0] for part, faults_ in found.items()} == {
        "rules": "danger_first",
        "said": "opening",
    }


async def test_a_desk_that_promises_is_found(bench_with: MakeBench) -> None:
    given = task()
    found = wrong(given, await bench_with(Promises).play(given, "7/0"))
    assert {fault.split(":")[0] for fault in found["rules"]} == {"kept_promises"}


async def test_a_wrong_unit_is_found(filing_house: House, tmp_path: Path) -> None:
    class Elsewhere:
        """Suggests the health office for everything."""

        def __init__(self, inner: Dispatcher) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

        def suggest(self, *given: Any, **more: Any) -> Suggestion | None:
            found = self._inner.suggest(*given, **more)
            return found.model_copy(update={"lead": "health"}) if found else None

    orders = copy(filing_house.orders)
    assert orders is not None
    orders.dispatcher = Elsewhere(orders.dispatcher)  # type: ignore[assignment]  # stands in for one
    given = task(**DISPATCHED)
    found = wrong(given, await Bench(filing_house, orders, tmp_path).play(given, "7/0"))
    assert found == {"state": ["order 1: lead is health, not cangpu_urban_mgmt"]}


async def test_a_touched_event_is_found(filing_house: House, tmp_path: Path) -> None:
    def forge() -> None:
        with sqlite3.connect(next(tmp_path.glob("talk-*.sqlite"))) as base:
            tables = base.execute("SELECT name FROM sqlite_master WHERE name LIKE '%events'")
            name = next(name for (name,) in tables)
            base.execute(f"UPDATE {name} SET body = replace(body, '打桩', '唱歌')")  # noqa: S608  # a table of ours
        base.close()

    class Forger(Desk):
        """Changes what was filed, behind the store's back."""

        async def ask(self, request: TurnRequest, thread: str = "", *rest: Any) -> Answer:
            answer = await super().ask(request, thread, *rest)
            if answer.outcome is Outcome.FILED:
                forge()
            return answer

    assert filing_house.orders is not None
    given = task()
    found = wrong(given, await Bench(filing_house, filing_house.orders, tmp_path, Forger).play(given, "7/0"))
    assert [fault.split(":")[0] for fault in found["rules"]] == ["whole_chains"]


async def test_the_clock_stands_until_the_task_moves_it(bench: Bench) -> None:
    given = task(
        at="2026-11-20 23:10",
        then=[
            {"name": "next-day", "at": "2026-11-21 08:00", "after": "2h", "say": ["我的工单怎么样了"]},
            {"name": "earlier", "at": "2026-11-19 08:00", "say": ["我的工单怎么样了"]},
        ],
        expect={"orders": [{"accepted_at": "2026-11-20 23:10:00"}]},
    )
    said = await bench.play(given, "7/0")
    times = [datetime.fromisoformat(turn["at"]).strftime("%d %H:%M") for turn in said["turns"]]
    assert times == ["20 23:10"] * 3 + ["21 10:00"] * 2
    assert wrong(given, said) == {}


@pytest.mark.parametrize("text", ["我电话" + PHONE, PHONE])
async def test_another_thread_is_another_person(bench: Bench, text: str) -> None:
    steps = [{"name": "stranger", "thread": "other", "say": ["{order}撤回"]}]
    given = task(facts={"contact": {"say": [text]}}, then=steps, expect={"orders": [{"status": "screening"}]})
    said = await bench.play(given, "7/0")
    asked = [turn["asked"] for turn in said["turns"] if turn["step"] == "stranger"]
    assert asked[0] in ("orders.phone", "")
    assert wrong(given, said) == {}
