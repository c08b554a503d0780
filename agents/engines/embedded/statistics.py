"""What the corpus knows about words: how telling a term is, and how near two texts are."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Weigh = Callable[[Sequence[str]], Sequence[float]]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[-.][a-z0-9]+)*")
# Words of asking carry no topic; in a statute corpus they are rare and would look telling.
_ASKING = re.compile(
    r"请问一下|请问|想问一下|想问|想知道|问一下|咨询一下|咨询|怎么办理|怎么办|怎么样|怎么|咋办|咋|如何|多少|多久|多长时间|多长|"
    r"什么时候|什么|啥时候|啥|哪里|哪儿|哪些|哪个|哪|能不能|可不可以|可以吗|是不是|是否|有没有|要不要|需不需要|会不会|行不行|"
    r"为什么|为啥|谁|吗|呢|嘛|呀|啊|吧|了|的|我们|我|你们|你|您|俺|咱|他们|他|她|就|都|也|还|又|才|那|这|个|是|在|有|被|把|给|跟|和|与|或"
)


def terms(text: str) -> list[str]:
    """Pairs of neighbouring characters, and words of Latin letters or digits; asking words are cut out first.

    A run of a single character gives that character.
    """
    plain = _ASKING.sub(" ", unicodedata.normalize("NFKC", text).lower())
    found: list[str] = []
    for run in _RUN.findall(plain):
        if run[0].isascii() or len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def plain_terms(text: str) -> set[str]:
    """Every pair of neighbouring characters of a passage, nothing cut out."""
    plain = unicodedata.normalize("NFKC", text).lower()
    found: set[str] = set()
    for run in _RUN.findall(plain):
        found.add(run) if run[0].isascii() else found.update(run[i : i + 2] for i in range(len(run) - 1))
        found.update(run if not run[0].isascii() else ())
    return found


class Statistics:
    """Weights of terms and nearness of texts, from the published corpus.

    ``weigh`` gives the inverse document frequency of terms (natural logarithm, 0 for unknown); ``encode`` gives
    L2-normalised vectors or is None where there is no dense model.
    """

    def __init__(self, weigh: Weigh | None = None, encode: Encode | None = None):
        self._weigh = weigh
        self._encode = encode

    @property
    def has_vectors(self) -> bool:
        """Whether there is a dense model."""
        return self._encode is not None

    def weights(self, question: str) -> dict[str, float]:
        """The question's terms with their weights; unknown terms weigh as the rarest known."""
        found = list(dict.fromkeys(terms(question)))
        if not found:
            return {}
        given = list(self._weigh(found)) if self._weigh else [1.0] * len(found)
        rarest = max((w for w in given if w > 0), default=1.0)
        return {term: (w if w > 0 else rarest) for term, w in zip(found, given, strict=True)}

    def nearness(self, question: str, texts: Sequence[str]) -> list[float]:
        """Cosine of the question with each text, at least 0; all 0 without a dense model."""
        if self._encode is None or not texts:
            return [0.0] * len(texts)
        vectors = self._encode([question, *texts])
        return [max(0.0, float(value)) for value in vectors[1:] @ vectors[0]]


class Needs:
    """What a question asks for: weighted terms, and everyday words that are met by any of their meanings."""

    def __init__(self, weights: dict[str, float], glosses: Mapping[str, Sequence[str]]):
        self._weights = dict(weights)
        self._groups: list[tuple[float, list[set[str]]]] = []
        for word, means in glosses.items():
            own = [term for term in terms(word) if term in self._weights]
            # Terms across the word's edge say nothing once the word is read as its meaning.
            weight = sum(self._weights.pop(term) for term in own) or max(weights.values(), default=1.0)
            self._groups.append((weight, [plain_pairs(m) for m in (word, *means)]))
        self._total = sum(self._weights.values()) + sum(weight for weight, _ in self._groups)

    def coverage(self, found: set[str]) -> float:
        """Share of the question's weight that ``found`` (terms of a passage) holds, in [0, 1]."""
        if not self._total:
            return 0.0
        held = sum(w for t, w in self._weights.items() if t in found)
        for weight, meanings in self._groups:
            held += weight * max((len(m & found) / len(m) for m in meanings if m), default=0.0)
        return held / self._total

    def missing(self, found: set[str]) -> float:
        """Weight of the heaviest need that ``found`` lacks, against the heaviest of all, in [0, 1]."""
        lacking = [w for t, w in self._weights.items() if t not in found]
        lacking += [w for w, meanings in self._groups if not any(m and m <= found for m in meanings)]
        heaviest = max((*self._weights.values(), *(w for w, _ in self._groups)), default=0.0)
        return max(lacking, default=0.0) / heaviest if heaviest else 0.0


def plain_pairs(text: str) -> set[str]:
    """The pairs of a word, or its single character."""
    found = plain_terms(text)
    return {t for t in found if len(t) > 1} or found


def logistic(value: float) -> float:
    """The logistic function, safe for large values."""
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, value))))
