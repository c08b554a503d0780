"""Automatic numbers of a DOCX: Word stores 第一条 or （一） only as a counter, so they are counted here.

Method: WordprocessingML numbering (ECMA-376 part 1, 17.9): a paragraph, or its style, names a list instance
and a level; the list's abstract definition gives number format, start and pattern (``第%1条``); a level
restarts when a higher one advances.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN = "零一二三四五六七八九"
_CHINESE_FORMATS = frozenset(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographDigital",
        "koreanCounting",
        "ideographTraditional",
        "chineseLegalSimplified",
    )
)


@dataclass(frozen=True)
class _Level:
    pattern: str
    style: str
    start: int


class Numbering:
    """Counts list paragraphs in the order they are asked for."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles = _style_numbers(document)
        try:
            part = document.part.numbering_part
        except (KeyError, NotImplementedError):
            return
        self._read(part.element)

    def _read(self, root: BaseOxmlElement) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for definition in root.iter(_W + "abstractNum"):
            levels = {int(level.get(_W + "ilvl", "0")): _level(level) for level in definition.iter(_W + "lvl")}
            abstract[definition.get(_W + "abstractNumId", "")] = levels
        for instance in root.iter(_W + "num"):
            key = instance.get(_W + "numId", "")
            base = instance.find(_W + "abstractNumId")
            name = base.get(_W + "val", "") if base is not None else ""
            levels = dict(abstract.get(name, {}))
            overrides = list(instance.iter(_W + "lvlOverride"))
            for override in overrides:
                _override(levels, override)
            self._levels[key] = levels
            # Instances of one definition go on counting together, unless one of them restarts a level.
            self._abstract[key] = f"{name}/{key}" if overrides else name

    def next_label(self, paragraph: BaseOxmlElement) -> str:
        """The number that Word shows before this paragraph, with a blank where it shows one.

        '' without a number.
        """
        key, depth = self._place(paragraph)
        level = self._levels.get(key, {}).get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(self._abstract[key], {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        if level.style in ("bullet", "none"):
            return ""
        label = re.sub("%([1-9])", lambda match: self._part(key, int(match[1]) - 1, counts), level.pattern)
        return f"{label} " if re.search(r"[条章节编\w]$", label) else label

    def _part(self, key: str, depth: int, counts: dict[int, int]) -> str:
        level = self._levels[key].get(depth)
        if level is None:
            return ""
        return _written(counts.get(depth, level.start), level.style)

    def _place(self, paragraph: BaseOxmlElement) -> tuple[str, int]:
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is not None:
            return _num_pr(properties)
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return self._styles.get(style.get(_W + "val", ""), ("", 0)) if style is not None else ("", 0)


def _num_pr(properties: BaseOxmlElement) -> tuple[str, int]:
    number, level = properties.find(_W + "numId"), properties.find(_W + "ilvl")
    depth = level.get(_W + "val", "0") if level is not None else "0"
    return (number.get(_W + "val", "") if number is not None else ""), int(depth) if depth.isdigit() else 0


def _style_numbers(document: Document) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for style in document.styles.element.iter(_W + "style"):
        properties = style.find(f"{_W}pPr/{_W}numPr")
        if properties is not None:
            found[style.get(_W + "styleId", "")] = _num_pr(properties)
    return found


def _level(level: BaseOxmlElement) -> _Level:
    def value(tag: str, default: str) -> str:
        found = level.find(_W + tag)
        return str(found.get(_W + "val", default)) if found is not None else default

    start = value("start", "1")
    return _Level(value("lvlText", ""), value("numFmt", "decimal"), int(start) if start.isdigit() else 1)


def _override(levels: dict[int, _Level], override: BaseOxmlElement) -> None:
    depth = int(override.get(_W + "ilvl", "0"))
    whole = override.find(_W + "lvl")
    if whole is not None:
        levels[depth] = _level(whole)
    start = override.find(_W + "startOverride")
    if start is not None and depth in levels and start.get(_W + "val", "").isdigit():
        levels[depth] = _Level(levels[depth].pattern, levels[depth].style, int(start.get(_W + "val")))


def _written(number: int, style: str) -> str:
    if style in _CHINESE_FORMATS:
        return chinese(number)
    if style in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if style in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman if style == "upperRoman" else roman.lower()
    return str(number)


def chinese(number: int) -> str:
    """1–9999 as numbering writes it: 十, 十二, 一百零五."""
    if not 0 < number < 10_000:
        return str(number)
    out, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit == 0:
            zero = bool(out)
            continue
        out += ("零" if zero else "") + _HAN[digit] + name
        zero = False
    return out.removeprefix("一") if out.startswith("一十") else out


def _roman(number: int) -> str:
    out = ""
    for value, letters in (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        out += letters * (number // value) if number < 5000 else ""
        number %= value
    return out
