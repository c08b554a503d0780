"""A tool: a typed Python function, and what must be known before it may be called.

Example::

    @tool("parking.near", "附近停车场", needs=(LOTS, FREE))
    def near(asked: LotsNear, data: CityData) -> LotsFound:
        '''Car parks within walking distance, with free places now.'''
        ...

``near`` is then a :class:`Tool`; ``near.run(asked, data)`` is the plain function, which is what unit tests call. A tool
never reads the clock, files or the network itself: it asks ``data``. It returns its result or raises one of
``tools.seam.endings``; any other error is a fault of ours and ends the call as "cannot compute".
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast, get_type_hints

from pydantic import BaseModel, ConfigDict

from tools.feeds.citydata import CityData
from tools.feeds.dataset import Dataset
from tools.seam.fields import Found, heard
from tools.seam.result import Source

Audience = Literal["citizen", "staff"]
Effect = Literal["read", "propose", "write"]
"""read: looks up. propose: drafts an act that a person approves before anything happens. write: acts; no tool for
citizens writes."""

EVERYBODY: frozenset[Audience] = frozenset({"citizen", "staff"})
STAFF: frozenset[Audience] = frozenset({"staff"})


class Arguments(BaseModel):
    """Base of what a tool is asked: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


A = TypeVar("A", bound=Arguments)
R = TypeVar("R", bound=Found)


@dataclass(frozen=True)
class Tool(Generic[A, R]):
    """One tool.

    ``id``: ``room.name``. ``audience``: the widest circle it is made for; the city's pack may only narrow it, and a
    tool that the pack does not name is off. ``permission``: the right a caller needs beside belonging to the audience.
    ``needs``: the datasets it reads; how fresh each must be is said by the city's feed. ``timeout_s``: seconds of one
    call. ``cost``: rough weight in a turn's budget, 1 = a lookup. ``outside``: the source
    that another party's server is, where one runs the tool.
    """

    id: str
    title: str
    run: Callable[[A, CityData], R]
    arguments: type[A]
    result: type[R]
    audience: frozenset[Audience]
    permission: str
    effect: Effect
    needs: tuple[Dataset, ...]
    timeout_s: float
    cost: int
    outside: Source | None = None

    @property
    def description(self) -> str:
        """What it does, from the function's docstring."""
        return inspect.getdoc(self.run) or ""

    @property
    def room(self) -> str:
        """The room it lives in."""
        return self.id.split(".", 1)[0]


def tool(
    id: str,  # the name of the field it fills
    title: str,
    *,
    needs: tuple[Dataset, ...] = (),
    audience: frozenset[Audience] = EVERYBODY,
    permission: str = "city.read",
    effect: Effect = "read",
    timeout_s: float = 3.0,
    cost: int = 1,
) -> Callable[[Callable[[A, CityData], R]], Tool[A, R]]:
    """Make a tool of a function ``(arguments, data) -> result``; the models are taken from its type hints.

    Raises TypeError where the function is not of that form: a fault of the programmer, seen at import.
    """

    def make(run: Callable[[A, CityData], R]) -> Tool[A, R]:
        hints = get_type_hints(run)
        takes = [hints.get(name) for name in inspect.signature(run).parameters]
        gives = hints.get("return")
        fits = len(takes) == 2 and _is_model(takes[0], Arguments) and _is_model(gives, Found)
        if not fits:
            raise TypeError(f"{run.__name__}: a tool is (Arguments, CityData) -> Found, with type hints")
        if effect != "read" and "citizen" in audience:
            raise TypeError(f"{id}: a tool for citizens only reads; proposals of the chat go through the petition desk")
        if unread := _registers(cast(type[A], takes[0])) - {dataset.id for dataset in needs}:
            raise TypeError(f"{id}: the names of an argument are in {sorted(unread)}, which is not among needs")
        return Tool(
            id=id,
            title=title,
            run=run,
            arguments=cast(type[A], takes[0]),
            result=cast(type[R], gives),
            audience=audience,
            permission=permission,
            effect=effect,
            needs=needs,
            timeout_s=timeout_s,
            cost=cost,
        )

    return make


def _registers(arguments: type[BaseModel]) -> set[str]:
    """The datasets whose names are heard as arguments."""
    said = [heard(info).of for info in arguments.model_fields.values()]
    return {of.rsplit(".", 1)[0] for of in said if of}


def _is_model(hint: Any, base: type[BaseModel]) -> bool:  # a type hint may be anything
    return isinstance(hint, type) and issubclass(hint, base)


AnyTool = Tool[Any, Any]
