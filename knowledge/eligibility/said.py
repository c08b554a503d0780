"""Numbers and days as people say them: 12.5万元, 两千六, 百分之三点五, 一年半, 去年九月, 2024年3月5号.

A range or a round word (五六万, 十来万, 两年多) is told vaguely and a bound (300万以下, 3到5人) as a bound: neither is
ever taken for the value of a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from knowledge.eligibility.facts import Fact, FactType
from knowledge.eligibility.numerals import NUMERAL, read
from knowledge.library.quantities import parse_number

_SCALE = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3, "万亿": 1e12}
_SIGN = {"%": 1.0, "‰": 0.1, "个百分点": 1.0, "成": 10.0}
"""A sign after a number, in per cent."""
_BARE = ("百", "千", "万")
_MORE = r"来(?![自源了的])|多(?!少)|余(?![额款下])|好?几|把(?=[块元个])"
_AMOUNT = re.compile(
    # 一年半, 1年3个月, 三个半月, 半年: lengths of time of more than one number
    rf"(?P<years>{NUMERAL})\s*年(?:半|[零又]?(?P<odd>{NUMERAL})\s*个月)|(?P<months>{NUMERAL})\s*个半月|(?P<half>半年|半个月)"
    # 百分之三, 三分之一, 一半
    rf"|(?P<below>{NUMERAL})分之(?P<above>{NUMERAL})|(?P<even>一半)"
    rf"|(?P<digits>{NUMERAL})\s*(?P<about>{_MORE})?\s*(?P<scale>万亿|亿|千万|百万|万|千(?!瓦|克|米|伏|卡))?(?P<more>{_MORE})?"
    r"\s*(?P<sign>%|‰|个百分点|成(?=半|[\s,。;!?、了吧左以]|$))?"
)
_SET_PHRASE = re.compile(
    r"第(?:\d+|[一二三四五六七八九十百零]+)|[统唯同单专]一|一(?:般|些|直|样|起|下|共|定|旦|切|律|致|向|边|次性)|有一?点|十分(?!之|钟)"
    r"|千万(?=别|不|要)|[上下前后]半年"
)
"""What holds a numeral and tells no number."""
_ROUND_BEFORE = re.compile(r"[上成近小大好]$")
"""上百, 近千: before a unit that has no number of its own."""
_UNSURE_BEFORE = re.compile(r"负$|(?:^|[\s:：(（])[-−]$|[(（](?:单位)?[:：]?\s*(?:万|亿|千|百万)元?[)）][^,，。;；]*$")
"""Less than nothing, or a number of what stands before it: 营业收入(万元)：300."""
_COUNTED = "年月天日岁元块人个户家吨亩平米"
_UNSURE_AFTER = re.compile(
    rf"\s*(?:[{_COUNTED}]{{0,2}}(?:多(?!少)|出头|开外|挂零)|[余来](?=[{_COUNTED}])|[{_COUNTED}倍]?半|块[一二三四五六七八九\d])"
)
_BOUND_AFTER = re.compile(r"\s*[\u4e00-\u9fff]{0,2}(?:以上|以下|以内|之内|上下不|起步|不到|封顶)")
_BOUND_BEFORE = re.compile(
    r"(?:不到|不足|不满|未满|没满|没到|未到|不够|不超过|超过|至少|最多|[低高多少]于|以上|小于|大于|将近|接近|(?<![最附临])近|超|逾"
    r"|突破)\s*$"
)
_TO = re.compile(r"\s*[\u4e00-\u9fff%]{0,3}?\s*(?:[-~–—〜]+|至|到|或者?)\s*(?:百分之)?$")
_LAST_UNIT = re.compile(r"(?:万亿|千万|百万|[十百千万亿])(?=%?$)")
_UNIT = re.compile(
    "个月|个人|小时|分钟|公里|公斤|公顷|厘米|毫米|毫升|平方公里|平方|美元|美金|欧元|港元|港币|日元|英镑|人次|千瓦|兆瓦|千克|千米"
    "|[年月日天号周次回个人名位口户套台张家层楼岁期批款折届点平亩吨米斤克瓦度辆件只头孩倍级间床班场条项元块]"
)
"""What a number counts: one that counts something else than the fact is not its value."""
_ALSO = {
    "人": r"个人|[名位口]",
    "周岁": "岁",
    "平方米": "平(?!方公里)|㎡|m2|m²",
    "千瓦": "(?i:kw)(?![a-z])",
    "日": "天",
}
"""Unit of a fact: other words for it."""
_PARTS_ONLY = "瓦米克"
"""Units that other units end in."""
_YEAR = r"((?:19|20)\d{2})\s*(?:年|[-./])"
_RELATIVE = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "大前年": -3, "明年": 1}
_MONTH = r"(\d{1,2}|十[一二]?|[一二三四五六七八九])"
_DAY = re.compile(
    rf"(?:(?<!\d){_YEAR}|(大前年|今年|本年|去年|上年|前年|明年))\s*(?:年?底?的?)?{_MONTH}\s*"
    rf"(?:月(?:份)?|[-./]|$|(?=\D))(?:\s*(\d{{1,2}}|二?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九])\s*[日号]?)?"
)
_PACKED = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")


class Amount(NamedTuple):
    """A number in a text: its value, the text right after it, and how it was told: as a percentage, vaguely, in months
    (一年半 is 18) or as one end of what it may be.
    """

    value: float
    after: str
    percent: bool = False
    vague: bool = False
    months: bool = False
    bound: bool = False


def amounts(text: str, *, bounds: bool = False) -> Iterator[Amount]:
    """Every number of ``text`` that is told as a value, and with ``bounds`` as a bound (300万以下, 不超过5人) too."""
    return (amount for amount in _told(text) if bounds or not amount.bound)


def number_said(fact: Fact, text: str, *, asked: bool, last: bool = False) -> float | None:
    """The value of a number fact in ``text``: the number that fits its type and unit. To a question it has to be the
    only one; beside the fact's name it is the first, or with ``last`` the last. None where that one is told vaguely or
    as a bound: then it has to be asked.
    """
    every = [(amount, _fitting(fact, amount, asked=asked)) for amount in _told(text)]
    fitting = [(amount, value) for amount, value in every if value is not None]
    if asked:
        unique = {value for amount, value in fitting if not amount.bound}
        vague = any(amount.vague for amount, _ in fitting)
        return unique.pop() if len(unique) == 1 and not vague else None
    if not fitting:
        return None
    amount, value = fitting[-1 if last else 0]
    return None if amount.vague or amount.bound else value


def _told(text: str) -> list[Amount]:
    """Every number, in order."""
    shown = _SET_PHRASE.sub(lambda match: "＿" * len(match[0]), text)
    found: list[Amount] = []
    end = 0
    for match in _AMOUNT.finditer(shown):
        before, after = shown[: match.start()], text[match.end() :]
        amount = _read(match, before)
        if amount is None:
            continue
        unsure = bool(_UNSURE_BEFORE.search(before) or _UNSURE_AFTER.match(after))
        bound = bool(_BOUND_AFTER.match(after) or _BOUND_BEFORE.search(before))
        amount = amount._replace(after=after, vague=amount.vague or unsure, bound=bound)
        between = shown[end : match.start()]
        if found and (_TO.fullmatch(between) or between == "、"):
            found[-1], amount = _ends(found[-1], amount, match[0], between)
        found.append(amount)
        end = match.end()
    return found


def _ends(low: Amount, high: Amount, words: str, between: str) -> tuple[Amount, Amount]:
    """Two numbers as the ends of one range: 3到5万, 30-50%, 5、6万; a list of others stays what it is."""
    scale = _LAST_UNIT.search(words)
    unit = _SCALE.get(scale[0], 100.0 if scale[0] == "百" else 10.0) if scale else 1.0
    shares = unit if low.value < unit and not _UNIT.match(low.after) and "%" not in between else 1.0
    if between == "、" and (low.value + 1) * shares != high.value:
        return low, high
    percent = high.percent or (low.percent and not _UNIT.match(high.after))
    return (
        low._replace(value=low.value * shares, bound=True, percent=percent),
        high._replace(bound=True, percent=percent),
    )


def _read(match: re.Match[str], before: str) -> Amount | None:
    """What a match tells by itself, ``after`` left empty; None for a unit without a number (百货, 万元)."""
    part = match.groupdict()
    if part["digits"]:
        return _plain(part, before)
    if part["half"]:
        return Amount(6.0 if part["half"] == "半年" else 0.5, "", months=True, vague=before[-1:] in ("大", "小"))
    if part["even"]:
        return Amount(50.0, "", percent=True)
    return _share(part) if part["above"] else _length(part)


def _plain(part: dict[str, str | None], before: str) -> Amount | None:
    digits, scale, sign = part["digits"] or "", part["scale"], part["sign"]
    is_round = bool(part["about"] or part["more"])
    number = read(digits)
    if number is None:  # a unit alone tells a number only where it is told to be a round one: 上千万, 百余人
        is_round = is_round or bool(_ROUND_BEFORE.search(before))
        number = read(f"一{digits}") if is_round else None
    if number is None:
        return None
    value = number.value * _SCALE.get(scale or "", 1.0) * _SIGN.get(sign or "", 1.0)
    return Amount(value, "", percent=bool(sign), vague=number.vague or is_round)


def _share(part: dict[str, str | None]) -> Amount | None:
    """百分之三点五, 千分之五, 三分之一, 百分之百."""
    below, above = part["below"] or "", part["above"] or ""
    whole = read(f"一{below}" if below in _BARE else below)
    number = read(f"一{above}" if above in _BARE else above)
    if whole is None or number is None or not whole.value:
        return None
    return Amount(number.value * 100 / whole.value, "", percent=True, vague=whole.vague or number.vague)


def _length(part: dict[str, str | None]) -> Amount | None:
    """一年半, 1年3个月, 三个半月; None where the year is one of the calendar: 2024年3个月."""
    first, odd = read(part["years"] or part["months"] or ""), read(part["odd"] or "零")
    if first is None or odd is None or (part["years"] and _is_calendar(first.value)):
        return None
    rest = odd.value if part["odd"] else 6
    value = first.value * 12 + rest if part["years"] else first.value + 0.5
    return Amount(value, "", months=True, vague=first.vague or odd.vague)


def _is_calendar(value: float) -> bool:
    return 1900 <= value <= 2100


def _fitting(fact: Fact, amount: Amount, *, asked: bool) -> float | None:
    """The amount as a value of the fact, None where it counts something else."""
    if fact.type is FactType.RATIO:
        return _as_ratio(amount, asked=asked)
    if amount.percent:
        return None
    if amount.months:
        return _in_months(fact, amount.value)
    unit = amount.after.lstrip()
    found = _UNIT.match(unit)
    word = found[0] if found else ""
    if word in ("年", "月", "个月"):
        return _in_time(fact, amount.value, word)
    if fact.type is FactType.MONEY:
        return amount.value if word in ("", "元", "块") or unit.startswith(fact.unit or "元") else None
    return amount.value if _counts(fact.unit, unit, word) else None


def _counts(wanted: str, unit: str, word: str) -> bool:
    """Whether a number followed by ``unit``, of which ``word`` is known as one, may count ``wanted``."""
    if not word or not wanted or unit.startswith(wanted):
        return True
    if wanted in _ALSO and re.match(_ALSO[wanted], unit):
        return True
    return word == "个" or (word in wanted and word not in _PARTS_ONLY)


def _as_ratio(amount: Amount, *, asked: bool) -> float | None:
    if amount.percent:
        return amount.value / 100
    if amount.months or _UNIT.match(amount.after.lstrip()):
        return None
    return amount.value if amount.value <= 1 else (amount.value / 100 if asked else None)


def _in_time(fact: Fact, value: float, word: str) -> float | None:
    """A number of years or months as a value of the fact. 2024年 and 9月 are a year and a month of the calendar."""
    if word == "年":
        return None if _is_calendar(value) else _in_months(fact, value * 12)
    return None if word == "月" and value <= 12 else _in_months(fact, value)


def _in_months(fact: Fact, months: float) -> float | None:
    if fact.unit.endswith("月"):
        return months
    return months / 12 if fact.unit == "年" else None


def day_said(text: str, today: date) -> date | None:
    """The first day that ``text`` names with its year, or with 去年 and the like; a month alone is its first day."""
    if packed := _PACKED.search(text):
        return _made(int(packed[1]), int(packed[2]), int(packed[3]))
    match = _DAY.search(text)
    if match is None:
        return None
    year = int(match[1]) if match[1] else today.year + _RELATIVE[match[2]]
    month, day = _small(match[3]), _small(match[4]) if match[4] else 1
    return _made(year, month, day)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _small(numeral: str) -> int:
    return int(parse_number(numeral) or 0)
