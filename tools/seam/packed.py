"""``tools/*.yaml`` of a pack: which tools are on, for whom, and what they say. A tool that is not named here is off."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter, ValidationError, field_validator

from city.pack import PackError, Problem
from city.pack.yamlfile import read_yaml, validation_problems
from city.schema import Record
from city.wording import template_fault

Audience = Literal["citizen", "staff"]


class Table(Record):
    """A list of the result told as a table."""

    rows: str = Field(description="path of the list in the result, e.g. lots")
    columns: tuple[str, ...] = Field(min_length=1, description="fields of its rows; their titles are the heads")
    most: int = Field(default=10, ge=1, le=100, description="rows shown")


class Told(Record):
    """What is said of one tool. Sentences are Jinja templates over the result; a value shows with its unit."""

    audience: tuple[Audience, ...] = Field(min_length=1)
    permission: str = Field(default="", description="a narrower right than the tool's own; empty: the tool's own")
    tell: str = Field(description="one sentence a line; a line that renders empty is left out")
    table: Table | None = None
    ask: dict[str, str] = Field(default_factory=dict, description="argument → the question where it is missing")
    words: dict[str, dict[str, tuple[str, ...]]] = Field(
        default_factory=dict, description="argument → value → words that mean it; a flag's value is 'true' or 'false'"
    )
    endings: dict[str, str] = Field(default_factory=dict, description="code of an ending → its sentence")
    leave: dict[str, str] = Field(
        default_factory=dict, description="code of an ending → the specialist that may answer from documents instead"
    )
    examples: tuple[str, ...] = Field(default=(), description="what people say who want this tool; it is learnt from")
    sure: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="least chance for the chat to call it, where other answers are usually better",
    )
    options: tuple[str, ...] = Field(default=(), max_length=4, description="what may be asked next")

    @field_validator("endings")
    @classmethod
    def _fillable(cls, value: dict[str, str]) -> dict[str, str]:
        for code, sentence in value.items():
            if fault := template_fault(sentence):
                raise ValueError(f"the sentence of {code!r} {fault}")
        return value


_FILE = TypeAdapter(dict[str, Told])


def read_told(root: Path) -> dict[str, Told]:
    """Every tool that the pack switches on, by id. Raises PackError naming every problem."""
    found: dict[str, Told] = {}
    problems: list[Problem] = []
    for path in sorted(root.glob("tools/*.yaml")):
        name = path.relative_to(root).as_posix()
        data, faults = read_yaml(path, root)
        problems += faults
        if faults:
            continue
        try:
            told = _FILE.validate_python(data or {})
        except ValidationError as error:
            problems += validation_problems(error, name)
            continue
        for twice in found.keys() & told.keys():
            problems.append(Problem(file=name, where=twice, message="is named in two files", remedy="keep one of them"))
        found |= told
    if problems:
        raise PackError(problems)
    return found
