"""A task: one citizen with a goal, what they know, what happens in between, and how it must end. Read from YAML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from agents.contract import SpecialistName
from city.errors import BadInput

FOLDER = "evaluation/hotlinebench"
DAY = "2026-11-20 10:00"
"""When a talk begins where its task names no moment: a Friday at ten."""
OPENING = "opening"
Specialist = SpecialistName | Literal["emergency", "crisis"]
Json = dict[str, Any]


def _listed(value: object) -> object:
    """One way to say something may stand without its list."""
    return [value] if isinstance(value, str) else value


def _spelled(value: object) -> object:
    """YAML reads a time as a time and digits as a number; both are meant as they are written."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _each_spelled(value: object) -> object:
    return [_spelled(one) for one in value] if isinstance(value, list) else [_spelled(value)]


Text = Annotated[str, BeforeValidator(_spelled)]
Ways = Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(min_length=1)]
"""Several ways to say the same; a trial draws one."""
Words = Annotated[tuple[Text, ...], BeforeValidator(_each_spelled)]
Moment = Annotated[str, BeforeValidator(_spelled), Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$")]
Span = Annotated[str, Field(pattern=r"^[1-9]\d{0,3}(s|min|h|d|wd)$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Persona(_Model):
    """Who calls. All of it is a slice of the figures; mood, speech and language also colour the words."""

    age: Literal["elder", "adult", "young", "minor"] = "adult"
    speech: Literal["plain", "formal", "terse", "chatty"] = "plain"
    dialect: str = "-"
    mood: Literal["calm", "anxious", "angry", "sad"] = "calm"
    language: Literal["zh", "en"] = "zh"
    district: str = Field(default="-", description="id of the district that the talk is about")
    typos: Literal["none", "few", "many"] = "few"


class Fact(_Model):
    """Something the citizen knows. Said when asked for, at once where ``volunteer`` is set."""

    say: Ways
    volunteer: bool = False
    words: Words = Field(default=(), description="words of a question by which it is known where its name is not")


class Move(_Model):
    """What the citizen answers to a draft that waits for their word, in place of a plain yes or no."""

    say: Ways
    agrees: bool = Field(default=False, description="the words are a yes")


class Done(BaseModel):
    """Something a clerk does: an act of the store, ``after`` a span since the last; the rest is its payload."""

    model_config = ConfigDict(extra="allow", frozen=True)

    act: str
    after: Span | None = None
    by: str = Field(default="", description="role; none: the one whose act it is")
    order: int = Field(default=0, description="which order of the store, from 1; none: the last")
    reason: str = ""

    @property
    def payload(self) -> Json:
        """What the act brings, beside what the city's clocks give."""
        return dict(self.model_extra or {})


class Step(_Model):
    """A later turn: time passes, clerks act, then the citizen says something (or only looks on)."""

    name: str = Field(min_length=1)
    after: Span | None = None
    at: Moment | None = None
    clerks: tuple[Done, ...] = ()
    say: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    thread: str = Field(default="main", description="another name: another person, or another device")
    agrees: bool = Field(default=False, description="the words are a yes to a draft that waits")


class Aside(_Model):
    """Something that comes to the citizen's mind when first asked for a fact (``confirm``: when shown the draft)."""

    when: str
    name: str = Field(min_length=1)
    say: Ways
    agrees: bool = False


class Before(_Model):
    """An order that is in the store when the talk begins, filed by somebody."""

    at: Moment
    kind: str = "help"
    category: str
    title: str
    narrative: str
    demand: str = ""
    place: Json = Field(default_factory=dict)
    phone: Text = ""
    name: str = ""
    confidential: bool = False
    clerks: tuple[Done, ...] = ()


class Told(_Model):
    """What must hold of the replies of one step. ``outcome`` is the last reply's, ``first`` the first one's."""

    outcome: Words = ()
    first: Words = ()
    specialist: Words = ()
    code: Words = ()
    route: Words = ()
    says: Words = Field(default=(), description="all of these; alternatives are parted by |")
    never: Words = ()
    cites: Words = Field(default=(), description="ids of provisions or documents, all of these; alternatives by |")
    not_cites: Words = ()
    lines: Words = Field(default=(), description="numbers shown for one-tap calls in the first reply")


class Kept(BaseModel):
    """What must hold of an order. A list is one of several; texts may be {has: […], lacks: […]}."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def fields(self) -> Json:
        """By the names of `judging.FIELDS`."""
        return dict(self.model_extra or {})


class Expect(_Model):
    """How it must end."""

    turns: dict[str, Told] = Field(default_factory=dict)
    orders: tuple[Kept, ...] = Field(default=(), description="the orders that came of the talk, in their order")
    count: int | None = Field(default=None, description="how many; none: as many as ``orders`` lists")
    before: tuple[Kept, ...] = Field(default=(), description="the orders of before, as they stand at the end")
    asks: Words = ()
    asks_not: Words = ()
    most_questions: int | None = None
    most_turns: int | None = Field(default=None, description="messages of the citizen")
    never: Words = Field(default=(), description="in no reply at all")
    ended: Literal["done", "hung_up"] = "done"


class Task(_Model):
    """One task."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    specialist: Specialist
    about: str = Field(min_length=1, description="what it probes, for people who read a failure")
    at: Moment = DAY
    role: Literal["citizen", "staff"] = "citizen"
    persona: Persona = Persona()
    goal: str = Field(min_length=1)
    opening: Ways
    facts: dict[str, Fact] = Field(default_factory=dict)
    confirm: tuple[Literal["agree", "refuse"] | Move, ...] = ("agree",)
    asides: tuple[Aside, ...] = ()
    then: tuple[Step, ...] = ()
    before: tuple[Before, ...] = ()
    keep: Words = Field(default=(), description="words that no typo may touch")
    feeds: bool = Field(default=False, description="the example data of the city are needed")
    patience: int = Field(default=12, ge=1, le=40)
    expect: Expect

    @model_validator(mode="after")
    def _names(self) -> Task:
        names = [OPENING, *(step.name for step in self.then), *(aside.name for aside in self.asides)]
        if len(set(names)) != len(names):
            raise ValueError("two steps or asides have the same name")
        if unknown := sorted(set(self.expect.turns) - set(names)):
            raise ValueError(f"expect.turns names {unknown[0]!r}; there are {', '.join(names)}")
        if not self.confirm:
            raise ValueError("confirm is empty; leave it out, or write agree or refuse")
        return self


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment of a task in the city's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def read(path: Path) -> list[Task]:
    """The tasks of one file. Raises BadInput naming the file, the task and the field."""
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}; correct it") from error
    rows = found if isinstance(found, list) else [found]
    return [_task(row, path, number) for number, row in enumerate(rows, 1)]


def _task(row: object, path: Path, number: int) -> Task:
    name = row.get("id", number) if isinstance(row, dict) else number
    try:
        return Task.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{path}: task {name}: {where}: {first['msg']}; correct it") from error


def read_all(root: Path) -> list[Task]:
    """Every task of a city pack. Raises BadInput also where two have the same id or a file lies in the wrong folder."""
    found: list[Task] = []
    seen: dict[str, Path] = {}
    for path in sorted((root / FOLDER).rglob("*.yaml")):
        for task in read(path):
            if task.id in seen:
                raise BadInput(f"{path}: task {task.id} is also in {seen[task.id]}; give it another id")
            if path.parent.name != task.specialist:
                raise BadInput(f"{path}: task {task.id} is for {task.specialist}; put it into that folder")
            seen[task.id] = path
            found.append(task)
    return found


def either(words: str) -> Sequence[str]:
    """The alternatives of words parted by ``|``."""
    return [part for part in re.split(r"\s*\|\s*", words) if part]
