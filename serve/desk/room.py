"""What the desk's pages share: seals and the access log, made when the server starts; and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from agents.context import House
from agents.orders import Orders
from agents.replies.checks import FILE as REPLIES
from agents.replies.checks import Phrases
from city.pack import CityPack
from serve.api.front import Front, FrontDep
from serve.api.problems import ApiError
from serve.desk.access import AccessLog
from serve.desk.counted import Counted
from serve.desk.session import COOKIE, Session, Signer
from serve.desk.staff import Staff
from serve.desk.talks import Talks
from serve.desk.words import Say, speaker
from serve.settings import Settings

SIGN_IN = "/desk/signin"


@dataclass(frozen=True)
class Room:
    """Made once."""

    signer: Signer
    access: AccessLog
    talks: Talks
    phrases: Phrases | None
    counted: Counted


def open_room(settings: Settings, pack: CityPack) -> Room:
    """The room of this city's desk in the installation's home."""
    folder = settings.home / pack.city.id / "desk"
    phrases = Phrases.load(pack.root) if (pack.root / REPLIES).is_file() else None
    return Room(
        Signer.open(folder / "secret"), AccessLog(folder / "access"), Talks(folder / "talks"), phrases, Counted()
    )


class SignInFirstError(ApiError):
    """Nobody is signed in: goes to the sign-in page."""

    def response(self, request: Request) -> Response:
        """A redirect."""
        return RedirectResponse(SIGN_IN, 303)


@dataclass(frozen=True)
class Clerk:
    """Somebody signed in, before the house."""

    session: Session
    front: Front
    room: Room
    request: Request

    @property
    def staff(self) -> Staff:
        """Who it is."""
        return self.session.staff

    @property
    def house(self) -> House:
        """The city's house."""
        return self.front.desk.house

    @property
    def pack(self) -> CityPack:
        """The city."""
        return self.front.pack

    @property
    def say(self) -> Say:
        """The city's words in this person's language."""
        return speaker(self.pack, self.staff.language)

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.pack.city.timezone)

    @property
    def orders(self) -> Orders:
        """The work orders. Raises ApiError where this installation keeps none."""
        if self.house.orders is None:
            raise ApiError(404, "no_orders", self.front.say("desk_no_orders"))
        return self.house.orders

    def now(self) -> datetime:
        """This instant, by the clock of the work orders."""
        return self.orders.now()

    def token(self) -> str:
        """What this person's forms carry."""
        return self.room.signer.token(self.session.id)


def room_of(request: Request) -> Room:
    """The room of the app that took this request."""
    room: Room = request.app.state.room
    return room


RoomDep = Annotated[Room, Depends(room_of)]


def signed_in(request: Request, front: FrontDep, room: RoomDep) -> Clerk:
    """Dependency of every page of the desk but the sign-in."""
    session = room.signer.read(request.cookies.get(COOKIE, ""))
    if session is None:
        raise SignInFirstError(401, "sign_in", front.say("desk_sign_in_first"))
    return Clerk(session, front, room, request)


ClerkDep = Annotated[Clerk, Depends(signed_in)]
