"""``citydesk triage run``, ``export``, ``import``: files of petitions, classified or put to a model as jobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, day_of, echo_json, progress_bar, settings_for

if TYPE_CHECKING:
    from agents.batch.manifest import Counts
    from serve.triaging import TriageJob

InArgument = Annotated[Path, typer.Argument(metavar="IN", help="Messages, JSONL or Parquet: id?, title?, detail?")]
EngineOption = Annotated[str, typer.Option("--engine", help="embedded: labels of a trained model; vllm: who answers.")]
ModelOption = Annotated[Path | None, typer.Option("--model", help="Folder of a trained model; needed by `embedded`.")]
JobOption = Annotated[Path, typer.Option("--job", help="Folder of the job.")]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Ask about so many messages at most.")]
AgainOption = Annotated[bool, typer.Option("--retry-failed", help="Ask also about those that failed.")]
DayOption = Annotated[str, typer.Option("--as-of", help="Day whose duties count (default: the job's, or today).")]


def run(
    messages: InArgument,
    out: Annotated[Path, typer.Option("--out", help="Rows out, JSONL; or Parquet with `embedded`.")],
    model: ModelOption = None,
    engine: EngineOption = "embedded",
    job: Annotated[Path | None, typer.Option("--job", help="Folder of the job, vllm (default: OUT.job).")] = None,
    limit: LimitOption = None,
    retry_failed: AgainOption = False,
    as_of: DayOption = "",
    ray: Annotated[str, typer.Option("--ray", help="Ray cluster: auto, host:6379, ray://host:10001, local.")] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Classify a file, or have a model say who answers. Started again after a crash, it goes on where it was."""
    from city.errors import BadInput

    if engine == "embedded":
        if job or limit or retry_failed or as_of or ray:
            raise BadInput("--job, --limit, --retry-failed, --as-of and --ray belong to --engine vllm.")
        _classify(messages, model, out, as_json)
        return
    if engine != "vllm":
        raise BadInput(f"--engine {engine!r}: write embedded or vllm.")
    from serve.triaging import check_target, opened, runner_of

    check_target(out, messages)
    settings = settings_for(city, home)
    folder = job or out.with_name(f"{out.name}.job")
    with opened(settings, messages, folder, day_of(as_of, "--as-of")) as opened_job:
        with progress_bar(as_json) as report:
            went = opened_job.run(
                runner_of(settings, ray),
                limit=limit,
                again=retry_failed,
                progress=lambda done, total: report("messages", done / max(1, total)),
            )
        if went.stopped:
            typer.echo(f"stopped; {_told(went.made, went.counts)}. Start the same command again to go on.", err=True)
            raise typer.Exit(130)
        rows = _written(opened_job, out, model)
    _tell(went.made, went.counts, f" → {out} ({rows} rows)", as_json, rows=rows)


def _classify(messages: Path, model: Path | None, out: Path, as_json: bool) -> None:
    """The file through the classifier alone."""
    from city.errors import BadInput
    from tools.petitions.classifier import Classifier, threads_here
    from tools.petitions.running import run_file

    if model is None:
        raise BadInput("The embedded engine needs a trained model: --model FOLDER (`citydesk triage train` makes one).")
    opened = Classifier.open(model)
    with progress_bar(as_json) as report:
        ran = run_file(
            messages,
            out,
            opened,
            threads=threads_here(),
            progress=lambda done, total: report("messages", done / max(1, total)),
        )
    if as_json:
        echo_json(ran.model_dump(mode="json"))
        return
    before = f" ({ran.already_there} were there already)" if ran.already_there else ""
    typer.echo(f"{ran.rows} rows{before}, {ran.sure} sure, {ran.errors} lines with errors → {out}")


def _written(job: TriageJob, out: Path, model: Path | None) -> int:
    from tools.petitions.classifier import Classifier

    return job.write(out, Classifier.open(model) if model else None)


def export(
    messages: InArgument,
    out: Annotated[Path, typer.Option("--out", help="New folder for requests-00000.jsonl …")],
    job: JobOption,
    per_file: Annotated[int, typer.Option("--per-file", min=1, help="Requests in a file.")] = 5_000,
    limit: LimitOption = None,
    retry_failed: AgainOption = False,
    as_of: DayOption = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what is not answered yet as files for `vllm run-batch`, personal data masked."""
    from agents.batch.requests import RequestFiles
    from serve.triaging import offline, opened

    files = RequestFiles(out, per_file)
    with opened(offline(settings_for(city, home)), messages, job, day_of(as_of, "--as-of")) as opened_job:
        went = opened_job.export(files, limit=limit, again=retry_failed)
    written = f"; {files.count} requests in {len(files.files)} files → {out}"
    _tell(went.made, went.counts, written, as_json, requests=files.count, files=[str(path) for path in files.files])


def take_in(
    results: Annotated[list[Path], typer.Argument(metavar="RESULTS", help="Output files of `vllm run-batch`.")],
    job: JobOption,
    source: Annotated[Path | None, typer.Option("--in", help="The messages, where they lie elsewhere now.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the rows out, too, JSONL.")] = None,
    model: ModelOption = None,
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the answers of `vllm run-batch` into the job; what is missing can be exported again, or asked online."""
    from serve.triaging import offline, reopened

    with reopened(offline(settings_for(city, home)), job, source) as opened_job:
        went = opened_job.take_in(results)
        rows = _written(opened_job, out, model) if out else 0
    written = f" → {out} ({rows} rows)" if out else ""
    _tell(went.made, went.counts, written, as_json, rows=rows)


def _told(made: int, counts: Counts) -> str:
    return (
        f"{made} messages done now; {counts.answered} of {counts.items} answered, {counts.failed} failed, "
        f"{counts.missing} missing"
    )


def _tell(made: int, counts: Counts, written: str, as_json: bool, **more: object) -> None:
    if as_json:
        echo_json({"made": made, **counts.model_dump(), "missing": counts.missing, **more})
        return
    hint = " (--retry-failed asks again about those that failed)" if counts.failed else ""
    typer.echo(f"{_told(made, counts)}{written}{hint}")
