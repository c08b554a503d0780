"""``workorders/leaves/`` of a city pack: each third-level category as a caller would meet it.

One file for a top class (``09.yaml``), a list of leaves in the order of the tree. A class may have no file yet; one
that has a file is complete. ::

    - code: "090101"
      definition: …
      includes: [common cases]
      excludes: ["a case → 090203"]
      questions: [place, time]
      handover: ""
      examples: ["{place}的工地半夜还在打桩"]
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from city.pack.problems import PackError, Problem
from city.pack.yamlfile import read_yaml, validation_problems
from city.schema import Record
from city.wording import template_fault
from tools.workorders.scheme import Categories, load_scheme

FOLDER = "workorders/leaves"
PLACE = "place"
BLANK = "{place}"
"""What stands in a text where the place would."""
_ELSEWHERE = re.compile(r"→\s*(\d{6})")

Question = Literal["place", "time", "object", "amount", "order_no", "photo", "frequency", "people", "history"]


class Leaf(Record):
    """A third-level category: what belongs to it, what does not, what to ask, and how people say it."""

    code: str = Field(pattern=r"^\d{6}$")
    definition: str = Field(min_length=1)
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = Field(default=(), description="cases that belong elsewhere, each with `→ code`")
    questions: tuple[Question, ...] = Field(default=(), description="facts that must be known before dispatch")
    handover: str = Field(default="", description="when it is for another line or channel")
    examples: tuple[str, ...] = Field(min_length=1, description="messages; {place} stands for a place of the city")

    words: tuple[str, ...] = Field(default=(), description="things, deeds and effects by their everyday names")

    @field_validator("examples")
    @classmethod
    def _only_places_are_filled(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            fault = template_fault(text)
            odd = [] if fault else sorted({name for _, name, _, _ in string.Formatter().parse(text) if name} - {PLACE})
            if fault or odd:
                raise ValueError(f"{text!r} {fault or f'has the placeholder {odd[0]!r}'}; only {{{PLACE}}} is filled")
        return value

    @property
    def neighbours(self) -> tuple[str, ...]:
        """Codes of the leaves where the excluded cases belong."""
        return tuple(code for text in self.excludes for code in _ELSEWHERE.findall(text))


def load_leaves(root: Path) -> dict[str, Leaf]:
    """The pack's leaves by code, in the order of the files; empty where the pack describes none.

    Raises PackError with everything that is wrong, also against the category tree.
    """
    paths = sorted((root / FOLDER).glob("*.yaml"))
    if not paths:
        return {}
    categories = load_scheme(root).categories
    problems: list[Problem] = []
    leaves: list[Leaf] = []
    for path in paths:
        found = _read(path, root, problems)
        problems += _against_tree(path.stem, f"{FOLDER}/{path.name}", found, categories)
        leaves += found
    if problems:
        raise PackError(problems)
    return {leaf.code: leaf for leaf in leaves}


def _read(path: Path, root: Path, problems: list[Problem]) -> list[Leaf]:
    file = f"{FOLDER}/{path.name}"
    data, faults = read_yaml(path, root)
    problems += faults
    if not faults and not isinstance(data, list):
        problems.append(Problem(file=file, message="holds no list", remedy="write one leaf per '- ' item"))
    records: list[Any] = data if isinstance(data, list) else []
    found = []
    for place, raw in enumerate(records):
        try:
            found.append(Leaf.model_validate(raw))
        except ValidationError as error:
            problems += validation_problems(error, file, f"[{place}]")
    return found


def _against_tree(top: str, file: str, leaves: list[Leaf], categories: Categories) -> Iterator[Problem]:
    """What a file of the class ``top`` has too much, twice or not at all."""
    known = {category.code for _, _, category in categories.paths()}
    own = [code for code in sorted(known) if code.startswith(top)]
    if not own:
        yield Problem(file=file, message=f"{top!r} is no top class", remedy="name the file after its class: 09.yaml")
        return
    for code, count in Counter(leaf.code for leaf in leaves).items():
        if code not in own:
            yield Problem(file=file, where=code, message=f"is no leaf of the class {top}", remedy="correct the code")
        elif count > 1:
            yield Problem(file=file, where=code, message="is described twice", remedy="keep one")
    for code in sorted(set(own) - {leaf.code for leaf in leaves}):
        yield Problem(file=file, where=code, message="is missing", remedy="describe this leaf, too")
    for leaf in leaves:
        for code in sorted(set(leaf.neighbours) - known):
            message = f"sends a case to {code}, which the tree does not hold"
            yield Problem(file=file, where=leaf.code, message=message, remedy="correct the code")
