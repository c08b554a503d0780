"""The regular expressions by which addresses are read, made from the word lists once per set of place names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from city.privacy.words import any_of, words

_HAN = "\u4e00-\u9fff"
_SPOKEN = "一二三四五六七八九十百零〇"
_NUMBER = f"(?:\\d{{1,6}}[A-Za-z]?|[A-Za-z]{{1,2}}\\d{{0,4}}|[{_SPOKEN}甲乙丙丁]{{1,4}})"
_RANGE = f"{_NUMBER}(?:[-/、_]{{1,2}}\\d{{1,5}}[A-Za-z]?){{0,4}}"
_BARE = "[A-Za-z]?\\d{1,5}[A-Za-z]?(?:-\\d{1,5}){0,3}"
# What makes a plain figure of a number: 3天, 12.5, 8:30, 40%.
_FIGURE = "[\\d.%:年月日元米人个点时次天岁名家万亿多余路位户小]"


@dataclass(frozen=True)
class Patterns:
    """One compiled expression per question asked of the text.

    ``anchor`` finds a first number (groups ``strong``, ``weak``, ``bare``, ``loose`` say how sure its form is) and
    ``unit`` the numbers after it; ``place``, ``admin``, ``edge``, ``cue``, ``not_before`` read what stands left of it;
    ``generic`` is what a name ends in (小区, 二期); ``opening``, ``segment``, ``crossing`` read an address without a
    number; ``gazetteer`` finds the city's own place names.
    """

    anchor: re.Pattern[str]
    unit: re.Pattern[str]
    place: re.Pattern[str]
    admin: re.Pattern[str]
    edge: re.Pattern[str]
    cue: re.Pattern[str]
    not_before: re.Pattern[str]
    opening: re.Pattern[str]
    segment: re.Pattern[str]
    run_left: re.Pattern[str]
    run_right: re.Pattern[str]
    generic: re.Pattern[str]
    crossing: re.Pattern[str]
    gazetteer: re.Pattern[str] | None


@lru_cache(maxsize=16)
def patterns(gazetteer: tuple[str, ...] = ()) -> Patterns:
    """The expressions, with the city's own place names where given."""
    lists = words().addresses
    strong = f"(?P<strong>{any_of(lists.strong_units)})(?!{any_of(lists.not_house)})"
    # A spoken number with a weak unit may be part of a name (三门县); figures are not (1组村民).
    of_name = f"(?!{any_of(lists.weak_units)}[{lists.not_after_unit}])"
    weak = f"(?:(?<=\\d)|{of_name})(?P<weak>{any_of(lists.weak_units)})"
    ends = any_of((*lists.roads, *lists.villages, *lists.estates, *lists.admin, *gazetteer))
    unit = f"{_RANGE} ?(?:{strong}|{weak})"
    behind_place = f"(?<=[路街巷村苑园区弄厦里庄期号栋幢道城寓楼场坊庭座])(?P<bare>{_BARE})(?!{_FIGURE})"
    loose = "(?P<loose>[A-Za-z]{0,2}\\d{1,5}[A-Za-z]?(?:-\\d{1,5}){0,3})(?!(?!的)[\\w.%:])"
    cues = f"{any_of(lists.cues)}(?![{lists.not_after_cue}])[:是为在于 ]{{0,3}}"
    parts = any_of((*lists.roads, *lists.villages, *lists.admin))
    return Patterns(
        anchor=re.compile(f"(?<![第\\d.A-Za-z])(?:{unit}|{behind_place}|{loose})"),
        unit=re.compile(f"(?<![第\\d.A-Za-z])(?:{unit}|(?P<bare>{_BARE})(?!{_FIGURE}))"),
        place=re.compile(f"(?<=[{_HAN}\\d]){ends}[ (_\\-]{{0,2}}$"),
        admin=re.compile(f"{any_of(lists.provinces)}|[{_HAN}]{{2,6}}?{any_of(lists.admin)}"),
        edge=re.compile(f"{any_of(lists.edge_words)}|[{lists.edge}]|住(?![{lists.not_after_cue}])"),
        cue=re.compile(f"{cues}$"),
        not_before=re.compile(f"{any_of(lists.not_before_house)}$"),
        opening=re.compile(cues),
        segment=re.compile(f"[{_HAN}]{{1,7}}?(?P<end>{parts})"),
        run_left=re.compile(f"[{_HAN}A-Za-z0-9()_·\\- ]+$"),
        run_right=re.compile(f"[{_HAN}A-Za-z0-9()_·\\-#/ ]*"),
        generic=re.compile(f"(?:{ends}|第|[{_SPOKEN}\\d])+$"),
        crossing=re.compile(f"{any_of(lists.roads)}[和与]"),
        gazetteer=re.compile(any_of(gazetteer)) if gazetteer else None,
    )
