"""The words by which a text is taken apart: ``eligibility/drafting.yaml``. Grammar of numbers and dates is code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from city.pack.record import read_record
from city.schema import Record
from knowledge.eligibility.book import FOLDER
from knowledge.eligibility.facts import Subject

FILE = f"{FOLDER}/drafting.yaml"
Kind = Literal["conditions", "benefits", "window", "materials", "apply", "limits", "rest"]
Words = tuple[str, ...]
Together = Literal["not_together", "joint_cap", "deduct", "together"]


class Heading(Record):
    """Words of a heading, and what stands under it."""

    kind: Kind
    words: Words = Field(min_length=1)


class Manner(Record):
    """Words that say how two policies go together."""

    kind: Together
    words: Words = Field(min_length=1)


class DraftWords(Record):
    """``eligibility/drafting.yaml``. Of lists with kinds the first that fits counts."""

    sections: tuple[Heading, ...] = Field(min_length=1)
    subjects: dict[Subject, Words]
    addressed: dict[Subject, Words] = Field(default_factory=dict, description="a sentence begins so for one kind only")
    negative: Words = Field(min_length=1)
    refused: Words = Field(min_length=1, description="what is so is refused: the opposite is the condition")
    exceptions: Words = Field(default=(), description="a sentence that eases a condition for some, and is none itself")
    amends: Words = Field(default=(), description="a sentence that changes another text, and gives nothing itself")
    alike: dict[str, str] = Field(default_factory=dict, description="words read as others; longer ones first")
    any_of: Words = ()
    always: Words = ()
    automatic: Words = ()
    held: Words = ()
    consent: Words = ()
    exclusions: tuple[Manner, ...] = ()
    same_object: Words = ()
    quotas: Words = ()
    title_ends: Words = Field(default=(), description="ends of a title that are no part of the policy's name")

    @model_validator(mode="after")
    def _sound(self) -> DraftWords:
        if missing := {"conditions", "benefits"} - {one.kind for one in self.sections}:
            raise ValueError(f"`sections` has no words for {sorted(missing)[0]}")
        if set(self.subjects) != {"firm", "person"}:
            raise ValueError("`subjects` needs words for firm and for person")
        return self

    def kind_of(self, heading: str) -> Kind | None:
        """What stands under ``heading``; None where no word tells."""
        return next((one.kind for one in self.sections if has(heading, one.words)), None)


def has(text: str, words: Iterable[str]) -> bool:
    """Whether ``text`` holds one of ``words``."""
    return any(word in text for word in words)


def read_draft_words(root: Path) -> DraftWords:
    """The pack's words. Raises PackError naming everything that is wrong."""
    return read_record(root, FILE, DraftWords)
