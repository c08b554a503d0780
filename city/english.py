"""``lexicon_en.yaml``: English words of citizens, and the words of the city's documents that mean the same.

A question in English is put into the words of the documents one by one, as with a dictionary; what the dictionary does
not know stays as it is, so that a question which is mostly unknown finds nothing rather than something else.
"""

from __future__ import annotations

import calendar
import re
from pathlib import Path

from city.lexicon import Entry, read_entries

FILE = "lexicon_en.yaml"
_TOKEN = re.compile(r"[a-z0-9]+(?:[-'’.][a-z0-9]+)*", re.IGNORECASE)
_PIECE = re.compile(rf"\d*[\u3400-\u9fff][\d\u3400-\u9fff]*|{_TOKEN.pattern}", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-zA-Z]")
_MOST_WORDS = 8
# Words that carry no matter. Prepositions and pronouns of a language are no city's business, so they are not in a pack.
_FUNCTION_WORDS = """
a an the this that these those some any all each every both either no not only just also too very so such than
then there here i me my mine we us our ours you your yours he him his she her hers it its they them their
theirs one who whom whose which what when where why how is am are was were be been being do does did done
doing has have had having will would shall should can could may might must let lets of to in on at by for from
with without about into onto over under after before between through during until till since as if or and but
because while out off up down again please tell know want need like get got go going come take give make put
say hi hello dear sir madam thanks thank anyone someone something anything ok okay oh well really still
already yet now s t m re ve ll d im i'm i've i'd it's don't doesn't can't isn't there's that's what's my've
am're
"""
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name: number for number, name in enumerate(calendar.month_abbr) if name} | {"Sept": 9}
_MONTH_YEAR = re.compile(rf"\b(?:in |of |since )?({'|'.join(_MONTHS)})\.?,? ((?:19|20)\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:back )?in ((?:19|20)\d\d)\b", re.IGNORECASE)


def is_english(text: str) -> bool:
    """Whether a message is written in English: Latin letters, with at most a Chinese name among them."""
    latin, han = len(_LATIN.findall(text)), len(_HAN.findall(text))
    return latin >= 6 and latin > 6 * han and len(_TOKEN.findall(text)) >= 2


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _TOKEN.findall(text)]


def stem(word: str) -> str:
    """A word less the endings of its forms: ``parking``, ``parked`` and ``parks`` are one."""
    word = word.removesuffix("'s").removesuffix("’s")
    for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        kept = word.removesuffix(ending)
        if kept != word and len(kept) >= 3 and not (ending == "s" and kept.endswith("s")):
            word = kept + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]  # registering of stopped: stopp, stop
    return word.removesuffix("e") if len(word) > 3 else word


class English:
    """Looks up English words.

    >>> english = English([Entry(say=("street parking",), means=("道路停车",)), Entry(say=("free",), means=("免费",))])
    >>> english.in_chinese("Is street parking free at all?")
    '道路停车 免费'
    """

    def __init__(self, entries: list[Entry]):
        self._exact = {tuple(_words(phrase)): entry.means for entry in entries for phrase in entry.say}
        self._means = {tuple(map(stem, said)): means for said, means in reversed(self._exact.items())}
        self._others: dict[str, tuple[str, ...]] = {}
        for first, *rest in self._means.values():
            self._others[first] = tuple(dict.fromkeys((*self._others.get(first, ()), *rest)))

    def __bool__(self) -> bool:
        return bool(self._means)

    def in_chinese(self, text: str) -> str:
        """The words of the documents in the order of the question, unknown words as they are, function words gone.

        Chinese in the text is kept. Days are put as the reader of dates knows them: ``in March 2024`` is 2024年3月.
        """
        text = _MONTH_YEAR.sub(lambda m: f" {m[2]}年{_MONTHS[m[1].capitalize()]}月 ", text)
        text = _YEAR.sub(lambda m: f" {m[1]}年 ", text)
        pieces = _PIECE.findall(text)
        said: list[str] = []
        at = 0
        while at < len(pieces):
            length, words = self._longest(pieces[at : at + _MOST_WORDS])
            said += words
            at += length
        return " ".join(dict.fromkeys(said))

    def _longest(self, pieces: list[str]) -> tuple[int, list[str]]:
        """How many pieces the longest known phrase at the front takes, and what it means."""
        said = tuple(piece.lower() for piece in pieces)
        stems = tuple(map(stem, said))
        for length in range(len(pieces), 0, -1):
            # "public parks" is not the place for "parked": the word as it stands comes before its forms.
            if means := self._exact.get(said[:length]) or self._means.get(stems[:length]):
                return length, [means[0]]
        word = pieces[0]
        return 1, [] if word.lower() in _FUNCTION else [word]

    def glosses(self, chinese: str) -> dict[str, tuple[str, ...]]:
        """Further words of the documents for each word that ``in_chinese`` made, as a ``Lexicon`` gives them."""
        made = set(chinese.split())
        return {word: self._others[word] for word in sorted(made & self._others.keys())}


def load_english(root: Path) -> English:
    """The pack's English lexicon; empty where it has none. Raises PackError naming what is wrong."""
    return English(read_entries(root, FILE))
