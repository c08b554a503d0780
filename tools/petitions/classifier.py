"""Triage learnt from a city's own history: what class is a message, how sure is that, and which cases are like it.

>>> judged = Classifier.open(Path("var/triage")).classify([Message("", "小区里整夜施工，吵得睡不着")])  # doctest: +SKIP
>>> judged[0].label, judged[0].probability, judged[0].sure  # doctest: +SKIP
('090101', 0.97, True)

Training is ``tools.petitions.learning.train``; the folder is JSON and npz and holds no text of the history.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from tools.petitions.circumstances import circumstances_of, read
from tools.petitions.history import Message
from tools.petitions.nearest import Case
from tools.petitions.saving import Stored, load

BATCH = 256
Doubles = NDArray[np.float64]
Out = TypeVar("Out")


class Judged(NamedTuple):
    """A message's class with its probability, the likeliest classes (this one first), and whether it is sure enough.

    ``sure`` says that answers of this probability and more were right in 95 of 100 cases not learnt from.
    """

    label: str
    probability: float
    ranked: tuple[tuple[str, float], ...]
    sure: bool


class Classifier:
    """A trained model, opened. Reading it from several threads at once is safe."""

    def __init__(self, stored: Stored) -> None:
        self.summary = stored.summary
        self.labels = stored.summary.labels
        self.experts = stored.experts
        self.voices = stored.voices
        self.cases = stored.cases
        self.words = stored.words

    @classmethod
    def open(cls, folder: Path) -> Classifier:
        """The model in ``folder``. Raises NotFound where there is none, BadInput where it is damaged."""
        return cls(load(folder))

    def probabilities(self, messages: Sequence[Message], threads: int = 1) -> Doubles:
        """``float64[messages, classes]``, in the order of ``labels``."""
        return self._judge(messages, threads)[0]

    def classify(self, messages: Sequence[Message], *, keep: int = 3, threads: int = 1) -> list[Judged]:
        """Judge every message; ``keep`` is how many of the likeliest classes are told. Batches are fastest."""
        chances, thresholds = self._judge(messages, threads)
        keep = min(keep, len(self.labels))
        top = np.argsort(-chances, axis=1, kind="stable")[:, :keep]
        values = np.take_along_axis(chances, top, axis=1).tolist()
        judged = []
        for names, own, threshold in zip(top.tolist(), values, thresholds.tolist(), strict=True):
            ranked = tuple((self.labels[name], value) for name, value in zip(names, own, strict=True))
            judged.append(Judged(ranked[0][0], ranked[0][1], ranked, ranked[0][1] >= threshold))
        return judged

    def nearest(self, message: Message | str, k: int = 3) -> list[Case]:
        """The past cases most like a message, nearest first."""
        asked = message if isinstance(message, Message) else Message("", message)
        return self.cases.find([asked], k, self.labels)[0]

    def nearest_of(self, messages: Sequence[Message], k: int = 3, threads: int = 1) -> list[list[Case]]:
        """The nearest past cases of each message."""
        return [found for part in _spread(lambda own: self.cases.find(own, k, self.labels), messages, threads)
                for found in part]  # fmt: skip

    def _judge(self, messages: Sequence[Message], threads: int) -> tuple[Doubles, Doubles]:
        parts = _spread(self._batch, messages, threads)
        if not parts:
            return np.zeros((0, len(self.labels))), np.zeros(0)
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _batch(self, messages: Sequence[Message]) -> tuple[Doubles, Doubles]:
        """Chances of every class, and the threshold that counts for each message."""
        given = read(messages, self.experts)
        scores = self.experts.scores(given.title, given.detail)
        chances, thresholds = np.zeros(scores.shape[:2]), np.zeros(len(messages))
        for name in np.unique(given.situation):
            block = given.situation == name
            voice = self.voices[self._spoken(str(name))]
            seen = circumstances_of(self._spoken(str(name)), given.circumstances[block])
            chances[block] = voice.combiner.chances(scores[block], seen)
            thresholds[block] = voice.threshold
        return chances, thresholds

    def _spoken(self, situation: str) -> str:
        """The situation itself, or where the history had too few such messages one that comes near."""
        return next(name for name in (situation, "detail", "both", "title") if name in self.voices)


def _spread(work: Callable[[Sequence[Message]], Out], messages: Sequence[Message], threads: int) -> list[Out]:
    batches = [messages[start : start + BATCH] for start in range(0, len(messages), BATCH)]
    if threads <= 1 or len(batches) <= 1:
        return [work(batch) for batch in batches]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, batches))


def threads_here() -> int:
    """Two, or one on a machine of one core: more threads than that wait for each other."""
    return min(2, os.cpu_count() or 1)
