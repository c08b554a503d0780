from __future__ import annotations

import json
from pathlib import Path

from agents.dispatch.dispatcher import Dispatcher
from city.gazetteer import Gazetteer
from city.pack import load_pack
from eval.dispatch import run_dispatch
from tests.conftest import TODAY, YUNLAN


def test_right_acceptable_and_wrong_units_are_counted_apart(dispatcher: Dispatcher, tmp_path: Path) -> None:
    text = "沧浦区阳光花园旁边的工地半夜还在打桩，吵得睡不着"
    right = {"unit": "cangpu_urban_mgmt", "duty_item": "nz-site-night"}
    cases = [
        {"id": 1, "text": text, "expect": right},
        {"id": 2, "text": text, "expect": {"unit": "cangpu_housing", "also": ["cangpu_urban_mgmt"]}, "hard": True},
        {"id": 3, "text": text, "expect": {"unit": "metro"}, "hard": True},
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases), "utf-8")
    report = run_dispatch(path, dispatcher, Gazetteer.of(load_pack(YUNLAN)), TODAY)
    assert (report.all.cases, report.all.unit_top1, report.all.top1_strict) == (3, 0.6667, 0.3333)
    assert report.hard is not None
    assert (report.hard.cases, report.hard.unit_top1) == (2, 0.5)
    assert [miss.id for miss in report.misses] == ["3"]
    assert report.place_open == 0


def test_the_blind_cases_stay_above_the_floor(dispatcher: Dispatcher) -> None:
    report = run_dispatch(
        YUNLAN / "evaluation" / "dispatch_cases.jsonl", dispatcher, Gazetteer.of(load_pack(YUNLAN)), TODAY
    )
    assert report.all.unit_top1 >= 0.83
    assert report.all.unit_top3 >= 0.95
