"""Records of turns from files, talk by talk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from agents.recording import TurnRecord
from city.errors import BadInput, NotFound


def read_records(paths: Sequence[Path]) -> list[TurnRecord]:
    """The records of JSONL files and of folders of them. Raises NotFound, BadInput naming the line."""
    found = []
    for path in paths:
        files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        if not files or not files[0].is_file():
            raise NotFound(f"{path} holds no records: CITYDESK_RECORD=true lets the server keep them.")
        for file in files:
            for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
                if line.strip():
                    found.append(_record(line, file, number))
    return found


def _record(line: str, file: Path, number: int) -> TurnRecord:
    try:
        return TurnRecord.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{file.name}, line {number}: {where or 'the record'}: {first['msg']}.") from error


def talks(records: Iterable[TurnRecord]) -> list[list[TurnRecord]]:
    """The turns of each talk in their order, talks by their first turn."""
    found: dict[str, list[TurnRecord]] = {}
    for one in sorted(records, key=lambda record: record.at):
        found.setdefault(one.thread, []).append(one)
    return list(found.values())
