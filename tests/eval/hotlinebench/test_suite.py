"""The suite of conversations: cases of the city's tasks, one run, the figures of known trials, and the command."""

from __future__ import annotations

import importlib
import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from agents.context import House
from eval.hotlinebench import feeds
from eval.hotlinebench.citizen import Scripted
from eval.hotlinebench.stage import Bench
from eval.metrics import HOW, tabulate
from eval.place import Place
from eval.suite import find
from eval.suites.conversations.suite import Opened
from serve.settings import Settings
from tests.eval.hotlinebench.making import SITE


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Place:
    return Place(settings=settings, day=date(2026, 11, 20), seed=7, small=True, scratch=tmp_path)


def test_cases_keep_what_is_right_from_the_system(place: Place) -> None:
    found = find("conversations")
    cases = found.suite.cases(place)
    assert len({case.id for case in cases}) == len(cases) >= 16
    assert all("expect" not in case.given and case.expect for case in cases)
    assert {case.slices["specialist"] for case in cases} > {"petition", "crisis"}
    assert set(found.config.slices) == set(cases[0].slices)


async def test_a_case_runs_and_is_judged(place: Place, bench: Bench) -> None:
    suite = find("conversations").suite
    case = next(case for case in suite.cases(place) if case.id == "orders-not-solved")
    said = [await suite.run(Opened(bench, Scripted, place.seed), case, trial) for trial in (0, 0, 1)]
    assert said[0] == said[1] != said[2]
    assert suite.score(case, said[0]).values["right"] == 1
    spoiled = suite.score(case, {**said[0], "orders": []})
    assert (spoiled.values["right"], spoiled.values["state"], spoiled.values["said"]) == (0, 0, 1)
    assert spoiled.why.startswith("state: 0 orders, not 1")


def test_pass_k_of_known_trials() -> None:
    figures = find("conversations").config.figures
    trials = {"a": [1, 1, 1, 1], "b": [1, 1, 0, 0], "c": [0, 0, 0, 0]}
    rows = [
        {"case": case, "group": case, "trial": trial, "values": {"right": float(right)}}
        for case, found in trials.items()
        for trial, right in enumerate(found)
    ]
    table = tabulate(rows)
    got = [HOW[figures[name].how](table, figures[name].of, figures[name].options) for name in
           ("pass_1", "pass_2", "pass_3", "pass_4")]  # fmt: skip
    assert got == pytest.approx([0.5, (1 + 1 / 6) / 3, 1 / 3, 1 / 3])


def test_the_suite_opens_over_the_places_house(
    place: Place, house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    suite = find("conversations").suite
    given = next(case for case in suite.cases(place) if case.id == "orders-withdraw")
    assert given.group == given.id
    monkeypatch.setattr("eval.suites.conversations.suite.read_all", lambda _root: [])
    fresh = replace(place, scratch=tmp_path / "own")
    fresh.__dict__["house"] = house
    opened = suite.open(fresh)
    assert opened.bench.house is house
    assert opened.seed == 7


def test_example_data_are_as_old_for_every_run(
    place: Place, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = settings.model_copy(update={"home": tmp_path})
    made: list[str] = []

    def write(given: Settings, *_: object) -> list[str]:
        made.append(given.feeds)
        (Path(given.feeds) / "lots.csv").write_text("x", encoding="utf-8")
        return ["parking"] if len(made) == 1 else []

    monkeypatch.setattr("serve.example_data.write_missing", write)
    fed = feeds.with_feeds(own, place.pack)
    assert fed.feeds == made[0]
    file = Path(fed.feeds) / "lots.csv"
    at = datetime(2026, 11, 20, 6, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert file.stat().st_mtime == at
    os.utime(file, (at + 5, at + 5))
    feeds.with_feeds(own, place.pack)
    assert file.stat().st_mtime != at  # only what was made is dated


@pytest.mark.parametrize(("lead", "code", "told"), [("0901", 0, "RIGHT"), ("0604", 1, "✗ state: order 1: category")])
def test_the_command_shows_the_talk_and_the_verdict(
    settings: Settings,
    bench: Bench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lead: str,
    code: int,
    told: str,
) -> None:
    command = importlib.import_module("eval.hotlinebench.try")
    monkeypatch.setattr(command, "open_bench", lambda *_: bench)
    file = tmp_path / "a.yaml"
    file.write_text(yaml.safe_dump([{**SITE, "expect": {"orders": [{"category": lead}]}}], allow_unicode=True), "utf-8")
    assert command.main([str(file), "--home", str(settings.home), "--trials", "2", "--brief"]) == code
    out = capsys.readouterr().out
    assert told in out
    assert "petition, asks petition.contact" in out
    assert out.count("trial ") == 2


def test_the_command_names_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = importlib.import_module("eval.hotlinebench.try")
    (tmp_path / "a.yaml").write_text("- {id: x}", encoding="utf-8")
    assert command.main([str(tmp_path)]) == 2
    assert "task x: specialist" in capsys.readouterr().out
