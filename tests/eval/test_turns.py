from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from agents.contract import Answer, TurnRequest
from agents.outcomes import Outcome
from city.errors import TryAgain
from eval.turns import LONG_TALK, WARM_UP, run_turns


class Echo:
    """A desk that only counts."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012  # one list per process, for the test to read

    async def ask(self, request: TurnRequest, thread: str = "") -> Answer:
        self.asked.append((request.text, thread))
        outcome = Outcome.SMALLTALK if request.text == "你好" else Outcome.ANSWERED
        return Answer(outcome=outcome, route="A0_ANSWER", text="", as_of=date(2026, 11, 20), thread=thread)


@asynccontextmanager
async def open_echo() -> AsyncIterator[Echo]:
    yield Echo()


@asynccontextmanager
async def open_broken() -> AsyncIterator[Echo]:
    if os.environ.get("PYTEST_CURRENT_TEST_PID") != str(os.getpid()):
        raise OSError("no desk in this process")
    yield Echo()


def test_every_question_is_asked_once_and_one_talk_goes_on() -> None:
    questions = ["你好", *[f"问题{n}" for n in range(24)]]
    Echo.asked.clear()
    report = run_turns(open_echo, questions, provisions=7, workers=2)  # type: ignore[arg-type]  # as much as is used
    assert (report.provisions, report.turns, report.workers) == (7, 25, 2)
    assert report.outcomes == {"answered": 24, "smalltalk": 1}
    assert 0 <= report.p50_ms <= report.p95_ms
    assert report.turns_per_second > 0
    assert report.peak_rss_mb > 0
    threads = [thread for _, thread in Echo.asked]
    assert len(threads) == WARM_UP + 25 + LONG_TALK
    assert len(set(threads)) == WARM_UP + 25 + 1
    assert threads.count(threads[-1]) == LONG_TALK


def test_a_worker_that_dies_ends_the_benchmark_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_CURRENT_TEST_PID", str(os.getpid()))
    with pytest.raises(TryAgain, match="worker"):
        run_turns(open_broken, ["问题"] * 20, provisions=1, workers=1)  # type: ignore[arg-type]  # as above
