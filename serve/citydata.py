"""City data of an installation: the tools over its feeds, and the learnt choice between them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from agents.citydata.planning import Planner, signed_names
from agents.citydata.wanting import NOWHERE, OTHER, Signs, Wants, elsewhere
from city.gazetteer import Gazetteer
from city.pack import CityPack, PackError, Problem
from city.schema import Record
from serve.building import read_examples
from serve.embedding import embedder_of
from serve.settings import Settings
from serve.tools import city_clock, keeps_tools, open_toolbox
from tools.seam.toolbox import Toolbox

LEARNT = "citydata/tools.npz"
_ORDINARY = "gate/training/ordinary.jsonl"
_WISHES = "eligibility/examples_*.jsonl"
_FOLDER = "citydata/training"
_MESSAGES = f"{_FOLDER}/*.jsonl"
_ORDINARY_EVERY, _WISHES_EVERY = 3, 2
"""One in so many of these messages is learnt from: enough to know them by, and the choice stays quick."""


class _Message(Record):
    """A message and the tool that answers it, ``-`` or ``?``."""

    text: str = Field(min_length=1)
    tool: str = Field(min_length=1)


def open_planner(settings: Settings, pack: CityPack, gazetteer: Gazetteer) -> Planner | None:
    """The planner; None where the pack switches no tool on. What is learnt is kept until the pack changes."""
    if not keeps_tools(pack.root):
        return None
    box = open_toolbox(settings, pack, gazetteer)
    return planner_of(box, pack, gazetteer, settings.home / pack.city.id / LEARNT)


def planner_of(box: Toolbox, pack: CityPack, gazetteer: Gazetteer, kept: Path | None = None) -> Planner | None:
    """The planner over a toolbox; None where no tool has examples to learn from."""
    heard = messages(pack)
    examples = tool_messages(box, heard)
    if not examples:
        return None
    signs = Signs(gazetteer, signed_names(box, city_clock(pack)(), box.every))
    return Planner(box, Wants.learn(examples, other_messages(pack, heard), signs, embedder_of(pack), kept))


def tool_messages(box: Toolbox, heard: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What people say who want each tool: its examples and what is ``heard``; tools without any are left out."""
    found = {one.tool.id: [*one.told.examples, *heard.get(one.tool.id, ())] for one in box.every}
    return {tool: texts for tool, texts in found.items() if texts}


def other_messages(pack: CityPack, heard: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Messages that want no tool: the pack's questions on rules, some petitions and wishes, and what is ``heard``."""
    others = [
        *(example.question for example in read_examples(pack)),
        *list(_texts(pack.root, _ORDINARY))[::_ORDINARY_EVERY],
        *list(_texts(pack.root, _WISHES))[::_WISHES_EVERY],
    ]
    return {OTHER: [*others, *heard.get(OTHER, ())], NOWHERE: [*elsewhere(pack.root), *heard.get(NOWHERE, ())]}


def messages(pack: CityPack) -> dict[str, list[str]]:
    """What people say, by tool, ``OTHER`` and ``NOWHERE``, from the pack's ``citydata/training``.

    Raises PackError naming every bad line.
    """
    found: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for path in sorted(pack.root.glob(_MESSAGES)):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                one = _Message.model_validate_json(line)
            except ValidationError as error:
                name = path.relative_to(pack.root).as_posix()
                reason = error.errors(include_url=False)[0]["msg"]
                where, remedy = f"line {number}", 'write {"text": …, "tool": …}'
                problems.append(Problem(file=name, where=where, message=reason, remedy=remedy))
            else:
                found.setdefault(one.tool, []).append(one.text)
    if problems:
        raise PackError(problems)
    return found


def check_messages(pack: CityPack, tools: Collection[str]) -> Iterator[Problem]:
    """Messages name tools that there are, and none is of two. Raises PackError for lines that cannot be read."""
    heard = messages(pack)
    for tool in sorted(heard.keys() - {OTHER, NOWHERE, *tools}):
        yield Problem(file=_FOLDER, where=tool, message="there is no such tool", remedy="write a tool's id, - or ?")
    seen: dict[str, str] = {}
    for tool, texts in heard.items():
        for text in texts:
            if seen.setdefault(text, tool) != tool:
                both = f"is of {seen[text]} and of {tool}"
                yield Problem(file=_FOLDER, where=text, message=both, remedy="keep one of them")


def _texts(root: Path, pattern: str) -> Iterator[str]:
    for path in sorted(root.glob(pattern)):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield str(json.loads(line)["text"])
