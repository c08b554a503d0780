"""A tool's result as sentences: the pack's template says the words, every value in it is a field of the result.

Each value that a template shows is marked with the path of its field, so that a program can hold every number of a
sentence against the result it came from. What a template shows twice is marked twice; nothing else may bring a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, get_args

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from agents.contract import FieldShown, Sentence
from city.errors import BadInput
from tools.seam.fields import Shown, shown
from tools.seam.packed import Told
from tools.seam.showing import NOTHING, clock_of, text_of

_MARK = re.compile("\ue000([^\ue001]*)\ue001([^\ue002]*)\ue002")


class Line(NamedTuple):
    """A told sentence and the fields it shows."""

    text: str
    fields: list[FieldShown]


class Value:
    """A value of the result on its way into a template: knows its path and how it is shown."""

    __slots__ = ("_how", "_path", "_raw")

    def __init__(self, raw: Any, path: str, how: Shown) -> None:
        self._raw, self._path, self._how = raw, path, how

    def __getattr__(self, name: str) -> Any:
        raw = object.__getattribute__(self, "_raw")
        if isinstance(raw, BaseModel) and name in type(raw).model_fields:
            return wrap(getattr(raw, name), f"{self._path}.{name}", type(raw).model_fields[name])
        raise AttributeError(name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(self._raw, list | tuple) and isinstance(key, slice):
            # A part of a list is told item by item, each under its own place in the whole.
            return [
                Value(self._raw[at], f"{self._path}[{at}]", self._how) for at in range(*key.indices(len(self._raw)))
            ]
        if isinstance(self._raw, list | tuple):
            return Value(self._raw[key], f"{self._path}[{key}]", self._how)
        raise KeyError(key)

    def __iter__(self) -> Iterator[Any]:
        return (Value(item, f"{self._path}[{at}]", self._how) for at, item in enumerate(self._raw))

    def __len__(self) -> int:
        return len(self._raw)

    def __bool__(self) -> bool:
        return bool(self._raw)

    def __eq__(self, other: object) -> bool:
        return bool(self._raw == bare(other))

    def __hash__(self) -> int:
        return hash(self._raw)

    def __lt__(self, other: object) -> bool:
        return self._raw is not None and bool(self._raw < bare(other))

    def __le__(self, other: object) -> bool:
        return self._raw is not None and bool(self._raw <= bare(other))

    def __gt__(self, other: object) -> bool:
        return self._raw is not None and bool(self._raw > bare(other))

    def __ge__(self, other: object) -> bool:
        return self._raw is not None and bool(self._raw >= bare(other))

    def __str__(self) -> str:
        return f"\ue000{self._path}\ue001{text_of(self._raw, self._how)}\ue002"


def bare(value: Any) -> Any:
    """The value itself."""
    return value._raw if isinstance(value, Value) else value


def wrap(value: Any, path: str, info: FieldInfo) -> Value:
    """A field of the result for a template."""
    return Value(value, path, shown(info))


def _finalize(value: Any) -> str:
    if isinstance(value, Value):
        return str(value)
    if value is None:
        return NOTHING
    return str(value)


def _is_none(value: Any) -> bool:  # the test "none" of a template; Jinja's own asks for identity
    return bare(value) is None


def _bare_text(value: Value) -> str:
    """Filter ``bare``: the value without its unit, still marked."""
    how = value._how
    return f"\ue000{value._path}\ue001{text_of(value._raw, how._replace(unit=''))}\ue002"


def _clock_text(value: Value) -> str:
    """Filter ``clock``: a moment's time of day alone, still marked."""
    return f"\ue000{value._path}\ue001{clock_of(value._raw)}\ue002"


@lru_cache(maxsize=1)
def environment() -> SandboxedEnvironment:
    """Where templates are read: with the filters they may use."""
    made = SandboxedEnvironment(undefined=StrictUndefined, finalize=_finalize)
    made.filters["bare"] = _bare_text
    made.filters["clock"] = _clock_text
    made.tests["none"] = _is_none
    return made


def lines(template: str, result: BaseModel, call: str) -> list[Line]:
    """The sentences that ``template`` makes of ``result``, one for each line that is not empty.

    Raises BadInput where the template asks for what the result does not have: a fault of the pack.
    """
    fields = type(result).model_fields
    values = {name: wrap(getattr(result, name), name, info) for name, info in fields.items()}
    try:
        told = environment().from_string(template).render(values)
    except (TemplateError, TypeError) as error:
        raise BadInput(f"the template does not fit its tool's result: {error}") from error
    return [_line(line.strip(), call) for line in told.splitlines() if line.strip()]


def _line(marked: str, call: str) -> Line:
    fields = [FieldShown(call=call, path=match[1], text=match[2]) for match in _MARK.finditer(marked)]
    return Line(_MARK.sub(lambda match: match[2], marked), fields)


def sentences(told: Told, result: BaseModel, call: str) -> list[Sentence]:
    """What the pack says of a result, each sentence with the fields it shows."""
    return [
        Sentence(text=line.text, kind="measured" if line.fields else "frame", fields=line.fields)
        for line in lines(told.tell, result, call)
    ]


def at_path(result: BaseModel, path: str) -> tuple[Any, Shown]:
    """The value of a result at a path such as ``lots[0].free``, and how it is shown. Raises LookupError."""
    value: Any = result
    how = Shown("", "", 0)
    for name, index in re.findall(r"([A-Za-z_]\w*)|\[(\d+)\]", path):
        if index:
            value = value[int(index)]
            continue
        if not isinstance(value, BaseModel) or name not in type(value).model_fields:
            raise LookupError(path)
        how = shown(type(value).model_fields[name])
        value = getattr(value, name)
    return value, how


def row_model(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of the rows of a list field, None where it holds no models."""
    info = model.model_fields.get(name)
    inner = [one for one in get_args(info.annotation) if isinstance(one, type)] if info else []
    return next((one for one in inner if issubclass(one, BaseModel)), None)
