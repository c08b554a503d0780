from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.place import SHARED, Place
from eval.suites.triage.suite import SUITE
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "triage"
MATTERS = {
    "roads": ("路面", "坑洼", "井盖", "破损", "塌陷", "颠簸"),
    "noise": ("噪声", "半夜", "施工", "打桩", "睡不着", "吵闹"),
    "wages": ("工资", "拖欠", "老板", "欠薪", "工地", "讨要"),
}


def _lines() -> list[str]:
    lines = []
    for number in range(60):
        for label, words in MATTERS.items():
            first, second, third = (words[(number + step) % len(words)] for step in (0, 1, 3))
            text = (
                f"第{number}号巷子{first}{second}的事，{third}已经{number}天了，{words[number % 5]}请处理{number * 7}"
            )
            lines.append(json.dumps({"id": f"{label}-{number}", "title": first, "detail": text, "label": label}))
    return lines


async def test_every_petition_is_judged_by_a_model_that_has_not_seen_it(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "petitions").mkdir()
    (tmp_path / "petitions" / "labelled.dev.jsonl").write_text("\n".join(_lines()), encoding="utf-8")
    monkeypatch.setenv(SHARED, str(tmp_path))
    cases, judged = cases_of(NAME, place), SUITE.open(place)
    assert set(judged) == set(cases)
    made = [await put(NAME, judged, case) for case in cases.values()]
    assert sum(one.values["right"] for one in made) / len(made) > 0.9
    assert all(0 <= one.values["confidence"] <= 1 for one in made)
    assert all(one.values["sure_right"] <= one.values["sure"] for one in made)
    case = cases["roads-0"]
    wrong = judge(NAME, case, {"label": "noise", "probability": 0.8, "sure": True})
    assert (wrong.values["right"], wrong.values["sure_right"], wrong.why) == (0, 0, "noise (0.80), not roads")
