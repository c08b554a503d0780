"""The word lists by which personal data is recognised, read once from ``words.yaml`` beside this file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict


class _Lists(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlateWords(_Lists):
    """Characters of number plates."""

    regions: str
    suffixes: str


class NameWords(_Lists):
    """Surnames, the words around a name, and what only looks like one."""

    common: str
    rare: str
    wordlike: str
    compound: tuple[str, ...]
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    titles: tuple[str, ...]
    ranks: frozenset[str]
    seldom: str
    not_cue_after: str
    never: str
    followers: tuple[str, ...]
    not_names: frozenset[str]
    bodies: tuple[str, ...]


class AddressWords(_Lists):
    """The parts of an address and the words around it."""

    provinces: tuple[str, ...]
    admin: tuple[str, ...]
    roads: tuple[str, ...]
    villages: tuple[str, ...]
    estates: tuple[str, ...]
    strong_units: tuple[str, ...]
    weak_units: tuple[str, ...]
    not_house: tuple[str, ...]
    not_before_house: tuple[str, ...]
    not_after_unit: str
    not_after_cue: str
    cues: tuple[str, ...]
    edge: str
    edge_words: tuple[str, ...]


class Words(_Lists):
    """All lists of ``words.yaml``."""

    labels: dict[str, str]
    context: dict[str, tuple[str, ...]]
    amount_units: tuple[str, ...]
    plates: PlateWords
    spoken_digits: dict[str, int]
    names: NameWords
    addresses: AddressWords


@cache
def words() -> Words:
    """The lists, read once per process."""
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    return Words.model_validate(yaml.safe_load(text))


def any_of(items: Iterable[str]) -> str:
    """A regular expression for one of ``items``, longest first, in a group that captures nothing."""
    return "(?:" + "|".join(re.escape(item) for item in sorted(set(items), key=lambda w: (-len(w), w))) + ")"
