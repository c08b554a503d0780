"""Entries of a catalogue about a subject: shared pairs of characters, weighed by how rare they are (TF-IDF).

Words that a question about data has whatever its subject (the pack's ``frame``) are taken out first. A pair counts
where it stands highest: title and other names, then fields, then the unit and the description. An entry is about the
subject where a name of it or a field shares a pair and it is not far behind the best one; where those are few, the
entries of units whose field of work was named (education, farming) come after them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9][a-z0-9.]*[a-z0-9]")
_NAME, _FIELD, _REST = 3.0, 1.5, 0.5
_WHOLE = 0.15
"""What each character of a name that stands whole in the question adds to the score."""
_FEW = 3
_NEAR = 0.45
"""Share of the best score below which an entry is left out."""


class Document(NamedTuple):
    """What is known of an entry, by weight."""

    names: tuple[str, ...]
    fields: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


class Match(NamedTuple):
    """An entry and how well it fits; 0 where it only belongs to the field of work."""

    id: str
    score: float


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring Chinese characters, and whole Latin words.

    >>> sorted(pairs("停车场 PM2.5"))
    ['pm2.5', '停车', '车场']
    """
    plain = text.lower()
    found = {run[at : at + 2] for run in _HAN.findall(plain) for at in range(len(run) - 1)}
    return found | set(_LATIN.findall(plain))


def without(text: str, frame: Iterable[str]) -> str:
    """``text`` with a gap for every word of the frame, the longest first."""
    plain = text.lower()
    for word in sorted(frame, key=len, reverse=True):
        plain = plain.replace(word.lower(), " ")
    return plain


def matches(asked: str, said: str, documents: Mapping[str, Document]) -> list[Match]:
    """The entries about ``asked`` (the frame taken out), best first; ``said`` is the whole question."""
    weights = {id: _weights(document) for id, document in documents.items()}
    spread = Counter(pair for held in weights.values() for pair in held)
    wanted, words = pairs(asked), [word for word in _HAN.findall(asked) if len(word) > 1]
    scores: dict[str, float] = {}
    for id, held in weights.items():
        whole = _named(documents[id], said)
        shared = (wanted | pairs(whole)) & held.keys()
        if any(held[pair] >= _FIELD for pair in shared):
            # An exact sum: it does not hang on the order of a set.
            score = math.fsum(held[pair] * _rarity(spread[pair], len(documents)) for pair in shared)
            scores[id] = score * _brief(documents[id].names[0]) * (1 + _WHOLE * len(whole))
    best = max(scores.values(), default=0.0)
    near = {id: score for id, score in scores.items() if score >= _NEAR * best}
    areas = {id: 0.0 for id, document in documents.items() if any(_is_area(word, document) for word in words)}
    areas = areas if len(near) < _FEW else {}
    return sorted((Match(id, score) for id, score in (areas | near).items()), key=lambda one: (-one.score, one.id))


def _named(document: Document, said: str) -> str:
    """The longest name of it that stands whole in the question, were it all words of the frame; else nothing."""
    plain = said.lower()
    return max((name for name in document.names if name.lower() in plain), key=len, default="")


def _is_area(word: str, document: Document) -> bool:
    return any(area.startswith(word) for area in document.areas)


def _weights(document: Document) -> dict[str, float]:
    held: dict[str, float] = {}
    for texts, weight in ((document.rest, _REST), (document.fields, _FIELD), (document.names, _NAME)):
        held |= dict.fromkeys((pair for text in texts for pair in pairs(text)), weight)
    return held


def _rarity(entries: int, of: int) -> float:
    return math.log((of + 1) / (entries + 0.5))


def _brief(title: str) -> float:
    """A short title that shares a pair says more of it than a long one."""
    return 1 / math.log2(2 + max(len(title), 2))


def clear(found: Sequence[Match], ahead: float = 1.15) -> str | None:
    """The id of the entry that is meant: the only one, or one well ahead; None where several may be."""
    if len(found) == 1 or (found and found[0].score > ahead * found[1].score):
        return found[0].id
    return None
