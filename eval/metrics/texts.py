"""How near a Chinese text is to another: by characters, since words have no blanks between them.

Measures that cut at blanks take a Chinese sentence for one word, or for none where they keep only Latin letters: two
equal texts may then score 0. All here are 1 for equal texts that are not empty, and 0 for texts with nothing in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import exp, log
from typing import Literal

_CHRF_ORDER, _CHRF_BETA, _BLEU_ORDER = 6, 2.0, 4
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
Unit = Literal["character", "pair"]


def units(text: str, unit: Unit = "character") -> list[str]:
    """Characters that are letters, Han or digits, in the compatibility form (full width as half) and small letters; or
    pairs of neighbouring ones.
    """
    plain = [c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum()]
    if unit == "pair" and len(plain) > 1:
        return [a + b for a, b in pairwise(plain)]
    return plain


def char_f1(said: str, right: str) -> float:
    """F1 of the characters that two texts share, whatever their order; punctuation and blanks do not count."""
    one, two = Counter(units(said)), Counter(units(right))
    return _f1(sum((one & two).values()), sum(one.values()), sum(two.values()))


def rouge_l(said: str, right: str, unit: Unit = "character") -> float:
    """F1 of the longest common subsequence of characters or of pairs of them (ROUGE-L)."""
    one, two = units(said, unit), units(right, unit)
    return _f1(common(one, two), len(one), len(two))


def common(one: Sequence[str], two: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    # A bit for each place of `one`: those still set are the places that no subsequence has reached.
    places: dict[str, int] = {}
    for place, mark in enumerate(one):
        places[mark] = places.get(mark, 0) | 1 << place
    whole = (1 << len(one)) - 1
    free = whole
    for mark in two:
        met = free & places.get(mark, 0)
        free = (free + met | free - met) & whole
    return len(one) - free.bit_count()


def chrf(said: str, right: str) -> float:
    """chrF: F-score of runs of one to six characters, recall weighing twice; blanks are left out."""
    one, two = "".join(said.split()), "".join(right.split())
    precisions, recalls = [], []
    for order in range(1, _CHRF_ORDER + 1):
        left, wanted = _runs(one, order), _runs(two, order)
        if left and wanted:
            same = (left & wanted).total()
            precisions.append(same / left.total())
            recalls.append(same / wanted.total())
    if not precisions or not any(precisions):
        return 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    weight = _CHRF_BETA**2
    return (1 + weight) * precision * recall / (weight * precision + recall)


def bleu(said: str, right: str) -> float:
    """BLEU of one sentence with every character a token, up to runs of four, smoothed by halving.

    Orders for which the text is too short are left out, and each order without a match counts half of the one before.
    """
    one, two = "".join(said.split()), "".join(right.split())
    if not one or not two:
        return 0.0
    logs, fallback = [], 1.0
    for order in range(1, min(_BLEU_ORDER, len(one)) + 1):
        left = _runs(one, order)
        same = (left & _runs(two, order)).total()
        if order == 1 and not same:
            return 0.0
        if not same:
            fallback /= 2
        logs.append(log((same or fallback) / left.total()))
    short = min(0.0, 1 - len(two) / len(one))
    return exp(short + sum(logs) / len(logs))


def numbers(text: str) -> list[str]:
    """The numbers in a text as written, in Arabic digits: no grouping commas, full width as half, 5% apart from 5."""
    plain = _GROUPED.sub("", unicodedata.normalize("NFKC", text))
    percents = [f"{_plain(match[1])}%" for match in _PERCENT.finditer(plain)]
    return [_plain(found) for found in _NUMBER.findall(_PERCENT.sub(" ", plain))] + percents


def unsupported_numbers(answer: str, evidence: Sequence[str]) -> list[str]:
    """The numbers of an answer that no text of the evidence has, in their order."""
    known = {number for text in evidence for number in numbers(text)}
    return [number for number in dict.fromkeys(numbers(answer)) if number not in known]


def number_support(answer: str, evidence: Sequence[str]) -> float | None:
    """Share of the distinct numbers of an answer that the evidence has; None where the answer has none."""
    given = set(numbers(answer))
    return 1 - len(unsupported_numbers(answer, evidence)) / len(given) if given else None


def _plain(number: str) -> str:
    """Without needless zeros: 030 is 30, 2.50 is 2.5; 1.2.3 stays as it is."""
    if number.count(".") > 1:
        return number
    whole, _, part = number.partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")


def _runs(text: str, order: int) -> Counter[str]:
    return Counter(text[start : start + order] for start in range(len(text) - order + 1))


def _f1(same: int, one: int, two: int) -> float:
    return 2 * same / (one + two) if one + two else 0.0
