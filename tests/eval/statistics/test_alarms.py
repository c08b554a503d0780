"""The gate on made-up runs: no alarm without a change, an alarm for a planted regression."""

from __future__ import annotations

import pytest

from eval.statistics import alarms


@pytest.mark.parametrize("noise", [0.02, 0.05])
def test_runs_without_a_change_hardly_ever_alarm(noise: float) -> None:
    alarmed = [alarms.alarmed(noise, None, seed, draws=200) for seed in range(10)]
    assert sum(map(bool, alarmed)) <= 1


def test_the_same_answers_never_alarm() -> None:
    assert not any(alarms.alarmed(0.0, None, seed, figures=6, draws=100) for seed in range(5))


@pytest.mark.parametrize("cases", [300, 1000])
def test_five_points_less_are_always_seen_where_a_system_answers_alike(cases: int) -> None:
    assert all(alarms.alarmed(0.0, cases, seed, draws=200) == ["figure-0"] for seed in range(5))


def test_five_points_less_of_a_thousand_cases_are_mostly_seen_through_noise() -> None:
    assert sum("figure-0" in alarms.alarmed(0.02, 1000, seed, draws=200) for seed in range(8)) >= 6


def test_shares_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = list(alarms.shares(1, noises=(0.0, 0.02), sizes=(300,)))
    assert [(own.planted, own.noise, own.cases, own.repeats) for own in found] == [
        (False, 0.02, None, 1),
        (True, 0.0, 300, 1),
        (True, 0.02, 300, 1),
    ]
    assert found[1].alarmed == 1
    alarms.main(["--repeats", "1", "--noise", "0"])
    assert "5 points worse on  300 cases  noise 0%  alarms 1 of 1" in capsys.readouterr().out
