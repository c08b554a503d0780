"""Facts of an incident out of a clerk's sentence, by the patterns that the pack gives each fact.

A number is read as written (``3,000``, ``2.5``, ``零下6``, ``1万``) or in Chinese numerals (``十二``, ``三百``).
What no pattern finds stays unknown; a fact that the sentence gives two different values is left out and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from tools.emergencies.plans import Fact, FactValue

_NUMBER = r"((?:零下|负|-)?(?:\d[\d,]*(?:\.\d+)?|[零一二两三四五六七八九十百千]+)(?:万|亿)?)"
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1_000}
_TIMES = {"万": 10_000, "亿": 100_000_000}
_SIGNS = {"蓝": "blue", "黄": "yellow", "橙": "orange", "红": "red"}
_BLANK = re.compile(r"\s+")


class Heard(NamedTuple):
    """What was heard, and the facts that were said in two ways."""

    facts: dict[str, FactValue]
    torn: tuple[str, ...]


def hear(text: str, facts: Mapping[str, Fact]) -> Heard:
    """The facts that ``text`` gives."""
    text = _BLANK.sub("", text)
    heard: dict[str, FactValue] = {}
    torn: list[str] = []
    for name, fact in facts.items():
        values = list(dict.fromkeys(_values(fact, text)))
        if len(values) == 1:
            heard[name] = values[0]
        elif values:
            torn.append(name)
    return Heard(heard, tuple(torn))


def number_of(text: str) -> float:
    """A number as people write it. Raises ValueError.

    >>> number_of("3,000"), number_of("零下6"), number_of("1.5万"), number_of("三百二十")
    (3000.0, -6.0, 15000.0, 320.0)
    """
    sign = -1.0 if text.startswith(("零下", "负", "-")) else 1.0
    text = text.removeprefix("零下").removeprefix("负").removeprefix("-")
    times = _TIMES.get(text[-1:], 1)
    plain = text[:-1] if times > 1 else text
    return sign * times * (float(plain.replace(",", "")) if plain[:1].isdigit() else _chinese(plain))


def _chinese(text: str) -> float:
    if not text:
        raise ValueError("no number")
    total, digit = 0, 0
    for char in text:
        if char in _PLACES:
            total += (digit or 1) * _PLACES[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return float(total + digit)


def _values(fact: Fact, text: str) -> Iterator[FactValue]:
    if fact.type == "flag":
        denied = any(_pattern(one).search(text) for one in fact.denies)
        said = any(_pattern(one).search(text) for patterns in fact.says.values() for one in patterns)
        if denied or said:
            yield not denied
        return
    for value, patterns in fact.says.items():
        for found in (match for one in patterns for match in _pattern(one).finditer(text)):
            yield _value(fact, value, found)


def _value(fact: Fact, value: str, found: re.Match[str]) -> FactValue:
    if fact.type == "choice":
        return value
    if fact.type == "colour":
        return _SIGNS[found[1]]
    return number_of(found[1])


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("{n}", _NUMBER).replace("{colour}", f"([{''.join(_SIGNS)}])"))
