"""Where a text speaks of a place: the names a city gives, names of the usual form, and names learnt on the way.

A name of the usual form ends in a word such as 小区, 路, 镇, 村 or 学校. Chinese has no spaces, so where the name
begins is read from what was seen before: a longer beginning is part of the name as long as it mostly stands there, and
a word that stands in many other places as well (影响小区) begins no name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from city.privacy.words import any_of, words
from tools.petitions.terms import BUCKETS, Ids, hashed

_HAN = "\u4e00-\u9fff"
_LONGEST = 7
_FIRST_LENGTH = 4
_MOSTLY = 0.6
_SEEN = 2
_COMMON = 0.005
_OWN = 0.3
_LEARNT = "learnt"
# Endings that more often end other words than names, or only ever follow a name's own ending.
_NO_ENDING = frozenset("组队条线段道里期座幢栋东西南北侧都岸厂楼院居") | {"中心"}
_NO_PLACE = frozenset(("公司", "集团", "工程", "项目", "品牌", "家电"))
# What one may leave out and everybody knows which place is meant; 苑 or 家园 belong to the name.
_GENERIC = ("村民小组", "自然村", "小区", "社区", "宿舍")


class Place(NamedTuple):
    """``text[start:end]``; ``name`` has no generic ending (小区), so that two ways of naming it agree."""

    start: int
    end: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Scan:
    """A plain text looked through once: the hashed pair at each character; each ending, where its name may begin."""

    text: str
    pairs: Ids
    endings: tuple[tuple[int, int, int], ...]  # furthest start, start and end of the ending


class _Forms(NamedTuple):
    ending: re.Pattern[str]
    edge: re.Pattern[str]
    generic: re.Pattern[str]


@cache
def _forms() -> _Forms:
    lists = words().addresses
    bodies = {word for word in words().names.bodies if len(word) > 1} - _NO_PLACE
    endings = {*lists.roads, *lists.villages, *lists.estates, *lists.admin, *bodies} - _NO_ENDING
    edges = f"{any_of(lists.edge_words)}|[{lists.edge}和与及、从由对向个这那各有位近于为]|[^{_HAN}A-Za-z0-9·.]"
    return _Forms(
        ending=re.compile(any_of(sorted(endings, key=len, reverse=True))),
        edge=re.compile(edges),
        generic=re.compile(f"(?:{any_of(_GENERIC)})+$"),
    )


def scan(text: str) -> Scan:
    """Look through a plain text once."""
    forms, endings, edge = _forms(), [], 0
    edges = forms.edge.finditer(text)
    following = next(edges, None)
    for ending in forms.ending.finditer(text):
        while following is not None and following.end() <= ending.start():
            edge, following = following.end(), next(edges, None)
        endings.append((max(edge, ending.start() - _LONGEST), ending.start(), ending.end()))
    return Scan(text, pairs_of(text), tuple(endings))


def pairs_of(text: str) -> Ids:
    """The hashed pair of characters that begins at each character of a plain text but the last."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    return hashed(points[:-1], points[1:])


class Places:
    """Finds places in texts and learns their names. ``gazetteer``: name → kind, as the city gives them."""

    def __init__(self, gazetteer: Mapping[str, str] | None = None) -> None:
        self._seen: Counter[str] = Counter()
        self.met: Ids = np.zeros(BUCKETS, np.int32)  # texts in which each pair of characters stands
        self._heads = np.zeros(BUCKETS, np.bool_)
        self._texts = 0
        self._under: dict[str, list[str]] = {}
        self._kinds: dict[str, str] = {}
        for name, kind in (gazetteer or {}).items():
            self._know(name, kind)
        _forms()  # compiled now, not while the first caller waits

    def find(self, looked: Scan, formed: Sequence[Place]) -> list[Place]:
        """Known and formed places in text order; what a known name and a formed one share becomes one place."""
        spans = sorted([*self._known(looked), *formed], key=lambda place: (place.start, -place.end))
        found: list[Place] = []
        for place in spans:
            if found and place.start < found[-1].end:
                last = found.pop()
                end = max(last.end, place.end)
                found.append(Place(last.start, end, _core(looked.text[last.start : end]), last.kind))
            else:
                found.append(place)
        return found

    def formed(self, looked: Scan) -> list[Place]:
        """Names of the usual form, in text order."""
        text, done, found = looked.text, 0, []
        for floor, first, end in looked.endings:
            start = self._start(looked, max(floor, done), first, end)
            if start < first:
                found.append(Place(start, end, _core(text[start:end]), text[first:end]))
                done = end
        return found

    def learn(self, looked: Scan, formed: Sequence[Place]) -> None:
        """Count the names in a text; what was seen in several texts is known from then on."""
        text = looked.text
        self._seen.update(
            {text[start:end] for floor, first, end in looked.endings for start in range(floor, first)},
        )
        self.met[np.unique(looked.pairs)] += 1
        self._texts += 1
        for place in formed:
            if len(place.name) > 2 and self._seen[text[place.start : place.end]] > _SEEN:
                self._know(place.name, _LEARNT)

    def dump(self) -> dict[str, Any]:
        """What was learnt, for JSON; names seen once only are left out."""
        seen = {name: count for name, count in self._seen.items() if count > 1}
        return {"texts": self._texts, "seen": seen, "kinds": self._kinds}

    @classmethod
    def load(cls, dumped: Mapping[str, Any]) -> Places:
        """Places as they were dumped."""
        made = cls(dumped["kinds"])
        made._seen, made._texts = Counter(dumped["seen"]), dumped["texts"]
        return made

    def _know(self, name: str, kind: str) -> None:
        if len(name) < 2 or name in self._kinds:
            return
        self._kinds[name] = kind
        self._heads[pairs_of(name[:2])] = True
        under = self._under.setdefault(name[:2], [])
        under.append(name)
        under.sort(key=len, reverse=True)

    def _known(self, looked: Scan) -> Iterator[Place]:
        text = looked.text
        for at in np.flatnonzero(self._heads[looked.pairs]).tolist():
            names = self._under.get(text[at : at + 2], ())
            name = next((n for n in names if text.startswith(n, at)), "")
            if name:
                yield Place(at, at + len(name), _core(name), self._kinds[name])

    def _start(self, looked: Scan, floor: int, first: int, end: int) -> int:
        text, best, count = looked.text, first, 0
        common = max(_SEEN + 2, _COMMON * self._texts)
        for start in range(first - 1, floor - 1, -1):
            seen = self._seen.get(text[start:end], 0)
            met = 0 if text[start].isascii() else self.met[looked.pairs[start]]
            if met > common and seen < _OWN * met:
                return min(start + 2, first) if start + 2 > best else best
            length = first - start
            if length > 2 and (seen < _MOSTLY * count if count > _SEEN else length > _FIRST_LENGTH):
                break
            best, count = start, seen
        return best


def _core(name: str) -> str:
    core = _forms().generic.sub("", name)
    return core if len(core) > 1 else name
