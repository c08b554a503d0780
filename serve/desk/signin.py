"""``/desk/signin``: the demo's sign-in, by role and without a password. Only where no other machine gets in."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from agents.steps.screen import clean
from city.pack import CityPack
from serve.api.front import Front, FrontDep
from serve.api.problems import Limited
from serve.api.words import language_of
from serve.desk.forms import Form, FormDep, check_token, read_form
from serve.desk.html import guest_page
from serve.desk.room import SIGN_IN, ClerkDep, RoomDep
from serve.desk.session import COOKIE, GUEST, HOURS
from serve.desk.staff import UNIT_POSTS, Post, Staff
from serve.desk.units import unit_named
from serve.desk.words import speaker

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
_NAME_CHARS = 20


async def _guest_form(request: Request, front: FrontDep, room: RoomDep) -> Form:
    form = await read_form(request, front)
    check_token(front, room, request.cookies.get(GUEST, ""), form)
    return form


def _keep(request: Request, response: Response, name: str, value: str, hours: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=hours * 3_600,
        path="/desk",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


@router.get(SIGN_IN)
def signin_page(request: Request, front: FrontDep, room: RoomDep) -> Response:
    """The form."""
    return _form(request, front, room, Form({}), "", language_of(request.query_params.get("lang", "zh")))


def _form(request: Request, front: Front, room: RoomDep, form: Form, wrong: str, language: str) -> Response:
    guest = request.cookies.get(GUEST, "") or secrets.token_urlsafe(16)
    shown = guest_page(
        request,
        speaker(front.pack, language),
        language,
        "signin.html",
        422 if wrong else 200,
        posts=list(Post),
        unit_posts=UNIT_POSTS,
        units=front.pack.units,
        form=form,
        wrong=wrong,
        token=room.signer.token(guest),
    )
    _keep(request, shown, GUEST, guest, 1)
    return shown


@router.post(SIGN_IN)
def sign_in(
    request: Request, front: FrontDep, room: RoomDep, form: Annotated[Form, Depends(_guest_form)], _limited: Limited
) -> Response:
    """Begin a visit."""
    language = language_of(form.text("lang"))
    made = staff_of(front.pack, form, language)
    if isinstance(made, str):
        return _form(request, front, room, form, speaker(front.pack, language)(made), language)
    gone = RedirectResponse("/desk", 303)
    _keep(request, gone, COOKIE, room.signer.written(room.signer.begin(made)), HOURS)
    return gone


def staff_of(pack: CityPack, form: Form, language: str) -> Staff | str:
    """Whom the form describes, or the wording key of what is missing."""
    try:
        post = Post(form.text("post"))
    except ValueError:
        return "desk_sign_in_post"
    name = clean(form.text("name"))[:_NAME_CHARS] or speaker(pack, language)(f"desk_post_{post.value}")
    if post not in UNIT_POSTS:
        return Staff(id=f"desk:{post.value}::{name}", name=name, post=post, language=language)
    unit = unit_named(pack, form.text("unit"))
    if unit is None:
        return "desk_sign_in_unit"
    return Staff(id=f"desk:{post.value}:{unit.id}:{name}", name=name, post=post, unit=unit.id, language=language)


@router.post("/desk/signout")
def sign_out(_clerk: ClerkDep, _form_: FormDep) -> Response:
    """End the visit in this browser."""
    gone = RedirectResponse(SIGN_IN, 303)
    gone.delete_cookie(COOKIE, path="/desk")
    return gone
