"""A scripted citizen: tells what they came for, answers what they are asked and nothing else, gives their word or not.

What is said follows from the task, the seed and the replies alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from eval.hotlinebench.asked import CHOICE, CONFIRM, OFFER, WITHDRAW, Asked
from eval.hotlinebench.tasks import OPENING, Aside, Fact, Step, Task
from eval.hotlinebench.variation import Voice

AGREES, REFUSES, CORRECTS, ANSWERS, UNKNOWN, SAYS = "agrees", "refuses", "corrects", "answers", "unknown", "says"
"""What a message is meant as; the rules hold what the desk does against it."""
_AGREE = {
    "zh": ("提交", "确认提交", "好的，提交吧", "没问题，交吧", "可以，提交", "对的，就这样"),
    "en": ("submit", "Yes, submit", "ok, submit"),
}
_REFUSE = {"zh": ("不提交", "算了，不提交了", "先不登记了"), "en": ("cancel", "never mind")}
_UNKNOWN = {
    "zh": ("不清楚", "这个我不知道", "说不上来", "不太清楚"),
    "en": ("I don't know", "skip"),
}
_TAPPED = {"zh": "提交", "en": "submit"}
_MOST_SAME = 2
"""How often one answers the same question before one hangs up."""


class Heard(NamedTuple):
    """A reply as a citizen takes it in."""

    text: str
    asked: Asked
    options: tuple[str, ...] = ()


class Line(NamedTuple):
    """A message of the citizen. ``meant`` is one of the words above; ``fact`` the question that it answers."""

    text: str
    meant: str = SAYS
    fact: str = ""
    step: str = ""


class Citizen(Protocol):
    """Somebody who talks."""

    async def opening(self) -> Line:
        """The first message."""
        ...

    async def step(self, step: Step) -> Line | None:
        """What a later step says; None where it says nothing."""
        ...

    async def answer(self, heard: Heard) -> Line | None:
        """What they say to a reply; None where nothing is left to say until the next step."""
        ...


class Scripted:
    """Plays a task from a seed. ``fill`` puts in what is known only while it runs, e.g. ``{order}``."""

    def __init__(self, task: Task, seed: str, fill: Callable[[str], str] = str) -> None:
        self._task, self._voice, self._fill = task, Voice(task, seed), fill
        self._language = task.persona.language
        self._moves = list(task.confirm)
        self._asides = list(task.asides)
        self._times: Counter[str] = Counter()
        self._said: dict[str, list[str]] = {}

    async def opening(self) -> Line:
        """The matter, with what is volunteered."""
        volunteered = [fact.say for fact in self._task.facts.values() if fact.volunteer]
        return self._line(self._voice.opening(self._task.opening, volunteered), step=OPENING)

    async def step(self, step: Step) -> Line | None:
        """The step's words. What was asked before is forgotten: a later talk may ask anew."""
        self._times.clear()
        if not step.say:
            return None
        return self._line(self._voice.remark(step.say), AGREES if step.agrees else SAYS, step=step.name)

    async def answer(self, heard: Heard) -> Line | None:
        """The fact asked for, the word to a draft, one of the options."""
        name = known_name(self._task, heard)
        if not name or (heard.asked.waits and self._times[name] >= _MOST_SAME):
            return None
        if aside := self._aside(name):
            return self._line(self._voice.remark(aside.say), AGREES if aside.agrees else SAYS, step=aside.name)
        self._times[name] += 1
        if name == CONFIRM:
            return self._word(heard)
        if self._times[name] > _MOST_SAME:
            return None
        return self._fact(name, heard)

    def _aside(self, name: str) -> Aside | None:
        found = next((one for one in self._asides if _same(one.when, name)), None)
        if found:
            self._asides.remove(found)
        return found

    def _word(self, heard: Heard) -> Line | None:
        if not self._moves and self._times[CONFIRM] > len(self._task.confirm) + _MOST_SAME:
            return None
        # The last word is given again where it was not understood; a plain yes is then tapped.
        again = not self._moves
        move = self._moves.pop(0) if self._moves else self._task.confirm[-1]
        if move == "agree":
            return self._line(_TAPPED[self._language] if again else self._voice.exactly(_AGREE[self._language]), AGREES)
        if move == "refuse":
            return self._line(self._voice.exactly(_REFUSE[self._language]), REFUSES)
        return self._line(self._voice.answer(move.say), AGREES if move.agrees else CORRECTS)

    def _fact(self, name: str, heard: Heard) -> Line | None:
        fact = fact_of(self._task.facts, name)
        if fact is not None:
            return self._line(self._voice.answer(self._fresh(name, fact)), ANSWERS, name)
        if name in (OFFER, CHOICE):
            return None
        if name == WITHDRAW:
            return self._line(self._voice.exactly(heard.options or _REFUSE[self._language]), AGREES, name)
        return self._line(self._voice.exactly(_UNKNOWN[self._language]), UNKNOWN, name)

    def _fresh(self, name: str, fact: Fact) -> tuple[str, ...]:
        """The ways not used yet, so that a question put again is answered in other words."""
        used = self._said.setdefault(name, [])
        left = tuple(way for way in fact.say if way not in used) or fact.say
        way = self._voice.exactly(left)
        used.append(way)
        return (way,)

    def _line(self, text: str, meant: str = SAYS, fact: str = "", step: str = "") -> Line:
        return Line(self._fill(text), meant, fact, step)


def known_name(task: Task, heard: Heard) -> str:
    """The name of what is asked; by the words of a fact where the reply asks something that has no name."""
    if heard.asked.name:
        return heard.asked.name
    for name, fact in task.facts.items():
        if any(re.search(word, heard.text) for word in fact.words):
            return name
    return ""


def fact_of(facts: Mapping[str, Fact], name: str) -> Fact | None:
    """The fact that answers a question: of the full name, else of its last part (``contact_again`` is ``contact``)."""
    short = name.rsplit(".", 1)[-1].removesuffix("_again")
    return facts.get(name) or facts.get(short)


def _same(wanted: str, name: str) -> bool:
    return wanted in (name, name.rsplit(".", 1)[-1])
