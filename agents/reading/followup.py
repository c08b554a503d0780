"""What a message leaves to the talk before it: 那去年呢？ 要多少钱？ 第二条再说细一点."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from agents.reading.dates import NamedDay, find_day
from agents.reading.segments import own_words

_NUMBERS = {c: i for i, c in enumerate("零一二三四五六七八九十")}
_ORDINAL = re.compile(r"第\s*([一二三四五六七八九十]|\d{1,2})\s*(?:条|点|项|个|款|种)(?!例)")
_DETAIL = re.compile(r"细|详|具体|展开|全文|原文|解释|再说|说说|讲讲|什么意思|啥意思|看看")
_OPENS = re.compile(
    r"^(?:那么?|那如果|如果|要是|可是|但是|所以|然后|还有|它|这个|这种|这样|该|上面|刚才|前面|你说的|为什么|为啥|呢)"
)
_AND_THIS = re.compile(r"呢[?？]?$")
_PARTICLES = re.compile(
    r"[那么呢吗啊呀吧的，,。？?！!\s]+|按照|规定|政策|当时|时候|怎么样|怎样|如何|怎么|什么|是|算|说"
)
_EVENT = re.compile(
    r"^(?:的时候|时|我|底|初)?(?:就|才|已经)?(?:买|签|入职|办了|办的|交了|交的|租|搬|来|结婚|毕业|出生|生的|领的|装的|住|退休|辞职|丢)"
)


@dataclass(frozen=True)
class Earlier:
    """What is remembered of one earlier question."""

    question: str
    specialist: str
    provisions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resolved:
    """A question complete on its own. ``detail_of`` names a provision to be told in full."""

    question: str
    day: NamedDay | None = None
    follows: bool = False
    detail_of: str | None = None
    ordinal: int | None = None


def asked_day(text: str, today: date) -> NamedDay | None:
    """The day a question is to be answered for, or None for today; the date of a fact (我2019年买的房) is not one."""
    named = find_day(text, today)
    if named and _EVENT.match(text[named.end :]):
        return None
    return named


def resolve(text: str, earlier: list[Earlier], today: date) -> Resolved:
    """Fill in what ``text`` leaves out from the last question of the talk."""
    day = asked_day(text, today)
    plain = _without(text, day)
    if not earlier:
        return Resolved(plain, day)
    last = earlier[-1]
    ordinal = _ORDINAL.search(text)
    if ordinal and "《" not in text and (_DETAIL.search(text) or len(text) <= 10):
        number = int(ordinal[1]) if ordinal[1].isdigit() else _NUMBERS[ordinal[1]]
        target = last.provisions[number - 1] if 0 < number <= len(last.provisions) else None
        return Resolved(last.question, None, True, target, number)
    if day is not None and not _PARTICLES.sub("", plain):
        return Resolved(_without_day(last.question, today), day, True)
    if is_elliptical(text):
        addition = _OPENS.sub("", plain).strip()
        return Resolved(f"{_without_day(last.question, today)} {addition}", day, True)
    return Resolved(plain, day)


def is_elliptical(text: str) -> bool:
    """Whether a message only makes sense with the one before it: 那明天呢, 澜东新区呢."""
    words = own_words(text)
    return len(words) < 2 or (len(words) <= 8 and bool(_OPENS.match(text) or _AND_THIS.search(text)))


def _without_day(question: str, today: date) -> str:
    return _without(question, find_day(question, today))


def _without(text: str, day: NamedDay | None) -> str:
    """``text`` without the words that name the day: they say when, not what."""
    return text if day is None else text[: day.start] + text[day.end :].removeprefix("的")
