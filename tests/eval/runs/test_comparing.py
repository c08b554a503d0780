"""A regression fails the gate, one case does not; what cannot be paired is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from city.errors import BadInput
from eval.runs.comparing import compare
from eval.runs.figures import measure
from eval.runs.folder import PLAN, RunFolder
from eval.runs.model import CaseLog, Figures, Run, SuiteRun, Versions
from eval.runs.spread import spread
from eval.suite import Value
from serve.cli.main import app

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)
Wrong = Callable[[int], bool]


def _log(number: int, wrong: bool, error: str = "", suite: str = "gate") -> CaseLog:
    values: dict[str, Value] = {"route_right": float(not wrong), "danger_seen": float(not wrong), "calm_alarmed": None}
    return CaseLog(
        suite=suite,
        case=f"c{number}",
        group=f"c{number}",
        said=None if error else {"route": "x"},
        values={} if error else values,
        why="route" if wrong and not error else "",
        error=error,
    )


def _folder(path: Path, logs: list[CaseLog], suite: str = "gate", day: date = date(2026, 11, 27)) -> RunFolder:
    folder = RunFolder(path)
    told = SuiteRun(name=suite, title="入口", cases=len(logs))
    run = Run(
        id=path.name,
        begun=AT,
        ended=AT,
        suites=(told,),
        versions=Versions(python="3.11"),
        code="c",
        pack="p",
        engine="embedded",
        day=day,
        small=True,
        workers=1,
        command="citydesk eval run",
    )
    folder.write_cases(suite, logs)
    folder.write(run, measure(suite, logs, 7) if suite == "gate" else Figures(figures=()))
    (path / PLAN).write_text("{}", encoding="utf-8")
    return folder


def _logs(wrong: Wrong, count: int = 300) -> list[CaseLog]:
    return [_log(number, wrong(number)) for number in range(count)]


def _always(number: int) -> bool:
    return number % 10 == 0


def test_five_points_less_fail_the_gate(tmp_path: Path) -> None:
    before = _folder(tmp_path / "a", _logs(_always))
    fallen = set(Random(3).sample([n for n in range(300) if n % 10], 15))  # noqa: S311  # a draw, nothing to guard
    after = _folder(tmp_path / "b", _logs(lambda n: _always(n) or n in fallen))
    compared = compare(before, after)
    assert [one.figure for one in compared.regressed] == ["danger_seen"]
    told = {one.figure: one for one in compared.figures}
    assert told["danger_seen"].difference == pytest.approx(-0.05)
    assert told["danger_seen"].high is not None
    assert told["danger_seen"].high < 0
    assert told["route_right"].verdict == "worse"
    assert len(compared.changed) == 15
    assert {one.now for one in compared.changed} == {"wrong"}


def test_the_other_way_round_is_better(tmp_path: Path) -> None:
    before = _folder(tmp_path / "a", _logs(lambda n: _always(n) or n % 15 == 1))
    compared = compare(before, _folder(tmp_path / "b", _logs(_always)))
    assert not compared.regressed
    assert {one.verdict for one in compared.figures if one.figure == "danger_seen"} == {"better"}


def test_one_case_does_not_and_nothing_changed_is_the_same(tmp_path: Path) -> None:
    before = _folder(tmp_path / "a", _logs(_always))
    compared = compare(before, _folder(tmp_path / "b", _logs(lambda n: _always(n) or n == 7)))
    assert not compared.regressed
    assert {one.verdict for one in compared.figures if one.figure == "danger_seen"} == {"unclear"}
    compared = compare(before, before)
    assert {one.verdict for one in compared.figures} == {"same"}
    assert compared.same_setting
    assert not compared.changed


def test_cases_that_raise_cannot_better_the_figures(tmp_path: Path) -> None:
    before = _folder(tmp_path / "a", _logs(_always))
    logs = [_log(n, False, "boom") if _always(n) else _log(n, False) for n in range(300)]
    compared = compare(before, _folder(tmp_path / "b", logs))
    assert "errors" in [one.figure for one in compared.regressed]


def test_what_is_in_one_run_only_is_told_and_not_compared(tmp_path: Path) -> None:
    before = _folder(tmp_path / "a", _logs(_always, 100))
    after = _folder(tmp_path / "b", [*_logs(_always, 99), _log(500, True)], day=date(2026, 11, 28))
    compared = compare(before, after)
    assert (compared.only_before, compared.only_after) == (("gate/c99",), ("gate/c500",))
    assert not compared.same_setting
    assert "day: 2026-11-27 → 2026-11-28" in compared.notes
    other = _folder(tmp_path / "c", _logs(_always), suite="dispatch")
    with pytest.raises(BadInput, match="no suite in common"):
        compare(before, other)


def test_the_spread_is_told_by_layer(tmp_path: Path) -> None:
    first = _folder(tmp_path / "a", _logs(_always, 60))
    second = _folder(tmp_path / "b", _logs(lambda n: _always(n) or n % 7 == 3, 60))
    found = {one.figure: one.layers for one in spread([first, second])}
    layers = {layer.name: layer for layer in found["danger_seen"].layers}
    assert layers["case"].variance is not None
    assert layers["model"].variance is not None
    assert layers["model"].variance > 0
    assert layers["retrieval"].share is None
    same = {one.figure: one.layers for one in spread([first, first])}
    assert {layer.name: layer.variance for layer in same["danger_seen"].layers}["model"] == 0
    with pytest.raises(BadInput, match="two runs"):
        spread([first])


def test_the_command_fails_where_a_figure_fell_behind_and_tells_a_ci_server(tmp_path: Path) -> None:
    runs = tmp_path / "eval" / "runs"
    _folder(runs / "before", _logs(_always))
    _folder(runs / "after", _logs(lambda n: _always(n) or n % 15 == 1))
    result = CliRunner().invoke(app, ["eval", "gate", "before", "after", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "gate.danger_seen" in result.output
    suite = ElementTree.parse(runs / "after" / "junit.xml").getroot()  # noqa: S314  # we wrote it
    assert any(
        "danger_seen" in str(case.attrib) and case.find("failure") is not None for case in suite.iter("testcase")
    )
    assert (runs / "after" / "compare.html").is_file()
    assert CliRunner().invoke(app, ["eval", "gate", "before", "before", "--home", str(tmp_path)]).exit_code == 0
    told = CliRunner().invoke(app, ["eval", "list", "--home", str(tmp_path)])
    assert "before" in told.output
    assert "HotlineBench" in told.output
