"""``citydesk eval tools``, ``schemes``, ``emergency-plans``, ``siting``, ``vitals``: figures of the city tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, echo_json, moment_of, settings_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

app = typer.Typer()


@app.command("tools")
def tool_plans(
    questions: Annotated[list[Path], typer.Argument(help="JSONL: id, text, calls, missing?, may?, audience?")],
    rights: Annotated[str, typer.Option(help="Rights of staff questions, with commas; default all.")] = "",
    now: Annotated[str, typer.Option("--now", help="The city's moment of asking (ISO), default now.")] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do questions about city data become the right calls of tools, and none where no tool can answer?"""
    from city.errors import NotFound
    from city.gazetteer import Gazetteer
    from city.pack import load_pack
    from eval.tool_plans import measure, read_cases
    from serve.citydata import open_planner

    settings = settings_for(city, home)
    cases = [case for path in questions for case in read_cases(path)]
    pack = load_pack(settings.city)
    planner = open_planner(settings, pack, Gazetteer.of(pack))
    if planner is None:
        raise NotFound(f"{pack.root} switches no tool on: there is nothing to plan with")
    every = {one.tool.permission for one in planner.box.every if one.tool.permission}
    given = frozenset(rights.split(",")) if rights else frozenset(every)
    report = measure(planner, cases, moment_of(now, "--now", pack.city.timezone), given)
    _print(report, as_json, [f"{miss.id} {miss.text}: {miss.why}" for miss in report.misses])


@app.command("emergency-plans")
def emergency_plans(
    cases: Annotated[Path, typer.Argument(help="JSONL: id, hazard, day?, facts, expect; docs/emergency-plans.md")],
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Is the level of response right? Written cases of the emergency plans. Exit code 1 where one is not."""
    from city.pack import load_pack
    from eval.plan_cases import read_cases, run_plans

    report = run_plans(load_pack(settings_for(city).city).root, read_cases(cases))
    told = [f"{miss.id}: expected {miss.expected}, got {miss.got} ({miss.why})" for miss in report.misses]
    _print(report, as_json, told)
    if report.misses:
        raise typer.Exit(1)


@app.command()
def schemes(
    cases: Annotated[list[Path], typer.Argument(help="JSONL: id, as_of, scheme, expected; docs/schemes.md")],
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Are building schemes judged right? Written cases, rule by rule. Exit code 1 where one is not exact."""
    from city.pack import load_pack
    from eval.schemes import measure, read_cases

    report = measure(load_pack(settings_for(city).city), [case for path in cases for case in read_cases(path)])
    told = [
        f"{one.case} {one.rule}: expected {one.expected}, got {one.got}: {one.seen} ({one.note})"
        for one in report.differences
    ]
    _print(report, as_json, told)
    if report.differences:
        raise typer.Exit(1)


@app.command()
def siting(
    count: Annotated[int, typer.Option(min=1, max=200, help="How many instances.")] = 20,
    seed: Annotated[int, typer.Option(min=0)] = 5,
    as_json: JsonOption = False,
) -> None:
    """Are schools sited where no other choice is better? Every instance is also solved by trying all choices."""
    from eval.siting import run

    report = run(count, seed)
    _print(report, as_json, report.misses)
    if report.misses:
        raise typer.Exit(1)


@app.command()
def vitals(
    seeds: Annotated[list[int] | None, typer.Argument(help="Seeds of made-up cities.")] = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Are the anomalies planted into made-up cities' vital signs found, and is little else called unusual?"""
    from city.pack import load_pack
    from eval.vitals import SEEDS, measure

    pack = load_pack(settings_for(city).city)
    _print(measure(pack, seeds or SEEDS, progress=lambda told: typer.echo(told, err=True)), as_json, ())


def _print(report: BaseModel, as_json: bool, misses: Sequence[str]) -> None:
    """The figures, by kind where they are kept so, then what went wrong."""
    if as_json:
        echo_json(report.model_dump(mode="json"))
        return
    for name, value in report.model_dump(mode="json", exclude={"misses", "differences"}).items():
        if isinstance(value, dict) and value:
            typer.echo(name)
            for key, one in value.items():
                typer.echo(f"  {key:<26}{one}")
        else:
            typer.echo(f"{name:<28}{value}")
    for miss in misses:
        typer.echo(miss)
