"""Examples of messages about policies with what they want (``eligibility/examples*.jsonl``)."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from city.pack.problems import PackError, Problem
from city.pack.yamlfile import validation_problems
from city.schema import Record

PATTERN = "eligibility/examples*.jsonl"
WISHES = ("match", "why_not", "compare", "papers", "stop", "other")


class Example(Record):
    """A message and what it wants."""

    text: str
    wish: str


def read_examples(root: Path) -> list[Example]:
    """The pack's examples. Raises PackError naming a bad line."""
    found: list[Example] = []
    for path in sorted(root.glob(PATTERN)):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                example = Example.model_validate(json.loads(line))
                if example.wish not in WISHES:
                    raise ValueError(f"{example.wish!r} is none of {', '.join(WISHES)}")
            except ValidationError as error:
                raise PackError(validation_problems(error, path.name, f"line {number}")) from error
            except ValueError as error:
                bad = Problem(file=path.name, where=f"line {number}", message=str(error), remedy="correct the line")
                raise PackError([bad]) from error
            found.append(example)
    return found
