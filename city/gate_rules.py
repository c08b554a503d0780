"""The rule data of the gate: what a city pack may say in its folder ``gate/``, and how it is read and
checked.

The folder holds five kinds of file::

    concepts*.yaml   named lists of words (a fire, a person, a question about rules)
    frames.yaml      how some concepts take the force out of others (negated, past, hypothetical)
    rules*.yaml      combinations of concepts, and the route each leads to
    characters.yaml  one-to-one character and word repairs made before anything is looked up
    refusals.yaml    the codes N01-N16: reason, channel, legal basis; and lines.yaml: emergency lines

Every problem is reported with its file, the path inside it and the remedy; the gate refuses to start on any.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from city.errors import BadInput


class Route(StrEnum):
    """Where a message goes, in the order in which the gate asks (G1 first)."""

    EMERGENCY = "R1_EMERGENCY"
    CRISIS_TALK = "R1b_CRISIS_TALK"
    STATUTORY = "R2_STATUTORY"
    REPEAT = "R3_REPEAT"
    SECRET_PRIVACY = "R4_SECRET_PRIVACY"  # noqa: S105 - a route code, not a password
    OUTSIDE = "R5_OUTSIDE"
    UNLAWFUL = "R6_UNLAWFUL"
    ANSWER = "A0_ANSWER"
    DISPATCH = "D0_DISPATCH"


class Kind(StrEnum):
    """What sort of matter it is: the five kinds of the regulations, praise, and talk about the service
    itself."""

    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    OTHER = "other"
    SMALLTALK = "smalltalk"
    HUMAN = "human"
    OWN_SERVICE = "own_service"


CODES = tuple(f"N{number:02d}" for number in range(1, 17))
CODES_WITH_CHANNEL = frozenset({"N01", "N02", "N03", "N04", "N05", "N06", "N12", "N14", "N16"})


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Concept(_Data):
    """A named list of words. Notation of a word: ``{a|b|}`` alternatives, ``~`` a gap of at most 3 characters
    (``~6`` at most 6) inside one clause, ``#`` a number of 1 to 4 digits. In YAML the words are one text
    set apart by blanks, with ``_`` for a blank inside a word (``on_fire``), or a list."""

    words: tuple[str, ...] = Field(min_length=1)
    note: str = ""


class Frame(_Data):
    """A concept that takes the force out of others standing near it, e.g. a negation before "on fire"."""

    by: str = Field(description="the concept whose words make the frame")
    side: Literal["before", "after", "any"] = "any"
    scope: Literal["clause", "sentence", "message"] = "clause"
    reach: int | None = Field(default=None, ge=0, description="most characters between the two; None: the scope")
    shortest: int = Field(default=0, ge=0, description="only in messages of at least so many characters")
    lifted_by: tuple[str, ...] = Field(default=(), description="concepts that undo the frame in its scope")
    note: str = ""


class Rule(_Data):
    """A combination of concepts and what follows from it.

    ``all`` lists groups; each group is a concept or alternatives joined by ``|`` and needs one unframed
    hit, all inside ``within``. ``none`` lists concepts that must not occur there. ``despite`` names frames
    that do not block this rule (``all`` for every one).
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    all: tuple[str, ...] = Field(min_length=1)
    none: tuple[str, ...] = ()
    within: Literal["clause", "sentence", "message"] = "sentence"
    near: int | None = Field(default=None, ge=1, description="most characters from the first word to the last")
    ordered: bool = False
    despite: tuple[str, ...] = ()
    longest: int | None = Field(default=None, ge=1, description="only for messages of at most so many characters")
    route: Route | None = Field(default=None, description="None: only adds its alerts, flags or kind")
    code: str | None = None
    kind: Kind | None = None
    weight: int = Field(default=1, description="how much the rule counts when kinds compete")
    lines: tuple[str, ...] = ()
    script: str = Field(default="", description="key of the wording shown to the citizen")
    alerts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    secondary: tuple[str, ...] = Field(default=(), description="matters that still need a work order")
    priority: int = Field(default=0, description="among rules of one route the highest gives the script")
    legal: str = ""
    note: str = ""

    @field_validator("code")
    @classmethod
    def _known_code(cls, code: str | None) -> str | None:
        if code is not None and code not in CODES:
            raise ValueError(f"{code!r} is not one of N01 to N16")
        return code


class Channel(_Data):
    """Where a person goes instead."""

    name: str = Field(min_length=1)
    phone: str = ""
    address: str = ""
    link: str = ""


class Refusal(_Data):
    """One not-accepted code, as told to the citizen."""

    name: str = Field(min_length=1)
    reason: str = Field(min_length=1, description="plain words")
    channels: tuple[Channel, ...] = ()
    legal_basis: tuple[str, ...] = Field(min_length=1, description="title and article, not quoted")
    script_version: int = Field(ge=1)


class Line(_Data):
    """An emergency line or a partner line the gate may show."""

    name: str = Field(min_length=1)
    phone: str = Field(min_length=2)


class Characters(_Data):
    """Repairs made before look-up. Both sides of every pair have the same length, so spans stay true."""

    variants: dict[str, str] = Field(default_factory=dict, description="traditional text: simplified text")
    words: dict[str, str] = Field(default_factory=dict, description="frequent misspelling: the word meant")
    masks: tuple[str, ...] = Field(default=(), description="idioms in which no concept may be found")


class GateRules(_Data):
    """Everything the gate knows about one city."""

    concepts: dict[str, Concept]
    frames: dict[str, Frame]
    rules: tuple[Rule, ...]
    characters: Characters
    refusals: dict[str, Refusal]
    lines: dict[str, Line]


