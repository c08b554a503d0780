"""Five opinions on a message: ridge regression on the title, on the detail and on both, naive Bayes on each.

A title may have been attached to another message's detail, or say nothing; so each field is also judged by itself,
and ``tools.petitions.combining`` learns how far each is to be believed. An expert's score for a class is a linear
function of the weighted runs of characters, so all experts on one field are one product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from city.schema import Record
from tools.petitions.features import Floats, Grams, Longs, Sparse, Vocabulary, grams_of
from tools.petitions.history import Message
from tools.petitions.ridge import DIRECT, Fit, Part, fit_by_steps, fit_direct, gram

EXPERTS = ("ridge title", "ridge detail", "ridge both", "bayes title", "bayes detail")
FIELDS: dict[str, tuple[int, int, int]] = {"title": (0, 2, 3), "detail": (1, 2, 4)}
"""Which experts read a field, in the order in which their weights stand beside each other."""
_MANY_CLASSES, _FEW_ROWS = 50, 60
Progress = Callable[[str, float], None]


class Pulls(Record):
    """Settings of the experts: how strongly each is pulled towards knowing nothing, and the title's share of "both".

    The defaults were chosen by cross-validation on 5,727 petitions in 7 classes, those for many classes of few rows on
    10,240 short messages in 320 classes.
    """

    title: float = 0.3
    detail: float = 0.08
    both: float = 0.07
    title_share: float = 0.4
    smoothing: float = 0.1
    most_weights: int = 40_000_000

    @classmethod
    def for_size(cls, rows: int, classes: int) -> Pulls:
        """The settings for a history of this size."""
        if classes >= _MANY_CLASSES and rows < _FEW_ROWS * classes:
            return cls(title=3.0, detail=1.0, both=1.0, smoothing=0.03)
        return cls()


class Field(NamedTuple):
    """What one field of a message is judged by: ``weights`` is ``float32[features, 3 · classes]``."""

    vocabulary: Vocabulary
    weights: Floats


class Experts(NamedTuple):
    """The trained experts: class shares are the ridge experts' scores for a message nothing is known of."""

    title: Field
    detail: Field
    shares: Floats

    def scores(self, title: Sparse, detail: Sparse) -> Floats:
        """``float32[messages, classes, experts]`` of the weighted runs of both fields."""
        rows, classes = title.shape[0], len(self.shares)
        total = np.zeros((rows, len(EXPERTS), classes), np.float32)
        for table, name, field in ((title, "title", self.title), (detail, "detail", self.detail)):
            part = (table @ field.weights).reshape(rows, 3, classes)
            for place, expert in enumerate(FIELDS[name]):
                total[:, expert] += part[:, place] / _steadied(table) if expert > 2 else part[:, place]
        total[:, :3] += self.shares
        return total.transpose(0, 2, 1)


class Lesson(NamedTuple):
    """The experts, their scores out of fold ``float32[rows, classes, experts]``, and which rows were held out."""

    experts: Experts
    scores: Floats
    held: NDArray[np.bool_]


class Tables(NamedTuple):
    """Both fields of messages as distinct runs."""

    title: Grams
    detail: Grams

    @classmethod
    def of(cls, messages: Sequence[Message]) -> Tables:
        """Count the runs of both fields."""
        return cls(grams_of([m.title for m in messages]), grams_of([m.detail for m in messages]))


def _steadied(table: Sparse) -> Floats:
    """Naive Bayes adds up what every run says; runs repeat each other, so the sum grows too fast with length."""
    mass: Floats = np.asarray(table.sum(1), np.float32).reshape(-1, 1)
    return np.asarray(np.sqrt(mass + np.float32(1)))


def learn(tables: Tables, answer: Longs, classes: int, fold: Longs, pulls: Pulls, progress: Progress) -> Lesson:
    """Train the experts on ``answer`` (class numbers), and judge every row by experts that had not seen its fold."""
    most = max(1_000, pulls.most_weights // (6 * classes))
    least = 2 if len(answer) >= 200 else 1
    words = [Vocabulary.learn(grams, least=least, most=most) for grams in tables]
    x = [vocabulary.weigh(grams) for vocabulary, grams in zip(words, tables, strict=True)]
    progress("features", 1.0)
    target = np.eye(classes, dtype=np.float32)[answer]
    shares = target.mean(0)
    mixed = [Part(pulls.title_share, x[0]), Part(1 - pulls.title_share, x[1])]
    fits = _ridges(x, mixed, target - shares, pulls, fold, progress)
    bayes = [_bayes(table, target, fold, pulls.smoothing) for table in x]
    progress("naive Bayes", 1.0)
    fields = [
        Field(vocabulary, np.hstack([fits[n].weights[0], fits[2].weights[n], bayes[n][0]]))
        for n, vocabulary in enumerate(words)
    ]
    scores = np.stack([*(fit.scores + shares for fit in fits), *(own[1] for own in bayes)], axis=-1)
    return Lesson(Experts(fields[0], fields[1], shares), scores, fits[2].held)


def _ridges(
    x: Sequence[Sparse], mixed: Sequence[Part], target: Floats, pulls: Pulls, fold: Longs, progress: Progress
) -> list[Fit]:
    """The three ridge experts: title, detail, both."""
    wanted = [([Part(1.0, x[0])], pulls.title), ([Part(1.0, x[1])], pulls.detail), (list(mixed), pulls.both)]
    fits = []
    kernels = [gram(table) for table in x] if len(fold) <= DIRECT else []
    used = (kernels[:1], kernels[1:], kernels)
    for number, (parts, pull) in enumerate(wanted):
        if kernels:
            fits.append(fit_direct(parts, used[number], target, pull, fold))
        else:
            fits.append(fit_by_steps(parts, target, pull, fold))
        progress("regression", (number + 1) / len(wanted))
    return fits


def _bayes(table: Sparse, target: Floats, fold: Longs, smoothing: float) -> tuple[Floats, Floats]:
    """Centred log chances of every run by class, and the scores out of fold."""
    sums = {int(n): table[fold == n].T @ target[fold == n] for n in np.unique(fold)}
    total = np.sum(list(sums.values()), axis=0)
    scores = np.zeros(target.shape, np.float32)
    for number, own in sums.items():
        block = fold == number
        scores[block] = table[block] @ _chances(total - own, smoothing) / _steadied(table[block])
    return _chances(total, smoothing), scores


def _chances(sums: Floats, smoothing: float) -> Floats:
    mass = np.maximum(sums, 0) + np.float32(smoothing)
    chance = np.log(mass) - np.log(np.maximum(mass.sum(0), 1e-12))
    return np.asarray(chance - chance.mean(1, keepdims=True), np.float32)
