"""The embedded solver of ``choose``: which sentences of which provisions answer the question, and whether any does.

A passage is judged by how much of the question's weight it covers, by its nearness in the dense space and by
retrieval's own score; a logistic model over these tells how likely it answers. Its coefficients were fitted with
``citydesk eval calibrate`` on questions that no test uses; they carry over because the features are shares in [0, 1].
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from agents.engines.embedded.statistics import Needs, Statistics, logistic, plain_terms, terms
from agents.engines.tasks import ChooseGiven, Chosen, Passage, Pick
from agents.reading.segments import matter_of

_ASKS_AMOUNT = re.compile(r"多少|多久|多长|几|多高|多大|多远|期限|时限|什么时候|何时|金额|标准|比例|限额|罚")
_AMOUNT = re.compile(
    r"\d|[一二三四五六七八九十百千万两]+(?:元|日|天|个月|年|小时|分钟|米|平方米|倍|%|％|个工作日|次|周岁|户|万)|百分之|以上|以下|不超过"
)


class Features(NamedTuple):
    """What speaks for a passage; every value is in [0, 1] but ``amount`` and ``gap``, in [-1, 1]."""

    covered: float  # share of the question's weight in title, topics and text together
    own: float  # the same in the text alone
    sentence: float  # the best sentence's score
    near: float  # nearness of the nearest sentence in the dense space
    asked: float  # nearness of the nearest title or topic in the dense space
    dense: float  # retrieval's nearness of the whole passage
    memory: float  # retrieval's nearness to confirmed questions that this passage answers
    score: float  # retrieval's score
    gap: float  # the same less the best passage's, at most 0
    reviewed: float  # 1 for an entry that a person wrote as an answer
    amount: float  # a figure is asked for and stands there (1) or does not (-1)
    missing: float  # weight of the most telling word found nowhere in the passage, against the question's heaviest


@dataclass(frozen=True)
class Judged:
    """A passage with what speaks for it, how likely it answers, and each sentence's score."""

    passage: Passage
    features: Features
    probability: float
    scores: tuple[float, ...]


NAMED = 0.5
"""Probability that a passage answers, at least, when it holds the very code that was asked for."""
OVERVIEW_HITS = 3
OVERVIEW_NAMED = 0.75
"""Share of a question's weight that a document's title must hold for the question to be about the whole of it."""
BIAS = -6.417
WEIGHTS = Features(0.938, 0.737, 0.819, 3.016, 0.0, 2.825, 3.895, 1.164, 2.346, 1.381, 0.101, 0.491)


@dataclass(frozen=True)
class Coefficients:
    """The logistic model and the bars.

    ``answer`` is the probability from which the first passage counts as an answer; further ones are told with at
    least ``share`` of its probability. From ``nearest`` on it is named as the nearest there is, not as an answer.
    """

    bias: float = BIAS
    weights: Features = WEIGHTS
    answer: float = 0.25
    nearest: float = 0.1
    share: float = 0.6
    most: int = 2
    sentence_share: float = 0.62

    def probability(self, features: Features) -> float:
        """How likely a passage with these features answers."""
        return logistic(self.bias + sum(w * f for w, f in zip(self.weights, features, strict=True)))


