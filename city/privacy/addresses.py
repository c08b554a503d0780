"""Addresses that lead to a door: something with a house number or a room, or a village given as a home.

A road, a district or a landmark alone is public. The search starts at every house number ("12号", "3栋501室"), reads
the text left of it back to where the address begins, and right of it to the last number that belongs to it. Both
reads look at a bounded window, so the scan is linear. Folded text only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from city.privacy.address_patterns import Patterns, patterns
from city.privacy.normal import BLANK
from city.privacy.spans import Span
from city.privacy.words import words

_LEFT_WINDOW = 48
_RIGHT_WINDOW = 40
_LONE_NAME = 6
_NEAR = 16
_NEAR_BARE = 12
_HAN = re.compile("[\u4e00-\u9fff]")
_HOTLINE = re.compile(r"(?:12|95|96|10)\d{3}")
_EMERGENCY = re.compile(r"1[12]\d")
# Building, entrance and room as people write them: 8-2-1402, 12-501.
_DOOR = re.compile(r"\d{1,3}-(?:\d{1,2}-)?\d{3,4}")
_PART_OF_PLACE = ("区", "期", "组团", "院")
_TRIM = " ()_-"


def addresses(text: str, gazetteer: tuple[str, ...] = ()) -> Iterator[Span]:
    """Addresses in text order. ``gazetteer`` holds the city's own place names (roads, estates, villages)."""
    known = patterns(gazetteer)
    done = 0
    for anchor in known.anchor.finditer(text):
        if anchor.start() < done:
            continue
        left = _left_of(text, anchor, done, known)
        if left is not None and _is_door(text, anchor, left, known):
            end = _end(text, anchor.end(), known)
            yield Span(_begin(anchor, left), end, "address")
            done = end
    yield from _homes(text, known)


@dataclass(frozen=True)
class _Left:
    """What stands left of a house number, back to the nearest edge."""

    start: int
    text: str
    told: bool  # the words before it say that an address comes
    named: int | None  # where the city's own place name begins in it
    admin: int | None  # where the first province, city, district, town begins in it
    levels: int  # how many of these there are
    place: bool  # it ends in a road, a village, an estate


def _left_of(text: str, anchor: re.Match[str], floor: int, known: Patterns) -> _Left | None:
    run = known.run_left.search(text, max(floor, anchor.start() - _LEFT_WINDOW), anchor.start())
    if run is None:
        return None
    start = run.start()
    for edge in known.edge.finditer(text, run.start(), run.end()):
        start = edge.end()
    left = text[start : anchor.start()]
    levels = list(known.admin.finditer(left))
    named = known.gazetteer.search(left) if known.gazetteer else None
    return _Left(
        start=start,
        text=left,
        told=bool(known.cue.search(text, max(0, start - 10), start)),
        named=named.start() if named else None,
        admin=levels[0].start() if levels else None,
        levels=len(levels),
        place=bool(known.place.search(left)),
    )


def _is_door(text: str, anchor: re.Match[str], left: _Left, known: Patterns) -> bool:
    """Whether the number is a house number: what stands around it must say so, the more the vaguer its form."""
    anywhere = left.levels >= 2 or (left.levels == 1 and (left.told or len(known.segment.findall(left.text)) >= 2))
    value = anchor["bare"] or anchor["loose"] or ""
    if _DOOR.fullmatch(value) and (left.told or left.place or left.levels):
        return True
    if value and (known.not_before.search(left.text) or _HOTLINE.fullmatch(value)):
        return False
    if anchor["loose"]:
        telling = anywhere or (left.told and left.place)
        return telling and not _EMERGENCY.fullmatch(value)
    if not (left.place or left.named is not None or (anywhere and not known.not_before.search(left.text))):
        return False
    if not (left.told or left.levels or left.named is not None) and not _named(left.text, known):
        return False
    if anchor["strong"]:
        return True
    if any(unit["strong"] for unit in known.unit.finditer(text, anchor.end(), _limit(text, anchor.end(), known))):
        return True
    if anchor["weak"] in _PART_OF_PLACE and not left.told:
        return False
    spoken = not any(char.isdigit() for char in anchor[0])
    return left.told or (not spoken and (left.admin is not None or left.named is not None))


def _named(left: str, known: Patterns) -> bool:
    """Whether the place has a name of its own: 佳境小区 has one, 小区 and 一期 have none."""
    left = left.rstrip(_TRIM)
    needed = 1 if left.endswith(words().addresses.roads) else 2
    return len(_HAN.findall(known.generic.sub("", left))) >= needed


def _begin(anchor: re.Match[str], left: _Left) -> int:
    """Where the address begins: after its cue, else at its first place name, else a name's length before the number."""
    stripped = left.text.lstrip(_TRIM)
    heads = [head for head in (left.named, left.admin) if head is not None]
    if left.told or not stripped:
        return anchor.start() - len(stripped)
    if heads:
        return left.start + min(heads)
    return anchor.start() - min(len(stripped), _LONE_NAME)


def _end(text: str, end: int, known: Patterns) -> int:
    """The end of the last number of the address, reading on from the end of its first one."""
    for unit in known.unit.finditer(text, end, _limit(text, end, known)):
        near = unit.start() - end
        if near > _NEAR or (unit["bare"] and near > _NEAR_BARE):
            break
        end = unit.end()
    return end


def _limit(text: str, end: int, known: Patterns) -> int:
    """How far an address may go on after ``end``: to the next punctuation or edge word."""
    run = known.run_right.match(text, end, end + _RIGHT_WINDOW)
    limit = run.end() if run else end
    cut = known.edge.search(text, end, limit)
    return cut.start() if cut else limit


def _homes(text: str, known: Patterns) -> Iterator[Span]:
    """Places without a number that the words call an address or a home: two parts, down to a road or village."""
    lists = words().addresses
    for cue in known.opening.finditer(text):
        run = known.run_right.match(text, cue.end(), cue.end() + _LEFT_WINDOW)
        if run is None or BLANK in run[0]:
            continue
        cut = known.edge.search(run[0])
        parts = list(known.segment.finditer(run[0][: cut.start()] if cut else run[0]))
        # 地址 may end in a road; a home only in a village or an estate, where everybody knows everybody.
        ends = (*lists.villages, *lists.roads) if "址" in cue[0] else lists.villages
        if known.crossing.search(run[0]):
            continue
        if len(parts) >= 2 and parts[-1]["end"] in ends:
            yield Span(cue.end(), cue.end() + parts[-1].end(), "address")
