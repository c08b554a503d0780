"""What a posted form holds, read strictly and bound to the visit in which it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request

from agents.steps.screen import clean
from serve.api.front import Front, FrontDep
from serve.api.problems import ApiError
from serve.desk.room import ClerkDep, RoomDep

TOKEN = "token"  # noqa: S105  # the name of a field
_MOST_FIELDS = 200


class Form:
    """Fields by name; every text is cleaned of characters that cannot be seen."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = {name: [clean(text) for text in texts] for name, texts in fields.items()}

    def text(self, name: str) -> str:
        """The field's text, empty where it is not there."""
        return self._fields.get(name, [""])[0]

    def texts(self, name: str) -> list[str]:
        """All texts under one name that are not empty."""
        return [text for text in self._fields.get(name, []) if text]

    def typed(self) -> list[tuple[str, str]]:
        """Every field that holds something, with its texts joined."""
        return [(name, "、".join(filter(None, texts))) for name, texts in self._fields.items() if any(texts)]

    def has(self, name: str) -> bool:
        """Whether the form brought the field at all."""
        return name in self._fields


async def read_form(request: Request, front: Front) -> Form:
    """The posted form. Raises ApiError where it cannot be read."""
    try:
        fields = parse_qs(
            (await request.body()).decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise ApiError(400, "unreadable", front.say("bad_encoding")) from error
    return Form(fields)


def check_token(front: Front, room: RoomDep, visit: str, form: Form) -> None:
    """Refuse a form that was not made for this visit."""
    if not visit or not room.signer.fits(visit, form.text(TOKEN)):
        raise ApiError(403, "wrong_form", front.say("desk_wrong_form"))


async def posted(request: Request, front: FrontDep, clerk: ClerkDep) -> Form:
    """Dependency of every posting page: its form, checked."""
    form = await read_form(request, front)
    check_token(front, clerk.room, clerk.session.id, form)
    return form


FormDep = Annotated[Form, Depends(posted)]