LEXICAL = Coefficients(
    bias=-3.622,
    weights=Features(1.716, 1.144, 0.723, 0.0, 0.0, 0.0, 5.167, 1.652, 2.098, 1.246, 0.216, 0.46),
    answer=0.2,
)
"""The model of a city without an embedding, fitted the same way on the same questions."""


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
    question, passages = matter_of(given.question), given.passages
    needs = Needs(statistics.weights(question), given.glosses)
    wants_amount = bool(_ASKS_AMOUNT.search(question))
    nearness, asked = _nearness(question, passages, statistics)
    judged = []
    best = max((passage.score for passage in passages), default=0.0)
    for passage, near, names in zip(passages, nearness, asked, strict=True):
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
            own=needs.coverage(own),
            sentence=min(1.0, max(scores, default=0.0)),
            near=max(near, default=0.0),
            asked=max(names, default=0.0),
            dense=_unit(passage.dense),
            memory=_unit(passage.memory),
            score=passage.score,
            gap=passage.score - best,
            reviewed=float(passage.kind == "faq"),
            amount=(1.0 if any(amounts) else -1.0) if wants_amount else 0.0,
            missing=needs.missing(title | own),
        )
        judged.append(Judged(passage, features, k.probability(features), scores))
    return sorted(judged, key=lambda j: (-j.probability, j.passage.number))


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def _identifiers(question: str) -> set[str]:
    """Codes such as a parcel's number, which name one thing and no other."""
    return {term for term in terms(question) if term[0].isascii() and any(c.isdigit() for c in term) and len(term) > 2}


def _naming_the_same(question: str, judged: list[Judged]) -> list[Judged]:
    """Where a code is asked for and some passages hold it, only those; each with the sentences that hold it."""
    codes = _identifiers(question)
    kept = []
    for one in judged:
        holding = [n for n, s in enumerate(one.passage.sentences) if codes and codes <= plain_terms(s)]
        if holding:
            scores = tuple(score if n in holding else 0.0 for n, score in enumerate(one.scores))
            kept.append(replace(one, scores=scores, probability=max(one.probability, NAMED)))
    return kept or judged


def pick_sentences(judged: Judged, share: float, most: int = 4) -> list[int]:
    """The numbers of the sentences to quote: a short passage whole, else those near the best."""
    sentences = judged.passage.sentences
    if all(judged.scores) and sum(map(len, sentences)) <= 140:
        return list(range(len(sentences)))
    bar = max(judged.scores) * share
    ranked = sorted(range(len(sentences)), key=lambda i: (-judged.scores[i], i))
    return sorted([i for i in ranked if judged.scores[i] >= bar and judged.scores[i] > 0][:most])


def _pick(judged: Judged, k: Coefficients) -> Pick:
    sentences = pick_sentences(judged, k.sentence_share)
    return Pick(passage=judged.passage.number, sentences=sentences, confidence=round(judged.probability, 3))


def _overview(given: ChooseGiven, judged: list[Judged], statistics: Statistics, k: Coefficients) -> list[Judged]:
    """What to tell when a question names no more than the matter of one document, and retrieval agrees on that one."""
    needs = Needs(statistics.weights(matter_of(given.question)), given.glosses)
    first = given.passages[:OVERVIEW_HITS]
    titles = {passage.title for passage in first}
    if len(first) < OVERVIEW_HITS or len(titles) != 1:
        return []
    named = needs.coverage(plain_terms(" ".join((first[0].title, *first[0].topics))))
    return [j for j in judged if j.passage.title in titles][: k.most] if named >= OVERVIEW_NAMED else []


def choose(given: ChooseGiven, statistics: Statistics, coefficients: Coefficients | None = None) -> Chosen:
    """Solve the task."""
    k = coefficients or (Coefficients() if statistics.has_vectors else LEXICAL)
    judged = judge(given, statistics, k)
    judged = _naming_the_same(given.question, judged)
    overview = _overview(given, judged, statistics, k)
    if overview:
        return Chosen(answerable=True, picks=[_pick(j, k) for j in overview], reason="the document on this matter")
    if not judged or judged[0].probability < k.answer:
        near = [_pick(j, k) for j in judged[:1] if j.probability >= k.nearest]
        reached = f"{judged[0].probability:.2f}" if judged else "none"
        return Chosen(answerable=False, picks=near, reason=f"best passage {reached}, needed {k.answer:.2f}")
    bar = max(k.answer * k.share, judged[0].probability * k.share)
    told = [j for j in judged if j.probability >= bar][: k.most]
    return Chosen(
        answerable=True, picks=[_pick(j, k) for j in told], reason=f"best passage {judged[0].probability:.2f}"
    )
