"""The arguments of a tool out of a message: each by the kind that its field says it is.

What is named once serves one argument: of "从鼓楼到会展中心" the place that is the origin is not the destination too.
What a message does not say stays at the tool's default; a required argument that is not said is *missing* and is asked
for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_origin

from agents.citydata.names import Hit, Names
from agents.citydata.periods import period_in
from agents.citydata.times import Named, day_in, hours_between, moment_in, says_hour
from agents.reading.numbers import chinese_number
from city.gazetteer import Gazetteer, Mention
from tools.seam.fields import Heard, Period, heard
from tools.seam.toolbox import Offered

NamesOf = Callable[[Offered, str], Names]
"""The names of a register (``dataset.column``) that a tool reads."""

_NUMBER = re.compile(r"(\d+(?:\.\d+)?|半|[一二两三四五六七八九十百]+)\s*(?:个)?(半)?\s*(?:来|多)?")
_UNITS: dict[str, dict[str, float]] = {
    "米": {"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000, "里": 500},
    "公里": {"公里": 1, "千米": 1, "km": 1, "米": 0.001},
    "小时": {"小时": 1, "钟头": 1, "h": 1, "分钟": 1 / 60},
    "分钟": {"分钟": 1, "小时": 60, "钟头": 60, "刻钟": 15},
    "天": {"天": 1, "日": 1, "周": 7, "星期": 7},
}
_UNKNOWN_PLACE = re.compile(r"([\u4e00-\u9fffA-Za-z0-9]{2,12}?)(?:的)?(?:附近|周边|旁边|周围|一带|边上|那儿|那边|那块)")
_ESTATE = re.compile(r"([\u4e00-\u9fff]{2,8}?(?:社区|小区|花园|新村|家园|公寓|公馆|广场|大厦|村|苑|路口))")
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
_YEAR_WORD = re.compile("|".join(_YEARS))
_ANY = "any"
_OWN = re.compile(r"(?:我们?|咱们?|俺们?|自家|本)(?:家|的|这)?(?:小区|社区|村|楼|院|单位|学校|公司)$")
_OF_ANOTHER = re.compile(r"小时|钟|人|客|月|星期|礼拜|孩|娃|老")
_LEVELS = "一二三四级"
_BEFORE_A_LEVEL = re.compile(r"[哪下上每几\d.]$")
_ASKED = re.compile(r"[哪几啥谁]|什么")
_ALSO = re.compile(r"[和与跟同、,，]|还有|以及|还是|或者?")
_LEADS = re.compile(
    r"^(?:请问|另外|还有|顺便|然后|最后|你好|麻烦|帮我|给我|我想|我要|想问|问下|问一下|查下|查一下|看看|现在|今天|在|从|去|到|离|我在|人在)+"
)
_TO = re.compile(r"(?:到|去|往|回|至|上)$")
_FROM_AFTER = re.compile(r"^(?:出发|过来|过去|开车|坐车|打车|走)?(?:到|去|往|至|回)")
_FROM = re.compile(r"(?:从|由|自|打|在|离)$")


@dataclass
class Said:
    """What a message says for one tool. ``many`` are further values of an argument that takes one at a time."""

    arguments: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    many: dict[str, list[Any]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


@dataclass
class _Ear:
    """One message being heard for one tool."""

    text: str
    now: datetime
    offered: Offered
    gazetteer: Gazetteer
    names_of: NamesOf
    districts: Mapping[str, str]
    taken: list[tuple[int, int]] = field(default_factory=list)
    said: Said = field(default_factory=Said)

    def free(self, start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b in self.taken)

    def hears(self, kind: str, unit: str = "") -> bool:
        """Whether the tool has an argument of a kind (and unit)."""
        slots = [heard(info) for info in self.offered.tool.arguments.model_fields.values()]
        return any(slot.kind == kind and (not unit or slot.unit == unit) for slot in slots)

    def taken_by(self, *kinds: str) -> bool:
        """Whether an argument of these kinds is heard already."""
        fields = self.offered.tool.arguments.model_fields
        return any(heard(fields[name]).kind in kinds for name in self.said.arguments)

    def take(self, name: str, value: Any, start: int, end: int) -> None:
        self.said.arguments[name] = value
        self.said.words[name] = self.text[start:end]
        self.taken.append((start, end))


def hear(
    text: str,
    now: datetime,
    offered: Offered,
    gazetteer: Gazetteer,
    names_of: NamesOf,
    districts: Mapping[str, str],
) -> Said:
    """The arguments of ``offered`` that ``text`` (normalised) says. ``districts``: id → name."""
    ear = _Ear(text, now, offered, gazetteer, names_of, districts)
    slots = {name: heard(info) for name, info in offered.tool.arguments.model_fields.items()}
    for kind in ("entity", "time", "period", "day", "place", "district", "choice", "flag", "count", "number", "text"):
        group = {name: slot for name, slot in slots.items() if slot.kind == kind}
        # A day alone is no hour of it where the tool hears days too: "周末去哪玩" does not begin at noon.
        only_day = kind == "time" and not says_hour(text) and any(s.kind in ("day", "period") for s in slots.values())
        if group and not only_day:
            _HEARERS[kind](ear, group)
    ear.said.missing = [name for name, slot in slots.items() if slot.required and name not in ear.said.arguments]
    return ear.said


def _entities(ear: _Ear, slots: Mapping[str, Heard]) -> None:
    for name, slot in slots.items():
        names = ear.names_of(ear.offered, slot.of)
        hits = [hit for hit in names.find(ear.text) if ear.free(hit.start, hit.end)]
        hits = hits or _by_another_name(ear, names)
        if not hits:
            continue
        first = hits[0]
        same = list(dict.fromkeys(hit.name for hit in hits if (hit.start, hit.end) == (first.start, first.end)))
        # Several rows bear what was said: the tool is given the words and tells which they are.
        value = first.name if len(same) == 1 else ear.text[first.start : first.end]
        ear.take(name, value, first.start, first.end)
        others = [hit for hit in hits if ear.free(hit.start, hit.end) and hit.score == 1.0]
        ear.said.many[name] = list(dict.fromkeys(hit.name for hit in others if hit.name not in same))


def _by_another_name(ear: _Ear, names: Names) -> list[Hit]:
    """A row of the register that the gazetteer knows by what was said: 一环路 is 环城路."""
    return [
        hit._replace(start=mention.start, end=mention.end)
        for mention in ear.gazetteer.mentions(ear.text)
        if ear.free(mention.start, mention.end)
        for spot in mention.spots
        for hit in names.find(spot.name)
        if hit.name == spot.name
    ]


def _times(find: Callable[[str, Any], Named | None], of_now: Callable[[datetime], Any]) -> Callable[..., None]:
    def listen(ear: _Ear, slots: Mapping[str, Heard]) -> None:
        for name in slots:
            blanked = _blanked(ear)
            named = find(blanked, of_now(ear.now))
            # "最近24小时" is a number of hours where the tool counts hours.
            counted = named is not None and "小时" in ear.text[named.start : named.end] and ear.hears("count", "小时")
            if named is not None and not (counted and isinstance(named.value, Period)):
                ear.take(name, named.value, named.start, named.end)

    return listen


def _blanked(ear: _Ear) -> str:
    """The text with what has been taken put out, so that a name's "三号线" is no day."""
    chars = list(ear.text)
    for start, end in ear.taken:
        chars[start:end] = "\0" * (end - start)
    return "".join(chars)


