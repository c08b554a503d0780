"""The measurements run on tiny models and count what they say they count; figures are read by people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.bench.models import _examples_per_second, main
from eval.bench.texts import asked, provisions
from serve.training.exporting import Gathered
from serve.training.files import write_export
from tests.conftest import YUNLAN
from tests.serve.training.samples import example, manifest

pytestmark = [pytest.mark.models, pytest.mark.filterwarnings("ignore")]  # libraries warn of each other's changes


@pytest.fixture(autouse=True)
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)


def figures(capsys: pytest.CaptureFixture[str], command: str) -> dict[str, Any]:
    assert main([*command.split(), "--size", "tiny", "--city", str(YUNLAN)]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["device"] == "cpu"
    assert told["peak_gib"] > 0
    return told


def test_an_adapter_is_trained_and_read_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("peft")
    held = Gathered({"train": [example(n) for n in range(24)], "holdout": [example(n) for n in range(30, 33)]})
    write_export(tmp_path, held, manifest())
    told = figures(capsys, f"--what lora --data {tmp_path} --batch 4 --epochs 1 --scored 2 --save-memory")
    assert told["examples"] == 24
    assert told["examples_per_second"] > 0
    assert told["adapter_mib"] > 0
    assert told["card"]["after"]["answered"] == 2
    assert told["card"]["recipe"]["save_memory"]
    assert told["reloaded"] == pytest.approx(told["card"]["after"]["loss"], rel=1e-4)
    assert told["reloaded"] != told["card"]["before"]["loss"]


def test_steps_after_the_first_ones_are_counted() -> None:
    ends = [0.0, 10.0, 12.0, 13.0, 14.0, 15.0]  # of 10 examples in steps of 4, twice: 4, 4, 2, 4, 4, 2
    assert _examples_per_second(ends, 10, 4) == pytest.approx((4 + 4 + 2) / 3)


def test_provisions_are_embedded_and_reranked(capsys: pytest.CaptureFixture[str]) -> None:
    told = figures(capsys, "--what embed --texts 12 --questions 2")
    assert told["provisions"] == 12
    assert min(told["provisions_per_second"], told["question_ms"]) > 0
    told = figures(capsys, "--what rerank --texts 12 --questions 2")
    assert told["questions"] == 2
    assert min(told["pairs_per_second"], told["question_p50_ms"]) > 0


def test_texts_are_the_packs_and_none_comes_twice() -> None:
    many = provisions(YUNLAN, 5000)
    assert len(set(many)) == 5000
    assert len(asked(YUNLAN, 5)) == 8


def test_drawn_vectors_are_searched_in_every_way(capsys: pytest.CaptureFixture[str]) -> None:
    told = figures(capsys, "--what search --rows 3000 --dim 16 --questions 4")["nearest"]
    assert (told["rows"], told["dim"], told["gpu_ms"]) == (3000, 16, None)
    assert min(told["exact_ms"], told["lists_ms"]) > 0


@pytest.mark.parametrize("command", ["--what lora", "--what embed --size 8b"])
def test_what_cannot_be_measured_is_said(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(command.split())
    assert "--what" in capsys.readouterr().err
