"""The pages: the chat, one question without JavaScript, and a provision to print."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from agents.contract import Answer, TurnRequest
from city.errors import NotFound, TryAgain
from serve.api.chat import is_thread, new_thread
from serve.api.front import FrontDep
from serve.api.html import page
from serve.api.problems import ApiError, Limited
from serve.api.provisions import view
from serve.api.words import language_of, outcome_words, page_lines

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_MARK = re.compile(r"\[(\d{1,3})\]")


class Piece(NamedTuple):
    """Words of an answer, or (``number`` > 0) the chip of a citation."""

    text: str
    number: int = 0


def pieces(line: str, citations: int) -> list[Piece]:
    """One paragraph in words and chips; a number in brackets that is no citation stays words."""
    found, at = [], 0
    for match in _MARK.finditer(line):
        number = int(match[1])
        if 1 <= number <= citations:
            found += [Piece(line[at : match.start()]), Piece(match[0], number)]
            at = match.end()
    return [piece for piece in [*found, Piece(line[at:])] if piece.text]


@router.get("/")
def home(request: Request) -> HTMLResponse:
    """The chat."""
    return HTMLResponse(page(request, "chat.html", exchange=None, thread=""))


@router.post("/ask")
async def ask(request: Request, front: FrontDep, _limited: Limited) -> HTMLResponse:
    """One question from a plain form."""
    try:
        form = parse_qs((await request.body()).decode("utf-8"), errors="strict")
    except (UnicodeDecodeError, ValueError) as error:
        raise ApiError(400, "unreadable", front.say("bad_encoding")) from error
    text, thread = form.get("text", [""])[0], form.get("thread", [""])[0]
    thread = thread if is_thread(thread) else new_thread()
    language = language_of(request.query_params.get("lang", "zh"))
    try:
        answer = await front.desk.ask(TurnRequest(text=text, language=language), thread)
    except TryAgain as error:
        raise ApiError(503, "degraded", front.say("degraded")) from error
    names = {line.phone: line.name for line in page_lines(front.pack, front.desk.house.gate, language)}
    exchange = {
        "text": text,
        "answer": answer,
        "label": outcome_words(front.pack, language)[answer.outcome.value],
        "paragraphs": _paragraphs(answer),
        "lines": [(phone, names.get(phone, "")) for phone in answer.lines],
    }
    return HTMLResponse(page(request, "chat.html", exchange=exchange, thread=thread))


def _paragraphs(answer: Answer) -> list[list[Piece]]:
    return [pieces(line, len(answer.citations)) for line in answer.text.splitlines() if line.strip()]


@router.get("/provisions/{name}")
def provision(
    request: Request, name: str, front: FrontDep, start: int | None = None, end: int | None = None
) -> HTMLResponse:
    """A provision on a page of its own."""
    try:
        shown = view(front.desk.house, front.desk.today, name, start, end)
    except NotFound as error:
        raise ApiError(404, "no_provision", front.say("api_no_provision")) from error
    return HTMLResponse(page(request, "provision.html", shown=shown))
