"""The records of this part: a petition as it comes in, and where it belongs."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from city.schema import Record

Kind = Literal["new", "duplicate", "repeat", "pursuit", "topic"]


class Petition(Record):
    """One petition. ``caller`` is an opaque id; where nobody is named it is empty, and then it equals no other."""

    id: str = Field(min_length=1)
    title: str = ""
    detail: str = ""
    at: AwareDatetime
    caller: str = ""
    category: str = ""
    units: tuple[str, ...] = Field(default=(), description="ids of the units responsible, as the work order has them")
    place: str = Field(default="", description="name of the place where it was already found, else read from the text")
    likes: int = Field(default=0, ge=0)


class Fact(Record):
    """Words of the petition that earlier ones do not have: ``quote`` is ``field[start:end]`` of the petition."""

    field: Literal["title", "detail"]
    start: int = Field(ge=0)
    end: int
    quote: str
    fresh: tuple[str, ...] = Field(description="the new specific words, places and numbers in it, weightiest first")
    by: Literal["words", "figure", "place"] = Field(description="what is new: a place or a figure says more than words")


class Placement(Record):
    """Where a petition belongs.

    ``duplicate``: the same matter, other callers only. ``repeat``: the same caller and matter; what is new is quoted in
    ``new_facts``, and a person decides. ``pursuit``: the same caller asks how it goes; no new order. ``topic``: one of
    many on a topic, with a matter of its own.
    """

    kind: Kind
    of: tuple[str, ...] = Field(default=(), description="earlier petitions it belongs to, likeliest first")
    cluster: str = Field(default="", description="cluster it joined; its own where it is new")
    score: float = Field(default=0.0, ge=0, le=1, description="chance of being the same matter as the first of `of`")
    words: tuple[str, ...] = Field(default=(), description="specific words shared with the first of `of`")
    places: tuple[str, ...] = Field(default=(), description="places named in both")
    new_facts: tuple[Fact, ...] = ()