class GateProblem(NamedTuple):
    """One fault of the rule data: where it is and what to do."""

    file: str
    path: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.message}. {self.remedy}"


def load_gate_rules(folder: Path) -> GateRules:
    """Read ``folder`` (a pack's ``gate/``); raises BadInput that lists every problem found."""
    rules, problems = _read(folder)
    if rules is None or problems:
        raise BadInput("the gate rules do not load:\n" + "\n".join(str(problem) for problem in problems))
    return rules


def check_gate_rules(folder: Path) -> list[GateProblem]:
    """Every problem of the rule data in ``folder``; an empty list means that the gate can start."""
    return _read(folder)[1]


def _read(folder: Path) -> tuple[GateRules | None, list[GateProblem]]:
    problems: list[GateProblem] = []
    data: dict[str, Any] = {"concepts": {}, "rules": []}
    origin: dict[str, str] = {}
    for name in ("frames", "characters", "refusals", "lines"):
        path = folder / f"{name}.yaml"
        data[name] = _yaml(path, dict, problems)
        origin[name] = path.name
    for path in sorted(folder.glob("concepts*.yaml")):
        for key, value in _yaml(path, dict, problems).items():
            if key in data["concepts"]:
                problems.append(GateProblem(path.name, str(key), "the concept is given twice", "Merge the two lists"))
            data["concepts"][key] = _concept(value)
            origin[f"concepts.{key}"] = path.name
    for path in sorted(folder.glob("rules*.yaml")):
        for rule in _yaml(path, list, problems):
            origin[f"rules.{len(data['rules'])}"] = path.name
            data["rules"].append(rule)
    try:
        rules = GateRules.model_validate(data)
    except ValidationError as error:
        for fault in error.errors():
            place = [str(part) for part in fault["loc"]]
            file = origin.get(".".join(place[:2])) or origin.get(place[0]) or folder.name
            problems.append(GateProblem(file, ".".join(place), fault["msg"], "Correct the value as the message says"))
        return None, problems
    problems.extend(_cross_check(rules, origin))
    return rules, problems


def _yaml(path: Path, shape: type, problems: list[GateProblem]) -> Any:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problems.append(GateProblem(path.name, "-", f"cannot be read: {error}", "Add the file, as YAML in UTF-8"))
        return shape()
    if not isinstance(data, shape):
        what = "a list" if shape is list else "a mapping"
        problems.append(GateProblem(path.name, "-", f"the top level is not {what}", f"Write {what} of entries"))
        return shape()
    return data


def _concept(value: object) -> object:
    """A bare text of words set apart by blanks is the common form; the long form adds a note."""
    if isinstance(value, str):
        return {"words": [word.replace("_", " ") for word in value.split()]}
    if isinstance(value, dict) and isinstance(value.get("words"), str):
        return {**value, "words": [word.replace("_", " ") for word in value["words"].split()]}
    return value


def _cross_check(rules: GateRules, origin: dict[str, str]) -> Iterator[GateProblem]:
    yield from _check_refusals(rules)
    yield from _check_names(rules, origin)
    for group in ("variants", "words"):
        for wrong, right in getattr(rules.characters, group).items():
            if len(wrong) != len(right):
                remedy = "Give both sides the same length, or list the form as a word of the concept"
                message = f"{wrong!r} and {right!r} differ in length"
                yield GateProblem("characters.yaml", f"{group}.{wrong}", message, remedy)


def _check_refusals(rules: GateRules) -> Iterator[GateProblem]:
    for code in CODES:
        refusal = rules.refusals.get(code)
        if refusal is None:
            yield GateProblem("refusals.yaml", code, "the code has no entry", "Add reason and legal basis")
        elif code in CODES_WITH_CHANNEL and not refusal.channels:
            remedy = "Name at least one channel: a refusal must show the right door"
            yield GateProblem("refusals.yaml", f"{code}.channels", "no channel is given", remedy)
        elif code in CODES_WITH_CHANNEL and not any(c.phone or c.address or c.link for c in refusal.channels):
            remedy = "Give a phone, an address or a link"
            yield GateProblem("refusals.yaml", f"{code}.channels", "no channel can be reached", remedy)
    for code in sorted(rules.refusals.keys() - set(CODES)):
        yield GateProblem("refusals.yaml", code, "is not a code of the gate", "Use N01 to N16")


def _check_names(rules: GateRules, origin: dict[str, str]) -> Iterator[GateProblem]:
    known = rules.concepts.keys()
    define = "Define it in concepts*.yaml"
    for name, frame in rules.frames.items():
        for concept in sorted({frame.by, *frame.lifted_by} - known):
            yield GateProblem("frames.yaml", name, f"unknown concept {concept!r}", define)
    seen: set[str] = set()
    for number, rule in enumerate(rules.rules):
        file = origin[f"rules.{number}"]
        if rule.id in seen:
            yield GateProblem(file, rule.id, "the id is used twice", "Give each rule its own id")
        seen.add(rule.id)
        named = {concept for group in rule.all for concept in group.split("|")} | set(rule.none)
        for concept in sorted(named - known):
            yield GateProblem(file, rule.id, f"unknown concept {concept!r}", define)
        for frame_name in sorted(set(rule.despite) - rules.frames.keys() - {"all"}):
            yield GateProblem(file, rule.id, f"unknown frame {frame_name!r}", "Define it in frames.yaml")
        for line in sorted(set(rule.lines) - rules.lines.keys()):
            yield GateProblem(file, rule.id, f"unknown line {line!r}", "Define it in lines.yaml")
        if rule.route is Route.EMERGENCY and not (rule.lines and rule.script):
            yield GateProblem(file, rule.id, "an emergency rule has no line or script", "Give lines and script")
