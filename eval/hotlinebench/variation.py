"""How the same thing is said another way: a drawn phrasing, a mood, a slip of the input method. Never another fact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from eval.hotlinebench.tasks import Persona, Task

_SLIPS = dict(
    zip("的得地在再做作已吗么像座账那哪很候帮们经现直反", "得的的再在作做以嘛嘛象坐帐哪那狠侯邦门径线值返", strict=True)
)
"""Homophones and look-alikes of little words, as input methods offer them. They carry no fact."""
_RATES = {"none": 0.0, "few": 0.03, "many": 0.10}
_MOST_SLIPS = {"none": 0, "few": 1, "many": 3}
_MOODS = {
    "zh": {
        "calm": ("", "", "您好，", "你好，"),
        "anxious": ("", "哎呀，", "您好，我挺着急的，"),
        "angry": ("", "真是的，", "我都气坏了，"),
        "sad": ("", "唉，", "您好……"),
    },
    "en": {
        "calm": ("", "Hello, ", "Hi, "),
        "anxious": ("", "Hi, I am quite worried: "),
        "angry": ("", "Honestly, "),
        "sad": ("", "Hello... "),
    },
}
_HUMS = {"zh": ("", "", "", "嗯，", "哦，"), "en": ("", "", "Well, ")}
_ENDS = {"formal": ("", "谢谢。"), "chatty": ("", "麻烦您啦。"), "plain": ("",), "terse": ("",)}
_LONG_ENOUGH = 6
"""Shorter messages are typed without ado."""
_FULL_STOPS = "。！？!?.；;"


class Voice:
    """One citizen's voice in one trial: everything drawn from one seed."""

    def __init__(self, task: Task, seed: str) -> None:
        self._persona: Persona = task.persona
        self._random = Random(f"{task.id}/{seed}")  # noqa: S311  # words, nothing to guard
        kept = [*task.keep, *(way for fact in task.facts.values() for way in fact.say)]
        self._kept = re.compile("|".join(map(re.escape, sorted(set(kept), key=len, reverse=True))) or r"(?!)")

    def draw(self, ways: Sequence[str]) -> str:
        """One of several ways to say it."""
        return self._random.choice(list(ways))

    def opening(self, ways: Sequence[str], volunteered: Sequence[Sequence[str]]) -> str:
        """The first message: the matter, then what is told at once, in a drawn order."""
        told = [self.draw(each) for each in volunteered]
        self._random.shuffle(told)
        parts = [self.draw(ways), *told]
        gap = "，" if self._persona.language == "zh" else " "
        text = gap.join(p.rstrip("，,。. ") if p is not parts[-1] else p for p in parts) if told else parts[0]
        return self._mooded(text)

    def remark(self, ways: Sequence[str]) -> str:
        """A message of its own, later in the talk."""
        return self._mooded(self.draw(ways))

    def answer(self, ways: Sequence[str]) -> str:
        """The answer to a question: hardly more than the fact."""
        return self._slipped(self.draw(_HUMS[self._persona.language]) + self.draw(ways))

    def exactly(self, ways: Sequence[str]) -> str:
        """Words that are chosen or tapped rather than typed."""
        return self.draw(ways)

    def _mooded(self, text: str) -> str:
        persona = self._persona
        lead = self.draw(_MOODS[persona.language][persona.mood])
        if len(text) >= _LONG_ENOUGH and not text.startswith(lead[:2]):
            text = lead + text
        end = self.draw(_ENDS[persona.speech]) if persona.language == "zh" else ""
        return self._slipped(_stopped(text) + end if end else text)

    def _slipped(self, text: str) -> str:
        rate, most = _RATES[self._persona.typos], _MOST_SLIPS[self._persona.typos]
        kept = {at for found in self._kept.finditer(text) for at in range(*found.span())}
        made = list(text)
        for at, letter in enumerate(text):
            if most and letter in _SLIPS and at not in kept and self._random.random() < rate:
                made[at], most = _SLIPS[letter], most - 1
        return "".join(made)


def _stopped(text: str) -> str:
    return text if text[-1:] in _FULL_STOPS else text + "。"
