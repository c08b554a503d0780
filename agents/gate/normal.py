"""One plain spelling for many: what a message looks like before words are looked up in it.

People in a hurry type full-width letters, traditional characters, spaces or emoji between characters and
near-homophones. ``Normaliser.read`` folds these together and remembers where each character came from, so
that a hit in the plain text is reported as a span of the message as it was sent.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from city.gate_rules import Characters

SENTENCE_END = "。"
CLAUSE_END = "，"
# A message is scanned in full up to HEAD + TAIL characters; of a longer one, its beginning and its end.
HEAD, TAIL = 6000, 2000

_SENTENCE_MARKS = frozenset("。.！!？?；;\n\r…")
_CLAUSE_MARKS = frozenset("，,、：:~～—()（）【】[]《》|/")


@dataclass(frozen=True)
class Plain:
    """A message in plain spelling. ``origin[i]`` is the offset in the message of plain character ``i``."""

    text: str
    origin: list[int]
    question: bool
    truncated: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the message that became ``text[start:end]`` (not empty)."""
        return self.origin[start], self.origin[end - 1] + 1


class Normaliser:
    """Turns messages into plain text with the pack's repairs."""

    def __init__(self, characters: Characters) -> None:
        self._variants = {
            wrong: right
            for source, target in characters.variants.items()
            for wrong, right in zip(source, target, strict=True)
        }
        self._words = characters.words
        self._cache: dict[str, str] = {}

    def read(self, message: str) -> Plain:
        """Plain spelling of ``message``; linear in its length."""
        truncated = len(message) > HEAD + TAIL
        pieces = [(0, message)]
        if truncated:
            pieces = [(0, message[:HEAD] + "\n"), (len(message) - TAIL, message[-TAIL:])]
        characters: list[str] = []
        origin: list[int] = []
        for offset, piece in pieces:
            self._fold(piece, offset, characters, origin)
        characters, origin = _settle_gaps(characters, origin)
        text = "".join(characters)
        for wrong, right in self._words.items():
            if wrong in text:
                text = text.replace(wrong, right)
        return Plain(text, origin, "?" in message or "？" in message, truncated)

    def plain(self, word: str) -> str:
        """The spelling a word of a concept must have to be found in plain text."""
        return "".join(self._variants.get(c, c) for c in unicodedata.normalize("NFKC", word).lower())

    def _fold(self, piece: str, offset: int, characters: list[str], origin: list[int]) -> None:
        cache = self._cache
        for place, character in enumerate(piece, offset):
            folded = cache.get(character)
            if folded is None:
                folded = self._fold_one(character)
                if len(cache) < 20_000:
                    cache[character] = folded
            for one in folded:
                characters.append(one)
                origin.append(place)

    def _fold_one(self, character: str) -> str:
        if character in _SENTENCE_MARKS:
            # A full stop may stand inside a number or between the letters of a hidden word; settled later.
            return "." if character == "." else SENTENCE_END
        if character in _CLAUSE_MARKS:
            return CLAUSE_END
        if character.isspace():
            return " "
        folded = unicodedata.normalize("NFKC", character).lower()
        kept = [self._variants.get(c, c) for c in folded if unicodedata.category(c)[0] in "LN" or c in "'"]
        return "".join(kept)


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _settle_gaps(characters: list[str], origin: list[int]) -> tuple[list[str], list[int]]:
    """Decide what each blank or dot is: nothing between single Chinese characters, else a pause, or a word
    gap."""
    text: list[str] = []
    places: list[int] = []
    total = len(characters)
    for here, character in enumerate(characters):
        if character not in " .":
            text.append(character)
            places.append(origin[here])
            continue
        before = text[-1] if text else CLAUSE_END
        after = characters[here + 1] if here + 1 < total else CLAUSE_END
        if after in " ." or before in " ":
            continue
        settled = _settle_one(character, before, after, _spelt_out(characters, here))
        if settled:
            text.append(settled)
            places.append(origin[here])
    return text, places


def _settle_one(mark: str, before: str, after: str, spelt_out: bool) -> str:
    if before in CLAUSE_END + SENTENCE_END:
        return ""
    if mark == ".":
        if before.isdigit() and after.isdigit():
            return "."
        return "" if spelt_out and _is_han(before) and _is_han(after) else SENTENCE_END
    if _is_han(before) or _is_han(after):
        return "" if spelt_out else CLAUSE_END
    return " "


def _spelt_out(characters: list[str], here: int) -> bool:
    """Whether the blank at ``here`` stands beside a lone character, as in 着 火 了."""

    def blank(place: int) -> bool:
        return not 0 <= place < len(characters) or characters[place] in " ."

    return (blank(here - 2) and here >= 2) or (blank(here + 2) and here + 2 < len(characters))
