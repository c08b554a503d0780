"""A row of a register by its name as people say it: whole, shortened, or with a slip."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_CLOSE = 0.6
_NOISE = re.compile(r"[\s()()《》「」“”\"'·・,,。.、-]+")


def said_alike(said: str, names: Iterable[str], leave_out: Sequence[str] = ()) -> list[str]:
    """The names that ``said`` may mean, likeliest sort only: the same; one holding the other; most pairs shared.

    ``leave_out`` are words that carry no name (the sort of the thing), tried without when the whole finds nothing.
    Likeness is Dice's coefficient over pairs of characters, 0.6 at least and only the best.

    >>> said_alike("2路", ["2路", "12路", "22路"])
    ['2路']
    """
    all_names = list(dict.fromkeys(names))
    plain = {name: _plain(name) for name in all_names}
    for wanted, forms in _readings(_plain(said), plain, [_plain(word) for word in leave_out]):
        same = [name for name in all_names if forms[name] == wanted]
        if same:
            return same
        parts = [name for name in all_names if _holds(forms[name], wanted)]
        if parts:
            return parts
    return _closest(_plain(said), plain)


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def _readings(said: str, plain: dict[str, str], words: list[str]) -> Iterable[tuple[str, dict[str, str]]]:
    yield said, plain
    short = _without(said, words)
    if short and short != said:
        yield short, {name: _without(form, words) for name, form in plain.items()}


def _without(text: str, words: list[str]) -> str:
    for word in words:
        text = text.replace(word, "")
    return text


def _holds(name: str, said: str) -> bool:
    """Whether the name holds what was said, never in the midst of a number: line 2 is not in line 12."""
    return len(said) > 1 and re.search(rf"(?<!\d){re.escape(said)}(?!\d)", name) is not None


def _closest(said: str, plain: dict[str, str]) -> list[str]:
    scores = {name: _dice(_pairs(said), _pairs(form)) for name, form in plain.items()}
    best = max(scores.values(), default=0.0)
    return [name for name, score in scores.items() if score == best] if best >= _CLOSE else []


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)} or {text}


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
