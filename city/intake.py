"""``workorders/intake.yaml`` of a city pack: the words by which citizens lead the talk while something is filed, and
what makes a matter sensitive or more urgent.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from pydantic import Field, PrivateAttr, field_validator

from city.pack.record import read_record
from city.schema import Record

FILE = "workorders/intake.yaml"
_CLAUSES = re.compile(r"[^，。！？；,.!?;\n]+[，。！？；,.!?;\n]*")
_FILLERS = "吧了的啊呀哦嗯呢嘛就请帮我"
"""Particles around a short answer; they change nothing in it, nor do thanks."""
_SPACES = re.compile(r"[\s，。！？、,.!?~…：:；;“”\"']+")


class Raised(Record):
    """Why a matter is more urgent than its class, in categories that begin with one of ``within`` (none: all)."""

    sensitivity: str
    within: tuple[str, ...] = ()
    reason: str = Field(min_length=1, description="told to the citizen and the clerk")


class Intake(Record):
    """Words are lower case. A short answer counts where it consists of such words; a marker counts anywhere."""

    submit: tuple[str, ...]
    cancel: tuple[str, ...]
    skip: tuple[str, ...]
    no_contact: tuple[str, ...]
    calm: tuple[str, ...] = ()
    thanks: tuple[str, ...] = Field(default=(), description="thanks and good-byes; beside other words they say nothing")
    file: tuple[str, ...]
    change: dict[str, tuple[str, ...]] = Field(description="fact → words that begin a correction of it")
    named: tuple[str, ...] = Field(default=(), description="what filed orders are called")
    progress: tuple[str, ...]
    urge: tuple[str, ...]
    add: tuple[str, ...]
    withdraw: tuple[str, ...]
    sure: tuple[str, ...] = Field(description="the word that makes a withdrawal final")
    solved: tuple[str, ...]
    unsolved: tuple[str, ...]
    object: tuple[str, ...]
    demand: tuple[str, ...]
    asks: tuple[str, ...] = Field(default=(), description="patterns (regular expressions) by which a question is known")
    aside: tuple[str, ...] = Field(default=(), description="words of clauses that say nothing of the matter itself")
    sensitivity: dict[str, tuple[str, ...]]
    raises: tuple[Raised, ...] = ()
    stated: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="fact → patterns (regular expressions) of words that tell it"
    )
    no_place: tuple[str, ...] = Field(default=(), description="category codes, or beginnings, that lie nowhere")
    _short: dict[str, re.Pattern[str]] = PrivateAttr(default_factory=dict)
    _anywhere: dict[str, re.Pattern[str]] = PrivateAttr(default_factory=dict)

    @field_validator("submit", "cancel", "skip", "progress", "urge", "demand")
    @classmethod
    def _some(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("needs at least one word")
        return value

    @field_validator("stated")
    @classmethod
    def _patterns(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for patterns in value.values():
            for pattern in patterns:
                try:
                    re.compile(pattern)
                except re.error as error:
                    raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return value

    @field_validator("asks")
    @classmethod
    def _asking_patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        cls._patterns({"asks": value})
        return value

    def is_question(self, text: str) -> bool:
        """Whether ``text`` has the form of a question anywhere."""
        return any(re.search(pattern, text) for pattern in self.asks)

    def tells(self, fact: str, text: str) -> bool:
        """Whether ``text`` already tells ``fact``."""
        return any(re.search(pattern, text) for pattern in self.stated.get(fact, ()))

    def says(self, name: str, text: str) -> bool:
        """Whether ``text`` is nothing but words of the list ``name``: "好的，提交吧。" """
        pattern = self._short.get(name)
        if pattern is None:
            words = "|".join(map(re.escape, sorted(getattr(self, name), key=len, reverse=True)))
            around = "|".join([f"[{_FILLERS}]", *map(re.escape, sorted(self.thanks, key=len, reverse=True))])
            filled = f"(?:{words}|{around})*?(?:{words})(?:{around})*"
            pattern = self._short[name] = re.compile(filled)
        return pattern.fullmatch(_SPACES.sub("", text.lower())) is not None

    def mentions(self, name: str, text: str) -> bool:
        """Whether a word of the list ``name`` stands anywhere in ``text``."""
        pattern = self._anywhere.get(name)
        if pattern is None:
            pattern = self._anywhere[name] = re.compile("|".join(map(re.escape, getattr(self, name))) or r"(?!)")
        return pattern.search(text.lower()) is not None

    def sensitive(self, text: str) -> frozenset[str]:
        """What makes the matter sensitive (section 4.1)."""
        return frozenset(name for name, words in self.sensitivity.items() if any(word in text for word in words))

    def of_the_matter(self, text: str) -> str:
        """``text`` without clauses that are about something else: who may know of it, how to call back, thanks."""
        if not self.aside:
            return text
        kept = [m[0] for m in _CLAUSES.finditer(text) if not self.mentions("aside", m[0])]
        return "".join(kept) or text

    def reasons(self, sensitivity: frozenset[str], category: str) -> list[str]:
        """Why a matter of ``category`` is more urgent than its class."""
        return [
            raised.reason
            for raised in self.raises
            if raised.sensitivity in sensitivity and (not raised.within or category.startswith(raised.within))
        ]

    def needs_place(self, category: str) -> bool:
        """Whether a matter of this category lies somewhere."""
        return not category.startswith(self.no_place) if self.no_place else True

    @classmethod
    def load(cls, root: Path) -> Self:
        """The pack's words. Raises PackError naming everything that is wrong."""
        return read_record(root, FILE, cls)
