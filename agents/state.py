"""The state of a talk: small, plain and bounded, so that the hundredth turn costs what the first did.

``memory``, the open ``petition``, a ``matching`` of policies, the numbers of filed ``orders`` and of an emergency's
record (``alarm``) outlive a turn; the rest is working space that ``screen`` clears. Values are plain JSON types,
because the next version of the program must be able to read a checkpoint.
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

Json = dict[str, Any]


def gather(old: list[Json], new: list[Json] | None) -> list[Json]:
    """Collect what parallel specialists bring; None empties the list for a new turn."""
    return [] if new is None else operator.add(old, new)


class TalkState(TypedDict, total=False):
    """Channels of the graph."""

    request: Json
    memory: list[Json]
    petition: Json
    matching: Json
    orders: list[str]
    alarm: str
    gate: Json
    parts: list[Json]
    drafts: Annotated[list[Json], gather]
    composed: list[Json]
    ending: Json
    answer: Json


class PartState(TypedDict):
    """What one specialist is given (LangGraph ``Send``)."""

    part: Json
