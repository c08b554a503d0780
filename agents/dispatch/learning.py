"""What the category reader learns from: everything the pack says of a category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from agents.dispatch.duties import in_force
from agents.dispatch.reading import Known
from city.pack import CityPack
from tools.workorders.leaves import PLACE, Leaf
from tools.workorders.scheme import Categories, Category


def known_texts(pack: CityPack, categories: Categories, leaves: Mapping[str, Leaf], day: date) -> list[Known]:
    """Each category's name, definition, cases and callers' messages, and its first duty item in force on ``day``."""
    items = {item.id: f"{item.title}，{item.description}" for item in pack.duties if in_force(item, day)}
    return [Known(text, category.code) for _, _, category in categories.paths() for text in
            _texts(category, leaves.get(category.code), items)]  # fmt: skip


def _texts(category: Category, leaf: Leaf | None, items: Mapping[str, str]) -> Iterator[str]:
    yield category.name
    yield from (items[name] for name in category.duty_items[:1] if name in items)
    if leaf:
        yield leaf.definition
        yield from leaf.includes
        yield from (text.replace(PLACE, "") for text in leaf.examples)
