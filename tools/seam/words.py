"""The sentence of a call that brought no value: the tool's own where the pack has one for its code, else the city's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from city.pack import CityPack
from tools.seam.fields import PLAIN
from tools.seam.packed import Told
from tools.seam.result import ToolResult
from tools.seam.showing import text_of


class _Fields(dict[str, str]):
    """A field that a sentence asks for and the ending does not have shows as nothing rather than breaking the reply."""

    def __missing__(self, key: str) -> str:
        return ""


def ending_words(pack: CityPack, told: Told | None, result: ToolResult, language: str = "zh") -> str:
    """What the reader gets in place of a value; empty where the pack has no words for it."""
    own = told.endings.get(result.code) if told else None
    if own is None:
        words = pack.wording.get(language, pack.wording["zh"])
        keys = (f"tool_{result.code}", f"tool_{result.ending.value}")
        own = next((words.raw(key) for key in keys if key in words), "")
    return own.format_map(_Fields(_told(result.fields) | {"phone": pack.city.hotline}))


def _told(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: _moment(value) for name, value in fields.items()}


def _moment(value: str) -> str:
    """A time as people read it; anything else as it is."""
    try:
        return text_of(datetime.fromisoformat(value), PLAIN) if "T" in value else value
    except ValueError:
        return value
