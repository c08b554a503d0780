"""The embedded solver of ``choose``: which sentences of which provisions answer the question, and whether any does.

A passage is judged by how much of the question's weight it covers, by its nearness in the dense space and by
retrieval's own score; a logistic model over these tells how likely it answers. Its coefficients were fitted with
``python -m eval.calibrate`` on questions that no test uses; they carry over because the features are shares in [0, 1].
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from agents.engines.embedded.statistics import Needs, Statistics, logistic, plain_terms
from agents.engines.tasks import ChooseGiven, Chosen, Passage, Pick

_ASKS_AMOUNT = re.compile(r"多少|多久|多长|几|多高|多大|多远|期限|时限|什么时候|何时|金额|标准|比例|限额|罚")
_AMOUNT = re.compile(
    r"\d|[一二三四五六七八九十百千万两]+(?:元|日|天|个月|年|小时|分钟|米|平方米|倍|%|％|个工作日|次|周岁|户|万)|百分之|以上|以下|不超过"
)


class Features(NamedTuple):
    """What speaks for a passage; every value in [0, 1] but ``amount``, in [-1, 1]."""

    covered: float  # share of the question's weight in title, topics and text together
    title: float  # the same in title and topics
    own: float  # the same in the text alone
    sentence: float  # the best sentence's score
    near: float  # nearness of the nearest sentence in the dense space
    asked: float  # nearness of the nearest title or topic in the dense space
    form: float  # likeness in words with the title or topic most alike (an FAQ's topics are forms of its question)
    retrieval: float  # retrieval's calibrated score
    rank: float  # 1 for retrieval's first hit, less for later ones
    amount: float  # a figure is asked for and stands there (1) or does not (-1)
    missing: float  # weight of the most telling word found nowhere in the passage, against the question's heaviest


@dataclass(frozen=True)
class Judged:
    """A passage with what speaks for it, how it ranks, how likely it answers, and each sentence's score."""

    passage: Passage
    features: Features
    rank: float
    probability: float
    scores: tuple[float, ...]


class Linear(NamedTuple):
    """A linear model over the features."""

    bias: float
    weights: Features

    def value(self, features: Features) -> float:
        """The weighted sum."""
        return self.bias + sum(w * f for w, f in zip(self.weights, features, strict=True))

    def probability(self, features: Features) -> float:
        """The logistic of the weighted sum."""
        return logistic(self.value(features))


RANK = Linear(0.0, Features(1.0, 0.3, 0.6, 0.5, 1.0, 1.0, 1.0, 1.0, 3.0, 0.1, -0.5))
ANSWERS = Linear(-4.0, Features(2.0, 0.5, 1.0, 1.0, 1.0, 1.0, 3.0, 2.0, 0.0, 0.3, -1.0))


@dataclass(frozen=True)
class Coefficients:
    """``rank`` orders passages, ``answers`` tells how likely the first one answers; ``answer`` is the bar for it.

    Further passages are told when they rank within ``close`` of the first and reach the bar themselves.
    """

    rank: Linear = RANK
    answers: Linear = ANSWERS
    answer: float = 0.5
    close: float = 0.5
    most: int = 3
    sentence_share: float = 0.62


def _nearness(
    question: str, passages: list[Passage], statistics: Statistics
) -> tuple[list[list[float]], list[list[float]]]:
    """For each passage: nearness of its sentences, and of its title and topics. One call of the dense model."""
    names = [[p.title, *p.topics] for p in passages]
    texts = [text for p, own in zip(passages, names, strict=True) for text in (*p.sentences, *own)]
    near = iter(statistics.nearness(question, texts))
    sentences, asked = [], []
    for passage, own in zip(passages, names, strict=True):
        sentences.append([next(near) for _ in passage.sentences])
        asked.append([next(near) for _ in own])
    return sentences, asked


def judge(given: ChooseGiven, statistics: Statistics, k: Coefficients) -> list[Judged]:
    """Judge every passage, most likely answer first."""
    question, passages = given.question, given.passages
    needs = Needs(statistics.weights(question), given.glosses)
    asking = plain_terms(question)
    wants_amount = bool(_ASKS_AMOUNT.search(question))
    nearness, asked = _nearness(question, passages, statistics)
    judged = []
    for place, (passage, near, names) in enumerate(zip(passages, nearness, asked, strict=True)):
        title = plain_terms(" ".join((passage.title, *passage.topics)))
        words = [plain_terms(sentence) for sentence in passage.sentences]
        amounts = [bool(_AMOUNT.search(sentence)) for sentence in passage.sentences]
        scores = tuple(
            0.4 * needs.coverage(found | title) + 0.35 * needs.coverage(found) + 0.25 * close
            + (0.12 if wants_amount and amount else 0.0)
            for found, close, amount in zip(words, near, amounts, strict=True)
        )  # fmt: skip
        own = set().union(*words)
        features = Features(
            covered=needs.coverage(title | own),
            title=needs.coverage(title),
            own=needs.coverage(own),
            sentence=min(1.0, max(scores, default=0.0)),
            near=max(near, default=0.0),
            asked=max(names, default=0.0),
            retrieval=passage.score,
            rank=1.0 / (1 + place),
            form=max((_alike(asking, plain_terms(name)) for name in (passage.title, *passage.topics)), default=0.0),
            amount=(1.0 if any(amounts) else -1.0) if wants_amount else 0.0,
            missing=needs.missing(title | own),
        )
        judged.append(Judged(passage, features, k.rank.value(features), k.answers.probability(features), scores))
    return sorted(judged, key=lambda j: (-j.rank, j.passage.number))


def _alike(one: set[str], other: set[str]) -> float:
    """Dice coefficient of two sets of terms, pairs of characters only."""
    one, other = {t for t in one if len(t) > 1}, {t for t in other if len(t) > 1}
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def pick_sentences(judged: Judged, share: float, most: int = 4) -> list[int]:
    """The numbers of the sentences to quote: a short passage whole, else those near the best."""
    sentences = judged.passage.sentences
    if sum(map(len, sentences)) <= 140:
        return list(range(len(sentences)))
    bar = max(judged.scores) * share
    ranked = sorted(range(len(sentences)), key=lambda i: (-judged.scores[i], i))
    return sorted([i for i in ranked if judged.scores[i] >= bar][:most])


def choose(given: ChooseGiven, statistics: Statistics, coefficients: Coefficients | None = None) -> Chosen:
    """Solve the task."""
    k = coefficients or Coefficients()
    judged = judge(given, statistics, k)
    if not judged or judged[0].probability < k.answer:
        reached = f"{judged[0].probability:.2f}" if judged else "none"
        return Chosen(answerable=False, reason=f"best passage {reached}, needed {k.answer:.2f}")
    told = [j for j in judged if j.rank >= judged[0].rank - k.close and j.probability >= k.answer][: k.most]
    picks = [
        Pick(
            passage=j.passage.number, sentences=pick_sentences(j, k.sentence_share), confidence=round(j.probability, 3)
        )
        for j in told
    ]
    best = judged[0].features
    return Chosen(answerable=True, picks=picks, reason=f"covered {best.covered:.2f}, near {best.near:.2f}")
