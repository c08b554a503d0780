"""Which row of a register a message names: a school, a car park, a bus line, a vital sign.

A name is found whole, without the city's or a district's name in front, or by its own runs of two characters: those
that few names of the register share count most, so that "一中" finds the 第一中学 and not every 中学.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agents.reading.numbers import chinese_number
from knowledge.index.terms import normalise

ENOUGH = 0.72
CLOSE = 0.06
_LEAST = 2


class Hit(NamedTuple):
    """A name of the register that a message says, ``[start, end)`` in characters; ``score`` 1 is said whole."""

    name: str
    start: int
    end: int
    score: float


class Names:
    """The names of one register. ``leads`` are words that people leave out in front of a name."""

    def __init__(self, names: Iterable[tuple[str, Sequence[str]]], leads: Sequence[str]) -> None:
        self._forms: dict[str, list[str]] = {}
        for name, aliases in names:
            for form in (name, *aliases):
                for short in _forms(form, leads):
                    kept = self._forms.setdefault(short, [])
                    if name not in kept:
                        kept.append(name)
        self._lengths = sorted({len(form) for form in self._forms}, reverse=True)
        held = Counter(pair for form in self._forms for pair in _pairs(form))
        self._rare = {pair: math.log(1 + len(self._forms) / count) for pair, count in held.items()}
        self._bags = {form: _pairs(form) for form in self._forms if len(form) > _LEAST}

    def __len__(self) -> int:
        return len(self._forms)

    @property
    def forms(self) -> Iterable[tuple[str, str]]:
        """What is said (normalised), and the first name that it stands for."""
        return ((form, names[0]) for form, names in self._forms.items())

    def find(self, text: str) -> list[Hit]:
        """The names that ``text`` says: whole ones, else the likeliest of those said in part (several where torn)."""
        plain = normalise(text)
        if whole := self._whole(plain):
            return whole
        said = _pairs(plain)
        scored = sorted(
            ((self._score(bag, said), form) for form, bag in self._bags.items() if bag & said), reverse=True
        )
        best = scored[0][0] if scored else 0.0
        if best < ENOUGH:
            return []
        found: dict[str, Hit] = {}
        for score, form in scored:
            if score < best - CLOSE:
                break
            start, end = _span(form, plain)
            for name in self._forms[form]:
                found.setdefault(name, Hit(name, start, end, score))
        return list(found.values())

    def _whole(self, plain: str) -> list[Hit]:
        """The names that ``plain`` (normalised) says whole, in order; of two that overlap the longer one."""
        found: list[Hit] = []
        taken = [False] * len(plain)
        for length in self._lengths:
            for at in range(len(plain) - length + 1):
                names = self._forms.get(plain[at : at + length])
                if names and not any(taken[at : at + length]) and not _amid_a_number(plain, at, at + length):
                    taken[at : at + length] = [True] * length
                    found += [Hit(name, at, at + length, 1.0) for name in names]
        return sorted(found, key=lambda hit: hit.start)

    def _score(self, bag: frozenset[str], said: frozenset[str]) -> float:
        total = sum(self._rare[pair] for pair in bag)
        return sum(self._rare[pair] for pair in bag & said) / total if total else 0.0


def _amid_a_number(plain: str, start: int, end: int) -> bool:
    """99路 does not say 9路, and P12 does not say P1."""
    before, after = plain[start - 1 : start], plain[end : end + 1]
    return (_is_digit(before) and _is_digit(plain[start])) or (after.isdigit() and plain[end - 1].isdigit())


def _is_digit(char: str) -> bool:
    return char.isdigit() or (char != "" and char in "零一二三四五六七八九十百")


def _forms(name: str, leads: Sequence[str]) -> Iterable[str]:
    plain = normalise(name)
    yield plain
    for lead in leads:
        short = plain.removeprefix(normalise(lead))
        if short != plain and len(short) >= _LEAST:
            yield short
    bare = plain.split("(")[0].split("（")[0]
    if bare != plain and len(bare) > _LEAST:
        yield bare


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(_arabic(text))
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def _arabic(text: str) -> Iterable[str]:
    """Ordinals in one writing: 第三小学 and 3小 share what tells them apart."""
    for char in text:
        if char.isalnum():
            yield str(chinese_number(char)) if char in "一二三四五六七八九" else char


def _span(form: str, plain: str) -> tuple[int, int]:
    """Where most of ``form`` stands in ``plain``: from the first to the last of its pairs that is there, if near."""
    places = [plain.find(form[at : at + 2]) for at in range(len(form) - 1)]
    there = [place for place in places if place >= 0]
    if not there:
        return 0, 0
    start, end = min(there), max(there) + 2
    return (start, end) if end - start <= 2 * len(form) else (there[0], there[0] + 2)
