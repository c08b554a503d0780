"""``workorders/training/*.jsonl`` of a city pack: messages with the category that a person gave them.

Dispatch learns from them beside the leaves' examples. A city adds its own checked history in the same form, one
``{"text": …, "label": code}`` a line.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from pydantic import Field, ValidationError

from city.pack.problems import PackError, Problem
from city.pack.yamlfile import validation_problems
from city.schema import Record
from tools.workorders.scheme import FOLDER

MESSAGES = f"{FOLDER}/training"


class Message(Record):
    """A message and its third-level category."""

    text: str = Field(min_length=2)
    label: str = Field(pattern=r"^\d{6}$")


def load_messages(root: Path) -> list[Message]:
    """The pack's labelled messages in the order of files and lines. Raises PackError naming every bad line."""
    found: list[Message] = []
    problems: list[Problem] = []
    for path in sorted((root / MESSAGES).glob("*.jsonl")):
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                found.append(Message.model_validate(json.loads(line.decode("utf-8-sig"))))
            except ValidationError as error:
                problems += validation_problems(error, name, f"line {number}")
            except (ValueError, RecursionError) as error:
                problems.append(_bad(name, number, f"is not JSON in UTF-8 ({error})", "write one JSON object a line"))
    if problems:
        raise PackError(problems)
    return found


def check_messages(messages: Collection[Message], codes: Collection[str]) -> list[Problem]:
    """Labels that the tree does not have."""
    unknown = sorted({message.label for message in messages} - set(codes))
    return [
        Problem(file=MESSAGES, where=code, message="is no category of the tree", remedy="correct the label")
        for code in unknown
    ]


def _bad(file: str, number: int, message: str, remedy: str) -> Problem:
    return Problem(file=file, where=f"line {number}", message=message, remedy=remedy)
