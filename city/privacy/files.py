"""Masking a file of messages, line by line, whatever the lines hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, Field

from city.errors import BadInput
from city.privacy.masking import mask

_LONGEST_LINE = 8 * 1024 * 1024


class MaskReport(BaseModel):
    """What became of a file."""

    lines: int = Field(description="lines read, blank ones not counted")
    spans: int = Field(description="spans masked")
    errors: int = Field(description="lines that could not be read; each has an error record in the output")


def mask_file(in_path: Path, out_path: Path) -> MaskReport:
    """Mask JSONL ``{id, text}`` into JSONL ``{id, masked, spans: [{start, end, type}]}``, in the same order.

    A line that cannot be read becomes ``{id, line, error}``. Raises BadInput where a file cannot be opened.
    """
    if out_path.exists() and in_path.exists() and out_path.samefile(in_path):
        raise BadInput(f"{str(out_path)!r} is the file being read: write to another one.")
    report = MaskReport(lines=0, spans=0, errors=0)
    try:
        # A lone surrogate in an id must not stop the file: it comes out as a question mark.
        with in_path.open("rb") as given, out_path.open("w", encoding="utf-8", errors="replace", newline="\n") as out:
            for number, raw in enumerate(_lines(given), 1):
                if not raw.strip():
                    continue
                record = _record(raw, number)
                report.lines += 1
                report.spans += len(record.get("spans", ()))
                report.errors += "error" in record
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BadInput(
            f"Cannot open {error.filename!r}: {error.strerror}. Check the path and its permissions."
        ) from error
    return report


def _lines(given: BinaryIO) -> Iterator[bytes]:
    """Lines of bounded length: what goes beyond is read past and left out."""
    while line := given.readline(_LONGEST_LINE + 1):
        rest = line
        while len(rest) > _LONGEST_LINE and not rest.endswith(b"\n"):
            rest = given.readline(_LONGEST_LINE + 1)
        yield line


def _record(raw: bytes, number: int) -> dict[str, Any]:
    name: Any = None
    try:
        if len(raw) > _LONGEST_LINE:
            raise ValueError(f"too long: at most {_LONGEST_LINE} bytes a line")
        row = json.loads(raw.decode("utf-8-sig"))
        if not isinstance(row, dict):
            raise ValueError('not an object: write {"id": …, "text": …}')
        name = row.get("id")
        if not isinstance(row.get("text"), str):
            raise ValueError("no text: give the field 'text' a string")
        row["text"].encode("utf-8")
    except (ValueError, RecursionError) as error:
        return {"id": name, "line": number, "error": _plain(error)}
    masked = mask(row["text"])
    spans = [{"start": span.start, "end": span.end, "type": span.type} for span in masked.spans]
    return {"id": name, "masked": masked.text, "spans": spans}


def _plain(error: ValueError | RecursionError) -> str:
    if isinstance(error, UnicodeError):
        return "not UTF-8: save the file as UTF-8"
    if isinstance(error, RecursionError):
        return "not JSON that can be read: nested too deep"
    return f"not JSON: {error}" if isinstance(error, json.JSONDecodeError) else str(error)
