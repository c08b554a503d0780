"""``citydesk ask``: one question, or a file of them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serve.cli.common import (
    CityOption,
    HomeOption,
    JsonOption,
    day_of,
    echo_json,
    progress_bar,
    read_jsonl,
    settings_for,
)

if TYPE_CHECKING:
    from agents.contract import Answer, TurnRequest
    from agents.desk import Desk

FIELDS = ("id", "text", "history", "role", "as_of", "language")


def ask(
    text: Annotated[str, typer.Argument(help="The question.")] = "",
    role: Annotated[str, typer.Option(help="citizen or staff.")] = "citizen",
    as_of: Annotated[str, typer.Option("--as-of", help="Answer for this day (YYYY-MM-DD).")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="JSONL: id, text, history?, role?, as_of?")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the answers of --file go (JSONL).")] = None,
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the city; the answer cites what it stands on."""
    from city.errors import BadInput
    from serve.house import open_desk

    settings = settings_for(city, home)
    if file is None and not text:
        raise BadInput("Ask something, or give --file IN.jsonl --out OUT.jsonl.")
    if (file is None) != (out is None):
        raise BadInput("--file and --out go together.")
    if file is not None and out is not None and file.exists() and out.exists() and out.samefile(file):
        raise BadInput(f"{str(out)!r} is the file being read: write to another one.")

    async def run() -> None:
        async with open_desk(settings) as desk:
            if file is not None and out is not None:
                await _bulk(desk, file, out, quiet=as_json)
                return
            answer = await desk.ask(_request({"text": text, "role": role, "as_of": day_of(as_of, "--as-of")}))
            _show(answer, as_json)

    asyncio.run(run())


def _request(given: dict[str, Any]) -> TurnRequest:
    from pydantic import ValidationError

    from agents.contract import TurnRequest
    from city.errors import BadInput

    known = {key: value for key, value in given.items() if key in FIELDS and key != "id" and value is not None}
    if isinstance(known.get("history"), list):
        known["history"] = [{"text": h} if isinstance(h, str) else h for h in known["history"]]
    try:
        return TurnRequest.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "request"
        raise BadInput(f"{where}: {first['msg']} (given: {first.get('input')!r})") from error


def _show(answer: Answer, as_json: bool) -> None:
    if as_json:
        echo_json(answer.model_dump(mode="json"))
        return
    from rich.console import Console

    console = Console(highlight=False)
    console.print(
        f"[bold]{answer.outcome_label}[/bold]  {answer.route}  {','.join(answer.specialists)}", soft_wrap=True
    )
    console.print(answer.text, markup=False, soft_wrap=True)
    for number, citation in enumerate(answer.citations, 1):
        console.print(f"  [{number}] 《{citation.title}》{citation.article}  {citation.provision}", markup=False)
    console.print(answer.ai_label, style="dim", markup=False, soft_wrap=True)


async def _bulk(desk: Desk, source: Path, out: Path, *, quiet: bool) -> None:
    """Answer every line; a line that cannot be read becomes a record with ``error``, and nothing is lost."""
    from city.errors import BadInput, CityDeskError

    lines = list(read_jsonl(source))
    # A lone surrogate in an id must not stop the file: it comes out as a question mark.
    with progress_bar(quiet) as report, out.open("w", encoding="utf-8", errors="replace") as sink:
        for done, (number, given, fault) in enumerate(lines, 1):
            record: dict[str, Any] = {"id": (given or {}).get("id", number)}
            try:
                if given is None:
                    raise BadInput(fault)
                answer = await desk.ask(_request(given))
                record |= answer.model_dump(mode="json")
            except CityDeskError as error:
                record["error"] = str(error)
            sink.write(json.dumps(record, ensure_ascii=False) + "\n")
            report("asking", done / len(lines))
