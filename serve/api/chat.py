"""``POST /api/chat``: one message in, and the turn's events or its whole answer out."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from agents.contract import Answer, HistoryTurn, Role, TurnRequest
from city.errors import BadInput, TryAgain
from serve.api.front import Front, FrontDep, Said
from serve.api.pictures import drawn
from serve.api.problems import ApiError, Limited, Problem

router = APIRouter(prefix="/api", tags=["chat"])
log = logging.getLogger("citydesk.serve")

THREAD = r"^[A-Za-z0-9_-]{22}$"
LOOK_SECONDS = 0.25
"""How often a caller that waits for JSON is checked for still being there."""


class ChatRequest(BaseModel):
    """One message. Give back the ``thread`` of the last answer to go on with a talk."""

    model_config = ConfigDict(extra="forbid")

    text: str
    thread: Annotated[str, Field(pattern=THREAD)] | None = Field(
        default=None, description="the server made it and gave it in the last answer"
    )
    role: Role = "citizen"
    as_of: date | None = Field(default=None, description="answer for this day; none means today")
    language: Literal["zh", "en"] = "zh"
    history: list[HistoryTurn] = Field(default_factory=list, max_length=100)

    def turn(self) -> TurnRequest:
        """The same as the desk takes it."""
        return TurnRequest(text=self.text, as_of=self.as_of, language=self.language, history=self.history)


def new_thread() -> str:
    """An id of a talk that nobody can guess (128 bits); whoever knows it may go on with the talk."""
    return secrets.token_urlsafe(16)


def is_thread(text: str) -> bool:
    """Whether ``text`` has the form of a thread id."""
    return re.fullmatch(THREAD, text) is not None


@router.post(
    "/chat",
    response_model=None,
    responses={
        200: {
            "model": Answer,
            "description": "Events `step`, `text` (a checked paragraph), `answer` (all of it) and `error`; "
            "the answer alone where `Accept` is `application/json`.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **{status: {"model": Problem} for status in (400, 403, 413, 422, 429)},
    },
)
async def chat(given: ChatRequest, request: Request, front: FrontDep, _limited: Limited) -> Response:
    """Answer one message. A client that leaves cancels the turn."""
    if given.role != "citizen":
        raise ApiError(403, "sign_in_first", front.say("api_staff"))
    thread = given.thread or new_thread()
    accept = request.headers.get("accept", "")
    if "application/json" in accept and "text/event-stream" not in accept:
        return await _whole(request, front, given.turn(), thread)
    headers = {"X-Accel-Buffering": "no"}  # a proxy that buffers would hold the stream back
    return EventSourceResponse(_events(front, given.turn(), thread), headers=headers)


async def _events(front: Front, turn: TurnRequest, thread: str) -> AsyncGenerator[ServerSentEvent, None]:
    try:
        async with aclosing(_stream(front, turn, thread)) as events:
            async for event in events:
                yield event
    except TryAgain as error:
        log.warning("turn of thread %s: %s", thread, error)
        yield _failure("degraded", front.say("degraded"))
    except BadInput as error:
        log.warning("turn of thread %s: %s", thread, error)
        yield _failure("unreadable", front.say("api_unreadable"))
    except Exception:  # the response has begun: only an event can still tell the reader
        log.exception("turn of thread %s failed", thread)
        yield _failure("broken", front.say("api_broken"))


async def _stream(front: Front, turn: TurnRequest, thread: str) -> AsyncGenerator[ServerSentEvent, None]:
    stream = front.desk.stream(turn, thread)
    async with aclosing(stream) as events:
        async for event in events:
            fields = {key: value for key, value in event.items() if key != "type"}
            fields = drawn(fields) if event["type"] == "answer" else fields
            yield ServerSentEvent(event=str(event["type"]), data=json.dumps(fields, ensure_ascii=False))


def _failure(error: str, said: Said) -> ServerSentEvent:
    problem = Problem(error=error, message=said.zh, message_en=said.en)
    return ServerSentEvent(event="error", data=problem.model_dump_json())


async def _whole(request: Request, front: Front, turn: TurnRequest, thread: str) -> Response:
    """The answer as JSON; the turn ends when the caller hangs up."""
    task = asyncio.create_task(front.desk.ask(turn, thread))
    try:
        while not (await asyncio.wait({task}, timeout=LOOK_SECONDS))[0]:
            if await request.is_disconnected():
                return Response(status_code=499)
    finally:
        if not task.done():
            task.cancel()
    try:
        answer = task.result()
    except TryAgain as error:
        raise ApiError(503, "degraded", front.say("degraded"), headers={"Retry-After": "5"}) from error
    return JSONResponse(drawn(answer.model_dump(mode="json")))
