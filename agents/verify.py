"""Nothing is said that cannot be shown: every sentence against its evidence, by program.

A claim passes when each quote equals the source at its span, every number, date and amount of the sentence stands in
the evidence (or in the document's own title, article or dates), words of duty and permission are not added, and enough
of its words come from the evidence. The same check runs for every engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from agents.contract import Draft, Sentence
from agents.engines.embedded.statistics import plain_terms
from agents.reading.numbers import unsupported
from city.errors import NotFound
from knowledge.library import Library

SHARE_FROM_EVIDENCE = 0.5
_ASCII_WORD = re.compile(r"[a-z]")
# A sentence may not bring a duty, ban or permission of its own: these words must stand in the evidence.
_DEONTIC = (
    "不得",
    "禁止",
    "不予",
    "无需",
    "不需要",
    "必须",
    "应当",
    "免费",
    "免收",
    "不收",
    "不能",
    "可以",
    "不超过",
    "至少",
    "最多",
    "没收",
    "吊销",
)
_SAME = {
    "不需要": ("无需", "不需", "不必"),
    "不能": ("不得", "禁止", "不予", "不可"),
    "必须": ("应当", "应"),
    "应当": ("应", "必须"),
    "至少": ("不少于", "不低于", "以上"),
    "最多": ("不超过", "以下", "以内"),
    "不超过": ("以下", "以内"),
    "免费": ("免收", "不收费", "不收取"),
    "免收": ("免费", "不收取"),
    "不收": ("免费", "免收"),
    "无需": ("不需", "不必", "免"),
}


@dataclass(frozen=True)
class Verdict:
    """Whether a sentence stands, and if not, why."""

    supported: bool
    reason: str = ""


Reckon = Callable[[Sentence], str]
"""Works a reckoned sentence out again: why it does not stand, or nothing."""


def _nothing_reckoned(_sentence: Sentence) -> str:
    return "nothing to reckon it from"


def check_sentence(
    sentence: Sentence,
    library: Library,
    role: str,
    reckon: Reckon = _nothing_reckoned,
    measure: Reckon = _nothing_reckoned,
) -> Verdict:
    """Check one sentence. A frame (fixed wording) passes; a claim needs evidence that carries it; what is reckoned is
    worked out again by ``reckon``, and its quotes are checked like any; what is measured is held against the results
    of tools by ``measure``.
    """
    if sentence.kind == "frame":
        return Verdict(True)
    if sentence.kind == "measured":
        wrong = measure(sentence)
        return Verdict(not wrong, wrong)
    if sentence.kind == "reckoned":
        wrong = reckon(sentence)
        if wrong or not sentence.evidence:
            return Verdict(not wrong, wrong)
    if not sentence.evidence:
        return Verdict(False, "no evidence")
    held = []
    for evidence in sentence.evidence:
        try:
            provision = library.get(evidence.provision, role=role)
            meta = library.meta(provision.document, role=role)
        except NotFound:
            return Verdict(False, f"{evidence.provision} is not there any more")
        source = provision.text[evidence.start - provision.start : evidence.end - provision.start]
        if source != evidence.quote or not source:
            return Verdict(False, f"the quote differs from {evidence.provision}")
        held += [source, meta.title, provision.article]
    return Verdict(True) if sentence.kind == "reckoned" else _carried(sentence.text, "\n".join(held))


def _carried(text: str, held: str) -> Verdict:
    if held.split("\n", 1)[0] in text:
        extra = unsupported(text, held)
        return Verdict(not extra, f"numbers not in evidence: {sorted(extra)}" if extra else "")
    if extra := unsupported(text, held):
        return Verdict(False, f"numbers not in evidence: {sorted(extra)}")
    for word in _DEONTIC:
        if word in text and word not in held and not any(same in held for same in _SAME.get(word, ())):
            return Verdict(False, f"{word!r} is not in the evidence")
    said = {t for t in plain_terms(text) if len(t) > 1 and not _ASCII_WORD.match(t)}
    if said and len(said & plain_terms(held)) / len(said) < SHARE_FROM_EVIDENCE and not _is_foreign(text):
        return Verdict(False, "most of its words are not in the evidence")
    return Verdict(True)


def _is_foreign(text: str) -> bool:
    """An English sentence about Chinese evidence shares numbers, not words."""
    letters = sum(char.isascii() and char.isalpha() for char in text)
    return letters > len(text) / 2


def check_draft(
    draft: Draft,
    library: Library,
    role: str,
    reckon: Reckon = _nothing_reckoned,
    measure: Reckon = _nothing_reckoned,
) -> tuple[Draft, list[str]]:
    """The draft without what its evidence does not carry, and why each sentence went."""
    kept, dropped = [], []
    for sentence in draft.sentences:
        verdict = check_sentence(sentence, library, role, reckon, measure)
        if verdict.supported:
            kept.append(sentence)
        else:
            dropped.append(verdict.reason)
    return draft.model_copy(update={"sentences": kept}), dropped
