"""What an export holds: examples in chat form, where each comes from, and a manifest of the whole."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from city.schema import Record
from tools.workorders.model import Role

TRAIN, HOLDOUT, MANIFEST = "train.jsonl", "holdout.jsonl", "manifest.json"
Split = Literal["train", "holdout"]


class Kind(StrEnum):
    """What the person did with what the machine proposed."""

    CONFIRMATION = "confirmation"
    CORRECTION = "correction"


class LeftOut(StrEnum):
    """Why a person's work is not in an export."""

    PENDING = "pending"
    BY_MACHINE = "by_machine"
    SENT_BACK = "sent_back"
    CONTESTED = "contested"
    OUT_OF_PERIOD = "out_of_period"
    SENSITIVE = "sensitive"
    NOT_FOR_THE_TASK = "not_for_the_task"
    NOT_CHINESE = "not_chinese"
    MASKING_UNSURE = "masking_unsure"
    NOT_OFFERED = "not_offered"
    NOT_SAYABLE = "not_sayable"
    DISAGREED = "disagreed"
    DUPLICATE = "duplicate"
    EVALUATION = "evaluation"
    LEARNT_ALREADY = "learnt_already"
    OVER_CAP = "over_cap"


class Step(Record):
    """An event that an example rests on: what was done, when, by whom in which role, with its hash in the chain."""

    seq: int
    act: str
    role: Role
    at: datetime
    hash: str


class PromptUsed(Record):
    """The wording that the messages were made with. The fingerprint covers it, how a question is shown, and the form of
    the answer.
    """

    id: str
    version: int
    fingerprint: str


class Metadata(Record):
    """Where an example comes from. Persons are named by their role only."""

    id: str
    task: str
    kind: Kind
    judged_by: Literal["record", "comparison"] = Field(
        description="whether the record says what became of the suggestion, or the suggestion was made anew for it"
    )
    label: str = Field(description="the class that a cap counts by")
    matter: str = Field(description="what it belongs to; nothing of one matter is on both sides")
    city: str
    source: str = Field(description="number of the work order, or id of the text")
    steps: tuple[Step, ...] = ()
    approved_by: str = Field(description="role or office")
    as_of: date
    prompt: PromptUsed
    snapshot: str = Field(default="", description="fingerprint of the texts that were used, where there were any")
    masked: dict[str, int] = Field(default_factory=dict, description="type of personal data → values replaced")
    software: str


class Message(Record):
    """One turn, as chat servers and tokenizers take it."""

    role: Literal["system", "user", "assistant"]
    content: str


class Example(Record):
    """A line of the data: the messages that the engine sends, the approved answer last."""

    messages: tuple[Message, Message, Message]
    metadata: Metadata


class Chain(Record):
    """The ledger that was checked: ``head`` is a hash over the last hash of every work order."""

    orders: int
    events: int
    head: str


class Counts(Record):
    """What there is of a task."""

    train: dict[Kind, int]
    holdout: dict[Kind, int]
    labels: int = Field(description="classes among the examples")
    left_out: dict[LeftOut, int]


class Part(Record):
    """A file of the export."""

    file: str
    sha256: str
    examples: int


class Manifest(Record):
    """What lies beside the data. The same input gives the same manifest: no time of making is in it."""

    format: Literal[1] = 1
    city: str
    software: str
    chain: Chain
    since: date | None
    until: date | None
    first: datetime | None = Field(description="of the decisions exported")
    last: datetime | None
    cap: int | None
    holdout: float
    folds: int = Field(description="parts into which petitions were laid that the reader of categories had learnt from")
    kept_out: int = Field(description="evaluation texts that every example was compared with")
    prompts: dict[str, PromptUsed]
    tasks: dict[str, Counts]
    files: tuple[Part, ...]
