"""Number plates, passports and e-mail addresses. Folded text only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from city.privacy.context import says
from city.privacy.spans import Span
from city.privacy.words import words

_LETTER = "A-HJ-NP-Za-hj-np-z"
# Chinese, foreign, and Hong Kong, Macao and Taiwan travel documents: up to two letters and seven to ten digits.
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])(?:[A-Za-z]{1,2}\d{7,10}|\d{9})(?![0-9A-Za-z])")
_PASSPORT_AFTER = re.compile(r"[ (,]{0,2}(?:护照|通行证|passport)", re.IGNORECASE)


@cache
def _plates() -> tuple[re.Pattern[str], re.Pattern[str]]:
    marks = words().plates
    gap = "[ ·.\\-\u200b]{0,2}"
    ordinary = (
        f"[{marks.regions}] ?[A-HJ-Za-hj-z]{gap}"
        f"(?:[{_LETTER}0-9]{{4}}[{marks.suffixes}]|[{_LETTER}0-9]{{5,6}}[{marks.suffixes}]?)(?![0-9A-Za-z])"
    )
    # Embassies (使014578), consulates (沪A0023领 is ordinary in form) and armed police (WJ京12345).
    special = (
        f"(?<![0-9A-Za-z])(?:使\\d{{3}}(?P<dot>·?)\\d{{3}}|WJ{gap}[{marks.regions}]?{gap}[{_LETTER}0-9]{{4,5}})(?!\\d)"
    )
    return re.compile(ordinary), re.compile(special)


def plates(text: str) -> Iterator[Span]:
    """Ordinary, new-energy, police, coach, trailer, embassy, consular, Hong Kong and Macao plates."""
    ordinary, special = _plates()
    for match in ordinary.finditer(text):
        if sum(char.isdigit() for char in match[0]) >= 3:
            yield Span(*match.span(), "plate")
    for match in special.finditer(text):
        if match["dot"] or says("plate", text, match.start()) or match[0].startswith("WJ"):
            yield Span(*match.span(), "plate")


def passports(text: str) -> Iterator[Span]:
    """Travel documents, only where the words around them say so: the form alone is any product's number."""
    for match in _PASSPORT.finditer(text):
        if says("passport", text, match.start()) or _PASSPORT_AFTER.match(text, match.end()):
            yield Span(*match.span(), "passport")


_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$")
_LOCAL_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,4}$")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9-])")
_PHONE_FIRST = re.compile(r"1[3-9]\d{9}(?=[A-Za-z])")
_QUOTES = "'`=*/|{?&!#$"


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses; the search starts at each ``@``, so a long row of letters costs nothing."""
    at = text.find("@")
    floor = 0
    while at != -1:
        domain = _DOMAIN.match(text, at + 1)
        start = _local_start(text, at, floor) if domain else at
        if domain and start < at:
            yield Span(start, domain.end(), "email")
            floor = domain.end()
        at = text.find("@", at + 1)


def _local_start(text: str, at: int, floor: int) -> int:
    """Where the part before ``at`` begins; ``at`` itself where there is none."""
    window = text[max(floor, at - 64) : at]
    local = _LOCAL_PART.search(window)
    if local is None:
        chinese = _LOCAL_CHINESE.search(window)
        return at - len(chinese[0]) if chinese else at
    found = local[0]
    for mark in _QUOTES:
        found = found.rpartition(mark)[2]
    if not found or found[0] == "." or found[-1] == "." or ".." in found:
        return at
    phone = _PHONE_FIRST.match(found)
    return at - len(found) + (phone.end() if phone else 0)
