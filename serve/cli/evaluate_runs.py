"""``citydesk eval run``, ``compare``, ``gate``, ``list``: the offline suite, its runs, and whether one may pass."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, day_of, echo_json, progress_bar, settings_for

if TYPE_CHECKING:
    from eval.runs.folder import RunFolder
    from eval.runs.model import Compared, Figures, Run
    from eval.runs.plan import Plan
    from serve.settings import Settings

app = typer.Typer()
RunArgument = Annotated[str, typer.Argument(help="A run: its id, the beginning of it, its folder, or `last`.")]


@app.command()
def run(
    suites: Annotated[list[str] | None, typer.Argument(help="Suites; none means all of the small set.")] = None,
    full: Annotated[bool, typer.Option("--full", help="All cases, and the suites on the public data.")] = False,
    today: Annotated[str, typer.Option("--today", help="The day of asking (YYYY-MM-DD), default today.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="From which everything is drawn.")] = 7,
    trials: Annotated[int, typer.Option(min=0, help="Ask each case so often; 0: as the suite says.")] = 0,
    first: Annotated[int, typer.Option(min=0, help="So many cases of each suite at most; 0: as it says.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    at_once: Annotated[int, typer.Option("--at-once", min=1, help="Cases at once in each, with a model server.")] = 1,
    citizens: Annotated[
        str, typer.Option("--citizens", help="Who plays citizens: scripted, or model (the judge's).")
    ] = "scripted",
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again what was kept from earlier runs.")] = False,
    resume: Annotated[str, typer.Option("--resume", help="Go on with this run, as it was planned.")] = "",
    name: Annotated[str, typer.Option("--name", help="The run's id; default the moment it began.")] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run suites: every case, figures with intervals, and a folder with the reports."""
    from eval.reports import write_report
    from eval.runs.folder import find_run
    from eval.runs.runner import Runner

    settings = settings_for(city, home)
    if resume:
        folder = find_run(settings.home, resume)
        plan = folder.plan()
    else:
        folder = _new_folder(settings.home, name)
        bounds = {"seed": seed, "trials": trials, "first": first, "workers": workers, "at_once": at_once}
        plan = _plan(settings, suites or [], full, today, {**bounds, "fresh": fresh, "citizens": citizens})
    with progress_bar(as_json) as progress:
        made = Runner(plan, folder, progress).run()
    figures = folder.figures()
    logs = [case for suite in made.suites for case in folder.cases(suite.name)]
    write_report(folder.path, made, figures, logs)
    if as_json:
        echo_json({"run": made.model_dump(mode="json"), "figures": figures.model_dump(mode="json")})
        return
    for line in _told(made, figures):
        typer.echo(line)
    typer.echo(f"{folder.path / 'report.html'}")


def _plan(settings: Settings, suites: list[str], full: bool, today: str, bounds: dict[str, int | str]) -> Plan:
    from city.errors import BadInput
    from eval.runs.plan import Plan, chosen

    if bounds["citizens"] not in ("scripted", "model"):
        raise BadInput(f"--citizens {bounds['citizens']!r}: write scripted or model.")

    day = day_of(today, "--today") or datetime.now(UTC).date()
    where = {"city": settings.city, "home": settings.home, "day": day}
    return Plan.model_validate({"suites": chosen(suites, small=not full), "small": not full, **where, **bounds})


def _new_folder(home: Path, name: str) -> RunFolder:
    """The folder of a new run. Raises BadInput where there is one of that name."""
    from city.errors import BadInput
    from eval.runs.folder import RunFolder, runs_folder

    folder = RunFolder(runs_folder(home) / (name or f"{datetime.now(UTC):%Y%m%d-%H%M%S}"))
    if folder.path.exists():
        raise BadInput(f"There is a run {folder.path.name!r} already: go on with it (--resume) or name another.")
    return folder


def _told(run: Run, figures: Figures) -> list[str]:
    """A run for the terminal."""
    lines = []
    for suite in run.suites:
        again = f", {suite.cached} kept from before" if suite.cached else ""
        lines.append(
            f"{suite.name}  {suite.title}: {suite.cases} × {suite.trials}{again}, {suite.seconds:.1f} s of work"
        )
        for one in figures.figures:
            if one.suite == suite.name and not (one.figure == "errors" and not one.value):
                span = f"[{one.low:.3f}, {one.high:.3f}]" if one.low is not None and one.high is not None else ""
                value = "–" if one.value is None else f"{one.value:.3f}"
                bar = "" if one.bar is None else ("  bar reached" if one.reached else f"  BAR {one.bar:g} MISSED")
                lines.append(f"  {one.figure:<26}{value:>9}  {span:<18}n={one.n}{bar}")
    lines += [f"left out: {one.suite}: {one.why}" for one in run.left_out]
    lines.append(f"{sum(one.cases * one.trials for one in run.suites)} cases; run {run.id}")
    return lines


