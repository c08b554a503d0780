"""A whole run with a judge: figures, agreement with people, the second time from what was kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput, NotFound
from eval.runs.folder import FIGURES, RunFolder, runs_folder
from eval.runs.plan import Plan
from eval.runs.runner import Runner
from eval.servers.running import InThread
from eval.servers.troubles import Kind, Trouble
from eval.suites.judge_agreement.suite import JudgeAgreement
from serve.settings import Settings
from tests.conftest import YUNLAN
from tests.eval.judging.lexical import MODEL

SUITE = "judge_agreement"


def _plan(home: Path, **more: Any) -> Plan:
    given = {"suites": (SUITE,), "city": YUNLAN, "home": home, "day": date(2026, 11, 20), "workers": 1}
    return Plan.model_validate({**given, **more})


def _run(plan: Plan, name: str) -> RunFolder:
    folder = RunFolder(runs_folder(plan.home) / name)
    Runner(plan, folder, lambda stage, share: None).run()
    return folder


@pytest.fixture
def judge(server: InThread, monkeypatch: pytest.MonkeyPatch) -> InThread:
    """A judge that the settings name."""
    monkeypatch.setenv("CITYDESK_JUDGE_URL", server.server.url)
    monkeypatch.setenv("CITYDESK_JUDGE_MODEL", MODEL)
    monkeypatch.setenv("CITYDESK_JUDGE_KEY", "hush")
    return server


def test_a_judge_is_measured_against_people_and_asked_once(judge: InThread, tmp_path: Path) -> None:
    first = _run(_plan(tmp_path), "first")
    run, logs = first.run(), list(first.cases(SUITE))
    assert (run.judge, run.suites[0].cases, run.suites[0].errors) == (MODEL, 60, 0)
    assert "hush" not in first.path.joinpath("run.json").read_text(encoding="utf-8")
    figures = {one.figure: one for one in first.figures().figures}
    # What looks words up tells some of the invented answers, and agrees with people by more than chance.
    agreement = figures["kappa_grounded"]
    assert agreement.value is not None
    assert 0 < agreement.value < 1
    assert figures["kappa_faithful"].n == 60
    assert figures["judge_failed"].value is not None
    assert all(one.said and one.said["judged"] for one in logs)
    wrong = next(one for one in logs if one.values["judge_grounded"] != one.values["people_faithful"])
    assert "people" in wrong.why
    requests = judge.server.seen.requests
    # What has nothing to state is judged anew: it was not kept.
    unkept = sum(any(two["why"] for two in (one.said or {})["judged"].values()) for one in logs)
    again = _run(_plan(tmp_path), "again")
    assert judge.server.seen.requests - requests <= 4 * unkept < requests / 10
    assert again.run().suites[0].cached == 60
    assert (again.path / FIGURES).read_bytes() == (first.path / FIGURES).read_bytes()


def test_a_judge_that_is_down_is_the_worst_of_judges(judge: InThread, tmp_path: Path) -> None:
    judge.server.always = Trouble(Kind.FULL)
    folder = _run(_plan(tmp_path, first=4), "down")
    figures = {one.figure: one.value for one in folder.figures().figures}
    assert (figures["judge_failed"], figures["errors"]) == (1, 0)
    assert all("HTTP 503" in one.why for one in folder.cases(SUITE))


def test_a_judge_that_does_not_know_the_model_ends_the_run(judge: InThread, tmp_path: Path) -> None:
    judge.server.models = ("another",)
    with pytest.raises(NotFound, match="CITYDESK_JUDGE_MODEL"):
        _run(_plan(tmp_path, first=4), "unknown")


def test_what_judging_raises_is_the_cases_error(
    judge: InThread, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def broken(*given: object) -> None:
        raise ValueError("no such measure")

    monkeypatch.setattr(JudgeAgreement, "judge", broken)
    folder = _run(_plan(tmp_path, first=4), "broken")
    assert {one.error for one in folder.cases(SUITE)} == {"judging: ValueError: no such measure"}
    assert folder.run().suites[0].errors == 4
    assert judge.server.seen.requests == 0


def test_without_a_judge_what_needs_one_is_left_out_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=f"{SUITE}: needs a judge: set CITYDESK_JUDGE_URL"):
        _run(_plan(tmp_path), "alone")
    folder = _run(_plan(tmp_path, suites=(SUITE, "gate"), first=8), "beside")
    run = folder.run()
    assert [one.name for one in run.suites] == ["gate"]
    assert run.judge == ""
    assert "CITYDESK_JUDGE_MODEL" in run.left_out[0].why


def test_a_model_is_not_let_judge_itself(judge: InThread, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CITYDESK_ENGINE", "vllm")
    monkeypatch.setenv("CITYDESK_MODEL_URL", judge.server.url)
    monkeypatch.setenv("CITYDESK_MODEL_NAME", MODEL)
    with pytest.raises(BadInput, match="judges its own answers"):
        _run(_plan(tmp_path), "itself")
    assert judge.server.seen.requests == 0


def test_suites_that_ask_for_no_judge_do_not_mind_its_settings(
    judge: InThread, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CITYDESK_JUDGE_MODEL")
    assert Settings().judge_url == judge.server.url
    assert _run(_plan(tmp_path, suites=("gate",), first=8), "gate").run().judge == ""
