from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from eval.siting import INSTANCES, instances, run
from serve.cli.evaluate import app
from tools.schools import siting


def test_every_instance_is_solved_to_its_optimum() -> None:
    report = run()
    assert (report.instances, report.optimal, report.misses) == (20, 20, [])
    assert report.choices_tried > 5_000


def test_instances_are_of_both_methods_and_of_many_sizes() -> None:
    drawn = list(instances(INSTANCES, 5))
    assert [i.method for i in drawn].count("coverage") == [i.method for i in drawn].count("distance") == 10
    assert {i.build for i in drawn} == {1, 2, 3, 4, 5}
    assert len({i.ground.metres.shape for i in drawn}) == 20
    assert (
        drawn[3].ground.children.tolist()
        == next(i for n, i in enumerate(instances(20, 5)) if n == 3).ground.children.tolist()
    )


def test_a_wrong_choice_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def worst(ground: siting.Ground, count: int, method: siting.Method, limit_s: float) -> siting.Choice:
        seating = siting.seat(ground, (), method)
        return siting.Choice((), seating.placed, seating.placed, 0.0, True, seating)

    monkeypatch.setattr("eval.siting.choose", worst)
    report = run(4)
    assert report.optimal < 4
    assert len(report.misses) == 4 - report.optimal


def test_the_command() -> None:
    ran = CliRunner().invoke(app, ["siting", "--count", "4", "--json"])
    assert ran.exit_code == 0
    assert json.loads(ran.stdout)["optimal"] == 4
