"""``/desk/assistant``: the citizens' desk, asked by staff, with internal documents; and their provisions."""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from agents.contract import TurnRequest
from city.errors import NotFound, TryAgain
from serve.api.chat import is_thread
from serve.api.pages import pieces
from serve.api.problems import ApiError, Limited
from serve.api.words import language_of
from serve.desk.forms import Form, FormDep
from serve.desk.html import desk_page
from serve.desk.room import Clerk, ClerkDep
from serve.desk.talks import Exchange
from tools.seam.rights import read_rights

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
PATH = "/desk/assistant"


@router.get(PATH)
def assistant(clerk: ClerkDep, talk: str = "") -> HTMLResponse:
    """The talk of this visit."""
    return _page(clerk, talk if is_thread(talk) else secrets.token_urlsafe(16), "")


@router.post(PATH)
async def ask(clerk: ClerkDep, form: FormDep, _limited: Limited) -> Response:
    """One question."""
    talk = form.text("talk") if is_thread(form.text("talk")) else secrets.token_urlsafe(16)
    text = form.text("text")
    if not text:
        return RedirectResponse(f"{PATH}?talk={talk}", 303)
    rights = read_rights(clerk.front.pack.root).of(clerk.staff.post.value)
    request = TurnRequest(text=text, role="staff", language=language_of(clerk.staff.language), rights=rights)
    try:
        answer = await clerk.front.desk.ask(request, _thread(clerk, talk))
    except TryAgain:
        return _page(clerk, talk, clerk.say("desk_assistant_failed"), form, 503)
    clerk.room.talks.add(_thread(clerk, talk), Exchange(text=text, answer=answer))
    return RedirectResponse(f"{PATH}?talk={talk}#last", 303)


def _thread(clerk: Clerk, talk: str) -> str:
    """The talk's thread: bound to the visit, so that nobody goes on with another's."""
    return f"desk-{clerk.session.id}-{talk}"


def _page(clerk: Clerk, talk: str, wrong: str, form: Form | None = None, status: int = 200) -> HTMLResponse:
    exchanges = clerk.room.talks.read(_thread(clerk, talk))
    shown = [
        (one, [pieces(line, len(one.answer.citations)) for line in one.answer.text.splitlines() if line.strip()])
        for one in exchanges
    ]
    return desk_page(
        clerk,
        "assistant.html",
        status,
        exchanges=shown,
        talk=talk,
        wrong=wrong,
        typed=form.text("text") if form else "",
    )


@router.get("/desk/provisions/{name}")
def provision(clerk: ClerkDep, name: str, start: int = -1, end: int = -1) -> HTMLResponse:
    """A provision as staff may read it, its cited span lit."""
    library = clerk.house.library
    try:
        found = library.get(name, role="staff")
        meta = library.meta(found.document, role="staff")
    except NotFound as error:
        raise ApiError(404, "no_provision", clerk.front.say("api_no_provision")) from error
    first, last = max(start, found.start) - found.start, min(end, found.end) - found.start
    lit = (found.text[:first], found.text[first:last], found.text[last:]) if 0 <= first < last else (found.text, "", "")
    return desk_page(clerk, "provision.html", meta=meta, found=found, pieces=lit)
