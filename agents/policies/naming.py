"""Which policies and which kind of subject a message means, and what it wants to know."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

from city.routing import any_match
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.profiles import SUBJECTS
from knowledge.eligibility.reading import plain

NAMED = 0.75
"""Share of a name's character pairs that a text must hold to name the policy."""
STATED = 3
"""A text that states so many facts of its own is meant to be matched: a business licence, a profile."""


SHORT, PLAIN = 12, 24
"""So short a message after a question is an answer to it, even where it cannot be read."""
QUESTION = ["[?？]", "吗", "怎么", "什么", "哪", "多少"]


class Wish(Enum):
    """What a message wants of the rules."""

    MATCH = auto()
    WHY_NOT = auto()
    COMPARE = auto()
    PAPERS = auto()
    STOP = auto()


def wish(rules: Eligibility, text: str) -> Wish | None:
    """What the message wants, None where it shows nothing of the kind: fixed words of the pack first, then what was
    learnt from its examples.
    """
    asks = rules.words.asks
    for name in ("stop", "match"):
        if any_match(list(asks.get(name, ())), text):
            return Wish[name.upper()]
    if rules.words.is_answer_word(text):
        return None
    if learnt := rules.wish(text):
        if learnt == "match" and not any_match(list(asks.get("about", ("",))), text):
            return None  # nothing in it speaks of policies
        return None if learnt == "other" else Wish[learnt.upper()]
    for name in ("why_not", "compare", "papers"):
        if any_match(list(asks.get(name, ())), text):
            return Wish[name.upper()]
    return None


def stops(rules: Eligibility, text: str) -> bool:
    """Whether a message says in so many words that no more questions are wanted, whatever is asked now."""
    return any_match(list(rules.words.asks.get("stop", ())), text)


def subject_of(rules: Eligibility, text: str) -> Subject | None:
    """Whom the message is about, None where it does not say."""
    asks = rules.words.asks
    if any_match(list(asks.get("firm", ())), text):
        return "firm"
    return "person" if any_match(list(asks.get("person", ())), text) else None


def speaks_of(rules: Eligibility, opened: dict[str, Any], text: str) -> Subject | None:
    """The subject of an open matching, else the one that the message is about."""
    known = opened.get("subject")
    return next((one for one in SUBJECTS if one == known), None) or subject_of(rules, text)


def named_policies(book: RuleBook, text: str) -> list[str]:
    """The rules that a text names by title or by the words people use, the best named first."""
    held = _pairs(plain(text))
    scores: dict[str, float] = {}
    for policy in book.policies.values():
        names = (policy.title, *policy.says)
        score = max(_share(_pairs(plain(name)), held) for name in names)
        if score >= NAMED:
            scores[policy.id] = score
    return sorted(scores, key=lambda name: (-scores[name], name))


def _pairs(text: str) -> frozenset[str]:
    packed = "".join(char for char in text if char.isalnum())
    return frozenset(packed[i : i + 2] for i in range(len(packed) - 1))


def _share(name: frozenset[str], held: frozenset[str]) -> float:
    return len(name & held) / len(name) if len(name) > 1 else 0.0


def states_profile(rules: Eligibility, text: str, subject: Subject) -> bool:
    """Whether the text is a profile: it states several facts one by one, not all in the words of one question."""
    return len({heard.words for heard in rules.listener(subject).facts(text)}) >= STATED


def corrects(rules: Eligibility, opened: dict[str, Any], text: str) -> bool:
    """Whether a message mends what a matching took down: it states a fact anew, or says that something was wrong."""
    facts = opened.get("facts") or {}
    subject = next((one for one in SUBJECTS if one == opened.get("subject")), None)
    if subject is None or not (facts or opened.get("told")):
        return False
    heard = {one.fact for one in rules.listener(subject).facts(text)}
    return bool(heard) and (
        any_match(list(rules.words.asks.get("correct", ())), text)
        or any(rules.every.depend(one, other) for one in heard for other in facts)
    )


def offered(rules: Eligibility, name: str, text: str) -> bool:
    """Whether a message is, word for word, one of the answers that the question for a fact offers."""
    fact = rules.every.facts.get(name)
    if fact is None:
        return False
    listed = rules.every.lists.get(fact.list)
    labels = [*fact.options.values(), *(entry.label for entry in (listed.entries if listed else ()))]
    return plain(text).strip() in {plain(label) for label in labels} or rules.words.is_answer_word(text)


def tells_plainly(rules: Eligibility, opened: dict[str, Any], text: str) -> bool:
    """Whether a short message does nothing but answer the question of a matching, or mend what it took down."""
    if len(text) > PLAIN:
        return False
    name = opened.get("asking") or ""
    if name in rules.every.facts:
        listener = rules.listener(rules.every.facts[name].subject)
        if listener.answer(name, text) is not None or listener.is_unknown(text):
            return True
    return corrects(rules, opened, text)


def belongs(rules: Eligibility, opened: dict[str, Any], text: str, *, is_petition: bool) -> bool:
    """Whether a message belongs to a matching: the one that is ``opened``, or a new one that it begins.

    An open question takes what can be read as its answer, whatever it would be elsewhere ("失业了"); beyond that, what
    tells of something to be settled is a petition.
    """
    if opened.get("asking") and is_answer(rules, opened["asking"], text):
        return True
    if is_petition:
        return False
    wanted = wish(rules, text)
    if opened:
        if (not opened.get("subject") and subject_of(rules, text)) or corrects(rules, opened, text):
            return True
        return wanted is not None and (wanted is not Wish.PAPERS or bool(named_policies(rules.book, text)))
    if wanted is Wish.MATCH:
        return True
    if wanted in (Wish.WHY_NOT, Wish.COMPARE):
        return bool(named_policies(rules.book, text))
    return any(states_profile(rules, text, subject) for subject in SUBJECTS)


def is_answer(rules: Eligibility, name: str, text: str) -> bool:
    """Whether a message can be taken as the answer to the question for one fact."""
    if name not in rules.every.facts:
        return False
    listener = rules.listener(rules.every.facts[name].subject)
    if listener.is_unknown(text) or listener.answer(name, text) is not None or listener.facts(text):
        return True
    return len(text) <= SHORT and not any_match(QUESTION, text)
