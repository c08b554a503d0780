"""What one text is like for its reader, beyond what `eval.metrics.wording` measures: numbers to dial, first sentence,
plain words beside a quote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.reading.numbers import numbers
from eval.suite import Json

_QUOTE = re.compile(r"“[^”]*”")
_MARK = re.compile(r"\[\d+\]")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_DIALLED = re.compile(r"(?<![\d.,，])\d[\d-]+\d(?![\d.,%年月日元个点米万亿])")
_NEAR = re.compile(r"电话|拨打|热线|致电|请打|马上打|再打|抢修|咨询")
_READABLE = re.compile(r"(?:1\d{2,4}|9\d{4}|0\d{2,3}-\d{7,8}|\d{3}-\d{4}-\d{4}|400-\d{3}-\d{4})")
_REACH = 12
_SECOND_HAND = ("faq", "guide")


def own_words(text: str) -> str:
    """The text without what it quotes and the marks of citations."""
    return _MARK.sub("", _QUOTE.sub("", text))


def first_sentence(text: str) -> str:
    """The first sentence that is no heading."""
    found = (match[0].strip() for match in _SENTENCE.finditer(_MARK.sub("", text)))
    return next((sentence for sentence in found if sentence and not sentence.endswith("：")), "")


def phones(text: str) -> list[str]:
    """Numbers to dial: those behind a word that asks to dial, and all with an area code."""
    found = []
    for match in _DIALLED.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if _NEAR.search(before) or match[0].startswith("0"):
            found.append(match[0])
    return found


def phones_readable(text: str) -> float | None:
    """Share of the numbers to dial that are short or in groups; None where there are none."""
    found = phones(text)
    return sum(bool(_READABLE.fullmatch(number)) for number in found) / len(found) if found else None


def tells(sentence: str, wanted: Sequence[str]) -> float | None:
    """Whether the sentence holds every wanted number, in any spelling. None where no number is wanted: words may be put
    in many ways.
    """
    asked = set().union(*map(numbers, wanted))
    return float(asked <= numbers(sentence)) if asked else None


def plain_beside(answer: Json) -> float | None:
    """Whether a cited rule stands in plain words too: a frequent question, a guide, or words of the answer's own that
    tell a number of the quote. None where nothing is cited.
    """
    citations = answer["citations"]
    if not citations:
        return None
    if any(citation["level"] in _SECOND_HAND for citation in citations):
        return 1.0
    quoted = set().union(*(numbers(citation["quote"]) for citation in citations))
    lines = [line for line in answer["text"].split("\n") if "“" not in line]
    return float(any(numbers(line) & quoted for line in lines))