def _places(ear: _Ear, slots: Mapping[str, Heard]) -> None:
    mentions = [_on_the_way(ear, m) for m in ear.gazetteer.mentions(ear.text) if ear.free(m.start, m.end)]
    if ear.hears("district") and not any(slot.required for slot in slots.values()):
        mentions = [m for m in mentions if any(spot.kind != "district" for spot in m.spots)]
    mentions = _joined(ear, mentions)
    names = list(slots)
    if len(names) == 1:
        if mentions:
            pick = _best_place(mentions)
            ear.take(names[0], ear.text[pick.start : pick.end], pick.start, pick.end)
            ear.said.many[names[0]] = _beside(ear, mentions, pick)
        elif slots[names[0]].required and (unknown := _unknown_place(ear)):
            ear.take(names[0], *unknown)
        return
    _from_and_to(ear, names, mentions)


def _on_the_way(ear: _Ear, mention: Mention) -> Mention:
    """ "去机场路上" is on the way to 机场, not on 机场路."""
    if not (mention.name.endswith("路") and ear.text.startswith("上", mention.end)):
        return mention
    shorter = [one for one in ear.gazetteer.mentions(ear.text[: mention.end - 1]) if one.end == mention.end - 1]
    return shorter[0] if shorter and shorter[0].start == mention.start else mention


