"""A run leaves everything behind, asks nothing twice, goes on where it broke off, and is the same the second time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from city.errors import BadInput, NotFound
from eval.runs.folder import FIGURES, RunFolder, all_runs, find_run, runs_folder
from eval.runs.plan import Plan, chosen
from eval.runs.runner import Runner
from tests.conftest import YUNLAN


def _plan(home: Path, *suites: str, **more: object) -> Plan:
    given = {"suites": suites or ("gate",), "city": YUNLAN, "home": home, "day": date(2026, 11, 20), "first": 60}
    return Plan.model_validate({**given, "workers": 1, **more})


def _run(plan: Plan, name: str) -> RunFolder:
    folder = RunFolder(runs_folder(plan.home) / name)
    Runner(plan, folder, lambda stage, share: None).run()
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def first(home: Path) -> RunFolder:
    return _run(_plan(home), "first")


def test_a_run_tells_what_it_was_and_every_case(first: RunFolder) -> None:
    run, cases = first.run(), list(first.cases("gate"))
    assert run.suites[0].cases == len(cases) == 60
    assert run.pack
    assert run.code
    assert run.prompts["route"]
    assert run.engine == "embedded"
    assert "--seed 7" in run.command
    assert not any("key" in name or "salt" in name for name in run.settings)
    assert all(one.said is not None and one.values and not one.cached and not one.error for one in cases)
    figures = {one.figure: one for one in first.figures().figures}
    assert figures["errors"].value == 0
    assert figures["danger_seen"].n
    assert any(one.slice == "set" for one in first.figures().slices)


def test_the_same_again_comes_from_what_was_kept_and_is_equal(first: RunFolder, home: Path) -> None:
    again = _run(_plan(home), "again")
    assert again.run().suites[0].cached == 60
    assert (again.path / FIGURES).read_bytes() == (first.path / FIGURES).read_bytes()


def test_asked_anew_it_is_equal_too(first: RunFolder, home: Path) -> None:
    anew = _run(_plan(home, fresh=True), "anew")
    assert anew.run().suites[0].cached == 0
    assert (anew.path / FIGURES).read_bytes() == (first.path / FIGURES).read_bytes()


def test_another_day_or_seed_is_not_answered_from_the_old(first: RunFolder, home: Path) -> None:
    assert first.run()
    assert _run(_plan(home, day=date(2026, 11, 21), first=4), "day").run().suites[0].cached == 0


def test_a_run_that_broke_off_goes_on(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "gate", "refusal", first=6)
    with pytest.raises(NotFound, match="knowledge build"):  # nothing is published here
        _run(plan, "broken")
    broken = find_run(tmp_path, "last")
    with pytest.raises(NotFound, match="--resume"):
        broken.run()
    assert broken.plan() == plan
    rest = plan.model_copy(update={"suites": ("gate",)})
    Runner(rest, broken, lambda stage, share: None).run()
    assert broken.run().suites[0].cached == 6


def test_a_suite_without_its_data_is_left_out_with_the_reason(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYDESK_SHARED_DATA", str(tmp_path))
    folder = _run(_plan(home, "gate", "triage", small=False), "partly")
    assert [one.suite for one in folder.run().left_out] == ["triage"]
    assert str(tmp_path) in folder.run().left_out[0].why
    with pytest.raises(NotFound, match="triage"):
        _run(_plan(home, "triage", small=False), "nothing")


def test_runs_are_found_by_the_beginning_of_their_ids(first: RunFolder, home: Path) -> None:
    assert find_run(home, "fir").path == first.path
    assert find_run(home, str(first.path)).path == first.path
    assert first.path in [one.path for one in all_runs(home)]
    with pytest.raises(NotFound, match="eval list"):
        find_run(home, "never")
    _run(_plan(home, first=2), "first-2")
    assert find_run(home, "first").path == first.path
    with pytest.raises(BadInput, match="begins the ids"):
        find_run(home, "firs")


def test_suites_are_chosen_by_name() -> None:
    assert chosen(["gate", "gate"], small=True) == ("gate",)
    assert set(chosen([], small=True)) < set(chosen([], small=False))
    with pytest.raises(NotFound, match="There are: answers"):
        chosen(["nothing"], small=True)
