"""What a field of a tool's arguments or result says of itself, so that programs can hear and tell it.

A result's field has a title, a unit and the digits to show; an argument's field has a title and how it is heard in a
citizen's words::

    class LotsNear(Arguments):
        place: str = slot("place", "地点")
        radius: int = slot("count", "半径", unit="米", default=800, ge=100, le=5_000)

    class Lot(Found):
        name: str = measure("停车场")
        free: int | None = measure("空闲泊位", "个")
        turnover: float = measure("日周转率", "次", digits=1)
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

SlotKind = Literal[
    "place",
    "point",
    "district",
    "day",
    "time",
    "period",
    "count",
    "number",
    "choice",
    "entity",
    "flag",
    "text",
    "none",
]
"""How an argument is heard.

==========  =====================================================================================================
place       a name of the gazetteer, as said (``str``); the tool resolves it with ``data.spot(name)``
point       "longitude,latitude" in degrees (``str``)
district    id of a district (``str``)
day         a day (``date``): 今天, 明天, 上周五, 11月3日
time        a moment (``datetime``, the city's zone): 明天下午三点
period      days from … to (``Period``): 上个月, 今年以来, 最近7天
count       a whole number with the field's unit (``int``)
number      a number with the field's unit (``float``)
choice      one of a ``Literal`` or an enumeration; the pack says the words for each
entity      a row of a register by its name (``str``, its key); ``of`` is ``dataset.column``
flag        yes where one of the pack's words stands (``bool``)
text        the message itself (``str``)
none        never heard in words: only programs give it
==========  =====================================================================================================
"""


class Period(BaseModel):
    """Days from ``since`` to ``until``, both included: how an argument of the kind "period" is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: date
    until: date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.until < self.since:
            raise ValueError(f"the period ends ({self.until}) before it begins ({self.since})")
        return self


class Found(BaseModel):
    """Base of what a tool brings back: frozen, no unknown fields, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def measure(
    title: str, unit: str = "", *, digits: int = 0, default: Any = ..., **more: Any
) -> Any:  # a field of any type
    """A field of a result: its title as readers know it, its unit, decimals shown. ``None`` is told as "no data"."""
    extra: dict[str, Any] = {"unit": unit, "digits": digits}
    return Field(default, title=title, json_schema_extra=extra, **more)


def slot(
    kind: SlotKind, title: str, *, unit: str = "", of: str = "", default: Any = ..., **more: Any
) -> Any:  # a field of any type
    """A field of arguments: how it is heard (see ``SlotKind``), its title, its unit."""
    extra: dict[str, Any] = {"slot": kind, "unit": unit, "of": of}
    return Field(default, title=title, json_schema_extra=extra, **more)


class Shown(NamedTuple):
    """How a field is told."""

    title: str
    unit: str
    digits: int


PLAIN = Shown("", "", 0)
"""A value without title or unit."""


class Heard(NamedTuple):
    """How a field is heard."""

    kind: SlotKind
    title: str
    unit: str
    of: str
    required: bool


def shown(info: FieldInfo) -> Shown:
    """How a field of a result is told."""
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    digits = extra.get("digits", 0)
    return Shown(info.title or "", str(extra.get("unit", "")), digits if isinstance(digits, int) else 0)


def heard(info: FieldInfo) -> Heard:
    """How a field of arguments is heard; a field that says nothing is never heard."""
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    kind: Any = extra.get("slot", "none")
    return Heard(kind, info.title or "", str(extra.get("unit", "")), str(extra.get("of", "")), info.is_required())
