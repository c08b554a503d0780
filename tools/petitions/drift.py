"""How new messages differ from the history a model learnt from, and what to do about it.

Four signs are watched: the shares of the classes, the share of unknown runs of characters, confidence, and words that
became more frequent. Each is compared with what the model itself saw on rows it had not learnt from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from city.schema import Record
from tools.petitions.classifier import Classifier
from tools.petitions.features import grams_of, letters_of, plain, runs
from tools.petitions.history import Message
from tools.petitions.nearest import whole

FEWEST = 50
_DRAWS = 400
_SHOWN = 20
_WORD = (2, 3, 4)
_CHINESE = re.compile("[一-鿿]{2,}")
# Usual readings of the population stability index: below 0.1 nothing, above 0.25 a change that asks for action.
_NOTED, _GRAVE = 0.1, 0.25
_Z = 3.0
Verdict = Literal["steady", "watch", "retrain", "too few"]
Shares = NDArray[np.float64]


class ClassShare(Record):
    """A class whose share is compared."""

    label: str
    before: float
    now: float


class Risen(Record):
    """A run of characters that more messages have than before; ``z`` is the log odds ratio over its own spread."""

    word: str
    before: float = Field(description="share of past messages that have it")
    now: float
    z: float


class Drift(Record):
    """The four signs and what they say together."""

    messages: int
    stability_index: float = Field(description="population stability index of the class shares; 0 is no change")
    stability_interval: tuple[float, float] = Field(description="95 % by bootstrap over the new messages")
    stability_by_chance: float = Field(description="95 % of samples of this size from the old shares stay below it")
    classes: tuple[ClassShare, ...] = Field(description="largest change first")
    unknown: float
    unknown_before: float
    confidence: float
    confidence_before: float
    below_threshold: float = Field(description="share of messages that are not sure")
    below_threshold_before: float
    risen: tuple[Risen, ...]
    verdict: Verdict
    advice: str


def compare(model: Classifier, messages: Sequence[Message], *, threads: int = 1) -> Drift:
    """Compare messages with the history behind ``model``."""
    summary = model.summary
    judged = model.classify(messages, threads=threads)
    before = np.array(summary.counts, np.float64) / summary.rows
    names = {label: number for number, label in enumerate(model.labels)}
    said = np.array([names[own.label] for own in judged], np.int64)
    now = np.bincount(said, minlength=len(before)) / max(1, len(said))
    chance = _by_chance(before, len(said))
    unknown = model.cases.vocabulary.unknown(grams_of([whole(message) for message in messages]))
    usual = summary.figures
    sure = float(np.mean([own.sure for own in judged])) if judged else 0.0
    signs = _Signs(
        many=len(messages),
        stability=index(before, now),
        by_chance=chance,
        unknown=float(unknown.mean()) if len(unknown) else 0.0,
        unknown_z=_z(unknown, summary.unknown, summary.unknown_spread),
        unsure=1 - sure,
        unsure_before=1 - usual.coverage,
    )
    verdict, advice = _verdict(signs)
    order = np.argsort(-np.abs(now - before), kind="stable")
    return Drift(
        messages=len(messages),
        stability_index=round(signs.stability, 4),
        stability_interval=_interval(before, said),
        stability_by_chance=round(chance, 4),
        classes=tuple(
            ClassShare(label=model.labels[n], before=round(float(before[n]), 4), now=round(float(now[n]), 4))
            for n in order[:_SHOWN]
        ),
        unknown=round(signs.unknown, 4),
        unknown_before=round(summary.unknown, 4),
        confidence=round(float(np.mean([own.probability for own in judged])) if judged else 0.0, 4),
        confidence_before=usual.mean_confidence,
        below_threshold=round(signs.unsure, 4),
        below_threshold_before=round(signs.unsure_before, 4),
        risen=tuple(risen(model, messages)),
        verdict=verdict,
        advice=advice,
    )


class _Signs(NamedTuple):
    many: int
    stability: float
    by_chance: float
    unknown: float
    unknown_z: float
    unsure: float
    unsure_before: float

    @property
    def unsure_z(self) -> float:
        spread = np.sqrt(max(self.unsure_before * (1 - self.unsure_before), 1e-4) / max(1, self.many))
        return float((self.unsure - self.unsure_before) / spread)


def _verdict(signs: _Signs) -> tuple[Verdict, str]:
    """A sign counts only where chance alone would hardly show it, and where it is large enough to matter."""
    if signs.many < FEWEST:
        return "too few", f"Only {signs.many} messages: bring at least {FEWEST} before anything is concluded."
    said = []
    shifted = signs.stability > max(_NOTED, signs.by_chance)
    if shifted:
        said.append("the mix of classes has changed")
    strange = signs.unknown_z > _Z and signs.unknown > 0.02
    if strange:
        said.append("more of the wording is unknown than before")
    lost = signs.unsure_z > _Z and signs.unsure > signs.unsure_before + 0.05
    if lost:
        said.append("more messages are unsure than before")
    if not said:
        return "steady", "Nothing to do: these messages are like those that were learnt from."
    what = ", ".join(said)
    if lost or signs.stability > max(_GRAVE, signs.by_chance):
        return "retrain", (
            f"{what[0].upper()}{what[1:]}. Let people label a few hundred of the new messages, measure with "
            "`citydesk eval triage`, and train again with them added. Until then let people check what is unsure."
        )
    return "watch", (
        f"{what[0].upper()}{what[1:]}, but confidence holds. Have a person check a sample of 100, look at the words "
        "that rose, and compare again next week."
    )


def index(before: Shares, now: Shares) -> float:
    """Population stability index of two distributions, empty classes smoothed by half a message in 10,000."""
    p, q = before + 5e-5, now + 5e-5
    p, q = p / p.sum(), q / q.sum()
    return float(((q - p) * np.log(q / p)).sum())


def _interval(before: Shares, said: NDArray[np.int64]) -> tuple[float, float]:
    if not len(said):
        return 0.0, 0.0
    draws = _draws(np.bincount(said, minlength=len(before)) / len(said), len(said))
    low, high = np.quantile([index(before, own) for own in draws], [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)


def _by_chance(before: Shares, many: int) -> float:
    if not many:
        return 0.0
    return float(np.quantile([index(before, own) for own in _draws(before, many)], 0.95))


def _draws(shares: Shares, many: int) -> Iterator[Shares]:
    drawn = np.random.default_rng(0).multinomial(many, shares / shares.sum(), size=_DRAWS)
    return iter(drawn / many)


def _z(values: NDArray[np.float32], mean: float, spread: float) -> float:
    return float((values.mean() - mean) / max(spread / np.sqrt(len(values)), 1e-6)) if len(values) else 0.0


def risen(model: Classifier, messages: Sequence[Message], most: int = _SHOWN) -> list[Risen]:
    """Runs of two to four characters that rose most: log odds ratio with the history as prior, by its spread.

    A run that lies inside a stronger one, or around it, is told once. Runs with marks, digits or Latin letters are
    left out.
    """
    found: Counter[str] = Counter()
    for message in messages:
        found.update(_words(plain(whole(message))))
    found = Counter({word: many for word, many in found.items() if many >= 3})
    words = list(found)
    now = np.array([found[word] for word in words], np.float64)
    past = _past(model, words)
    rows, many = model.summary.rows, len(messages)
    prior = (past + now) * min(1.0, 500 / max(1, rows + many)) + 0.01
    all_prior = (rows + many) * min(1.0, 500 / max(1, rows + many)) + 0.02
    odds = np.log((now + prior) / (many + all_prior - now - prior))
    odds -= np.log((past + prior) / (rows + all_prior - past - prior))
    z = odds / np.sqrt(1 / (now + prior) + 1 / (past + prior))
    told: list[Risen] = []
    for n in np.argsort(-z, kind="stable"):
        if len(told) == most or z[n] < _Z:
            break
        if not any(words[n] in own.word or own.word in words[n] or _chained(words[n], own.word) for own in told):
            told.append(
                Risen(
                    word=words[n], before=round(past[n] / rows, 4), now=round(now[n] / many, 4), z=round(float(z[n]), 1)
                )
            )
    return told


def _words(text: str) -> set[str]:
    """The runs of a text that are all Chinese characters."""
    stretches = _CHINESE.findall(text)
    return {own[n : n + size] for own in stretches for size in _WORD for n in range(len(own) - size + 1)}


def _chained(one: str, other: str) -> bool:
    """Whether two runs are pieces of a longer one: the end of one is the beginning of the other."""
    return any(one[-n:] == other[:n] or other[-n:] == one[:n] for n in (2, 3))


def _past(model: Classifier, words: Sequence[str]) -> Shares:
    """In how many past messages each word occurs (0 where in fewer than three)."""
    if not words:
        return np.zeros(0)
    letters = letters_of(words)
    value = np.zeros(len(words), np.uint64)
    sizes = np.array([len(word) for word in words])
    for size in _WORD:
        hashes, owner = runs(letters, size)
        own = sizes[owner] == size
        value[owner[own]] = hashes[own]
    known = model.words
    place = np.minimum(np.searchsorted(known.hashes, value), max(0, len(known.hashes) - 1))
    if not len(known.hashes):
        return np.zeros(len(words))
    return np.where(known.hashes[place] == value, known.rows[place], 0).astype(np.float64)
