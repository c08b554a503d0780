"""Render a template of the desk."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from serve.api.html import environment
from serve.desk.forms import TOKEN
from serve.desk.room import Clerk
from serve.desk.words import FOLDER, Say


def desk_page(clerk: Clerk, template: str, status: int = 200, **fields: object) -> HTMLResponse:
    """A page of somebody signed in. All text is escaped."""
    unit = clerk.pack.unit(clerk.staff.unit) if clerk.staff.unit else None
    who = {"name": clerk.staff.name, "post": clerk.say(f"desk_post_{clerk.staff.post.value}"), "unit": unit}
    given = {"clerk": clerk, "who": who, "token": clerk.token(), "path": clerk.request.url.path, **fields}
    return HTMLResponse(_render(template, clerk.say, clerk.staff.language, clerk.pack.city.name, given), status)


def guest_page(request: Request, say: Say, language: str, template: str, status: int, **fields: object) -> HTMLResponse:
    """A page of somebody who is not signed in."""
    city = request.app.state.front.pack.city.name
    return HTMLResponse(_render(template, say, language, city, {"who": None, "path": "", **fields}), status)


def _render(template: str, say: Say, language: str, city: str, fields: dict[str, object]) -> str:
    page = environment().get_template(f"{FOLDER}/{template}")
    return page.render(say=say, lang=language, city=city, TOKEN=TOKEN, **fields)
