"""Whether a message is nothing but an answer: a number, a name, a place, a time, "这个我不清楚"."""

from __future__ import annotations

import re

from city.gazetteer import Gazetteer
from city.intake import Intake
from city.privacy.finding import TOKEN

_CLAUSES = re.compile(r"[，。！？；、,.!?;~…：:\s]+")
_SLOTS = ("time", "amount", "frequency", "people")
"""Facts whose words hold the fact alone; those of an object or a course of things swallow what stands beside."""
_LED = ("submit", "cancel", "skip", "no_contact", "file", "thanks")
_SAYS_MORE = 3
"""Characters from which "I do not know" is one word in any sentence; "没有" may be a part of another."""
_FUNCTION = frozenset(
    "我你您他她它们咱俺这那哪个位只就也都还是叫姓名字电话手机号码在到了的得地吧呢吗啊呀哦噢嗯呃哎嘛大概约来多点"
)
"""Characters that join and point, and those that say what a masked value is."""


def is_bare_answer(intake: Intake, gazetteer: Gazetteer, text: str) -> bool:
    """Whether every clause of ``text`` (masked) only leads the talk, or holds nothing beside the answer's own words."""
    clauses = [clause for clause in _CLAUSES.split(text) if clause]
    return bool(clauses) and all(_leads(intake, clause) or _is_bare(intake, gazetteer, clause) for clause in clauses)


def is_thanks(intake: Intake, text: str) -> bool:
    """Whether ``text`` does nothing but thank or say good-bye, an "好的" before it or not."""
    clauses = [clause for clause in _CLAUSES.split(text) if clause]
    thanks = [intake.says("thanks", clause) for clause in clauses]
    courteous = all(said or intake.says("submit", clause) for said, clause in zip(thanks, clauses, strict=True))
    return any(thanks) and courteous and not intake.says("file", text)


def _leads(intake: Intake, clause: str) -> bool:
    return any(intake.says(name, clause) for name in _LED)


def _is_bare(intake: Intake, gazetteer: Gazetteer, clause: str) -> bool:
    left = TOKEN.sub(" ", clause)
    for mention in gazetteer.mentions(left):
        left = left.replace(mention.name, " ")
    for fact in _SLOTS:
        for pattern in intake.stated.get(fact, ()):
            left = re.sub(pattern, " ", left)
    for word in sorted(intake.skip, key=len, reverse=True):
        left = left.replace(word, " ") if len(word) >= _SAYS_MORE else left
    return _FUNCTION.issuperset(left.replace(" ", ""))
