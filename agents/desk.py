"""The desk: the one door through which a message reaches the flow and its answer comes back.

::

    desk = Desk(house)
    answer = await desk.ask(TurnRequest(text="路边停车多久开始收费"))
    async for event in desk.stream(TurnRequest(text="…"), thread="t1"): ...
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.errors import GraphRecursionError
from langgraph.types import Command

from agents.context import Emit, House, TurnContext
from agents.contract import Answer, TraceStep, TurnRequest
from agents.engines.base import EngineAnswerInvalid
from agents.engines.calls import Call
from agents.flow import build_flow
from agents.outcomes import Outcome
from agents.reading.followup import Earlier, resolve
from agents.reading.segments import segments
from agents.recording import Recorder, record_of
from agents.state import Json, TalkState
from agents.vaults import MemoryVaults, Vaults
from city.english import is_english
from city.errors import CityDeskError, TryAgain
from city.privacy import mask

log = logging.getLogger("citydesk.desk")


_FOR_ENGINES = 0.9
"""Share of a turn's time that engines may use: checks and the reply come after them."""


async def _silent(_event: Json) -> None:
    return None


def _served(context: TurnContext) -> list[TraceStep]:
    """What engines have done, as steps of the trace."""
    return [
        TraceStep(
            step=f"engine:{one.task}",
            ms=round(one.seconds * 1000, 2),
            note={
                "engine": one.engine,
                "degraded": one.degraded,
                "prompt_tokens": one.prompt_tokens,
                "cached_tokens": one.cached_tokens,
                "written_tokens": one.written_tokens,
            },
        )
        for one in context.call.served
    ]


