"""Code lists: named codes with a hierarchy and with dates, such as industries, places or purposes of a loan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from pydantic import Field, model_validator

from city.schema import Record


class Code(Record):
    """One entry. ``start`` (written ``from``) and ``end`` (``to``, exclusive) bound the days on which it counts."""

    code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    label: str
    parent: str | None = None
    says: tuple[str, ...] = Field(default=(), description="other words people use for it")
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")

    def holds(self, day: date) -> bool:
        """Whether the entry counts on ``day``."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


class CodeList(Record):
    """A file of ``eligibility/lists``."""

    name: str
    title: str
    source: str = ""
    entries: tuple[Code, ...]

    @model_validator(mode="after")
    def _sound(self) -> CodeList:
        known: set[str] = set()
        for entry in self.entries:
            if entry.code in known:
                raise ValueError(f"the code {entry.code!r} appears twice")
            if entry.parent is not None and entry.parent not in known:
                raise ValueError(f"the parent {entry.parent!r} of {entry.code!r} does not stand before it")
            known.add(entry.code)
        return self

    @cached_property
    def by_code(self) -> dict[str, Code]:
        """Entries by code, in the file's order."""
        return {entry.code: entry for entry in self.entries}

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code, in the file's order."""
        return tuple(self.by_code)

    def label(self, code: str) -> str:
        """What a reader calls ``code``."""
        return self.by_code[code].label

    def line(self, code: str) -> tuple[str, ...]:
        """``code`` and what it lies under, nearest first."""
        found: list[str] = []
        at: str | None = code
        while at is not None:
            found.append(at)
            at = self.by_code[at].parent
        return tuple(found)

    def truths(self, wanted: Iterable[str], as_of: date) -> dict[str, bool | None]:
        """For every code whether it lies under one of ``wanted``: None where it is too coarse to tell.

        A code that stands above a wanted one (the district where a street is asked for) may or may not be meant. An
        entry that does not count on ``as_of`` lies under nothing.
        """
        asked = {code for code in wanted if self.by_code[code].holds(as_of)}
        coarse = {above for code in asked for above in self.line(code)[1:]}
        found: dict[str, bool | None] = {}
        for code, entry in self.by_code.items():
            if not entry.holds(as_of):
                found[code] = False
            elif asked.intersection(self.line(code)):
                found[code] = True
            else:
                found[code] = None if code in coarse else False
        return found
