"""Classifying a file of messages, with a way to go on after a crash.

Every line of the input gives one row of output, in order; a bad line gives a row with ``error``. Which model and which
file a row came from is noted beside the output, so that a run is never continued with another model.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from city.errors import BadInput, Refused
from city.schema import Record
from tools.petitions.classifier import Classifier
from tools.petitions.history import Message, Row, read_lines
from tools.petitions.jsonlines import JsonLines
from tools.petitions.learning import model_name
from tools.petitions.outcome import Last, Outcome, Output
from tools.petitions.parquet import ParquetOutput, count_parquet, read_parquet

CHUNK = 2_000
NEAREST = 3
_PARQUET = ".parquet"


class Ran(Record):
    """What became of a file. ``rows``, ``errors`` and ``sure`` count what this run added."""

    rows: int
    already_there: int
    errors: int
    sure: int


def run_file(
    source: Path,
    target: Path,
    model: Classifier,
    *,
    threads: int = 1,
    chunk: int = CHUNK,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Ran:
    """Classify every line of ``source`` into ``target``, JSONL or Parquet by their endings, going on where it ends.

    ``progress`` is told how many rows are done, of how many. Raises BadInput for a file that cannot be read, Refused
    where ``target`` holds something else than rows of this model from this file.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise BadInput(f"{str(target)!r} is the file being read: write to another one.")
    total = count_rows(source)
    output: Output = ParquetOutput(target) if target.suffix == _PARQUET else JsonLines(target)
    _check_stamp(target, model)
    there, last = output.open()
    rows = read_rows(source)
    _check_last(deque(islice(rows, there), maxlen=1), there, last, target)
    written = errors = sure = 0
    while part := list(islice(rows, chunk)):
        made = _judge(part, model, threads)
        output.add(made)
        written += len(made)
        errors += sum(own.error is not None for own in made)
        sure += sum(own.judged is not None and own.judged.sure for own in made)
        progress(there + written, total)
    output.finish()
    return Ran(rows=written, already_there=there, errors=errors, sure=sure)


def read_rows(source: Path) -> Iterator[Row]:
    """The rows of a JSONL or Parquet file, by its ending."""
    return read_parquet(source) if source.suffix == _PARQUET else read_lines(source)


class Messages(NamedTuple):
    """The usable messages of a file, and how many rows were not."""

    messages: list[Message]
    bad: int


def read_messages(source: Path) -> Messages:
    """All messages of a JSONL or Parquet file. Raises BadInput for a file that cannot be read or has none."""
    messages: list[Message] = []
    bad = 0
    for row in read_rows(source):
        try:
            messages.append(Message.of(row.value or {}))
        except ValueError:
            bad += 1
    if not messages:
        raise BadInput(f"{str(source)!r} holds no message: each row needs 'text', or 'title' and 'detail'.")
    return Messages(messages, bad)


def count_rows(source: Path) -> int:
    """How many rows a file has. Raises BadInput for one that cannot be read."""
    if source.suffix == _PARQUET:
        return count_parquet(source)
    try:
        with source.open("rb") as file:
            return sum(1 for line in file if line.strip())
    except OSError as error:
        raise BadInput(f"{str(source)!r} cannot be read: {error.strerror}. Check the path.") from error


def _check_stamp(target: Path, model: Classifier) -> None:
    """Note beside the output which model makes it; refuse to go on with what another made."""
    stamp = target.with_name(target.name + ".run.json")
    own = {"model": model_name(model.summary), "learnt": model.summary.learnt, "fingerprint": model.summary.fingerprint}
    parts = target.with_name(target.name + ".parts")
    begun = parts.exists() or (target.exists() and target.stat().st_size > 0)
    if begun:
        try:
            noted = json.loads(stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            noted = {}
        if noted != own:
            raise Refused(
                f"{str(target)!r} was not made by this model (its note {stamp.name!r} says otherwise, or is missing): "
                "name another --out, or remove the old file first."
            )
    target.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(json.dumps(own, ensure_ascii=False) + "\n", encoding="utf-8")


def _check_last(read: Sequence[Row] | deque[Row], there: int, last: Last | None, target: Path) -> None:
    """The last row of the output must belong to the row of the input that stands at the same place."""
    if not there or last is None:
        return
    if not read or (read[-1].line, _id(read[-1])) != (last.line, last.id):
        raise Refused(
            f"{str(target)!r} does not go on from this input (its row {there} is of line {last.line}, id {last.id!r}): "
            "name the input it was begun with, or another --out."
        )


def _id(row: Row) -> str | None:
    name = row.value.get("id") if row.value else None
    # Written the way the output writes it, so that both can be compared.
    return None if name is None else str(name).encode("utf-8", "replace").decode()


def _judge(rows: Sequence[Row], model: Classifier, threads: int) -> list[Outcome]:
    """Judge rows together; those without a message keep their place."""
    messages: dict[int, Message] = {}
    reasons: dict[int, str] = {}
    for place, row in enumerate(rows):
        try:
            if row.value is None:
                raise ValueError(row.reason)
            messages[place] = Message.of(row.value)
        except ValueError as error:
            reasons[place] = str(error)
    given = list(messages.values())
    judged = dict(zip(messages, model.classify(given, threads=threads), strict=True))
    nearest = dict(zip(messages, model.nearest_of(given, NEAREST, threads), strict=True))
    return [
        Outcome(row.line, _id(row), judged.get(place), nearest.get(place, ()), reasons.get(place))
        for place, row in enumerate(rows)
    ]
