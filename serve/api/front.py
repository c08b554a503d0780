"""What every route may use, made once when the server starts and taken from the app by dependency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from agents.desk import Desk
from city.pack import CityPack
from serve.api.complaints_file import ComplaintsFile
from serve.api.rate import RateLimiter
from serve.settings import Settings


@dataclass(frozen=True)
class Said:
    """One reply in both languages of the page."""

    zh: str
    en: str


@dataclass(frozen=True)
class Front:
    """The desk and what stands in front of it."""

    settings: Settings
    desk: Desk
    limiter: RateLimiter
    complaints: ComplaintsFile

    @property
    def pack(self) -> CityPack:
        """The city."""
        return self.desk.house.pack

    def say(self, key: str, **fields: object) -> Said:
        """A fixed reply in both languages."""
        return Said(self.pack.say(key, "zh", **fields), self.pack.say(key, "en", **fields))


def front_of(request: Request) -> Front:
    """The front of the app that took this request."""
    front: Front = request.app.state.front
    return front


FrontDep = Annotated[Front, Depends(front_of)]
