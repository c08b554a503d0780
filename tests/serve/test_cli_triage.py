from __future__ import annotations

import json
from pathlib import Path

from tests.serve.conftest import Run
from tests.tools.petitions.past_orders import orders, write


def test_train_run_and_drift(run: Run, tmp_path: Path) -> None:
    history = write(tmp_path / "history.jsonl", orders(200))
    with history.open("a", encoding="utf-8") as file:
        file.write("{torn\n")
    trained = run("triage", "train", history, "--out", tmp_path / "model")
    assert (trained.code, trained.err) == (0, "")
    assert "line 201 left out: not JSON" in trained.out
    assert "200 rows in 3 classes" in trained.out
    new = write(tmp_path / "new.jsonl", orders(80, seed=7))
    ran = run("triage", "run", new, "--model", tmp_path / "model", "--out", tmp_path / "out.jsonl")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("80 rows")
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 80
    found = run("triage", "drift", tmp_path / "model", new)
    assert (found.code, found.err) == (0, "")
    assert "80 messages: steady" in found.out
    told = json.loads(run("triage", "drift", tmp_path / "model", new, "--json").out)
    assert (told["messages"], told["left_out"]) == (80, 0)


def test_another_column_and_json(run: Run, tmp_path: Path) -> None:
    rows = [{"text": row.message.detail, "unit": f"{row.label}办"} for row in orders(60)]
    path = tmp_path / "h.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    ran = run("triage", "train", path, "--label", "unit", "--out", tmp_path / "model", "--json")
    summary = json.loads(ran.out)
    assert summary["learnt"] == "unit"
    assert summary["labels"] == ["供水办", "停车办", "噪声办"]
    assert run("triage", "train", path, "--out", tmp_path / "other").code == 2


def test_eval(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "h.jsonl", orders(120))
    report = json.loads(run("eval", "triage", "--train", path, "--folds", 2, "--json").out)
    assert report["rows"] == 120
    assert run("eval", "triage", "--train", path).code == 2


def test_no_model_says_how_to_get_one(run: Run, tmp_path: Path) -> None:
    ran = run("triage", "drift", tmp_path, tmp_path)
    assert ran.code == 2
    assert "no message" in ran.err or "cannot" in ran.err
    ran = run("triage", "run", tmp_path / "x.jsonl", "--model", tmp_path, "--out", tmp_path / "o.jsonl")
    assert (ran.code, "citydesk triage train" in ran.err) == (2, True)
