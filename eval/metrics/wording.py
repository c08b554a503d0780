"""How easy a Chinese text is to read: lengths, officialese, abbreviations, rare characters, density.

The limits (what is a long sentence, a long clause) and the word lists are ours and lie in ``wording.yaml``. Frequent
characters are the 3,755 of level 1 of GB/T 2312: what is beyond them is rare.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from city.errors import BadInput

_SENTENCE_END = re.compile(r"[。！？!?\n]+|[;；]+")
_CLAUSE_END = re.compile(r"[，,、：:]+")
_ABBREVIATION = re.compile(r"(?<![A-Za-z0-9])[A-Z](?:[A-Z0-9]|[-&](?=[A-Z]))*[A-Z0-9]?(?![A-Za-z0-9])")
_OPEN, _CLOSE = "（(", "）)"
_LEVEL_1 = range(0xB0, 0xD8)
"""First bytes of the characters of level 1 in the encoding GB 2312."""


class Lexicon(BaseModel):
    """Word lists and limits, all lengths in characters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    long_sentence: int = Field(gt=0)
    long_clause: int = Field(gt=0)
    characters_a_minute: int = Field(gt=0, description="of an unhurried reader")
    officialese: dict[str, str] = Field(description="word of offices → plain word ('' where it can simply go)")
    short_forms: dict[str, str] = Field(description="Chinese short form of offices → what it stands for")
    known: frozenset[str] = Field(description="abbreviations that everybody knows")
    double_negatives: tuple[str, ...] = Field(description="turns such as 不得不")


class Reading(BaseModel):
    """How one text reads. Shares lie between 0 and 1; lists hold what was found, for the reader of a report."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    characters: int = Field(description="Han characters, letters and digits")
    sentences: int
    mean_sentence: float = Field(description="characters a sentence")
    longest_sentence: int
    long_sentences: float = Field(description="share of sentences longer than the lexicon's limit")
    long_clauses: float = Field(description="share of clauses (between commas) longer than the limit")
    officialese: tuple[str, ...]
    officialese_per_100: float = Field(description="such words in 100 characters")
    unexplained: tuple[str, ...] = Field(description="abbreviations and short forms that nothing explains")
    double_negatives: tuple[str, ...]
    rare: tuple[str, ...] = Field(description="Han characters beyond level 1 of GB/T 2312")
    nesting: int = Field(description="deepest parentheses within parentheses")
    numbers_per_100: float = Field(description="numbers in 100 characters")
    seconds: float = Field(description="to read it once")


def read(text: str, lexicon: Lexicon) -> Reading:
    """Measure a text. An empty one has nothing hard in it."""
    plain = unicodedata.normalize("NFC", text)
    sentences = [length for length in map(_length, _SENTENCE_END.split(plain)) if length]
    clauses = [
        length
        for sentence in _SENTENCE_END.split(plain)
        for length in map(_length, _CLAUSE_END.split(sentence))
        if length
    ]
    characters = sum(sentences)
    officialese = _occurrences(plain, lexicon.officialese)
    return Reading(
        characters=characters,
        sentences=len(sentences),
        mean_sentence=characters / max(1, len(sentences)),
        longest_sentence=max(sentences, default=0),
        long_sentences=_share_over(sentences, lexicon.long_sentence),
        long_clauses=_share_over(clauses, lexicon.long_clause),
        officialese=officialese,
        officialese_per_100=100 * len(officialese) / max(1, characters),
        unexplained=_unexplained(plain, lexicon),
        double_negatives=_occurrences(plain, lexicon.double_negatives),
        rare=tuple(sorted({c for c in plain if _is_han(c) and not _is_frequent(c)})),
        nesting=_nesting(plain),
        numbers_per_100=100 * len(re.findall(r"\d+(?:[.,:]\d+)*", plain)) / max(1, characters),
        seconds=60 * characters / lexicon.characters_a_minute,
    )


@cache
def lexicon() -> Lexicon:
    """The lists beside this module."""
    return load(Path(__file__).with_name("wording.yaml"))


def load(path: Path) -> Lexicon:
    """Word lists and limits of a YAML file. Raises BadInput naming what is wrong in it."""
    import yaml

    try:
        held: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Lexicon.model_validate(held)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, ValidationError) as error:
        raise BadInput(f"{path}: {error}; correct it") from error


def _length(text: str) -> int:
    return sum(c.isalnum() for c in text)


def _share_over(lengths: list[int], limit: int) -> float:
    return sum(length > limit for length in lengths) / max(1, len(lengths))


def _occurrences(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """The words in the order of the text; where several begin at one place, the longest."""
    listed = sorted(words, key=lambda word: (-len(word), word))
    return tuple(re.findall("|".join(map(re.escape, listed)), text)) if listed else ()


def _unexplained(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    latin = [name for name in _ABBREVIATION.findall(text) if sum(map(str.isalpha, name)) > 1]
    hard = [name for name in latin if name not in lexicon.known]
    hard += [name for name in _occurrences(text, lexicon.short_forms) if lexicon.short_forms[name] not in text]
    return tuple(
        sorted({name for name in hard if not _explained(text, name)}, key=lambda name: (text.index(name), name))
    )


def _explained(text: str, name: str) -> bool:
    """Whether its first mention has words in parentheses behind it, or itself stands in some behind other words."""
    start = text.index(name)
    before, after = text[:start], text[start + len(name) :]
    behind = re.match(r"[（(]([^（()）]+)[）)]", after)
    if behind and any(map(_is_han, behind[1])):
        return True
    return bool(re.search(r"[\u4e00-\u9fff][（(][^（()）]{0,8}$", before) and re.match(r"[^（()）]{0,4}[）)]", after))


def _nesting(text: str) -> int:
    depth = deepest = 0
    for c in text:
        depth = max(0, depth + (c in _OPEN) - (c in _CLOSE))
        deepest = max(deepest, depth)
    return deepest


def _is_han(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff" or "\u3400" <= c <= "\u4dbf"


def _is_frequent(c: str) -> bool:
    coded = c.encode("gb2312", errors="ignore")
    return bool(coded) and coded[0] in _LEVEL_1
