"""Failing cases: trials of a case together, alike failures together, closed texts nowhere."""

from __future__ import annotations

from eval.reports.failing import CLOSED, OTHER, RAISED, WRONG, failing, kinds
from eval.runs.model import CaseLog
from tests.eval.reports.staged import PRIVATE, cases


def wrong(case: str, why: str, trial: int = 0) -> CaseLog:
    return CaseLog(suite="s", case=case, trial=trial, why=why)


def test_trials_of_a_case_are_one_entry_told_by_its_first_failure() -> None:
    logs = [wrong("b", "", 0), wrong("b", "late", 2), wrong("b", "first", 1), wrong("a", "x"), wrong("c", "")]
    found = failing(logs, texts=True)
    assert [(one.case, one.why, one.failed, one.trials) for one in found] == [("a", "x", 1, 1), ("b", "first", 2, 3)]


def test_what_reasons_have_in_common_is_their_kind() -> None:
    logs = [wrong("1", "类别不对：噪声"), wrong("2", "类别不对：供水"), wrong("3", "route is a, not b"),
            wrong("4", "route is a, not c"), wrong("5", "唯一的"), wrong("6", "另一个"),
            CaseLog(suite="s", case="7", error="KeyError: 1")]  # fmt: skip
    found = [(kind.name, kind.cases) for kind in kinds(failing(logs, texts=True))]
    assert found == [("route is a", 2), ("类别不对", 2), (RAISED, 1), (OTHER, 2)]


def test_every_kind_has_its_share_of_the_first() -> None:
    logs = [*(wrong(f"a{n}", "often：x") for n in range(50)), *(wrong(f"b{n}", "seldom：x") for n in range(2))]
    found = kinds(failing(logs, texts=True), first=10)
    assert [(kind.name, kind.cases, len(kind.first)) for kind in found] == [("often", 50, 8), ("seldom", 2, 2)]
    assert [len(kind.first) for kind in kinds(failing(logs, texts=True), first=0)] == [0, 0]


def test_closed_texts_leave_ids_and_values() -> None:
    logs = [one for one in cases() if one.suite == "statutes"]
    assert PRIVATE in repr(failing(logs, texts=True))
    found = failing(logs, texts=False)
    assert PRIVATE not in repr(found)
    assert [(one.case, one.kind, one.why) for one in found] == [("q17", WRONG, CLOSED), ("q18", RAISED, CLOSED)]
    assert found[0].values == (("recall", "0.000"),)


def test_long_texts_are_cut() -> None:
    found = failing([CaseLog(suite="s", case="1", given={"text": "长" * 9_000}, why="y" * 9_000)], texts=True)[0]
    assert "略去 7500 字" in found.given[0].text
    assert len(found.why) < 1_600
    assert len(found.kind) <= 40
