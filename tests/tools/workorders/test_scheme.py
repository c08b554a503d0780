from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from city.errors import NotFound
from city.pack import PackError, load_pack
from tests.city.pack.making import write
from tests.conftest import YUNLAN
from tools.workorders.calendar import WorkCalendar
from tools.workorders.model import Kind
from tools.workorders.scheme import Scheme, check_scheme, load_scheme

LEAF: dict[str, Any] = {"code": "010101", "name": "路灯", "duty_items": ["light"]}
CLOCKS: dict[str, Any] = {
    "id": "small", "version": "1", "source": "第一条", "by_kind": {"consult": "consult", "report": "report"},
    "classes": {
        "default": {"handle": "5wd"}, "critical": {"handle": "2h"}, "utilities": {"handle": "24h"},
        "complex": {"handle": "15wd"}, "consult": {"handle": "2wd"}, "report": {"handle": "15wd"},
    },
}  # fmt: skip


def tree(*leaves: dict[str, Any]) -> dict[str, Any]:
    groups = [{"code": "0101", "name": "照明", "children": list(leaves)}]
    return {"scheme": "s-1", "classes": [{"code": "01", "name": "设施", "children": groups}]}


def scheme(root: Path, categories: dict[str, Any] | None = None, clocks: dict[str, Any] | None = None) -> Scheme:
    write(root / "workorders/categories.yaml", categories or tree(LEAF))
    write(root / "workorders/clocks.yaml", {**CLOCKS, **(clocks or {})})
    return load_scheme(root)


def test_a_category_is_found_with_what_it_stands_under(tmp_path: Path) -> None:
    made = scheme(tmp_path)
    assert [node.name for node in made.categories.path("010101")] == ["设施", "照明", "路灯"]
    with pytest.raises(NotFound, match="'990101'"):
        made.categories.path("990101")
    assert check_scheme(made, {"light"}) == []


@pytest.mark.parametrize(
    ("leaf", "kind", "expected"),
    [
        ({}, Kind.HELP, "normal"),
        ({}, Kind.CONSULT, "consult"),
        ({}, Kind.REPORT, "report"),
        ({"clock_class": "complex"}, Kind.CONSULT, "consult"),
        ({"clock_class": "complex"}, Kind.REPORT, "complex"),
        ({"clock_class": "utilities"}, Kind.CONSULT, "utilities"),
        ({"clock_class": "critical"}, Kind.REPORT, "critical"),
    ],
)
def test_the_kind_changes_the_clock_but_never_that_of_danger(
    tmp_path: Path, leaf: dict[str, Any], kind: Kind, expected: str
) -> None:
    made = scheme(tmp_path, tree(LEAF | leaf))
    assert made.deadlines.class_of(made.categories.path("010101")[-1], kind) == expected


@pytest.mark.parametrize(
    ("leaves", "said"),
    [
        ([LEAF | {"code": "020101"}], "must begin with '0101'"),
        ([LEAF, LEAF], "used twice"),
        ([LEAF | {"statutory_days": 30}], "name the law"),
        ([LEAF | {"colour": 1}], "not permitted"),
        ([LEAF | {"code": "1"}], "pattern"),
    ],
)
def test_a_faulty_tree_is_named(tmp_path: Path, leaves: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(PackError, match=said):
        scheme(tmp_path, tree(*leaves))


def test_both_files_are_needed_and_both_faults_are_told(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        load_scheme(tmp_path)
    assert [problem.file for problem in caught.value.problems] == [
        "workorders/categories.yaml",
        "workorders/clocks.yaml",
    ]


def test_what_does_not_fit_together_is_named(tmp_path: Path) -> None:
    made = scheme(tmp_path, tree(LEAF | {"clock_class": "slow"}), {"by_kind": {"praise": "never"}})
    said = [problem.message for problem in check_scheme(made, {"drain"})]
    assert len(said) == 4
    for words in ("'light', which no duty list holds", "'slow'", "'never'", "duty item 'drain'"):
        assert any(words in message for message in said), words


def test_the_state_machine_gets_the_citys_limits(tmp_path: Path) -> None:
    made = scheme(tmp_path, clocks={"most_extensions": 1, "most_reworks": 1, "callback": {"attempts": 2, "methods": 1}})
    rules = made.deadlines.rules()
    assert (rules.most_extensions, rules.most_reworks, rules.callback_attempts, rules.callback_methods) == (1, 1, 2, 1)


def test_yunlan_reaches_every_duty_item_and_counts_its_own_days() -> None:
    made = load_scheme(YUNLAN)
    assert check_scheme(made, {item.id for item in load_pack(YUNLAN).duties}) == []
    assert len(made.categories.classes) == 18
    friday = datetime(2026, 11, 27, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    due = made.deadlines.due("handle", "normal", friday, WorkCalendar())
    assert (due.at.date().isoformat(), due.version) == ("2026-12-04", made.deadlines.version)
