"""Papers: whether each must be handed in, and the lists of several items merged into one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

from tools.items.pack import Guide, Material, Needed
from tools.items.stock import Stock

Hand = Literal["bring", "online", "if_found", "waived"]
"""bring: to be handed in. online: not where it is done online. if_found: not where the office's system finds it.
waived: never."""

_NONE: Mapping[str, Collection[str]] = {}
STRICTEST: tuple[Hand, ...] = ("bring", "online", "if_found", "waived")


class Paper(NamedTuple):
    """One paper for one or several items. ``holder``: id of the unit that has it; ``licence``: what stands for it.

    ``name`` is the guide's own word where all guides use one (``said``), else that of the register of materials.
    """

    key: str
    name: str
    hand: Hand
    form: str
    copies: int
    holder: str | None
    licence: str | None
    notes: tuple[str, ...]
    items: tuple[str, ...]
    said: tuple[str, ...]


def hand_of(needed: Needed, stock: Stock) -> Hand:
    """What the guide says of the paper: its note first, then its form where something stands for it."""
    waiver, note = stock.materials.waiver, needed.note or ""
    if waiver.always in note:
        if any(words in note for words in waiver.if_found):
            return "if_found"
        return "online" if any(words in note for words in waiver.online) else "waived"
    known = stock.paper_of.get(needed.name)
    stands = needed.form == waiver.form and known is not None and known.licence
    return "if_found" if stands else "bring"


def papers(stock: Stock, guides: Iterable[Guide], left_out: Mapping[str, Collection[str]] = _NONE) -> list[Paper]:
    """The papers of all ``guides``, each once: as strict as the strictest of them, as many copies as the most.

    What must be handed in comes first; else in the order of the guides. ``left_out``: by item, papers that are not
    asked for in this case.
    """
    merged: dict[str, Paper] = {}
    for guide in guides:
        for needed in guide.materials:
            if needed.name in left_out.get(guide.id, ()):
                continue
            paper = _paper(stock, guide, needed)
            before = merged.get(paper.key)
            merged[paper.key] = paper if before is None else _merged(stock, before, paper)
    return sorted(merged.values(), key=lambda paper: STRICTEST.index(paper.hand))


def handed(papers_: Iterable[Paper]) -> int:
    """How many of them may have to be handed in."""
    return sum(paper.hand != "waived" for paper in papers_)


def _paper(stock: Stock, guide: Guide, needed: Needed) -> Paper:
    known: Material | None = stock.paper_of.get(needed.name)
    return Paper(
        key=known.id if known else needed.name,
        name=needed.name,
        hand=hand_of(needed, stock),
        form=needed.form,
        copies=needed.copies,
        holder=needed.held_by or (known.holder if known else None),
        licence=known.licence if known else None,
        notes=(needed.note,) if needed.note else (),
        items=(guide.id,),
        said=(needed.name,),
    )


def _merged(stock: Stock, one: Paper, other: Paper) -> Paper:
    strict, mild = sorted((one, other), key=lambda paper: STRICTEST.index(paper.hand))
    said = tuple(dict.fromkeys(one.said + other.said))
    return strict._replace(
        name=said[0] if len(said) == 1 else stock.paper_of[said[0]].name,
        said=said,
        copies=max(one.copies, other.copies),
        holder=strict.holder or mild.holder,
        notes=tuple(dict.fromkeys(strict.notes if strict.hand != mild.hand else one.notes + other.notes)),
        items=tuple(dict.fromkeys(one.items + other.items)),
    )
