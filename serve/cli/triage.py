"""``citydesk triage``: learn triage from past work orders, classify a file, see whether the city has changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli import triage_jobs
from serve.cli.common import JsonOption, echo_json, progress_bar

if TYPE_CHECKING:
    from tools.petitions.drift import Drift
    from tools.petitions.saving import Figures, Summary

app = typer.Typer(help="Learn triage from past work orders, and use it on files.", no_args_is_help=True)
app.command("run")(triage_jobs.run)
app.command("export")(triage_jobs.export)
app.command("import")(triage_jobs.take_in)
_BAD_SHOWN = 10
_CLASSES_SHOWN = 20
_RISEN_SHOWN = 12


@app.command()
def train(
    history: Annotated[Path, typer.Argument(help="Past work orders, JSONL: title, detail (or text), label, group?")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the model.")],
    label: Annotated[str, typer.Option(help="The field to learn, e.g. unit.")] = "label",
    as_json: JsonOption = False,
) -> None:
    """Learn a calibrated classifier from a history. Bad lines are named and left out."""
    from tools.petitions.history import read_history
    from tools.petitions.learning import train as learn
    from tools.petitions.saving import save

    with progress_bar(as_json) as report:
        stored = learn(read_history(history, label), learnt=label, progress=report)
    save(out, stored)
    if as_json:
        echo_json(stored.summary.model_dump(mode="json"))
    else:
        _tell(stored.summary, out)


def _tell(summary: Summary, out: Path) -> None:
    for line, reason in ((bad.line, bad.reason) for bad in summary.bad[:_BAD_SHOWN]):
        typer.echo(f"line {line} left out: {reason}")
    if summary.bad_lines > _BAD_SHOWN:
        typer.echo(f"… and {summary.bad_lines - _BAD_SHOWN} more lines left out (all counted; see --json)")
    typer.echo(
        f"{summary.rows} rows in {len(summary.labels)} classes of {summary.learnt!r}, {summary.groups} matters, "
        f"{summary.seconds:.1f} s → {out}"
    )
    common = sorted(zip(summary.labels, summary.counts, strict=True), key=lambda own: -own[1])
    for name, count in common[:_CLASSES_SHOWN]:
        typer.echo(f"  {count:>8}  {name}")
    if len(common) > _CLASSES_SHOWN:
        typer.echo(f"  … and {len(common) - _CLASSES_SHOWN} smaller classes")
    for name, own in {"as they are": summary.figures, **summary.by_situation}.items():
        typer.echo(f"on rows not learnt from, {name:<12} {_figures(own)}")


def _figures(own: Figures) -> str:
    return (
        f"accuracy {own.accuracy:.3f}, macro-F1 {own.macro_f1:.3f}, calibration error {own.calibration_error:.3f}, "
        f"sure {own.coverage:.1%} at precision {own.precision:.3f}"
    )


@app.command()
def drift(
    model: Annotated[Path, typer.Argument(metavar="MODEL_DIR", help="Folder of a trained model.")],
    messages: Annotated[Path, typer.Argument(metavar="NEW", help="New messages, JSONL or Parquet.")],
    as_json: JsonOption = False,
) -> None:
    """How new messages differ from those learnt from, and what to do."""
    from tools.petitions.classifier import Classifier, threads_here
    from tools.petitions.drift import compare
    from tools.petitions.running import read_messages

    read = read_messages(messages)
    found = compare(Classifier.open(model), read.messages, threads=threads_here())
    if as_json:
        echo_json(found.model_dump(mode="json") | {"left_out": read.bad})
    else:
        _tell_drift(found, read.bad)


def _tell_drift(found: Drift, bad: int) -> None:
    left = f", {bad} lines left out" if bad else ""
    low, high = found.stability_interval
    typer.echo(f"{found.messages} messages{left}: {found.verdict}. {found.advice}")
    typer.echo(
        f"class shares       stability index {found.stability_index:.3f} (95 %: {low:.3f} to {high:.3f}; chance alone "
        f"stays below {found.stability_by_chance:.3f})"
    )
    for name, before, now in (
        ("unknown wording", found.unknown_before, found.unknown),
        ("mean confidence", found.confidence_before, found.confidence),
        ("not sure", found.below_threshold_before, found.below_threshold),
    ):
        typer.echo(f"{name:<18} {before:.1%} → {now:.1%}")
    for own in found.classes[:_CLASSES_SHOWN]:
        typer.echo(f"  {own.before:>7.1%} → {own.now:>6.1%}  {own.label}")
    if found.risen:
        words = "、".join(f"{own.word} ({own.before:.1%}→{own.now:.1%})" for own in found.risen[:_RISEN_SHOWN])
        typer.echo(f"risen words        {words}")
