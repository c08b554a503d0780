"""``lexicon.yaml``: how the people of a city say things, and how its documents say them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from city.pack.problems import PackError
from city.pack.yamlfile import read_yaml, validation_problems
from city.schema import Record

FILE = "lexicon.yaml"
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Entry(Record):
    """Words of the street and the words of documents that mean the same."""

    say: tuple[Word, ...] = Field(min_length=1)
    means: tuple[Word, ...] = Field(min_length=1)


class Lexicon:
    """Looks up everyday words.

    >>> lexicon = Lexicon([Entry(say=("娃",), means=("儿童", "子女"))])
    >>> lexicon.glosses("娃上学"), lexicon.expand("娃上学")
    ({'娃': ('儿童', '子女')}, '娃上学 儿童 子女')
    """

    def __init__(self, entries: list[Entry]):
        self._means: dict[str, tuple[str, ...]] = {}
        for entry in entries:
            for word in entry.say:
                known = self._means.get(word, ())
                self._means[word] = (*known, *(m for m in entry.means if m not in known))
        words = sorted(self._means, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, words))) if words else None

    def glosses(self, text: str) -> dict[str, tuple[str, ...]]:
        """The everyday words found in ``text`` (longest first, not overlapping) with their meanings."""
        if self._pattern is None:
            return {}
        found = dict.fromkeys(match[0] for match in self._pattern.finditer(text))
        return {word: tuple(m for m in self._means[word] if m not in text) or (word,) for word in found}

    def expand(self, text: str) -> str:
        """``text`` with the meanings of its everyday words added."""
        added = dict.fromkeys(m for word, means in self.glosses(text).items() for m in means if m != word)
        return " ".join((text, *added))


def read_entries(root: Path, file: str) -> list[Entry]:
    """The entries of a lexicon file; none where the pack has no such file. Raises PackError naming what is wrong."""
    path = root / file
    if not path.is_file():
        return []
    data, problems = read_yaml(path, root)
    if problems:
        raise PackError(problems)
    try:
        return TypeAdapter(list[Entry]).validate_python(data or [])
    except ValidationError as error:
        raise PackError(validation_problems(error, file)) from error


def load_lexicon(root: Path) -> Lexicon:
    """The pack's lexicon; empty where it has none. Raises PackError naming what is wrong."""
    return Lexicon(read_entries(root, FILE))
