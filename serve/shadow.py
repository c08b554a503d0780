"""Our rooms are plain root packages with plain names; a foreign package of the same name would be imported instead."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from city.errors import BadInput

ROOMS = ("city", "knowledge", "tools", "prompts", "agents", "eval", "serve")
ROOT = Path(__file__).resolve().parent.parent


def check_rooms(root: Path = ROOT) -> None:
    """Raise BadInput naming every foreign package that shadows one of ours."""
    foreign = []
    for room in ROOMS:
        spec = find_spec(room)
        origin = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if origin != root / room:
            foreign.append(f"{room} is imported from {origin or 'nowhere'}")
    if foreign:
        raise BadInput(
            "A foreign package shadows one of CityDesk's: "
            + "; ".join(foreign)
            + ". Uninstall it, or run CityDesk in a virtual environment of its own."
        )