@dataclass
class _Turns:
    """The turns of one talk: who holds the lock or waits for it is counted, so that it is dropped only when unused."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Desk:
    """Answers messages. Safe for many talks at once; turns of one talk are taken one after the other."""

    def __init__(
        self,
        house: House,
        *,
        checkpointer: BaseCheckpointSaver[Any] | None = None,
        vaults: Vaults | None = None,
        today: date | None = None,
        now: datetime | None = None,
        recorder: Recorder | None = None,
        grounds: dict[str, str] | None = None,
    ):
        self.house = house
        self._recorder, self._grounds = recorder, grounds or {}
        self._fixed_today = now.date() if now else today
        self._moment = now
        self._remembers = checkpointer is not None
        self._flow = build_flow(checkpointer)
        self._vaults = vaults or MemoryVaults()
        self._turns: dict[str, _Turns] = {}

    @property
    def today(self) -> date:
        """Today in the city's own time zone."""
        zone = ZoneInfo(self.house.pack.city.timezone)
        return self._fixed_today or datetime.now(UTC).astimezone(zone).date()

    async def ask(self, request: TurnRequest, thread: str = "", emit: Emit = _silent) -> Answer:
        """Answer one message. With ``thread`` (and a checkpointer) the talk is remembered."""
        thread = thread or f"once-{uuid.uuid4().hex}"
        turns = self._turns.setdefault(thread, _Turns())
        turns.waiting += 1
        try:
            async with turns.lock:
                return await self._turn(request, thread, emit)
        finally:
            turns.waiting -= 1
            if not turns.waiting:
                self._turns.pop(thread, None)

    async def _turn(self, request: TurnRequest, thread: str, emit: Emit) -> Answer:
        limits = self.house.pack.city.limits
        context = self._context(request, thread, emit)
        config: RunnableConfig = {"configurable": {"thread_id": thread}, "recursion_limit": limits.hops}
        given: TalkState | Command[Any] = {"request": {}}
        if self._remembers and (await self._flow.aget_state(config)).interrupts:
            given = Command(resume=True)
        elif request.history:
            given = {"request": {}, "memory": self._recall(request, context)}
        durability: Literal["exit"] | None = "exit" if self._remembers else None
        try:
            async with asyncio.timeout(limits.turn_seconds):
                state = await self._flow.ainvoke(given, config, context=context, durability=durability)
        except TimeoutError:
            return self._broken(request, context, Outcome.TIMED_OUT, "out_of_time", thread)
        except GraphRecursionError:
            log.error("turn of thread %s exceeded %s hops", thread, limits.hops)
            return self._broken(request, context, Outcome.TIMED_OUT, "out_of_time", thread)
        except (TryAgain, EngineAnswerInvalid) as error:
            log.warning("turn of thread %s degraded: %s", thread, error)
            return self._broken(request, context, Outcome.DEGRADED, "degraded", thread)
        except CityDeskError:
            # What the citizen wrote is never at fault; a person goes on where the program cannot.
            log.exception("turn of thread %s could not be done", thread)
            return self._broken(request, context, Outcome.FOR_PERSON, "turn_for_person", thread)
        self._vaults.save(thread, context.vault)
        answer = Answer.model_validate(state["answer"])
        self._record(request, context, answer)
        answer.text = context.vault.unmask(answer.text)
        return answer.model_copy(update={"trace": [*context.trace, *_served(context)], "thread": thread})

    def _record(self, request: TurnRequest, context: TurnContext, answer: Answer) -> None:
        if self._recorder is not None:
            traced = answer.model_copy(update={"trace": context.trace})
            snapshot = {"snapshot": self.house.library.snapshot}
            self._recorder.keep(record_of(request, context, traced, {**self._grounds, **snapshot}))

    def _context(self, request: TurnRequest, thread: str, emit: Emit) -> TurnContext:
        house = self.house
        if house.orders is not None:
            # One moment for the whole turn: what is filed, told and recorded agree to the second.
            house = replace(house, orders=house.orders.at(house.orders.now()))
        moment = self._moment or datetime.now(UTC).astimezone(ZoneInfo(house.pack.city.timezone))
        return TurnContext(
            house=house,
            original=request.text,
            today=self.today,
            as_of=request.as_of or self.today,
            vault=self._vaults.load(thread),
            role=request.role,
            rights=request.rights if request.role == "staff" else frozenset(),
            moment=moment,
            keeps=self._recorder is not None,
            region=self.house.pack.city.region,
            language="en" if is_english(request.text) else request.language,
            thread=thread,
            remembered=self._remembers,
            emit=emit,
            call=Call(
                session=thread,
                domain=request.role,
                deadline=time.monotonic() + self.house.pack.city.limits.turn_seconds * _FOR_ENGINES,
            ),
        )

    def _recall(self, request: TurnRequest, context: TurnContext) -> list[Json]:
        """Memory from a history that the caller keeps: the questions, each made complete by those before."""
        earlier: list[Earlier] = []
        limits = self.house.pack.city.limits
        for turn in [t for t in request.history if t.role == "user"][-limits.history_turns :]:
            text = mask(turn.text[: limits.message_chars], vault=context.vault).text
            for segment in segments(text):
                earlier.append(Earlier(resolve(segment, earlier, context.today).question, "regulation"))
        return [
            {"question": e.question, "specialist": e.specialist, "provisions": []}
            for e in earlier[-limits.history_turns :]
        ]

    def _broken(self, request: TurnRequest, context: TurnContext, outcome: Outcome, key: str, thread: str) -> Answer:
        answer = Answer(
            outcome=outcome,
            outcome_label=self.house.pack.outcomes[outcome.value].label,
            route="A0_ANSWER",
            text=context.say(key),
            as_of=context.as_of,
            ai_label=context.say("ai_label"),
            engine=context.engine,
            degraded=True,
            thread=thread,
            trace=context.trace,
        )
        self._record(request, context, answer)
        return answer

    async def stream(self, request: TurnRequest, thread: str = "") -> AsyncGenerator[Json, None]:
        """The turn as events: ``step`` while working, ``text`` per checked paragraph, and ``answer`` at the end.

        Nothing is streamed before it is verified. Leaving the iterator cancels the turn.
        """
        queue: asyncio.Queue[Json | None] = asyncio.Queue()

        async def run() -> Answer:
            try:
                return await self.ask(request, thread, queue.put)
            finally:
                await queue.put(None)

        task = asyncio.create_task(run())
        try:
            while (event := await queue.get()) is not None:
                yield event
            answer = await task
            for line in answer.text.splitlines(keepends=True):
                yield {"type": "text", "text": line}
            yield {"type": "answer", **answer.model_dump(mode="json")}
        finally:
            task.cancel()
