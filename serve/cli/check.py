"""``citydesk check``: everything wrong with a pack, each with file, place and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from serve.cli.common import JsonOption, echo_json


def check(
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack.")],
    as_json: JsonOption = False,
) -> None:
    """Check a city pack. Exit code 1 where something has to be mended."""
    from serve.checking import check_everything

    problems = check_everything(pack)
    if as_json:
        echo_json({"pack": str(pack), "problems": [p.model_dump() for p in problems]})
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{pack}: {len(problems)} problem(s)" if problems else f"{pack}: sound")
    raise typer.Exit(1 if problems else 0)
