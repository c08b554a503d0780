"""Mobile and landline numbers, with country code, area code, extension, and the gaps people write. Folded text only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from city.privacy.context import is_other, says
from city.privacy.spans import Span

_COUNTRY = r"(?:\(?(?:\+|00) ?86\)?|86|\(86\))[ \-\u200b]{0,2}"
_MOBILE = re.compile(rf"(?=((?<!\d)(?:{_COUNTRY}|0)?(1[ .\-\u200b]{{0,2}}[3-9](?:[ .\-\u200b]{{0,2}}\d){{9}})(?!\d)))")
_WAYS_TO_GROUP = frozenset(
    {(11,), (3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (3, 3, 5), (4, 3, 4), (3, 2, 2, 2, 2), (1,) * 11}
)
_EXTENSION = r"(?: ?(?:转接?|分机|ext\.?|-|#)(?:分机)?号?:? ?\d{1,5}(?!\d))?"
_AREA = r"(?:10|2\d|[3-9]\d\d)"
_LANDLINE = re.compile(
    rf"(?<!\d)(?:(?:\(?(?:\+|00) ?86\)?[ \-]?\(?0?)|\(?0){_AREA}(?P<gap>\)?[ \-\u200b]{{0,2}})"
    rf"[1-9]\d{{2,3}}[ \-\u200b]?\d{{4}}(?!\d){_EXTENSION}",
    re.IGNORECASE,
)
_SERVICE = re.compile(rf"(?<!\d)[48]00(?P<gap>[ \-]?)(?:\d{{3}}[ \-]?\d{{4}}|\d{{4}}[ \-]?\d{{3}})(?!\d){_EXTENSION}")
_LOCAL = re.compile(rf"(?<![\d-])[2-8]\d{{2,3}}[ \-]?\d{{4}}(?![\d-]){_EXTENSION}")


def mobiles(text: str) -> Iterator[Span]:
    """Eleven digits from 13 to 19, together or grouped as people group them."""
    for match in _MOBILE.finditer(text):
        start, end = match.span(1)
        groups = re.split(r"[ .\-]+", match[2].replace("\u200b", ""))
        if tuple(map(len, groups)) not in _WAYS_TO_GROUP or ("." in match[2] and len(groups) != 3):
            continue
        inside_word = text[start - 1 : start].isascii() and text[start - 1 : start].isalpha()
        if inside_word and text[end : end + 1].isascii() and text[end : end + 1].isalpha():
            continue  # the middle of a hash or an encoded text
        if not is_other(text, start, end):
            yield Span(start, end, "mobile")


def landlines(text: str) -> Iterator[Span]:
    """Area code and number; 400 and 800 numbers; a number without area code only where the words say it is a phone."""
    for match in _LANDLINE.finditer(text):
        written_apart = bool(match["gap"]) or match[0].startswith(("(", "+"))
        if _is_phone(text, match, written_apart):
            yield Span(*match.span(), "landline")
    for match in _SERVICE.finditer(text):
        if (match["gap"] or says("phone", text, match.start())) and not is_other(text, *match.span()):
            yield Span(*match.span(), "landline")
    for match in _LOCAL.finditer(text):
        if says("phone", text, match.start()) and not is_other(text, *match.span()):
            yield Span(*match.span(), "landline")


def _is_phone(text: str, match: re.Match[str], written_apart: bool) -> bool:
    if is_other(text, *match.span()):
        return False
    return written_apart or says("phone", text, match.start()) or _known_area(match[0])


def _known_area(number: str) -> bool:
    """Whether the national numbering plan has this number: a bare row of digits needs more proof than its shape."""
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "CN"))
    except phonenumbers.NumberParseException:
        return False
