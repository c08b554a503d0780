"""``vitals/catalogue.yaml`` of a pack: the vital signs a city counts, their owners and limits, and how to find one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from city.schema import Record
from tools.seam.endings import CannotCompute, NoData

FILE = "vitals/catalogue.yaml"
Colour = Literal["green", "yellow", "red"]
Kind = Literal["amount", "count", "level", "share"]
_MOST_NAMES = 6
_FILLER = re.compile(r"全市|我市|本市|城区|目前|现在|平均|的|情况$|[\s（）()·、，。]")
_TAIL = re.compile(r"数量?$|总?量$")


class Season(Record):
    """The part of a year in which a sign has values; it may run over the new year."""

    from_: str = Field(alias="from", pattern=r"^\d\d-\d\d$")
    to: str = Field(pattern=r"^\d\d-\d\d$", description="the last day")

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in the season."""
        here = f"{day:%m-%d}"
        if self.from_ <= self.to:
            return self.from_ <= here <= self.to
        return here >= self.from_ or here <= self.to


class Sign(Record):
    """One vital sign. It is yellow or red where the value reaches the limit in its direction; some have no limits."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    group: str
    unit: str = ""
    digits: int = Field(default=0, ge=0, le=4)
    kind: Kind = Field(description="how it varies: in proportion, as a count, or by a fixed amount")
    owner: str = Field(description="id of the unit that answers for it")
    public: bool = Field(default=False, description="whether citizens may be told")
    district: str = Field(default="", description="id of the one district that it is of; empty: the whole city")
    direction: Literal["above", "below"] = Field(description="which side is worse")
    yellow: float | None = None
    red: float | None = None
    season: Season | None = None
    drivers: tuple[Literal["temperature", "rain", "calendar"], ...] = ()
    aliases: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.red is None or self.yellow is None:
            if self.red is not self.yellow:
                raise ValueError("give both limits, yellow and red, or none")
            return self
        if (self.red - self.yellow) * (1 if self.direction == "above" else -1) <= 0:
            raise ValueError(f"red ({self.red:g}) must lie {self.direction} yellow ({self.yellow:g})")
        return self

    def colour(self, value: float) -> Colour | None:
        """The colour of a value; None for a sign without limits."""
        if self.red is None or self.yellow is None:
            return None
        turn = 1 if self.direction == "above" else -1
        if turn * (value - self.red) >= 0:
            return "red"
        return "yellow" if turn * (value - self.yellow) >= 0 else "green"


class Cause(Record):
    """What may lie behind several signs that move together: sign → ``+`` higher, ``-`` lower than usual."""

    name: str
    signs: dict[str, Literal["+", "-"]] = Field(min_length=2)


class Catalogue(Record):
    """Every sign of a city."""

    signs: tuple[Sign, ...] = Field(min_length=1)
    causes: tuple[Cause, ...] = ()
    every: str = Field(default="", description="how often values come, in words")
    words: dict[str, str] = Field(default_factory=dict, description="what results call kinds, colours and directions")

    def word(self, key: str) -> str:
        """What results call a kind of alarm, a colour or a direction."""
        return self.words.get(key, key)

    @cached_property
    def by_id(self) -> dict[str, Sign]:
        """Signs by id."""
        return {sign.id: sign for sign in self.signs}

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups in the order of the file."""
        return tuple(dict.fromkeys(sign.group for sign in self.signs))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [sign.id for sign in self.signs]
        twice = sorted({id for id in ids if ids.count(id) > 1})
        unknown = sorted({id for cause in self.causes for id in cause.signs} - set(ids))
        if twice:
            raise ValueError(f"{twice[0]!r} is the id of two signs")
        if unknown:
            raise ValueError(f"a cause names {unknown[0]!r}, which is no sign")
        return self

    def find(self, said: str, *, public_first: bool = False) -> Sign:
        """The sign that is meant. Raises NoData where none is, CannotCompute where several are.

        ``public_first``: a sign that citizens may be told wins against one that is only as close.
        """
        exact = [sign for sign in self.signs if said in (sign.id, sign.name, *sign.aliases)]
        public = [sign for sign in self.signs if sign.public] if public_first else []
        found = exact or _closest(said, public) or _closest(said, self.signs)
        if not found:
            raise NoData(f"no vital sign {said!r}", code="unknown_sign", sign=said)
        if len(found) > 1:
            names = "、".join(sign.name for sign in found[:_MOST_NAMES])
            raise CannotCompute(f"{said!r} may be {names}", code="several", sign=said, names=names)
        return found[0]

    def group(self, said: str) -> str:
        """The group that is meant. Raises NoData."""
        held = [group for group in self.groups if said == group or said in group or group in said]
        if not held:
            raise NoData(f"no group of signs {said!r}", code="unknown_group", group=said, names="、".join(self.groups))
        return held[0]


def _closest(said: str, signs: Sequence[Sign]) -> list[Sign]:
    """Signs whose name agrees longest with what was said: as it stands, else without its tail ("数", "量")."""
    for short in (_plain, _short):
        agreed: dict[float, list[Sign]] = {}
        for sign in signs:
            best = max(_agreement(short(said), short(name)) for name in (sign.name, *sign.aliases))
            agreed.setdefault(best, []).append(sign)
        if agreed and (most := max(agreed)) > 0:
            return agreed[most]
    return []


def _agreement(one: str, other: str) -> float:
    """Letters of the shorter one where the longer one holds it; half a letter more where they are the same."""
    if len(one) < 2 or len(other) < 2 or not (one in other or other in one):
        return 0
    return min(len(one), len(other)) + 0.5 * (one == other)


def _plain(name: str) -> str:
    return _FILLER.sub("", name).upper()


def _short(name: str) -> str:
    return _TAIL.sub("", _plain(name))
