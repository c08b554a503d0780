"""Numbers in a text in one canonical form, so that 十五分钟 and 15分钟 are the same number with the same unit."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_DIGIT = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_CHINESE = "〇零一二两三四五六七八九十百千万亿"
_PERCENT = re.compile(rf"百分之([{_CHINESE}点]+|\d+(?:\.\d+)?)")
_NUMBER = re.compile(
    rf"(\d[\d,]*(?:\.\d+)?|[{_CHINESE}]+)\s*(万|亿)?\s*(%|个工作日|工作日|个月|月|年|日|天|小时|时|分钟|分|元|平方米|米|周岁|岁|倍|人|户|次|号)?"
)
# A lone 一 or 两 is more often a word (一般, 两边) than a count; without a unit it is not compared.
_LONE = frozenset("〇零一二两三四五六七八九十百千万亿")
_SAME_UNIT = {
    "天": "日",
    "工作日": "个工作日",
    "月": "月",
    "岁": "周岁",
    "分": "分钟",
    "时": "小时",
    "号": "日",
}


def chinese_number(text: str) -> int:
    """The value of a number written in Chinese characters, positional (二〇二四) or with units (三百二十)."""
    if not any(char in _UNIT for char in text):
        return int("".join(str(_DIGIT[char]) for char in text))
    for mark in ("亿", "万"):
        if mark in text:
            head, tail = text.rsplit(mark, 1)
            return (chinese_number(head) if head else 1) * _UNIT[mark] + (chinese_number(tail) if tail else 0)
    total = digit = 0
    for char in text:
        if char in _DIGIT:
            digit = _DIGIT[char]
        else:
            total += (digit or (1 if char == "十" else 0)) * _UNIT[char]
            digit = 0
    return total + digit


def _value(text: str) -> Decimal | None:
    plain = text.replace(",", "")
    try:
        return Decimal(plain) if plain[0].isdigit() else Decimal(chinese_number(plain))
    except (InvalidOperation, KeyError, ValueError):
        return None


def numbers(text: str) -> set[tuple[str, str]]:
    """Every number of ``text`` as (value, unit); unit is empty where none follows."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _PERCENT.sub(lambda m: f"{_value(m[1]) if '点' not in m[1] else m[1]}%", plain)
    found: set[tuple[str, str]] = set()
    for match in _NUMBER.finditer(plain):
        digits, scale, unit = match.groups()
        if digits in _LONE and not unit:
            continue
        value = _value(digits)
        if value is None:
            continue
        if scale:
            value *= _UNIT[scale]
        found.add((f"{value.normalize():f}", _SAME_UNIT.get(unit or "", unit or "")))
    return found


def unsupported(text: str, evidence: str) -> set[tuple[str, str]]:
    """Numbers of ``text`` that ``evidence`` does not hold; without a unit the value alone counts."""
    held = numbers(evidence)
    values = {value for value, _ in held}
    return {(v, u) for v, u in numbers(text) if (v, u) not in held and not (u == "" and v in values)}
