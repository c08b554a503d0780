"""``citydesk eval replay`` and ``shadow``: recorded turns again, on the same grounds or by a new version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, echo_json, settings_for

if TYPE_CHECKING:
    from eval.replay.replayer import Taken

app = typer.Typer()
RecordsArgument = Annotated[
    list[Path] | None, typer.Argument(help="Files or folders of records; none: the installation's own.")
]


@app.command()
def replay(
    records: RecordsArgument = None,
    thread: Annotated[str, typer.Option("--thread", help="This talk alone.")] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take recorded turns again on the same grounds; exit 1 where a reply is not the same, bit for bit."""
    taken = _take(records, thread, city, home, anew=False)
    differing = [one for one in taken if one.differs]
    if as_json:
        echo_json({"turns": len(taken), "same": len(taken) - len(differing), "differ": list(map(_told, differing))})
    else:
        for one in differing:
            typer.echo(f"{one.record.thread} {one.record.at.isoformat()}\n  " + "\n  ".join(one.differs[:8]))
        typer.echo(f"{len(taken)} turns, {len(taken) - len(differing)} the same, {len(differing)} not")
    if differing:
        raise typer.Exit(1)


@app.command()
def shadow(
    records: RecordsArgument = None,
    thread: Annotated[str, typer.Option("--thread", help="This talk alone.")] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What this version would have replied to recorded traffic, beside what was replied; nothing is filed or sent."""
    from eval.replay.shadow import shadowed

    report = shadowed(_take(records, thread, city, home, anew=True))
    if as_json:
        echo_json(report.model_dump(mode="json"))
        return
    for line in report.lines():
        typer.echo(line)


def _take(records: list[Path] | None, thread: str, city: Path | None, home: Path | None, *, anew: bool) -> list[Taken]:
    import asyncio
    from tempfile import TemporaryDirectory

    from city.errors import NotFound
    from city.pack import load_pack
    from eval.replay.reading import read_records, talks
    from eval.replay.replayer import open_replayer
    from serve.house import talks_file

    settings = settings_for(city, home)
    found = read_records(records or [talks_file(settings, load_pack(settings.city), "record")])
    wanted = [one for one in talks(found) if not thread or one[0].thread == thread]
    if not wanted:
        raise NotFound(f"No turn of the talk {thread!r} is on record." if thread else "No turn is on record.")

    async def run() -> list[Taken]:
        return [one for talk in wanted for one in await replayer.take(talk)]

    with TemporaryDirectory(prefix="citydesk-replay-") as scratch:
        replayer = open_replayer(settings, Path(scratch), anew=anew)
        return asyncio.run(run())


def _told(one: Taken) -> dict[str, Any]:
    return {
        "thread": one.record.thread,
        "at": one.record.at.isoformat(),
        "text": one.record.text,
        "differs": one.differs,
    }
