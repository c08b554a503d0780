from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import YUNLAN
from tests.serve.conftest import Run
from tools.workorders.leaves import load_leaves

UNTIL = ("--until", "2026-11-25", "--orders", 150, "--months", 3)


@pytest.fixture
def places(tmp_path: Path) -> tuple[object, ...]:
    if not load_leaves(YUNLAN):
        pytest.skip("the example city describes no leaves yet")
    return "--city", YUNLAN, "--home", tmp_path / "home"


def test_a_history_is_made_checked_and_counted(run: Run, places: tuple[object, ...]) -> None:
    made = run("workorders", "example", *UNTIL, *places)
    assert (made.code, made.out[:16]) == (0, "150 work orders,")
    assert "already" not in made.err
    checked = run("workorders", "verify", "--json", *places)
    assert checked.code == 0
    assert json.loads(checked.out)["orders"] == 150

    span = ("--from", "2026-10-01", "--to", "2026-10-31")
    ran = run("workorders", "figures", *span, "--by", "unit", "--trace", "--json", *places)
    report = json.loads(ran.out)
    assert (report["start"], report["end"]) == ("2026-10-01T00:00:00+08:00", "2026-11-01T00:00:00+08:00")
    response = report["total"]["rates"]["response"]
    assert len(response["everything"]["counted"]) == response["everything"]["denominator"] > 10
    assert (
        sum(g["rates"]["response"]["kept"]["denominator"] for g in report["groups"]) == response["kept"]["denominator"]
    )
    told = run("workorders", "figures", *span, "--by", "district", *places)
    assert "resolution" in told.out
    assert "云城区" in told.out

    listed = run("workorders", "supervision", "--now", "2026-11-26T09:00:00", "--json", *places)
    entries = json.loads(listed.out)
    assert {entry["level"] for entry in entries} <= {"remind", "urge", "written", "list", "interview"}
    assert entries


def test_a_file_of_events_serves_as_well(run: Run, places: tuple[object, ...], tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    assert run("workorders", "example", *UNTIL, "--out", out, *places).code == 0
    assert run("workorders", "verify", "--events", out, *places).code == 0
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    out.write_text("".join([*lines[:3], *lines[4:]]), encoding="utf-8")
    broken = run("workorders", "verify", "--events", out, *places)
    assert broken.code == 1
    assert "event 4 was changed, moved or left out" in broken.out
    told = run("workorders", "figures", "--events", out, "--from", "2026-10-01", *places)
    assert "2026-10-01 to 2026-10-31" in told.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("figures", "--by", "colour"), "--by 'colour'"),
        (("figures", "--from", "soon"), "--from 'soon'"),
        (("figures", "--from", "2026-10-02", "--to", "2026-10-01"), "no period"),
        (("supervision", "--now", "soon"), "--now 'soon'"),
        (("example", "--until", "soon"), "--until 'soon'"),
    ],
)
def test_what_is_asked_wrongly_is_said(
    run: Run, places: tuple[object, ...], arguments: tuple[str, ...], said: str
) -> None:
    assert said in run("workorders", *arguments, *places).fault()


def test_a_line_that_is_no_event_is_named(run: Run, places: tuple[object, ...], tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"order": 1}\n', encoding="utf-8")
    said = run("workorders", "verify", "--events", tmp_path / "x.jsonl", *places).fault()
    assert "line 1 is no event" in said