@app.command()
def compare(
    before: RunArgument,
    after: RunArgument = "last",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What changed between two runs: figures with the interval of the difference, cases newly wrong and newly right."""
    folder, compared = _compared(before, after, home)
    _tell(folder, compared, as_json)


@app.command()
def gate(
    before: Annotated[str, typer.Argument(help="The run that must not be fallen behind.")],
    after: RunArgument = "last",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fail (exit 1) where a guarded figure fell behind by more than chance, never for one case."""
    from eval.reports import write_report

    folder, compared = _compared(before, after, home)
    _tell(folder, compared, as_json)
    done = folder.run()
    logs = [case for suite in done.suites for case in folder.cases(suite.name)]
    write_report(folder.path, done, folder.figures(), logs, compared)
    if not compared.same_setting and not as_json:
        typer.echo("The runs did not ask the same: " + "; ".join(compared.notes), err=True)
    if compared.regressed:
        raise typer.Exit(1)


def _compared(before: str, after: str, home: Path | None) -> tuple[RunFolder, Compared]:
    from eval.runs.comparing import compare as compare_runs
    from eval.runs.folder import find_run

    where = settings_for(None, home).home
    folder = find_run(where, after)
    return folder, compare_runs(find_run(where, before), folder)


def _tell(folder: RunFolder, compared: Compared, as_json: bool) -> None:
    from eval.reports import write_comparison

    write_comparison(folder.path, compared)
    if as_json:
        echo_json(compared.model_dump(mode="json", exclude={"changed"}))
        return
    for one in compared.figures:
        if one.verdict != "same" and one.difference is not None:
            span = "" if one.low is None or one.high is None else f"[{one.low:+.3f}, {one.high:+.3f}]"
            mark = " *" if one.guard else ""
            typer.echo(f"{one.verdict:<8}{one.suite}.{one.figure:<24}{one.difference:+.3f}  {span}{mark}")
    newly = [one.now for one in compared.changed]
    typer.echo(f"newly wrong {newly.count('wrong')}, newly right {newly.count('right')}")
    verdict = f"{len(compared.regressed)} guarded figures fell behind" if compared.regressed else "nothing fell behind"
    typer.echo(f"{compared.before} → {compared.after}: {verdict}. {folder.path / 'compare.html'}")


@app.command()
def spread(
    runs: Annotated[list[str], typer.Argument(help="Two runs or more: ids or folders.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """How much of a figure's spread between runs comes from the case, the retrieval, the model, the judge."""
    from eval.runs.folder import find_run
    from eval.runs.spread import spread as spread_of

    where = settings_for(None, home).home
    found = spread_of([find_run(where, name) for name in runs])
    if as_json:
        echo_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        told = [f"{layer.name} {layer.share:.2f}" for layer in one.layers.layers if layer.share is not None]
        still = [layer.name for layer in one.layers.layers if layer.share is None]
        shares = ", ".join([*told, *([f"not varied: {' '.join(still)}"] if still else [])])
        typer.echo(f"{one.suite}.{one.figure:<24}{one.layers.variance or 0:.4f}  {shares}")


@app.command("list")
def list_all(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The suites and the runs there are."""
    from city.errors import NotFound
    from eval.runs.folder import all_runs
    from eval.suite import find, names

    suites = [(name, find(name).config) for name in names()]
    runs: list[tuple[str, Run | None]] = []
    for folder in all_runs(settings_for(None, home).home):
        try:
            runs.append((folder.path.name, folder.run()))
        except NotFound:
            runs.append((folder.path.name, None))
    if as_json:
        told = {name: config.model_dump(mode="json") for name, config in suites}
        echo_json({"suites": told, "runs": {name: one and one.model_dump(mode="json") for name, one in runs}})
        return
    for name, config in suites:
        typer.echo(f"{name:<20}{'small' if config.small else 'full':<7}{config.title}  {config.about}")
    for run_id, one in runs:
        told_run = "not finished" if one is None else f"{one.engine}, {len(one.suites)} suites, {one.day}"
        typer.echo(f"{run_id:<20}{told_run}")
