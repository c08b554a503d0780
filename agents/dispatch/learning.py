"""What the category reader learns from: everything the pack says of a category."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from agents.reading.categories import Known
from city.duties import in_force
from city.pack import CityPack
from tools.workorders.leaves import BLANK, Leaf
from tools.workorders.messages import Message
from tools.workorders.scheme import Categories, Category

_TOGETHER = 8


def batched(words: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Runs of ``size`` words, the last one shorter."""
    return (words[at : at + size] for at in range(0, len(words), size))


def known_texts(
    pack: CityPack, categories: Categories, leaves: Mapping[str, Leaf], messages: Iterable[Message], day: date
) -> list[Known]:
    """Each category's name, definition, cases, its first duty item in force on ``day``, and callers' messages."""
    items = {item.id: f"{item.title}，{item.description}" for item in pack.duties if in_force(item, day)}
    told = [Known(message.text.replace(BLANK, ""), message.label) for message in messages]
    return told + [Known(text, category.code) for _, _, category in categories.paths() for text in
            _texts(category, leaves.get(category.code), items)]  # fmt: skip


def units_of(pack: CityPack, categories: Categories, day: date) -> dict[str, str]:
    """Category → the handler that its first duty item in force names: those that share one lead to the same unit."""
    items = {item.id: item.handler or item.lead_unit for item in pack.duties if in_force(item, day)}
    firsts = {
        c.code: next((items[name] for name in c.duty_items if name in items), "") for _, _, c in categories.paths()
    }
    return {code: handler for code, handler in firsts.items() if handler}


def _texts(category: Category, leaf: Leaf | None, items: Mapping[str, str]) -> Iterator[str]:
    yield category.name
    yield from (items[name] for name in category.duty_items[:1] if name in items)
    if leaf:
        yield leaf.definition
        yield from leaf.includes
        # A few words together weigh like a message; one alone would count as much as a whole story.
        yield from (" ".join(words) for words in batched(leaf.words, _TOGETHER))
        yield from (text.replace(BLANK, "") for text in leaf.examples)
