"""What a turn may use, as verbs. One object per turn; steps and specialists get nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from agents.citydata.planning import Planner, Reading
from agents.contract import Role, TraceStep
from agents.engines.base import Engine, I, O, Task
from agents.engines.calls import Call
from agents.engines.tasks import ChooseGiven, Passage
from agents.gate import Gate
from agents.orders import Orders
from agents.qa.carrying import arranged
from agents.reading.segments import matter_of
from city.english import English, is_english
from city.gazetteer import Gazetteer
from city.lexicon import Lexicon
from city.pack import CityPack
from city.privacy import Masked, Vault, mask
from city.routing import Routing
from knowledge.eligibility.eligibility import Eligibility
from knowledge.library import Hit, Library, Query
from knowledge.model import Level
from tools.seam.toolbox import Caller

Emit = Callable[[dict[str, Any]], Awaitable[None]]

POOL = 60
"""Hits fetched once per question and shared by routing and the specialist; each re-queries only when they run short."""


async def _silent(_event: dict[str, Any]) -> None:
    return None


@dataclass(frozen=True)
class House:
    """What lives longer than a turn: the pack, its knowledge, the gate and the engine."""

    pack: CityPack
    routing: Routing
    lexicon: Lexicon
    english: English
    library: Library
    gate: Gate
    engine: Engine
    gazetteer: Gazetteer
    orders: Orders | None = None
    policies: Eligibility | None = None
    citydata: Planner | None = None


@dataclass
class TurnContext:
    """The house, this turn's circumstances, and what is remembered only until the turn ends.

    Of a message longer than the city takes, ``alarming`` is what the gate reads and ``cleaned`` the part around it.

    With ``keeps`` what engines (``heard``) and tools (``results``) answered is kept for a record of the turn.

    ``before`` holds the ids of the passages shown to a model the turn before, by their kind (guide or text); ``shown``
    those of this turn, by question and kind.
    """

    house: House
    original: str
    today: date
    as_of: date
    vault: Vault = field(default_factory=Vault)
    cleaned: str = ""
    alarming: str = ""
    role: Role = "citizen"
    rights: frozenset[str] = frozenset()
    moment: datetime | None = None
    region: str = ""
    language: str = "zh"
    thread: str = ""
    remembered: bool = False
    emit: Emit = _silent
    call: Call = field(default_factory=Call)
    before: dict[str, list[str]] = field(default_factory=dict)
    shown: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    trace: list[TraceStep] = field(default_factory=list)
    keeps: bool = False
    heard: list[tuple[str, dict[str, Any] | str]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    _pools: dict[tuple[str, date], list[Hit]] = field(default_factory=dict)
    _readings: dict[str, Reading] = field(default_factory=dict)

    def say(self, key: str, **fields: object) -> str:
        """A fixed reply of the city in the reader's language."""
        return self.house.pack.say(key, self.language, **fields)

    def has_words(self, key: str) -> bool:
        """Whether the pack has a fixed reply of this key."""
        return key in self.house.pack.wording["zh"]

    def mask(self, text: str) -> Masked:
        """Mask personal data; the values stay in this talk's vault."""
        return mask(text, vault=self.vault, gazetteer=self.house.pack.place_names)

    @property
    def now(self) -> datetime:
        """The city's time at which the turn is taken."""
        return self.moment or datetime.now(UTC).astimezone(ZoneInfo(self.house.pack.city.timezone))

    @property
    def data_now(self) -> datetime:
        """The moment as of which the city's data count: now, or the end of the past day that the request is for."""
        if self.as_of >= self.today:
            return self.now
        return datetime.combine(self.as_of, datetime.max.time(), self.now.tzinfo).replace(microsecond=0)

    @property
    def caller(self) -> Caller:
        """Who asks tools: a citizen, or staff with the rights of their post."""
        return Caller.staff(*self.rights) if self.role == "staff" else Caller.citizen()

    @staticmethod
    def parse_day(text: str) -> date:
        """A date out of the plain state."""
        return date.fromisoformat(text)

    @property
    def phone(self) -> str:
        """The hotline's number as citizens dial it."""
        return self.house.pack.city.hotline

    def choosing(
        self, question: str, as_of: date, passages: list[Passage], made: Callable[[str], Passage | None]
    ) -> ChooseGiven:
        """A question with passages, everyday words explained, ready to be put to the engine.

        ``made`` makes the passage of an id again: those of the turn before stand first, as they stood then.
        """
        glosses = {word: list(means) for word, means in self._glosses(question).items()}
        kind = passages[0].kind if passages and passages[0].kind == "guide" else "text"
        shown = arranged(self.before.get(kind, []), passages, made)
        self.shown.setdefault(question, {})[kind] = [passage.id for passage in shown]
        return ChooseGiven(question=question, as_of=as_of, glosses=glosses, passages=passages, shown=shown)

    async def decide(self, task: Task[I, O], given: I) -> O:
        """Ask the engine."""
        made = await self.house.engine.decide(task, given, self.call)
        if self.keeps:
            self.heard.append((task.name, made.model_dump(mode="json")))
        return made

    def write(self, task: Task[I, O], given: I) -> AsyncIterator[str]:
        """Let the engine write."""
        return self.house.engine.write(task, given, self.call)

    def note_written(self, task: str, text: str) -> None:
        """Keep what came of a writing task; empty where it broke off."""
        if self.keeps:
            self.heard.append((task, text))

    @property
    def engine(self) -> str:
        """The engines that have served this turn, the house's where none was asked."""
        return "+".join(dict.fromkeys(one.engine for one in self.call.served)) or self.house.engine.name

    def pool(self, question: str, as_of: date) -> list[Hit]:
        """The hits of a question over everything this reader may see, fetched once per turn."""
        key = (question, as_of)
        if key not in self._pools:
            self._pools[key] = self._search(question, as_of, None, POOL)
        return self._pools[key]

    async def fetch(self, question: str, as_of: date) -> None:
        """Have the pool of a question ready, without holding up other talks where a model takes part in the search."""
        key = (question, as_of)
        if self.house.library.is_slow and key not in self._pools:
            self._pools[key] = await asyncio.to_thread(self._search, question, as_of, None, POOL)

    def reading(self, text: str) -> Reading | None:
        """What ``text`` (masked) asks of the city's tools, read once per turn; None where the city has no tools."""
        planner = self.house.citydata
        if planner is None:
            return None
        if text not in self._readings:
            self._readings[text] = planner.read(self.vault.unmask(text), self.data_now, self.caller)
        return self._readings[text]

    def search(self, question: str, as_of: date, levels: Sequence[Level], limit: int) -> list[Hit]:
        """The best hits of the asked levels, best first."""
        wanted = frozenset(levels)
        hits = [hit for hit in self.pool(question, as_of) if hit.meta.level in wanted]
        if len(hits) < min(limit, 8):
            hits = self._search(question, as_of, wanted, limit)
        return hits[:limit]

    def changes(self, then: date, as_of: date) -> bool:
        """Whether anything that this reader may see was in force ``then`` and is not on ``as_of``."""
        return self.house.library.changes(self._query("", then, None, 1), as_of)

    def _search(self, question: str, as_of: date, levels: frozenset[Level] | None, limit: int) -> list[Hit]:
        return self.house.library.search(self._query(question, as_of, levels, limit))

    def _query(self, question: str, as_of: date, levels: frozenset[Level] | None, limit: int) -> Query:
        return Query(
            text=self._expanded(matter_of(question)),
            as_of=as_of,
            region=self.region,
            role=self.role,
            levels=levels,
            limit=limit,
        )

    def in_documents_words(self, text: str) -> str:
        """A part of the message in the language of the documents: English is put word for word, as far as known."""
        return self.house.english.in_chinese(text) if self.translated else text

    @cached_property
    def translated(self) -> bool:
        """Whether the message is read through the English lexicon, word for word."""
        return bool(self.house.english) and is_english(self.original)

    def _glosses(self, question: str) -> dict[str, tuple[str, ...]]:
        found = self.house.lexicon.glosses(question)
        return found | self.house.english.glosses(question) if self.translated else found

    def _expanded(self, question: str) -> str:
        if not self.translated:
            return self.house.lexicon.expand(question)
        return " ".join(dict.fromkeys((question, *(m for means in self._glosses(question).values() for m in means))))

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Trace a step; the mapping it yields becomes the step's note."""
        note: dict[str, Any] = {}
        begun = time.perf_counter()
        try:
            yield note
        finally:
            self.trace.append(TraceStep(step=name, ms=round((time.perf_counter() - begun) * 1000, 2), note=note))
