"""``citydesk mask``: personal data out of a file of messages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from serve.cli.common import JsonOption, echo_json


def mask(
    file: Annotated[Path, typer.Option("--file", help="JSONL: id, text.")],
    out: Annotated[Path, typer.Option("--out", help="JSONL: id, masked, spans of {start, end, type}.")],
    as_json: JsonOption = False,
) -> None:
    """Mask personal data; spans are character offsets into the text given."""
    from city.privacy import mask_file

    report = mask_file(file, out)
    if as_json:
        echo_json(report.model_dump(mode="json"))
    else:
        typer.echo(f"{report.lines} lines, {report.spans} spans masked, {report.errors} lines with errors → {out}")
