"""Which tools there are: every room of ``tools`` with a module ``tools``, then entry points of ``citydesk.tools``.

A room is a folder; its module ``tools.py`` holds its :class:`Tool` objects at module level. An entry point names a
module, a package with such modules, or a tool. Nothing is registered by hand.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from types import ModuleType

import tools as house
from tools.seam.tool import AnyTool, Tool

ENTRY_POINTS = "citydesk.tools"


@cache
def every_tool() -> dict[str, AnyTool]:
    """Every tool by id. One of an entry point with a known id takes its place.

    Raises TypeError where two rooms give the same id: a fault of the programmer.
    """
    found: dict[str, AnyTool] = {}
    for info in pkgutil.iter_modules(house.__path__, f"{house.__name__}."):
        if info.ispkg and find_spec(f"{info.name}.tools"):
            for made in tools_of(importlib.import_module(f"{info.name}.tools")):
                if made.id in found:
                    raise TypeError(f"two tools have the id {made.id!r}")
                found[made.id] = made
    for entry in entry_points(group=ENTRY_POINTS):
        given = entry.load()
        found |= {made.id: made for made in ([given] if isinstance(given, Tool) else tools_of(given))}
    return dict(sorted(found.items()))


def tools_of(module: ModuleType) -> list[AnyTool]:
    """The tools that a module holds; of a package, those of its modules too."""
    modules = [module]
    if path := getattr(module, "__path__", None):
        names = [info.name for info in pkgutil.iter_modules(path) if not info.ispkg]
        modules += [importlib.import_module(f"{module.__name__}.{name}") for name in names]
    unique = {id(value): value for one in modules for value in vars(one).values() if isinstance(value, Tool)}
    return list(unique.values())
