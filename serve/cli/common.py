"""What several commands share: options, settings, output."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from serve.settings import Settings

CityOption = Annotated[Path | None, typer.Option("--city", help="Folder of the city pack.")]
HomeOption = Annotated[Path | None, typer.Option("--home", help="Where knowledge and talks are kept (default: var).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_for(city: Path | None, home: Path | None = None, host: str = "", port: int = 0) -> Settings:
    """The installation's settings, with what the command line says instead. Raises BadInput on bad settings."""
    from pydantic import ValidationError

    from city.errors import BadInput
    from serve.settings import Settings

    given: dict[str, Any] = {"city": city, "home": home, "host": host or None, "port": port or None}
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "CITYDESK_" + "_".join(map(str, first["loc"])).upper() if first["loc"] else "The settings"
        raise BadInput(f"{name}: {first['msg'].removeprefix('Value error, ')}") from error


def day_of(text: str, option: str) -> date | None:
    """The day given to an option, None where it was left out. Raises BadInput."""
    from city.errors import BadInput

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(f"{option} {text!r} is not a date: write YYYY-MM-DD.") from error


def moment_of(text: str, option: str, timezone: str) -> datetime:
    """The moment given to an option in the city's zone, now where it was left out. Raises BadInput."""
    from zoneinfo import ZoneInfo

    from city.errors import BadInput

    zone = ZoneInfo(timezone)
    try:
        at = datetime.fromisoformat(text) if text else datetime.now(zone)
    except ValueError as error:
        raise BadInput(f"{option} {text!r} is no moment: write for example 2026-11-26T08:30.") from error
    return at if at.tzinfo else at.replace(tzinfo=zone)


def echo_json(value: object) -> None:
    """Print one JSON document, Chinese as it is."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A progress bar on standard error; silent with ``quiet`` or where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda stage, share: None
        return
    columns = (
        TextColumn("{task.description:<14}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        tasks: dict[str, Any] = {}

        def report(stage: str, share: float) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=1.0)
            bar.update(tasks[stage], completed=share)

        yield report


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    """The lines of a JSONL file as (line number, object or None, error); a bad line does not stop the rest."""
    from city.errors import BadInput

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(raw.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            yield number, None, f"line {number} is not UTF-8: save the file as UTF-8"
        except json.JSONDecodeError as error:
            yield number, None, f"line {number} is not JSON ({error.msg} at column {error.colno})"
        except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets without end
            yield number, None, f"line {number} is not JSON that can be read ({error})"
        else:
            yield (
                (number, value, "") if isinstance(value, dict) else (number, None, f"line {number} is no JSON object")
            )
