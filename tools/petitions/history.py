"""A city's past work orders as JSONL: what there is to learn from, and which lines cannot be used.

A line is one object: ``title`` and ``detail``, or ``text``; the column that is to be learnt (``label`` unless another
is named); and, where the city has them, ``id``, ``time`` and ``group`` (or ``dup_group``): orders of one matter.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from city.errors import BadInput

LONGEST_LINE = 8 * 1024 * 1024
LEAST_ROWS = 12
LEAST_CLASSES = 2


class Message(NamedTuple):
    """What a citizen wrote: a headline, which may be empty, and the message itself. One of them has words."""

    title: str
    detail: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> Message:
        """The message of one row. Raises ValueError, in words for the person who has the file, where it has none."""
        given = {name: row.get(name) for name in ("title", "detail", "text")}
        for name, value in given.items():
            if value is not None and not isinstance(value, str):
                raise ValueError(f"the field {name!r} is no string")
        message = cls(given["title"] or "", given["detail"] or given["text"] or "")
        if not (message.title.strip() or message.detail.strip()):
            raise ValueError("no words: give 'text', or 'title' and 'detail'")
        return message


class Past(NamedTuple):
    """A message with the answer that people gave it; ``group`` is empty where the history names none."""

    id: str
    message: Message
    label: str
    group: str


class BadLine(NamedTuple):
    """A line that cannot be used, and why."""

    line: int
    reason: str


class History(NamedTuple):
    """The usable rows of a file, the others by number, and a fingerprint of the rows."""

    rows: list[Past]
    bad: list[BadLine]
    fingerprint: str


class Row(NamedTuple):
    """One line that is not blank: its object, or why there is none."""

    line: int
    value: dict[str, Any] | None
    reason: str


def read_lines(path: Path) -> Iterator[Row]:
    """The lines of a JSONL file, blank ones left out; a bad one does not stop the rest.

    Raises BadInput where the file cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"{str(path)!r} cannot be read: {error.strerror}. Check the path.") from error
    with file:
        for number, raw in enumerate(_bounded(file), 1):
            if raw.strip():
                yield _row(number, raw)


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    """Lines of bounded length: what goes beyond is read past and left out."""
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
        yield line


def _row(number: int, raw: bytes) -> Row:
    if len(raw) > LONGEST_LINE:
        return Row(number, None, f"longer than {LONGEST_LINE} bytes")
    try:
        value = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Row(number, None, "not UTF-8: save the file as UTF-8")
    except json.JSONDecodeError as error:
        return Row(number, None, f"not JSON ({error.msg} at column {error.colno})")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets without end
        return Row(number, None, f"not JSON that can be read ({error})")
    return Row(number, value, "") if isinstance(value, dict) else Row(number, None, "no JSON object")


def read_history(path: Path, label: str = "label") -> History:
    """The rows of a JSONL file with the column ``label`` as what is to be learnt. Raises BadInput for no file."""
    rows: list[Past] = []
    bad: list[BadLine] = []
    digest = hashlib.sha256()
    for line in read_lines(path):
        try:
            past = _past(line, label)
        except ValueError as error:
            bad.append(BadLine(line.line, str(error)))
            continue
        rows.append(past)
        digest.update(json.dumps([past.message, past.label, past.group]).encode() + b"\n")
    return History(rows, bad, digest.hexdigest()[:16])


def _past(line: Row, label: str) -> Past:
    if line.value is None:
        raise ValueError(line.reason)
    message = Message.of(line.value)
    answer = line.value.get(label)
    if not isinstance(answer, str | int) or isinstance(answer, bool) or not str(answer).strip():
        raise ValueError(f"no {label!r}: give the code or the name of its class")
    name, group = line.value.get("id"), line.value.get("group", line.value.get("dup_group"))
    told = str(answer).strip()
    if not told.isprintable():
        raise ValueError(f"the class {told!r} holds characters that are no text")
    named = f"line {line.line}" if name is None else str(name)
    return Past(named, message, told, "" if group is None else str(group))


def check_enough(rows: Sequence[Past]) -> None:
    """Raise BadInput where there is too little to learn from, saying what is there."""
    classes = Counter(row.label for row in rows)
    if len(rows) < LEAST_ROWS or len(classes) < LEAST_CLASSES:
        raise BadInput(
            f"too little to learn from: {len(rows)} usable rows in {len(classes)} classes; at least {LEAST_ROWS} rows "
            f"in {LEAST_CLASSES} classes are needed. Check the file and which column is learnt (--label)."
        )
