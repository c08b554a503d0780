"""``GET /api/city`` and ``GET /healthz``: who answers here, and whether it can."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from serve.api.front import Front, FrontDep
from serve.api.words import Language, Line, language_of, outcome_words, page_lines, page_words

router = APIRouter(tags=["city"])


class CityView(BaseModel):
    """What a chat page must know of the city."""

    id: str
    name: str
    hotline: str
    language: Language
    message_chars: int
    policies: bool
    words: dict[str, str]
    outcomes: dict[str, str]
    lines: list[Line]


class Health(BaseModel):
    """Whether this process can answer, and with what."""

    ok: bool
    city: str
    snapshot: str
    engine: str


def city_view(front: Front, language: Language) -> CityView:
    """The city in one language."""
    pack = front.pack
    return CityView(
        id=pack.city.id,
        name=pack.city.name if language == "zh" else pack.city.name_en,
        hotline=pack.city.hotline,
        language=language,
        message_chars=pack.city.limits.message_chars,
        policies=front.desk.house.policies is not None,
        words=page_words(pack, language),
        outcomes=outcome_words(pack, language),
        lines=page_lines(pack, front.desk.house.gate, language),
    )


@router.get("/api/city")
def city(front: FrontDep, lang: str = "zh") -> CityView:
    """The city's name, numbers and words."""
    return city_view(front, language_of(lang))


@router.get("/healthz")
def healthz(front: FrontDep) -> Health:
    """Alive, and which snapshot and engine answer."""
    house = front.desk.house
    return Health(ok=True, city=house.pack.city.id, snapshot=house.library.snapshot, engine=house.engine.name)
