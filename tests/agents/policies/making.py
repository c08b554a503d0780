"""One turn of a matching over the small pack's rules, and talks over the example city's."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from agents.context import House, TurnContext
from agents.contract import Answer, Sentence, TurnRequest
from agents.desk import Desk
from agents.policies.talk import Matching
from agents.policies.turn import Told, Turn
from agents.specialists import Assignment
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.signing import sign
from tests.agents.making import context_of
from tests.conftest import YUNLAN
from tests.knowledge.eligibility.making import DAY, PLACES, RULES, UNITS, book_of, write_pack

ELDER: dict[str, Any] = {"person.in_city": True, "person.born_on": "1940-05-01"}
"""Of an age for ``tp-elder``; on DAY 86."""
TECH: dict[str, Any] = {
    "firm.in_city": True,
    "firm.registered_on": "2020-01-01",
    "firm.rd_expense": 1_000_000,
    "firm.revenue": 10_000_000,
    "firm.size": "small",
    "firm.staff": 20,
}
"""What makes ``tp-tech`` likely."""
GREEN: dict[str, Any] = {"firm.industry": "B05", "firm.bans": [], "firm.score": 90}


@cache
def small_rules(signed: Iterable[str] = tuple(RULES)) -> Eligibility:
    """The small pack's rules, those in ``signed`` usable."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        documents = write_pack(root)
        for examples in sorted((YUNLAN / "eligibility").glob("examples*.jsonl")):
            shutil.copy(examples, root / "eligibility")
        book = book_of(root, documents)
        at = datetime(2026, 6, 1, 9, tzinfo=UTC)
        for name in signed:
            sign(root, book.policies[name], book, documents, by="李明", at=at, post="科长")
        return Eligibility.open(root, documents.values(), places=PLACES, units=UNITS, today=DAY)


def small_house(house: House, signed: tuple[str, ...] = tuple(RULES)) -> House:
    """The example city's house with the small pack's rules in place of its own."""
    return replace(house, policies=small_rules(signed))


def small_context(house: House, text: str = "") -> TurnContext:
    """A turn in the small house."""
    return context_of(small_house(house), text, as_of=DAY)


def take(
    house: House, text: str, matching: Matching | None = None, *, as_of: date = DAY, rules: Eligibility | None = None
) -> Told:
    """One message of a matching over the small pack's rules."""
    opened = matching.model_dump(mode="json") if matching else {}
    task = Assignment(specialist="policy", question=text, as_of=as_of, matching=opened)
    used = rules or small_rules()
    return Turn(context_of(replace(house, policies=used), text, as_of=as_of), used, task).take()


def walk(house: House, *texts: str, matching: Matching | None = None) -> Told:
    """Several messages, one after the other."""
    for text in texts:
        told = take(house, text, matching)
        matching = told.matching
    return told


def going_on(told: Told) -> Matching:
    """The matching as it stands after a turn that did not end it."""
    assert told.matching is not None
    return told.matching


def text_of(sentences: Iterable[Sentence]) -> str:
    """What is said."""
    return "\n".join(sentence.text for sentence in sentences)


async def say(desk: Desk, *texts: str, thread: str = "t", as_of: date | None = None) -> Answer:
    """Messages of one talk; the last answer."""
    for text in texts:
        answer = await desk.ask(TurnRequest(text=text, as_of=as_of), thread)
    return answer


async def state_of(desk: Desk, thread: str = "t") -> dict[str, Any]:
    """Everything that the talk remembers."""
    values: dict[str, Any] = (await desk._flow.aget_state({"configurable": {"thread_id": thread}})).values
    return values


async def matching_of(desk: Desk, thread: str = "t") -> dict[str, Any]:
    """The matching that the talk remembers, empty where there is none."""
    found: dict[str, Any] = (await state_of(desk, thread)).get("matching") or {}
    return found
