"""What a result depends on, as hashes: the code behind a suite, and values.

The code of a suite is its module and everything of ours that it imports, also inside functions, and the data files
beside those modules. Judging is left out, so that a better judge does not ask everything again: the methods ``score``
and ``judge``, ``eval.metrics``, and a module ``judging`` of the suite's folder.
"""

from __future__ import annotations

import ast
import hashlib
import json
from functools import cache
from pathlib import Path

from city.fingerprint import of_files
from serve.settings import ROOT

ROOMS = frozenset({"city", "knowledge", "tools", "prompts", "agents", "eval", "serve"})
_JUDGES = ("eval.metrics", "eval.statistics", "eval.judging")
_UNASKED = frozenset({"score", "judge"})


def digest(*parts: object) -> str:
    """A hash (32 hex digits) of values as canonical JSON."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def of_code(module: str, root: Path = ROOT) -> str:
    """A hash of what a suite's module runs (see the module's docstring). ``root`` holds our rooms."""
    judges = (*_JUDGES, f"{module.rpartition('.')[0]}.judging")
    seen: dict[str, str] = {}
    ahead = [module]
    while ahead:
        name = ahead.pop()
        if name in seen or name.startswith(judges):
            continue
        found = _module(name, root)
        if found is not None:
            seen[name] = _unjudged(found) if name == module else _plain(found)
            ahead += _imports(name, root)
    beside = {path.parent for name in seen if (path := _module(name, root))}
    data = (one for folder in beside for one in folder.iterdir() if one.is_file() and one.suffix != ".py")
    return digest(sorted(seen.items()), of_files(data, root))


@cache
def _module(name: str, root: Path) -> Path | None:
    base = root.joinpath(*name.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


@cache
def _plain(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()


def _unjudged(path: Path) -> str:
    """A module without the methods that judge."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            node.body = [one for one in node.body if getattr(one, "name", "") not in _UNASKED] or [ast.Pass()]
    return digest(ast.dump(tree))


@cache
def _imports(name: str, root: Path) -> tuple[str, ...]:
    """Our modules that one of ours imports, with the packages above them."""
    path = _module(name, root)
    if path is None:
        return ()
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    ours = {one for one in found if one.split(".")[0] in ROOMS}
    above = {".".join(one.split(".")[:deep]) for one in ours for deep in range(1, one.count(".") + 1)}
    return tuple(sorted(one for one in ours | above if _module(one, root)))
