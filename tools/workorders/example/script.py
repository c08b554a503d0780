"""``workorders/example_history.yaml`` of a city pack: the script from which an example history is made.

Codes of categories may have two, four or six digits; the longest that fits counts, "" is the rest. Days are ``MM-DD``
of every year. Shares and weights are relative numbers, chances lie between 0 and 1.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, StringConstraints, model_validator

from city.pack.record import read_record
from city.schema import Record
from city.wording import template_fault
from tools.workorders.model import Kind, Result

FILE = "workorders/example_history.yaml"
T = TypeVar("T")
_IN_ANSWERS = frozenset({"matter", "unit", "place"})
_IN_REPLIES = _IN_ANSWERS | {"date", "action", "days"}

Code = Annotated[str, StringConstraints(pattern=r"^(\d\d){0,3}$")]
YearDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
Chance = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Texts = Annotated[tuple[str, ...], Field(min_length=1)]
Heard = Literal["yes", "partly", "no", "unsure"]


class Spread(Record):
    """A lognormal time or share: its median, and the standard deviation of its logarithm."""

    median: float = Field(gt=0)
    spread: float = Field(ge=0)


class People(Record):
    """Made-up callers. ``phone`` begins every number and must be one that no network gives out."""

    surnames: Texts
    given: Texts
    phone: str = Field(pattern=r"^0{3}\d*$")
    anonymous: Chance
    confidential: dict[Kind, Chance] = Field(default_factory=dict)
    no_reply: Chance


class Arrivals(Record):
    """When and where matters come up."""

    weekdays: tuple[Weight, ...] = Field(min_length=7, max_length=7, description="Monday first")
    day_off: Weight
    hours: tuple[Weight, ...] = Field(min_length=24, max_length=24)
    districts: dict[str, Weight]
    spots: dict[Literal["estate", "community", "road", "landmark", "street"], Weight]
    same_matter: Chance
    same_caller: Chance
    split: Chance


class Within(Record):
    """Weights of the leaves of a class."""

    usual: Weight
    critical: Weight
    codes: dict[Code, Weight] = Field(default_factory=dict)


class Season(Record):
    """Days of the year on which some categories come up more often; ``to`` may lie in the next year."""

    name: str
    from_: YearDay = Field(alias="from")
    to: YearDay
    categories: dict[Code, Weight] = Field(description="how many times as often in the season")
    otherwise: dict[Code, Weight] = Field(default_factory=dict, description="… and on all other days")

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in it."""
        now = f"{day:%m-%d}"
        return self.from_ <= now <= self.to if self.from_ <= self.to else now >= self.from_ or now <= self.to


class Storms(Record):
    """Days of heavy rain."""

    days: tuple[YearDay, ...]
    lasts: int = Field(ge=1)
    volume: Weight
    categories: dict[Code, Weight]


BurstDay = Annotated[str, Field(pattern=r"^(\d\d-\d\d|-\d{1,3}d)$")]
"""A day of the year, or so many days before the history ends: ``07-18``, ``-3d``."""


class Burst(Record):
    """Many people about one thing, from ``hour`` of a day on; calls halve every ``hours``."""

    id: str
    name: str
    at: BurstDay
    hour: int = Field(ge=0, le=23)
    hours: float = Field(gt=0)
    callers: int = Field(ge=2)
    category: str = Field(pattern=r"^\d{6}$")
    kind: Kind
    streets: Texts
    places: Texts
    merged: Chance
    emergency: Chance = 0.0
    texts: Texts


class Kinds(Record):
    """What sort of matter it is: by its words, else by shares."""

    cues: dict[Kind, Texts]
    shares: dict[Code, dict[Kind, Weight]]


class Turned(Record):
    """Matters that the hotline does not take."""

    categories: tuple[Code, ...]
    act: Literal["redirect", "refuse"]
    code: str = Field(pattern=r"^N\d\d$")
    share: Chance


class Minutes(Record):
    """Median minutes of the hotline's steps."""

    screen: float
    answer: float
    accept: float
    dispatch: float


class DeskWork(Record):
    """What the hotline does."""

    answered: dict[Kind, Chance]
    answer_objected: Chance
    hard: Chance
    turned: tuple[Turned, ...]
    objected: Chance
    overturned: Chance
    emergency: dict[Code, Chance]
    emergency_lines: dict[Code, str]
    emergency_only: Chance
    acknowledge_seconds: Spread
    minutes: Minutes
    urgent_minutes: Minutes


class Range(Record):
    """Bounds between which a unit's quality lies, where it is not given."""

    pace: tuple[float, float]
    care: tuple[float, float]


