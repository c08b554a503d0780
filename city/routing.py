"""``routing.yaml``: the words by which a city's people show what they are after. Data, because dialects differ."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from city.pack.problems import PackError, Problem
from city.pack.yamlfile import read_yaml, validation_problems
from city.schema import Record

FILE = "routing.yaml"


class Routing(Record):
    """Cue words as regular expressions."""

    specialists: dict[str, list[str]] = Field(description="specialist → cues of a question for it")
    sections: dict[str, list[str]] = Field(description="section of a service guide → cues of asking for it")
    older_version: list[str] = Field(description="cues that the reader wonders about an older version of a rule")
    asks_when: list[str] = Field(description="cues of asking for a date")
    foretelling: list[str] = Field(
        default_factory=list, description="cues of asking what a rule, price or plan will be in days to come"
    )
    undecided: list[str] = Field(description="words by which a document leaves something to a later notice")

    @field_validator("specialists", "sections")
    @classmethod
    def _patterns(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for cues in value.values():
            _compile(cues)
        return value

    @field_validator("older_version", "asks_when", "foretelling", "undecided")
    @classmethod
    def _pattern_list(cls, value: list[str]) -> list[str]:
        _compile(value)
        return value


def _compile(cues: list[str]) -> None:
    for cue in cues:
        try:
            pattern = re.compile(cue)
        except re.error as error:
            raise ValueError(f"{cue!r} is not a regular expression: {error}") from error
        if pattern.search(""):
            raise ValueError(f"{cue!r} is found in every text; take out the empty alternative")


def load_routing(root: Path) -> Routing:
    """The pack's cue words. Raises PackError naming what is wrong."""
    path = root / FILE
    if not path.is_file():
        raise PackError([Problem(file=FILE, message="is missing", remedy="add the file; see docs/pack.md")])
    data, problems = read_yaml(path, root)
    if problems:
        raise PackError(problems)
    try:
        return Routing.model_validate(data)
    except ValidationError as error:
        raise PackError(validation_problems(error, FILE)) from error


def any_match(cues: list[str], text: str) -> bool:
    """Whether any cue is found in ``text``."""
    return any(re.search(cue, text) for cue in cues)
