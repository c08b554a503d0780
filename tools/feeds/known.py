"""Which datasets there are: every room of ``tools`` with a module ``data`` names its own."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.util import find_spec

import tools as house
from tools.feeds.dataset import Dataset


@cache
def every_dataset() -> dict[str, Dataset]:
    """Every dataset that a room names, by id.

    Raises TypeError where two differ under one id: a fault of the programmer.
    """
    found: dict[str, Dataset] = {}
    for info in pkgutil.iter_modules(house.__path__, f"{house.__name__}."):
        if info.ispkg and find_spec(f"{info.name}.data"):
            for made in datasets_of(importlib.import_module(f"{info.name}.data")):
                if found.setdefault(made.id, made) != made:
                    raise TypeError(f"two datasets have the id {made.id!r}")
    return dict(sorted(found.items()))


def datasets_of(module: object) -> list[Dataset]:
    """The datasets that a module holds."""
    unique = {id(value): value for value in vars(module).values() if isinstance(value, Dataset)}
    return list(unique.values())
