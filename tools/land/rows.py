"""A scheme's parts as formulas see them: each field a value that says what it lacks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin

from annotated_types import Ge, Gt
from pydantic.fields import FieldInfo

from tools.land.parts import Part
from tools.land.values import Number, Truth, Untold, Word

Value = Any
"""Number, Truth, Word, Row, a tuple of these, Untold, or a plain parameter: what a formula may hold."""
Kind = Literal["number", "flag", "word", "row", "rows"]


class Spec(NamedTuple):
    """What a field holds: its kind, the model of its parts, whether it may be below zero."""

    kind: Kind
    model: type[Part] | None = None
    is_signed: bool = False


class Row:
    """A part of a scheme. ``path`` names it where something of it is lacking; ``made`` are fields that are derived."""

    __slots__ = ("made", "model", "name", "part", "path")

    def __init__(
        self,
        model: type[Part],
        part: Part | None,
        path: str,
        made: Mapping[str, Value] | None = None,
        name: str = "",
    ) -> None:
        self.model, self.part, self.path, self.name = model, part, path, name
        self.made = dict(made or {})

    def get(self, field: str) -> Value:
        """The value of a field. Raises KeyError where the part has no such field."""
        if field in self.made:
            return self.made[field]
        spec = specs(self.model)[field]
        path = f"{self.path}.{field}" if self.path else field
        return value_of(spec, getattr(self.part, field) if self.part is not None else None, path)


def value_of(spec: Spec, given: Any, path: str) -> Value:  # given: a field of any type
    """A field's content as a value."""
    lacks = frozenset({path})
    if spec.kind in ("row", "rows"):
        if given is None and spec.kind == "rows":
            return Untold(lacks)
        if spec.kind == "row":
            return Row(spec.model or Part, given, path)
        return tuple(_element(spec, one, path) for one in given)
    if spec.kind == "number":
        if given is None:
            return Number(-math.inf if spec.is_signed else 0.0, math.inf, lacks)
        return Number.of(float(given))
    if spec.kind == "flag":
        return Truth(given) if given is not None else Truth(None, lacks)
    return Word(given) if given is not None else Word(None, lacks)


def _element(spec: Spec, one: Any, path: str) -> Value:  # an element of any list
    if isinstance(one, Part):
        return Row(type(one), one, path, name=str(getattr(one, "id", "")))
    if isinstance(one, str):
        return Word(one)
    return Number.of(float(one)) if isinstance(one, int | float) else one


@cache
def specs(model: type[Part]) -> dict[str, Spec]:
    """The fields of a part and what each holds."""
    return {name: _spec(info) for name, info in model.model_fields.items()}


def _spec(info: FieldInfo) -> Spec:
    plain = [hint for hint in get_args(info.annotation) if hint is not NoneType] or [info.annotation]
    hint: Any = plain[0] if len(plain) == 1 else info.annotation
    if get_origin(hint) is list:
        inner = get_args(hint)[0]
        return Spec("rows", inner if _is_part(inner) else None)
    if _is_part(hint):
        return Spec("row", hint)
    if hint is bool:
        return Spec("flag")
    choices = get_args(hint)
    if hint in (int, float) or (choices and all(isinstance(choice, int) for choice in choices)):
        is_bounded = any(isinstance(rule, Ge | Gt) for rule in info.metadata) or get_origin(hint) is Literal
        return Spec("number", is_signed=not is_bounded)
    return Spec("word")


def _is_part(hint: Any) -> bool:  # a type hint may be anything
    return isinstance(hint, type) and issubclass(hint, Part)
