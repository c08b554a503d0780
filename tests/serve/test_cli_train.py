"""`citydesk train …` from an example history to an adapter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.dispatch.dispatcher import Dispatcher
from serve.settings import Settings
from tests.serve.conftest import Run
from tests.serve.training.making import Life, forged
from tests.vllm.tiny import make_tiny
from tools.workorders.model import Event

LAMPS = (
    "巷口那盏老路灯入秋以后就再没亮过，收摊回来全靠手机照着走",
    "路灯一闪一闪像要断气似的，晃得值夜班的眼睛疼",
    "广场西角整排路灯从中秋黑到现在，跳舞的大姐都散了",
)


def write(path: Path, events: list[Event]) -> Path:
    lines = [json.dumps(event.model_dump(mode="json"), ensure_ascii=False) for event in events]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def events(tmp_path: Path) -> Path:
    lives = [
        Life(number, narrative=text, title=text[:6], parties=[{"role": "caller", "phone": f"1390000000{number}"}])
        .dispatched("urban_mgmt", "uk-lamp", assisted="dispatch/embedded accepted")
        .signed()
        for number, text in enumerate(LAMPS, 1)
    ]
    return write(tmp_path / "events.jsonl", [event for life in lives for event in life.events])


def test_the_plan_counts_what_is_recorded_and_says_why_not(run: Run, events: Path) -> None:
    told = run("train", "plan", "--events", events)
    assert told.code == 0
    assert told.out.startswith("3 work orders, 18 events, chain unbroken\n")
    assert "accepted 3" in told.out
    rows = {row["task"]: row for row in json.loads(run("train", "plan", "--events", events, "--json").out)}
    assert rows["dispatch"]["exported"]
    assert not rows["reply"]["exported"]


@pytest.mark.parametrize("command", [("plan",), ("export", "--out", "data")])
def test_a_record_that_was_touched_is_refused(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    broken = write(tmp_path / "broken.jsonl", forged(Life().dispatched(), 1))
    assert "The record was touched" in run("train", *command, "--events", broken).fault()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "--out", "data", "--task", "reply"), "citydesk train plan"),
        (("export", "--out", "data", "--since", "soon"), "--since 'soon'"),
        (("check", "nowhere"), "citydesk train export"),
        (("lora", "nowhere", "--base", "x", "--out", "out"), "citydesk train export"),
    ],
)
def test_what_is_asked_wrongly_is_said(run: Run, arguments: tuple[str, ...], said: str) -> None:
    assert said in run("train", *arguments).fault()


@pytest.mark.models
def test_from_the_record_to_an_adapter(
    run: Run, events: Path, tmp_path: Path, settings: Settings, dispatcher: Dispatcher
) -> None:
    assert dispatcher  # it has learnt in the home that the command reads
    kept = ("--home", settings.home, "--folds", 0, "--holdout", 0.0)
    wanted = ("--events", events, "--out", tmp_path / "data", *kept)
    made = run("train", "export", *wanted)
    assert made.code == 0, made
    assert "chain head" in made.out
    files = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    counts = json.loads(files["manifest.json"])["tasks"]["dispatch"]
    exported = sum(counts["train"].values()) + sum(counts["holdout"].values())
    assert exported + sum(counts["left_out"].values()) == len(LAMPS)
    assert exported
    assert json.loads(run("train", "export", *wanted, "--json").out)["tasks"]["dispatch"] == counts
    assert {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()} == files
    assert run("train", "check", tmp_path / "data").out == "no fault(s)\n"

    base, out = make_tiny(tmp_path / "tiny"), tmp_path / "out"
    recipe = ("--epochs", 1, "--rank", 8, "--longest", 4096, "--scored", 1)
    ran = run("train", "lora", tmp_path / "data", "--base", base, "--out", out, *recipe)
    assert ran.code == 0, ran
    assert "decided as people did" in ran.out
    assert f"path: {out / 'adapter'}" in ran.out
    assert (out / "adapter" / "adapter_model.safetensors").is_file()

    path = tmp_path / "data" / "train.jsonl"
    path.write_bytes(path.read_bytes() + b"\n")
    assert "not as it was exported" in run("train", "check", tmp_path / "data").fault()