def _beside(ear: _Ear, mentions: Sequence[Mention], pick: Mention) -> list[Any]:
    """Places named as so many more of the same: 星河湾花园和银杏苑."""
    found, end = [], pick.end
    for mention in mentions:
        if mention.start > end and _ALSO.fullmatch(ear.text[end : mention.start]):
            found.append(ear.text[mention.start : mention.end])
            end = mention.end
    return found


def _joined(ear: _Ear, mentions: list[Mention]) -> list[Mention]:
    """Names that stand side by side are one place: 云城区鼓楼街道, 人民路与解放路路口."""
    found: list[Mention] = []
    for mention in mentions:
        gap = ear.text[found[-1].end : mention.start] if found else ""
        if found and (gap == "" or re.fullmatch(r"的|[和与跟](?=.{2,8}(?:路口|交叉口|交汇))", gap)):
            last = found.pop()
            found.append(Mention(last.start, mention.end, ear.text[last.start : mention.end], mention.spots))
        else:
            found.append(mention)
    return found


def _best_place(mentions: Sequence[Mention]) -> Mention:
    """The most exact place named; a district alone only where nothing else is."""
    exact = [m for m in mentions if any(spot.kind not in ("district", "road") for spot in m.spots)]
    return (exact or list(mentions))[0]


def _unknown_place(ear: _Ear) -> tuple[str, int, int] | None:
    """A place that the gazetteer does not know: it is given to the tool, which says so."""
    match = _UNKNOWN_PLACE.search(ear.text) or _ESTATE.search(ear.text)
    if match is None:
        return None
    name = _LEADS.sub("", match[1])
    if (
        len(name) < 2
        or _OWN.search(name)
        or _ASKED.search(name)
        or name in ("这", "我家", "我们", "这里", "家里", "单位", "学校", "公司")
    ):
        return None
    return name, match.end(1) - len(name), match.end(1)


def _from_and_to(ear: _Ear, names: list[str], mentions: list[Mention]) -> None:
    origin, destination = names[0], names[1]
    start = next((m for m in mentions if _is_start(ear.text, m)), None)
    rest = [m for m in mentions if m is not start]
    end = next((m for m in rest if _TO.search(ear.text[: m.start])), rest[0] if rest and start else None)
    if start is None and end is not None:
        start = next((m for m in rest if m is not end), None)
    if start is None and end is None and len(mentions) == 1:
        end = mentions[0]
    if start is None and end is None and len(mentions) > 1:
        start, end = mentions[0], mentions[1]
    for name, mention in ((origin, start), (destination, end)):
        if mention is not None:
            ear.take(name, ear.text[mention.start : mention.end], mention.start, mention.end)


def _is_start(text: str, mention: Mention) -> bool:
    before, after = text[: mention.start], text[mention.end :]
    return bool(_FROM.search(before) or _FROM_AFTER.match(after)) and not _TO.search(before)


def _districts(ear: _Ear, slots: Mapping[str, Heard]) -> None:
    """The district named, else the one in which the only place named lies."""
    mentions = ear.gazetteer.mentions(ear.text)
    named = [s.district for m in mentions for s in m.spots if s.kind == "district" and ear.free(m.start, m.end)]
    # Where a thing or a place is heard, its district adds nothing.
    where = None if ear.taken_by("entity", "place") else ear.gazetteer.locate(ear.text).district
    found = list(dict.fromkeys(named)) or ([where] if where else [])
    for name in slots:
        if found:
            ear.said.arguments[name], ear.said.many[name] = found[0], found[1:]
            ear.said.words[name] = ear.districts.get(found[0], found[0])


