"""The same rule at other times, and documents with a part taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.model import Document, Metadata, Provision

_SAME = 0.35  # from this share of common character pairs on, two provisions are about the same rule
_NUMBER_BONUS = 0.1  # an equal article number counts as that much similarity
_BLOT = "█"


@dataclass(frozen=True, slots=True)
class VersionMatch:
    """The provision of another version that says the same. ``similarity`` is in [0, 1], 1 for equal words."""

    meta: Metadata
    provision: Provision | None
    similarity: float


def pairs_of(text: str) -> frozenset[str]:
    """The character pairs of a text, blanks left out."""
    packed = "".join(text.split())
    return frozenset(packed[i : i + 2] for i in range(len(packed) - 1))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Sørensen-Dice coefficient of two sets of character pairs, in [0, 1]."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


def best_match(provision: Provision, meta: Metadata, candidates: Iterable[Provision]) -> VersionMatch:
    """The candidate whose words are most similar, if any is similar enough."""
    own, number = pairs_of(provision.text), provision.id.partition("#")[2]
    best: tuple[float, float, Provision] | None = None
    for candidate in candidates:
        alike = similarity(own, pairs_of(candidate.text))
        rank = alike + (_NUMBER_BONUS if candidate.id.partition("#")[2] == number else 0.0)
        if best is None or rank > best[0]:
            best = (rank, alike, candidate)
    if best is None or best[0] < _SAME:
        return VersionMatch(meta, None, best[1] if best else 0.0)
    return VersionMatch(meta, best[2], best[1])


def without(document: Document, provisions: Sequence[Provision]) -> Document:
    """The document with those provisions gone and their characters blotted out, so that all spans still
    hold.
    """
    if not provisions:
        return document
    text = list(document.text)
    for provision in provisions:
        for place in range(provision.start, provision.end):
            if not text[place].isspace():
                text[place] = _BLOT
    gone = {provision.id for provision in provisions}
    kept = [provision for provision in document.provisions if provision.id not in gone]
    return document.model_copy(update={"text": "".join(text), "provisions": kept})
