"""What of a text a model may point at: its clauses, its words, its numbers, its days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from knowledge.eligibility.said import amounts, day_said

MOST_CLAUSES = 32
MOST_WORDS = 100
MOST_FIGURES = 48
EDGES = " ，,。！？!?；;：:\n"
"""What stands around a clause."""
# A comma or colon between digits is part of a number or a time of day: 2,000 and 8:30 are not cut.
_CUT = r"(?:[，。！？!?；;：\n]|(?<!\d)[,:]|[,:](?!\d))"
_CLAUSE = re.compile(rf"(?:{_CUT})*(?:(?!{_CUT})[\s\S])+(?:{_CUT}\s*)*")
# Chinese characters one by one: whatever cuts them into longer pieces cuts some name in the middle.
_WORD = re.compile(r"⟦[^⟧]*⟧|[A-Za-z0-9.\-]+|[^\sA-Za-z0-9]")
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DATED = (
    rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}|(?:\d{{4}}\s*年|[今去前明上本]年底?)\s*{_SMALL}\s*月(?:份|\s*{_SMALL}\s*[日号])?"
    rf"|{_SMALL}\s*月\s*{_SMALL}\s*[日号]"
)
_IDLE = (
    r"第(?:\d+|[一二三四五六七八九十百]+)|(?<![十百千万零\d])一(?:次性|共|直|样|起|些|定|般|下)|[同统唯上]一"
    r"|十分(?![钟之])|零(?=[售件部配星工食担])"
)
_NO_FIGURE = re.compile(rf"⟦[^⟧]*⟧|(?<!\d)\d{{3,4}}-\d{{7,8}}(?!\d)|{_DATED}|{_IDLE}")
"""What holds digits and no value: masks, telephone numbers, days, ordinals, set phrases."""
_BEFORE, _AFTER = 14, 4


def clauses(text: str) -> list[str]:
    """``text`` cut after its punctuation; joined they are the text. The last of `MOST_CLAUSES` holds the rest."""
    found = _CLAUSE.findall(text) or [text]
    if len(found) > MOST_CLAUSES:
        found = [*found[: MOST_CLAUSES - 1], "".join(found[MOST_CLAUSES - 1 :])]
    return found


class Word(NamedTuple):
    """A piece of a text, from ``start`` to ``end`` in characters."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The first `MOST_WORDS` pieces of a short text: Chinese characters and marks one by one, runs of Latin letters and
    digits, masks. A name is pointed at by its first and last piece.
    """
    return [Word(found[0], found.start(), found.end()) for found in _WORD.finditer(text)][:MOST_WORDS]


def joined(text: str, first: int, last: int) -> str:
    """Words ``first`` to ``last`` as they stand in ``text``; nothing where there are no such words."""
    pieces = words(text)
    return text[pieces[first].start : pieces[last].end] if 0 <= first <= last < len(pieces) else ""


def digits(value: float) -> str:
    """A number in plain digits, never as a power of ten: 3e7 means little to a reader, and nothing to a formula."""
    return f"{value:.8f}".rstrip("0").rstrip(".")


class Figure(NamedTuple):
    """A number of a text: its value, shares as decimals, the clause where it stands and where in it it ends."""

    value: float
    clause: int
    is_share: bool
    end: int = 0

    def shown(self, parts: Sequence[str]) -> str:
        """As the model sees it, with the words around it: a clause may hold several."""
        around = parts[self.clause][max(0, self.end - _BEFORE) : self.end + _AFTER].strip(EDGES)
        return f"{digits(self.value)}（第{self.clause}句“{' '.join(around.split())}”）"


def figures(parts: Sequence[str], most: int = MOST_FIGURES, *, bounds: bool = True) -> list[Figure]:
    """The first ``most`` numbers of the clauses ``parts``, in their order; without ``bounds`` none that is told as a
    bound (不到300人).
    """
    found = [
        Figure(amount.value / 100 if amount.percent else amount.value, number, amount.percent, len(part) - after)
        for number, part in enumerate(parts)
        for amount in amounts(_NO_FIGURE.sub(lambda match: "＿" * len(match[0]), part), bounds=bounds)
        for after in (len(amount.after),)
        if not amount.vague
    ]
    return found[:most]


def days(parts: Sequence[str], today: date) -> dict[int, date]:
    """Clause → the day that it names."""
    return {number: day for number, part in enumerate(parts) if (day := day_said(part, today)) is not None}


def options(codes: Mapping[str, str], text: str, most: int) -> list[str]:
    """The codes of a choice that are shown: all of a short list; of a long one at most ``most``, those whose labels
    share pairs of characters with ``text`` or else several characters, in the order of the list.
    """
    if len(codes) <= most:
        return list(codes)
    shared = {code: _shared(label, text) for code, label in codes.items()}
    least = (1, 0) if any(pairs for pairs, _ in shared.values()) else (0, 2)
    near = sorted((code for code in codes if shared[code] >= least), key=lambda code: shared[code], reverse=True)
    kept = set(near[:most])
    return [code for code in codes if code in kept]


def _shared(label: str, text: str) -> tuple[int, int]:
    """How many pairs of characters, and how many characters, of a label stand in a text."""
    packed = "".join(char for char in label if char.isalnum())
    pairs = {packed[at : at + 2] for at in range(len(packed) - 1)}
    return sum(pair in text for pair in pairs), sum(char in text for char in set(packed))
