"""Numbers of parcels and addresses in one spelling, so that they are found as people write them."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

_PARCEL = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,4})\s*[-‐-―－_]?\s*(\d{1,4})(?![\d.])")
_POINT = re.compile(r"(?<![\d.])(-?\d{1,3}\.\d{2,})\s*[,，、;\s]\s*(-?\d{1,3}\.\d{2,})(?![\d.])")
_HOUSE = re.compile(r"(\d{1,5})\s*(?:-\d+)?\s*(?:号|號|#)(?![线口楼])|(\d{1,5})\s*(?:-\d+)?\s*$")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?")
_CHINESE = re.compile(r"([一二三四五六七八九十百零〇两]+)(?=\s*号)")
_VALUES = {"零": 0, "〇": 0, **{word: at for at, word in enumerate("一二三四五六七八九", 1)}, "两": 2}


class House(NamedTuple):
    """A house number on a road, and what stands before the road's name."""

    road: str
    number: int
    before: str


def plain(text: str) -> str:
    """Full-width signs as plain ones, dashes alike, house numbers in digits."""
    text = unicodedata.normalize("NFKC", text).strip()
    return _CHINESE.sub(lambda found: str(_number(found[1])), text)


def _number(words: str) -> int:
    """The number that characters write: 四十, 一百零八, or digit by digit 一二〇.

    >>> _number("四十"), _number("一百零八"), _number("一二〇"), _number("十二")
    (40, 108, 120, 12)
    """
    if not {"十", "百"} & set(words):
        return int("".join(str(_VALUES[word]) for word in words))
    whole, current = 0, 0
    for word in words:
        if word in "十百":
            whole, current = whole + (current or 1) * (10 if word == "十" else 100), 0
        else:
            current = _VALUES[word]
    return whole + current


def parcel_key(number: str) -> str:
    """A parcel's number in one spelling; numbers of another form in capitals.

    >>> parcel_key("hz 7"), parcel_key("HZ-07"), parcel_key("ＨＺ－07"), parcel_key("澜自然2026挂1")
    ('HZ-7', 'HZ-7', 'HZ-7', '澜自然2026挂1')
    """
    text = plain(number)
    found = _PARCEL.fullmatch(text)
    return f"{found[1].upper()}-{int(found[2])}" if found else text.upper()


def parcels_in(text: str) -> list[str]:
    """The keys of what may be parcels' numbers in a message, in order."""
    return [f"{found[1].upper()}-{int(found[2])}" for found in _PARCEL.finditer(plain(text))]


def number_in(text: str) -> str | None:
    """The first word of a message that can only be a parcel's number, as plans write it; a code of land use is none.

    >>> number_in("hz 7的容积率"), number_in("R2用地"), number_in("M0 / B1")
    ('HZ-07', None, None)
    """
    found = next((one for one in _PARCEL.finditer(plain(text)) if len(one[1]) > 1), None)
    return f"{found[1].upper()}-{int(found[2]):02d}" if found else None


def day_in(text: str, today: date) -> date | None:
    """The day of which a message asks by its year: today where it lies in what is said, else the last day of that.

    >>> day_in("2024年的容积率", date(2026, 3, 1)), day_in("2026年", date(2026, 3, 1))
    (datetime.date(2024, 12, 31), datetime.date(2026, 3, 1))
    """
    found = _YEAR.search(plain(text))
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2] or 12), int(found[3] or 0)
    try:
        first = date(year, month if found[2] else 1, day or 1)
        last = date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError:
        return None
    return today if first <= today <= last else last


def point_in(text: str) -> tuple[float, float] | None:
    """Longitude and latitude in a message; the one that cannot be a latitude is the longitude."""
    found = _POINT.search(plain(text))
    if found is None:
        return None
    one, other = float(found[1]), float(found[2])
    longitude, latitude = (other, one) if abs(other) > 90 else (one, other)
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def house_in(text: str, roads: Mapping[str, str]) -> House | None:
    """The first house number in a message that stands behind a known road. ``roads``: name or by-name → name."""
    text = plain(text)
    for found in _HOUSE.finditer(text):
        before = text[: found.start()].rstrip()
        name = _road_at_end(before, roads)
        if name is not None:
            return House(roads[name], int(found[1] or found[2]), before[: -len(name)])
    return None


def _road_at_end(text: str, roads: Mapping[str, str]) -> str | None:
    """The longest known road that a text ends with."""
    longest = max((len(name) for name in roads), default=0) if len(roads) < 1_000 else 12
    return next((text[-size:] for size in range(min(longest, len(text)), 0, -1) if text[-size:] in roads), None)


def road_names(addresses: Iterable[str], prefixes: Iterable[str]) -> set[str]:
    """The roads of a register's addresses: what is left before the number without the district's name."""
    leading = sorted(prefixes, key=len, reverse=True)
    found = set()
    for address in addresses:
        text = plain(address)
        match = _HOUSE.search(text)
        if match is None:
            continue
        road = text[: match.start()].rstrip()
        for prefix in leading:
            road = road.removeprefix(prefix)
        found.add(road)
    return found - {""}