def _choices(ear: _Ear, slots: Mapping[str, Heard]) -> None:
    for name in slots:
        default = ear.offered.tool.arguments.model_fields[name].default
        # "旁边便宜点的": what differs from the default is what was meant to be said.
        hits = _word_hits(ear, name)
        if hits and _takes_several(ear, name):
            ear.said.arguments[name] = list(
                dict.fromkeys(value for _, _, value in sorted(hits, key=lambda hit: hit[1]))
            )
        elif hits and default == _ANY and len({value for _, _, value in hits}) > 1:
            continue  # "无人机和巡逻队": any of them is meant
        elif hits:
            size, start, value = max(hits, key=lambda hit: (hit[2] != default, hit[0], -hit[1]))
            ear.take(name, value, start, start + size)


def _takes_several(ear: _Ear, name: str) -> bool:
    annotation = ear.offered.tool.arguments.model_fields[name].annotation
    return get_origin(annotation) in (list, tuple, set, frozenset)


def _flags(ear: _Ear, slots: Mapping[str, Heard]) -> None:
    for name in slots:
        hits = _word_hits(ear, name)
        if hits:
            ear.said.arguments[name] = max(hits)[2] == "true"


def _word_hits(ear: _Ear, name: str) -> list[tuple[int, int, str]]:
    """Words of a choice in the text: length, place, value. Words may lie in what another argument has taken, unless
    others stand outside; a word within a longer one ("开车" in "不开车") is not said.
    """
    words = ear.offered.told.words.get(name, {})
    hits = [
        (len(word), at, value)
        for value, forms in words.items()
        for word in forms
        if (at := ear.text.find(word.lower())) >= 0
        and not (word[0] in _LEVELS and _BEFORE_A_LEVEL.search(ear.text[:at]))
    ]
    whole = [one for one in hits if not any(_within(one, other) for other in hits)]
    outside = [one for one in whole if ear.free(one[1], one[1] + one[0])]
    return outside or whole


def _within(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return other[0] > one[0] and other[1] <= one[1] and one[1] + one[0] <= other[1] + other[0]


def _numbers(ear: _Ear, slots: Mapping[str, Heard]) -> None:
    for name, slot in slots.items():
        if slot.unit == "年" and (said := _YEAR_WORD.search(ear.text)) and ear.free(*said.span()):
            ear.take(name, ear.now.year + _YEARS[said[0]], *said.span())
            continue
        spent = hours_between(ear.text) if slot.unit == "小时" else None
        if spent is not None:
            ear.said.arguments[name] = math.ceil(spent) if slot.kind == "count" else spent
            continue
        for match in _NUMBER.finditer(ear.text):
            factor, size = _unit_after(ear.text[match.end() :], slot.unit)
            if (
                factor is None
                and slot.unit
                and match[0].endswith(slot.unit)
                and not _OF_ANOTHER.match(ear.text, match.end())
            ):
                factor = 1.0  # 个 is said before many units; here it is the unit itself
            if factor is None or not ear.free(match.start(), match.end()):
                continue
            value = _value(match[1]) * factor + (0.5 * factor if match[2] else 0)
            ear.take(name, round(value) if slot.kind == "count" else value, match.start(), match.end() + size)
            break


def _unit_after(after: str, unit: str) -> tuple[float | None, int]:
    """What one of the said unit is in the field's unit, and how long its word is."""
    known = _UNITS.get(unit, {unit: 1.0} if unit else {})
    found = [(len(word), factor) for word, factor in known.items() if after.startswith(word)]
    return (max(found)[1], max(found)[0]) if found else (None, 0)


def _value(text: str) -> float:
    if text == "半":
        return 0.5
    return float(text) if text[0].isdigit() else float(chinese_number(text))


def _texts(ear: _Ear, slots: Mapping[str, Heard]) -> None:
    for name in slots:
        ear.said.arguments[name] = ear.text


_HEARERS: dict[str, Callable[..., None]] = {
    "entity": _entities,
    "time": _times(moment_in, lambda now: now),
    "period": _times(period_in, lambda now: now.date()),
    "day": _times(day_in, lambda now: now.date()),
    "place": _places,
    "district": _districts,
    "choice": _choices,
    "flag": _flags,
    "count": _numbers,
    "number": _numbers,
    "text": _texts,
}