class Quality(Record):
    """How units work. ``units`` are ids or patterns with ``*``; ``pace`` above 1 is slow, ``care`` is up to 1."""

    units: Texts
    pace: float = Field(gt=0)
    care: Chance


class Urges(Record):
    """How often citizens urge."""

    normal: Chance
    late: Chance


class UnitWork(Record):
    """What units do."""

    range: Range
    quality: tuple[Quality, ...]
    sign_hours: Spread
    urgent_sign_minutes: Spread
    contact_hours: Spread
    urgent_contact_minutes: Spread
    used: Spread
    wrong_unit: Chance
    return_agreed: Chance
    wrong_again: Chance
    need_info: Chance
    info_given: Chance
    ask_extension: dict[str, Chance]
    extension_granted: Chance
    ask_terminate: Chance
    terminate_codes: dict[str, Weight]
    terminate_agreed: Chance
    withdraw: Chance
    late_alarm: Chance
    adds_facts: Chance
    urges: Urges
    supervisor_urges: Chance
    co: Chance
    results: dict[Result, Weight]
    consult_results: dict[Result, Weight]


class Closing(Record):
    """What review and call-back find."""

    review_hours: Spread
    bounced: Chance
    call_hours: Spread
    unreachable: Chance
    by_message: Chance
    heard: dict[Result, dict[Heard, Weight]]
    rated: Chance
    ratings: dict[Heard, tuple[Weight, Weight, Weight, Weight, Weight]]
    reopened: Chance
    grounds: dict[Literal["new_facts", "false_closing", "appeal"], Weight]
    most_second_handlings: int = Field(ge=1)


class Reasons(Record):
    """Reasons that acts must give."""

    no_duty_item: Texts
    reject_return: Texts
    agree_return: Texts
    dispute: Texts
    designate: Texts
    ask_extension: Texts
    grant_extension: Texts
    deny_extension: Texts
    ask_terminate: Texts
    approve_terminate: Texts
    deny_terminate: Texts
    bounce: Texts
    unsolved: Texts
    close_unsolved: Texts
    reopen: dict[str, Texts]
    withdraw: Texts


class Words(Record):
    """Sentences, with placeholders."""

    demands: dict[Kind, Texts]
    answers: Texts
    questions: Texts
    facts: Texts
    contact: Texts
    emergencies: Texts
    return_basis: Texts
    replies: dict[Result, Texts]
    reasons: Reasons

    @model_validator(mode="after")
    def _can_be_filled(self) -> Self:
        for text in self.answers:
            _only(text, _IN_ANSWERS)
        for result in Result:
            for text in self.replies.get(result, ()):
                _only(text, _IN_REPLIES)
        missing = [result.value for result in Result if not self.replies.get(result)]
        if missing:
            raise ValueError(f"replies has no sentence for {missing[0]!r}: write one")
        return self


def _only(text: str, known: frozenset[str]) -> None:
    fault = template_fault(text)
    odd = [] if fault else sorted({name for _, name, _, _ in string.Formatter().parse(text) if name} - known)
    if fault or odd:
        raise ValueError(f"{text!r} {fault or f'has the placeholder {odd[0]!r}, which nothing fills'}")


class Script(Record):
    """The whole script."""

    desk: str = Field(description="the hotline among the units")
    people: People
    arrivals: Arrivals
    shares: dict[Code, Weight]
    within: Within
    seasons: tuple[Season, ...] = ()
    storms: Storms
    bursts: tuple[Burst, ...] = ()
    kinds: Kinds
    desk_work: DeskWork
    unit_work: UnitWork
    closing: Closing
    words: Words

    @model_validator(mode="after")
    def _nothing_left_open(self) -> Self:
        for result in (*self.unit_work.results, *self.unit_work.consult_results):
            if result not in self.closing.heard:
                raise ValueError(f"closing.heard does not say what is heard after {result.value!r}")
        for heard in {heard for weights in self.closing.heard.values() for heard in weights}:
            if heard not in self.closing.ratings:
                raise ValueError(f"closing.ratings has none for {heard!r}")
        for ground in self.closing.grounds:
            if not self.words.reasons.reopen.get(ground):
                raise ValueError(f"words.reasons.reopen has none for {ground!r}")
        return self


def longest(given: Mapping[str, T], code: str, otherwise: T) -> T:
    """What ``given`` says of a category by the longest code that fits, or ``otherwise``."""
    for length in (6, 4, 2, 0):
        if code[:length] in given:
            return given[code[:length]]
    return otherwise


def load_script(root: Path) -> Script:
    """The pack's script. Raises PackError naming everything that is wrong."""
    return read_record(root, FILE, Script)
