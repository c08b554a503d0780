"""The form of ``choose``: numbers of sentences that answer a question."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import Field

from agents.engines.forms.base import CONFIDENCE, Closed, Surely, at, section
from agents.engines.tasks import ChooseGiven, Chosen, Passage, Pick

MOST_PASSAGES, MOST_SENTENCES = 9, 400
MOST_PICKS, MOST_OF_ONE = 3, 4
"""Passages that may answer, and sentences of each."""
Number = Annotated[int, Field(ge=0, lt=MOST_SENTENCES)]


class Picks(Closed):
    """What answers the question, the best first. Sentences are counted through all passages, so that one number names
    one. The verdict comes after them: it is easier to give on what has been found.
    """

    sentences: list[Number] = Field(max_length=MOST_PICKS * MOST_OF_ONE)
    answerable: bool
    confidence: Surely


class ChooseForm:
    """Passages cut into numbered sentences, the question last."""

    answer = Picks

    def fixed(self, given: ChooseGiven) -> str:
        """Nothing."""
        return ""

    def shown(self, given: ChooseGiven) -> str:
        """The passages, what documents call the question's everyday words, the question."""
        glosses = "\n".join(f"{word}：{'、'.join(means)}" for word, means in given.glosses.items())
        passages, lines = _offered(given), dict[int, list[str]]()
        for number, place in enumerate(_places(passages)):
            text = " ".join(passages[place.passage].sentences[place.sentence].split())
            lines.setdefault(place.passage, []).append(f"[{number}] {text}")
        return (
            "".join(section(_title(passages[index]), "\n".join(said)) for index, said in lines.items())
            + section("俗称", glosses)
            + section("问题", f"{given.question}（按{given.as_of.isoformat()}有效的规定）")
        )

    def read(self, given: ChooseGiven, answer: Picks) -> Chosen:
        """The sentences that were offered, by passage in the order of the answer; where none was, nothing answers.

        A passage that is shown from the turn before and was not found for this question is no evidence.
        """
        passages = _offered(given)
        own = {(passage.id or str(passage.number)): passage.number for passage in given.passages}
        numbers = [own.get(passage.id or str(passage.number)) for passage in passages]
        places = _places(passages)
        chosen: dict[int, list[int]] = {}
        for number in dict.fromkeys(answer.sentences):
            place = at(places, number)
            if place is None or numbers[place.passage] is None:
                continue
            if place.passage in chosen or len(chosen) < MOST_PICKS:
                chosen.setdefault(place.passage, []).append(place.sentence)
        sure = CONFIDENCE[answer.confidence]
        picks = [
            Pick(passage=numbers[index] or 0, sentences=sorted(found[:MOST_OF_ONE]), confidence=sure)
            for index, found in chosen.items()
        ]
        return Chosen(answerable=answer.answerable and bool(picks), picks=picks)


class _Place(NamedTuple):
    """Where a sentence stands: the place of its passage among those given, its own number in the passage."""

    passage: int
    sentence: int


def _offered(given: ChooseGiven) -> list[Passage]:
    return (given.shown or given.passages)[:MOST_PASSAGES]


def _places(passages: list[Passage]) -> list[_Place]:
    """The sentences by the numbers under which they are shown."""
    every = [
        _Place(index, number) for index, passage in enumerate(passages) for number in range(len(passage.sentences))
    ]
    return every[:MOST_SENTENCES]


def _title(passage: Passage) -> str:
    topics = f"（{'、'.join(passage.topics)}）" if passage.topics else ""
    return f"《{passage.title}》{passage.article}{topics}"
