"""A *form*: how a task is put to a model, and how the model's answer is read.

A model answers with choices and numbers only: yes or no, a listed word, the number of a passage, a clause, a fact. What
it quotes it names by number, so it cannot misquote; a value it found is the number of the clause where rules read it.
Every answer is therefore of bounded length, and a grammar on the server always brings it to an end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Closed(BaseModel):
    """An answer that a model fills in: no free text, every number and list bounded (a test holds all forms to it)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Form(Protocol):
    """The form of one task. ``given`` and what ``read`` returns are the task's own models.

    Example: ``form.read(given, form.answer.model_validate_json(said))`` is the task's answer.
    """

    @property
    def answer(self) -> type[Closed]:
        """What the model fills in."""
        ...

    def fixed(self, given: Any) -> str:
        """What stays the same from call to call (a catalogue), put before anything that changes."""
        ...

    def shown(self, given: Any) -> str:
        """What is asked, with everything numbered that the answer may name."""
        ...

    def read(self, given: Any, answer: Any) -> Any:
        """The task's answer. What points at nothing is left out, never guessed."""
        ...


Surely = Literal["sure", "likely", "unsure"]
"""How sure a model says it is; a share in decimals would only look exact."""

CONFIDENCE: dict[Surely, float] = {"sure": 0.95, "likely": 0.7, "unsure": 0.3}


def numbered(lines: list[str], start: int = 0) -> str:
    """Lines with their numbers before them."""
    return "\n".join(f"[{number}] {line}" for number, line in enumerate(lines, start))


def section(title: str, body: str) -> str:
    """A titled part of a question; nothing where the body is empty."""
    return f"## {title}\n{body}\n" if body else ""


def at(items: Sequence[T], number: int) -> T | None:
    """The item of this number, or None: the grammar bounds a number by the most there may be, not by what there is."""
    return items[number] if 0 <= number < len(items) else None
