"""What a turn was asked and stood on, so that it can be taken again: no personal data, only tokens in their place.

A record holds the message as the flow saw it (masked), the moment, what engines and tools answered, and the reply
before tokens became values again. With the same snapshot, pack and code the turn can be replayed from it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from agents.context import TurnContext
from agents.contract import Answer, HistoryTurn, Role, TurnRequest
from agents.steps.screen import clean
from city.privacy import mask

Json = dict[str, Any]
_NOT_OF_THE_TURN = frozenset({"ms", "seconds", "call", "hidden_characters"})


class Heard(BaseModel):
    """One answer of an engine: the task, and what was decided (JSON) or written (text)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: str
    made: Json | str


class TurnRecord(BaseModel):
    """One turn. ``grounds`` tell what it stood on (snapshot, pack, engine, version), by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    thread: str
    at: datetime = Field(description="the moment of the turn, in the city's zone")
    orders_at: datetime = Field(description="the moment by the clock of work orders")
    today: date
    text: str = Field(description="the message, masked")
    history: list[HistoryTurn] = Field(default_factory=list, description="as the caller gave it, masked")
    role: Role = "citizen"
    language: str = "zh"
    as_of: date | None = None
    rights: list[str] = Field(default_factory=list)
    tokens: list[tuple[str, str]] = Field(default_factory=list, description="kind and token of what was masked")
    remembered: bool = False
    heard: list[Heard] = Field(default_factory=list)
    results: list[Json] = Field(default_factory=list, description="results of tools, in the order of the calls")
    answer: Json = Field(description="the reply, masked, without times")
    grounds: dict[str, str] = Field(default_factory=dict)


class Recorder(Protocol):
    """Keeps records. Example: ``recorder.keep(record_of(request, context, answer, {}))``."""

    def keep(self, record: TurnRecord) -> None:
        """Keep one turn. Must not raise: a talk goes on though its record cannot be written."""
        ...


def record_of(request: TurnRequest, context: TurnContext, answer: Answer, grounds: dict[str, str]) -> TurnRecord:
    """The record of a turn that has ended with ``answer``, whose text is still masked."""

    def masked(text: str) -> str:
        return mask(text, vault=context.vault, gazetteer=context.house.pack.place_names).text

    # Hidden characters are dropped as the flow drops them: between digits they would hide a number from the mask.
    text = masked(clean(request.text))
    history = [one.model_copy(update={"text": masked(clean(one.text))}) for one in request.history]
    orders, told_texts = context.house.orders, [text, *(one.text for one in history)]
    return TurnRecord(
        thread=context.thread,
        at=context.now,
        orders_at=orders.now() if orders else context.now,
        today=context.today,
        text=text,
        history=history,
        role=request.role,
        language=request.language,
        as_of=request.as_of,
        rights=sorted(request.rights),
        tokens=[*dict.fromkeys((str(kind), token) for one in told_texts for kind, token in context.vault.held(one))],
        remembered=context.remembered,
        heard=[Heard(task=task, made=made) for task, made in context.heard],
        results=[_masked(result, masked) for result in context.results],
        answer=told(answer),
        grounds=grounds,
    )


def told(answer: Answer) -> Json:
    """An answer as records hold and replays compare it: no times, no ids of calls."""
    found = answer.model_dump(mode="json", exclude={"trace", "thread"})
    steps = [step for step in answer.trace if not step.step.startswith("engine:")]
    return found | {"steps": [{"step": step.step, "note": _timeless(step.note)} for step in steps]}


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(one) for key, one in value.items() if key not in _NOT_OF_THE_TURN}
    return [_timeless(one) for one in value] if isinstance(value, list | tuple) else value


def _masked(value: Any, masked: Any) -> Any:
    """JSON with its texts masked."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: _masked(one, masked) for key, one in value.items()}
    return [_masked(one, masked) for one in value] if isinstance(value, list) else value
