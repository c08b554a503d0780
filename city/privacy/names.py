"""Names of persons where the words around them say so (我叫…, 联系人…, …先生), and beside a phone or an ID number.

A name in plain narrative is left alone: without a word beside it, 高兴, 张江 and 王府井 look the same. A surname with
a title alone (王女士) does not single anybody out and stays. Folded text only; every look is at a bounded window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from city.privacy.address_patterns import patterns as address_patterns
from city.privacy.normal import BLANK
from city.privacy.spans import Span
from city.privacy.words import any_of, words

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_CLOSED = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9·]|$")
_LINK = "(?:的?(?:名字|姓名))?[叫是为]{0,1}[:,;/()\\[\\] \\t]{0,3}"
_WITH_DOT = re.compile(r"[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,10}){1,3}")
_ENGLISH = re.compile(
    r"(?:\b[Mm]y (?:full )?name is |\b[Ii] am called |\b(?:Mr|Mrs|Ms|Miss|Dr)\.? )"
    r"((?-i:[A-Z][A-Za-z'’.\-]{0,20})(?: (?-i:[A-Z][A-Za-z'’\-]{1,20})){0,3})"
)
_FULL_ENGLISH = re.compile(r"\b(?:I am|I'm|this is) ([A-Z][a-z'’\-]{1,20} [A-Z][a-z'’\-]{1,20})(?![A-Za-z])")


@dataclass(frozen=True)
class _Patterns:
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    title: re.Pattern[str]
    followers: re.Pattern[str]
    bodies: re.Pattern[str]
    beside: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    lists = words().names
    long = [body for body in lists.bodies if len(body) > 1]
    return _Patterns(
        strong=re.compile(any_of(lists.strong) + _LINK),
        weak=re.compile(f"(?<![{lists.not_cue_after}]){any_of(lists.weak)}{_LINK}"),
        title=re.compile(any_of(lists.titles)),
        followers=re.compile(any_of(lists.followers)),
        bodies=re.compile(f"{any_of(lists.bodies)}|[^\\W{lists.never}]{{1,2}}?{any_of(long)}"),
        beside=re.compile(r"[,:、( ]{0,2}的?(?:联系)?(?:手机|电话|身份证|联系方式)?(?:号码|号)?[是为:, (]{0,3}$"),
    )


def names(text: str, numbers: Sequence[Span] = (), gazetteer: tuple[str, ...] = ()) -> Iterator[Span]:
    """Names in ``text``; ``numbers`` are the phones and ID cards found, ``gazetteer`` the city's place names."""
    patterns = _patterns()
    places = address_patterns(gazetteer).gazetteer
    found: list[Span] = []
    for cue in patterns.strong.finditer(text):
        found += _read(text, cue.end(), strong=True)
    for cue in patterns.weak.finditer(text):
        found += _read(text, cue.end(), strong=False)
    for title in patterns.title.finditer(text):
        found += _before(text, title.start())
    for number in numbers:
        found += _beside(text, number.start)
    for pattern in (_ENGLISH, _FULL_ENGLISH):
        found += [Span(*match.span(1), "name") for match in pattern.finditer(text)]
    for span in found:
        if places is None or not places.match(text, span.start):
            yield span


def _surname(text: str, at: int, *, strong: bool) -> int:
    """Length of the surname at ``at``: 0 where there is none."""
    lists = words().names
    if text[at : at + 2] in lists.compound:
        return 2
    one = text[at : at + 1]
    return int(bool(one) and (one in lists.common or (strong and one in lists.rare)))


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether the characters from ``start`` to ``end``, which begin with a surname, can be a name."""
    lists = words().names
    if not _HAN.fullmatch(text, start, end) or end > len(text):
        return False
    given = text[start + 1 : end]
    if given in lists.ranks or given in lists.bodies or text[start + 1 : start + 3] in lists.ranks:
        return False
    if text[start : start + 2] in lists.not_names or text[max(0, start - 1) : start + 1] in lists.not_names:
        return False
    shows = bool(_CLOSED.match(text, end))
    if any(char in lists.never and not (shows and char in lists.seldom) for char in given):
        return False
    # 李宁|公司, 张江|路, 王府|井: what follows makes it a place or a body.
    return not (_patterns().bodies.match(text, end) and not _patterns().followers.match(text, end))


def _read(text: str, start: int, *, strong: bool) -> list[Span]:
    """The name that begins at ``start``, behind a cue; at most one."""
    dotted = _WITH_DOT.match(text, start)
    if dotted and strong:
        return [Span(*dotted.span(), "name")]
    surname = _surname(text, start, strong=strong)
    if not surname:
        return []
    wordlike = text[start] in words().names.wordlike
    if wordlike and not strong and text[start - 1] not in ": ":
        return []
    ends = [start + surname + given for given in (2, 1) if _is_name(text, start, start + surname + given)]
    for end in ends:
        if _ends(text, end, strong=strong and not wordlike):
            return [Span(start, end, "name")]
    return [Span(start, ends[0], "name")] if strong and ends and not wordlike else []


def _ends(text: str, at: int, *, strong: bool) -> bool:
    """Whether a name that ends at ``at`` ends there visibly."""
    if _CLOSED.match(text, at) or text[at : at + 1].isascii():
        return True
    particles = words().names.never if strong else "的在是住"
    return text[at] in particles or bool(_patterns().followers.match(text, at))


def _before(text: str, end: int) -> list[Span]:
    """The full name right before a title: three characters before two, where both read as a name."""
    for length in (4, 3, 2):
        start = end - length
        if start < 0 or BLANK in text[start:end]:
            continue
        surname = _surname(text, start, strong=False)
        fits = surname == 2 if length == 4 else surname > 0 and length - surname in (1, 2)
        if fits and _is_name(text, start, end) and not _swallows(text, start, end):
            return [Span(start, end, "name")]
    return []


def _swallows(text: str, start: int, end: int) -> bool:
    """Whether the first character only looks like a surname: 向|李明, 班主任|唐."""
    if text[start] not in words().names.wordlike:
        return False
    shows = start == 0 or not _HAN.match(text, start - 1)
    return not shows or (end - start == 3 and text[start + 1] in words().names.common)


def _beside(text: str, number: int) -> list[Span]:
    """A whole clause that is a name, right before a phone or ID number: 张三，手机138…."""
    floor = max(0, number - 20)
    link = _patterns().beside.search(text, floor, number)
    if link is None:
        return []
    end = link.start()
    for length in (2, 3, 4):
        start = end - length
        opened = start == 0 or (start > 0 and not re.match(r"[\w·]", text[start - 1]))
        if start < 0 or not opened:
            continue
        surname = _surname(text, start, strong=False)
        if surname and length - surname in (1, 2) and _is_name(text, start, end):
            return [Span(start, end, "name")]
    return []
