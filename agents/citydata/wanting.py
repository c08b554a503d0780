"""Which tool a message wants, learnt from what the pack says people say (``examples`` of each tool) and from messages
that want something else: petitions, questions about rules, and questions about the city that no tool answers.

Names are put as signs before anything is learnt, so that what is known of one hospital holds for every hospital. Only
the choice of the tool is learnt; the arguments are read by kind and the numbers come from the tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from agents.citydata.choice import Choice, Said, fingerprint
from agents.citydata.names import Names
from city.errors import BadInput
from city.gazetteer import Gazetteer
from knowledge.index import Embedder
from knowledge.index.terms import normalise

OTHER = "-"
"""The label of what asks for no data: petitions, questions about rules and services."""
NOWHERE = "?"
"""The label of questions about the city's data that no tool answers."""
ELSEWHERE = "citydata/elsewhere.yaml"
_PLACE, _DISTRICT, _NAME, _NUMBER = "π", "δ", "ε", "ν"
_DIGITS = re.compile(r"\d+(?:[.:]\d+)?")
_TAIL = 2
_LONG = 4
_NOT = -1.0


class Signs:
    """Puts signs for names. ``names`` are the registers' names, by dataset and column."""

    def __init__(self, gazetteer: Gazetteer, names: Mapping[str, Names]) -> None:
        self._gazetteer = gazetteer
        self._signs: dict[str, str] = {}
        for of, register in names.items():
            for form, name in register.forms:
                self._signs.setdefault(form, _sign_of(of, name))
        self._lengths = sorted({len(form) for form in self._signs}, reverse=True)

    def put(self, text: str) -> str:
        """``text`` normalised, with a sign and the sort of each name (the last two characters) in its place."""
        plain = normalise(text)
        spans: list[tuple[int, int, str]] = []
        for mention in self._gazetteer.mentions(plain):
            is_area = any(spot.kind == "district" for spot in mention.spots)
            spans.append((mention.start, mention.end, _DISTRICT if is_area else _PLACE + _sort_of(mention.name)))
        # A place that is in a register too stays a place: its name alone does not say what is wanted of it.
        for length in self._lengths:
            for at in range(len(plain) - length + 1):
                if sign := self._signs.get(plain[at : at + length]):
                    spans.append((at, at + length, sign))
        return _DIGITS.sub(_NUMBER, _replaced(plain, spans))


def _sign_of(of: str, name: str) -> str:
    return f"{_NAME}{of.split('.', 1)[0]}{name[-_TAIL:]}"


def _sort_of(name: str) -> str:
    """医院 of 市人民医院: what sort of place a long name says it is."""
    return name[-_TAIL:] if len(name) >= _LONG else ""


def _replaced(plain: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """The longest names first; a span inside one that is replaced already is left."""
    made, at = [], 0
    for start, end, sign in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at:
            made += [plain[at:start], sign]
            at = end
    return "".join([*made, plain[at:]])


class Wants:
    """The learnt choice. Safe to share."""

    def __init__(self, choice: Choice, signs: Signs) -> None:
        self._choice, self._signs = choice, signs

    @classmethod
    def learn(
        cls, examples: Mapping[str, Sequence[str]], others: Mapping[str, Iterable[str]], signs: Signs,
        embedder: Embedder | None, kept: Path | None = None,
    ) -> Wants:  # fmt: skip
        """Learn from examples by tool and from messages that want none (by ``OTHER`` and ``NOWHERE``); ``kept`` is
        where it is found again.

        Raises BadInput where there are no examples.
        """
        said = [Said(signs.put(text), tool) for tool, texts in sorted(examples.items()) for text in texts]
        if not said:
            raise BadInput("no tool has examples: write what people say under `examples` in tools/*.yaml")
        said += [Said(signs.put(text), label) for label, texts in others.items() for text in texts]
        choice = Choice.open(kept, said, embedder) if kept else None
        if choice is None:
            choice = Choice.learn(said, embedder)
            if kept:
                choice.save(kept, fingerprint(said, embedder))
        return cls(choice, signs)

    def scores(self, text: str) -> dict[str, float]:
        """The score of every tool, ``OTHER`` and ``NOWHERE``: about 1 where it is meant, about -1 where not."""
        found = self._choice.scores([self._signs.put(text)])[0]
        return dict.fromkeys((OTHER, NOWHERE), _NOT) | dict(zip(self._choice.labels, map(float, found), strict=True))


def elsewhere(root: Path) -> list[str]:
    """Questions about the city that no tool answers, from the pack; none where it has no such file."""
    path = root / ELSEWHERE
    if not path.is_file():
        return []
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise BadInput(f"{ELSEWHERE} must be a list of questions")
    return told
