"""Provisions that a reply cites by name, looked up in the library as of a day."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, NamedTuple

from agents.reading.numbers import chinese_number
from knowledge.library import Library

_ARTICLE = re.compile(r"第([〇零一二三四五六七八九十百千]+|\d+)条(.*)")
_CITED = re.compile(r"《([^《》]{2,60})》(?:\s*(第[〇零一二三四五六七八九十百千\d]+条))?")


class Cited(NamedTuple):
    """A title in its marks, and the article where one is named."""

    title: str
    article: str = ""


class Standing(NamedTuple):
    """What the library knows of a citation; ``text`` of an article in force, or nothing."""

    state: Literal["in_force", "repealed", "unknown"]
    provision: str = ""
    text: str = ""


def citations_in(text: str) -> list[Cited]:
    """The titles that ``text`` cites, in order, each once."""
    return list(dict.fromkeys(Cited(match[1], match[2] or "") for match in _CITED.finditer(text)))


def standing(cited: Cited, library: Library, day: date) -> Standing:
    """Whether what is cited is in force on ``day``. A title the library does not have is ``unknown``."""
    metas = library.titled(cited.title, role="staff")
    current = [meta for meta in metas if meta.in_force(day)]
    if not current:
        return Standing("repealed" if metas else "unknown")
    if not cited.article:
        return Standing("in_force")
    for meta in current:
        for provision in library.document(meta.id, role="staff").provisions:
            if _number(provision.article) == _number(cited.article):
                return Standing("in_force", provision.id, provision.text)
    return Standing("unknown")


def _number(article: str) -> str:
    """An article's number in one form: 第24条 and 第二十四条 are the same, 第三条之一 is not 第三条."""
    match = _ARTICLE.match("".join(article.split()))
    if match is None:
        return article
    return f"{int(match[1]) if match[1].isdigit() else chinese_number(match[1])}{match[2]}"
