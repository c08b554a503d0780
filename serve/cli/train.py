"""``citydesk train``: approved human work as training data, and adapters that learn from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, day_of, echo_json, progress_bar, settings_for

if TYPE_CHECKING:
    from serve.training.recipe import Card
    from serve.training.records import Manifest

app = typer.Typer(help="Fine-tune on the city's own work: what people approved or corrected.", no_args_is_help=True)

EventsOption = Annotated[
    Path | None, typer.Option("--events", help="Read events from this JSONL file instead of the database.")
]
DataArgument = Annotated[Path, typer.Argument(help="Folder that `citydesk train export` wrote.")]
TASKS = ("dispatch",)


@app.command()
def plan(
    events: EventsOption = None, city: CityOption = None, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """What people's work is recorded of each task, and what of it an export can hold."""
    from city.pack import load_pack
    from serve.cli.workorders import read_events
    from serve.training.opening import open_ledger
    from serve.training.recorded import recorded

    settings = settings_for(city, home)
    pack = load_pack(settings.city)
    ledger = open_ledger(settings, pack, read_events(events) if events else None)
    found = recorded(ledger, pack.root)
    if as_json:
        echo_json([one.model_dump(mode="json") for one in found])
        return
    typer.echo(f"{ledger.chain.orders} work orders, {ledger.chain.events} events, chain unbroken")
    for one in found:
        judged = ", ".join(f"{verdict} {count}" for verdict, count in one.judged.items())
        typer.echo(f"{one.task:<12}{one.decisions:>8}  {judged}")
        if not one.exported:
            typer.echo(f"{'':<22}not exported: {one.why}")


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="Folder for the data; made where absent.")],
    task: Annotated[str, typer.Option(help="Task to export: dispatch.")] = "dispatch",
    since: Annotated[str, typer.Option(help="First day of the decisions (YYYY-MM-DD).")] = "",
    until: Annotated[str, typer.Option(help="Last day, included.")] = "",
    cap: Annotated[int | None, typer.Option(min=1, help="At most so many of a class in training.")] = None,
    holdout: Annotated[float, typer.Option(min=0.0, max=0.9, help="Share of matters kept for measuring.")] = 0.1,
    folds: Annotated[int, typer.Option(min=0, max=20, help="Parts for petitions already learnt from; 0: none.")] = 3,
    keep_out: Annotated[
        list[Path] | None, typer.Option("--keep-out", help="Test sets beside the pack's own; may be repeated.")
    ] = None,
    events: EventsOption = None,
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decisions of people as examples in chat form, personal data masked, with where each comes from."""
    from datetime import date

    from city.errors import BadInput
    from city.pack import load_pack
    from serve.cli.workorders import read_events
    from serve.training.exporting import Wanted, gather, manifest_of
    from serve.training.files import write_export
    from serve.training.opening import open_ledger, open_sources

    if task not in TASKS:
        raise BadInput(f"--task {task!r}: write one of {', '.join(TASKS)}; `citydesk train plan` says why.")
    wanted = Wanted(day_of(since, "--since"), day_of(until, "--until"), cap, holdout)
    settings = settings_for(city, home)
    pack = load_pack(settings.city)
    with progress_bar(as_json) as report:
        ledger = open_ledger(settings, pack, read_events(events) if events else None)
        sources = open_sources(settings, pack, date.today(), held_out=keep_out or (), folds=folds)
        gathered = gather(ledger, sources, wanted, report)
    manifest = write_export(out, gathered, manifest_of(ledger, sources, wanted, gathered))
    if as_json:
        echo_json(manifest.model_dump(mode="json"))
    else:
        _print_manifest(manifest, out)


@app.command()
def check(data: DataArgument, city: CityOption = None, as_json: JsonOption = False) -> None:
    """Look an export over again. Exit code 1 where something is wrong."""
    from city.pack import load_pack
    from serve.training.checking import faults

    found = list(faults(data, load_pack(settings_for(city).city).place_names))
    if as_json:
        echo_json(found)
    else:
        for fault in found:
            typer.echo(fault)
        typer.echo(f"{len(found) or 'no'} fault(s)")
    raise typer.Exit(1 if found else 0)


@app.command()
def lora(
    data: DataArgument,
    base: Annotated[str, typer.Option(help="The base model: a folder, or a name that transformers loads.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the adapter and its card.")],
    task: Annotated[str, typer.Option(help="Task to train.")] = "dispatch",
    epochs: Annotated[int, typer.Option(min=1)] = 3,
    batch: Annotated[int, typer.Option(min=1, help="Examples at once.")] = 8,
    accumulate: Annotated[int, typer.Option(min=1, help="Batches before a step.")] = 1,
    rate: Annotated[float, typer.Option(help="Learning rate.")] = 2e-4,
    rank: Annotated[int, typer.Option(min=1, max=256, help="Rank of the adapter.")] = 16,
    alpha: Annotated[int, typer.Option(min=1, help="Scale of the adapter, divided by its rank.")] = 32,
    dropout: Annotated[float, typer.Option(min=0.0, max=0.9)] = 0.05,
    target: Annotated[list[str] | None, typer.Option("--target", help="Layer to adapt; may be repeated.")] = None,
    longest: Annotated[int, typer.Option(min=16, help="Tokens of an example; longer ones are left out.")] = 2048,
    scored: Annotated[int, typer.Option(min=0, help="Holdout examples that are answered.")] = 200,
    seed: Annotated[int, typer.Option()] = 7,
    save_every: Annotated[int, typer.Option("--save-every", min=1, help="Steps between checkpoints.")] = 100,
    save_memory: Annotated[bool, typer.Option("--save-memory", help="Slower, on a smaller GPU.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Train though the prompt has changed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a LoRA adapter on an export, and measure it on the holdout before and after."""
    from serve.training.recipe import LINEAR, Recipe, models_yaml
    from serve.training.running import run

    recipe = Recipe(
        base=base, task=task, epochs=epochs, batch=batch, accumulate=accumulate, rate=rate, rank=rank, alpha=alpha,
        dropout=dropout, targets=tuple(target or LINEAR), longest=longest, scored=scored, seed=seed,
        save_every=save_every, save_memory=save_memory,
    )  # fmt: skip
    with progress_bar(as_json) as report:
        card = run(data, out, recipe, report, resume=resume, force=force)
    if as_json:
        echo_json(card.model_dump(mode="json"))
    else:
        _print_card(card)
        typer.echo(f"To serve it, add to models.yaml of the city pack:\n\n{models_yaml(card, out)}")


def _print_manifest(manifest: Manifest, out: Path) -> None:
    for task, counts in manifest.tasks.items():
        for name, kinds in (("train", counts.train), ("holdout", counts.holdout)):
            told = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
            typer.echo(f"{task} {name}: {sum(kinds.values())} ({told})")
        typer.echo(f"classes: {counts.labels}")
        for reason, count in counts.left_out.items():
            typer.echo(f"  left out, {reason}: {count}")
    typer.echo(f"{out}: from {manifest.chain.orders} work orders, chain head {manifest.chain.head[:16]}")


def _print_card(card: Card) -> None:
    typer.echo(f"{card.examples} examples, {card.too_long} too long; loss by epoch {_figures(card.losses)}")
    for name, score in (("before", card.before), ("after", card.after)):
        typer.echo(
            f"{name:<8}loss {score.loss:.3f}, in form {score.in_form:.1%}, decided as people did {score.right:.1%} "
            f"of {score.answered}"
        )
    typer.echo(f"the first suggestion alone: {card.confirmed:.1%}")


def _figures(losses: tuple[float, ...]) -> str:
    return ", ".join(f"{loss:.3f}" for loss in losses)
