"""Finding the words of many concepts in one pass.

A word is written in a small notation (alternatives, short gaps, numbers; see ``city.gate_rules.Concept``)
and expanded into chains of literal pieces. Chains are filed under the first two characters of their first
piece, so a message costs one dictionary look-up per character plus the chains that could begin there. Gaps
are bounded: no input can make it slow.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import NamedTuple

from agents.gate.normal import CLAUSE_END, SENTENCE_END
from city.errors import BadInput

DEFAULT_GAP = 3
MOST_FORMS = 4000
LONGEST_MASK = 16
_NUMBER_LENGTH = 4
_WINDOW = 48
_TOKEN = re.compile(r"\{([^{}]*)\}|~(\d*)|(#)|([^{}~#]+)")
_BREAKS = frozenset((CLAUSE_END, SENTENCE_END))


class Piece(NamedTuple):
    """A literal (or, with ``literal`` None, a number) that follows the piece before it after at most
    ``gap`` characters."""

    gap: int
    literal: str | None


Chain = tuple[Piece, ...]


class Hit(NamedTuple):
    """One word of a concept in the plain text, with the numbers of its clause and sentence."""

    start: int
    end: int
    clause: int
    sentence: int


class Lines(NamedTuple):
    """Where the clauses and the sentences of a plain text begin after the first."""

    clauses: list[int]
    sentences: list[int]

    @classmethod
    def of(cls, text: str) -> Lines:
        """Break a plain text at its marks."""
        sentences = [place for place, character in enumerate(text) if character == SENTENCE_END]
        clauses = [place for place, character in enumerate(text) if character in _BREAKS]
        return cls(clauses, sentences)


def expand(word: str) -> Iterator[Chain]:
    """All chains a written word stands for. Raises BadInput where the notation is broken."""
    parts: list[list[str]] = []
    place = 0
    for token in _TOKEN.finditer(word):
        if token.start() != place:
            break
        place = token.end()
        alternatives, gap, number, literal = token.groups()
        if alternatives is not None:
            parts.append(alternatives.split("|"))
        elif number:
            parts.append(["\x01"])
        elif literal is not None:
            parts.append([literal])
        else:
            parts.append([f"\x00{gap or DEFAULT_GAP}\x00"])
    if place != len(word) or not parts:
        raise BadInput(
            f"the word {word!r} cannot be read: write alternatives as {{a|b}}, a gap as ~ or ~6, a number as #"
        )
    for count, form in enumerate(product(*parts)):
        if count >= MOST_FORMS:
            raise BadInput(f"the word {word!r} stands for more than {MOST_FORMS} forms: split it into several words")
        yield _chain("".join(form), word)


def _chain(form: str, word: str) -> Chain:
    pieces: list[Piece] = []
    gap = 0
    for part in re.split("(\x00\\d+\x00|\x01)", form):
        if part.startswith("\x00"):
            gap = int(part.strip("\x00"))
        elif part:
            pieces.append(Piece(gap, None if part == "\x01" else part))
            gap = 0
    if not pieces or pieces[0].gap:
        raise BadInput(f"the word {word!r} begins with a gap or is empty: begin it with a character")
    return tuple(pieces)


class _Filed(NamedTuple):
    """A chain with the number of its concept (-1: a mask), its first literal and, when it has a gap, its
    last one."""

    number: int
    first: str
    last: str | None
    chain: Chain


class Lexicon:
    """The words of all concepts, ready to be looked up."""

    def __init__(self, concepts: Mapping[str, Iterable[str]], masks: Iterable[str] = ()) -> None:
        self.names = list(concepts)
        self._by_start: dict[str, list[_Filed]] = {}
        self._numbers: list[_Filed] = []
        for number, words in enumerate(concepts.values()):
            self._file(number, words)
        self._file(-1, masks)

    def _file(self, number: int, words: Iterable[str]) -> None:
        for chain in {chain for word in words for chain in expand(word)}:
            first = chain[0].literal
            filed = _Filed(number, first or "", chain[-1].literal if len(chain) > 1 else None, chain)
            if first is None:
                self._numbers.append(filed)
            else:
                self._by_start.setdefault(first[:2], []).append(filed)

    def find(self, text: str, most: int = 200) -> dict[str, list[Hit]]:
        """Hits by concept, in order of their start; at most ``most`` per concept. Masked words hide what
        overlaps."""
        found: dict[int, list[tuple[int, int]]] = {}
        by_start = self._by_start
        for start, character in enumerate(text):
            for key in (character, text[start : start + 2]):
                chains = by_start.get(key)
                if chains is not None:
                    _match_all(text, start, chains, found)
            if character.isdigit() and (start == 0 or not text[start - 1].isdigit()):
                _match_all(text, start, self._numbers, found)
        masked = sorted(found.pop(-1, ()))
        lines = Lines.of(text)
        hits = {}
        for number, spans in found.items():
            kept = [_place(span, lines) for span in spans if not _hidden(span, masked)]
            if kept:
                hits[self.names[number]] = kept[:most]
        return hits


def _match_all(text: str, start: int, chains: list[_Filed], found: dict[int, list[tuple[int, int]]]) -> None:
    window = text[start : start + _WINDOW]
    for number, first, last, chain in chains:
        # Two cheap tests spare most of the exact matching.
        if not window.startswith(first) or (last is not None and last not in window):
            continue
        end = _match(text, start, chain)
        if end is not None:
            found.setdefault(number, []).append((start, end))


def _hidden(span: tuple[int, int], masked: list[tuple[int, int]]) -> bool:
    """Whether an idiom covers a part of ``span``. A hit that holds the whole idiom and more stays visible."""
    start, end = span
    first = bisect_left(masked, (start - LONGEST_MASK, 0))
    for mask_start, mask_end in islice(masked, first, None):
        if mask_start >= end:
            return False
        inside = start <= mask_start and mask_end <= end
        if start < mask_end and not inside:
            return True
    return False


def _place(span: tuple[int, int], lines: Lines) -> Hit:
    clause = bisect_right(lines.clauses, span[0])
    return Hit(span[0], span[1], clause, bisect_right(lines.sentences, span[0]))


def _is_letter(text: str, place: int) -> bool:
    return 0 <= place < len(text) and "a" <= text[place] <= "z"


def _match(text: str, start: int, chain: Chain) -> int | None:
    """End of ``chain`` at ``start``, or None. Takes the nearest place for each piece; Latin words match
    whole."""
    place = start
    for gap, literal in chain:
        found = _number(text, place) if literal is None else _literal(text, place, gap, literal)
        if found is None:
            return None
        place = found
    cut = (_is_letter(text, start) and _is_letter(text, start - 1)) or (
        _is_letter(text, place - 1) and _is_letter(text, place)
    )
    return None if cut else place


def _number(text: str, place: int) -> int | None:
    end = place
    while end < len(text) and end - place < _NUMBER_LENGTH and text[end].isdigit():
        end += 1
    return end if end > place else None


def _literal(text: str, place: int, gap: int, literal: str) -> int | None:
    if not gap:
        return place + len(literal) if text.startswith(literal, place) else None
    at = text.find(literal, place, place + gap + len(literal))
    if at < 0 or not _BREAKS.isdisjoint(text[place:at]):
        return None
    return at + len(literal)
