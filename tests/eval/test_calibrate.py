from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from agents.context import House
from agents.engines.embedded.choose import Features
from eval import calibrate
from eval.calibrate import _fit, run_calibration
from tests.conftest import TODAY


def test_the_fit_finds_what_speaks_for_an_answer() -> None:
    noise = np.random.default_rng(7)
    x = noise.random((400, 3))
    y = (noise.random(400) < 1 / (1 + np.exp(-(6 * x[:, 0] - 3)))).astype(float)
    bias, strong, weak, free = _fit(x, y, free=frozenset({2}), ridge=0.1)
    assert strong > 3
    assert bias < -1
    assert 0 <= weak < 1.5
    assert abs(free) < 1.5


def test_weights_may_only_be_negative_where_that_makes_sense() -> None:
    x = np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    y = np.array([0.0, 0.0, 1.0, 1.0])
    _, held, free = _fit(x, y, free=frozenset({1}), ridge=0.01)
    assert held == pytest.approx(0, abs=1e-6)
    assert free < -1


def test_a_calibration_over_the_example_city(house: House, tmp_path: Path) -> None:
    asked = {
        "遛狗绳子最长多长": ["yl-dog-2019#2"],
        "路边停车多少分钟内不收费": ["yl-parking-2024#15", "yl-parkingfee-2024#5"],
        "居住证要什么材料": ["sg-residence-permit#materials"],
        "低保一个月多少钱": ["yl-minliving-standard-2026#1"],
        "月亮上能不能开饭店": [],
        "隔壁城市地铁几点收车": [],
    }
    path = tmp_path / "dev.jsonl"
    lines = [
        json.dumps({"id": t, "text": t, "expect": {"provisions": p}}, ensure_ascii=False) for t, p in asked.items()
    ]
    path.write_text("\n".join(lines * 3), encoding="utf-8")
    made = run_calibration(house, [path], TODAY)
    assert made.questions == 18
    free = {Features._fields[n] for n in calibrate.FREE}
    for name in ("rank", "answers", "weights"):
        weights = getattr(made, name, None)
        if weights is not None:
            assert set(weights) == set(Features._fields)
            assert all(value >= 0 for key, value in weights.items() if key not in free)
    assert [bar["bar"] for bar in made.bars] == sorted(bar["bar"] for bar in made.bars)
    refused = [bar["refused"] for bar in made.bars]
    assert refused == sorted(refused)
    for bar in made.bars:
        assert bar["right"] + bar["wrong"] + bar["refused"] == pytest.approx(1, abs=0.01)
