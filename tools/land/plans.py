"""The parcels of a control plan, read from the tables in its text: each row with its article and its own words.

A plan is Markdown with a YAML head (``id``, ``title``, ``valid_from``, ``valid_to``). Which column holds what is said
by its head words, given by the caller, because they are the city's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from city.errors import BadInput

_ARTICLE = re.compile(r"^第([一二三四五六七八九十百]+)条")
_DIGITS = {word: value for value, word in enumerate("一二三四五六七八九", 1)}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class PlanRow:
    """A parcel's row. ``quote`` holds its indicators, ``note`` its last cell; both stand in the text as they are."""

    number: str
    code: str
    zoning: str
    hectares: float
    far: float | None
    density: float | None
    green: float | None
    height: float | None
    height_text: str
    note: str
    article: int
    quote: str


@dataclass(frozen=True)
class Plan:
    """A control plan."""

    id: str
    title: str
    valid_from: date
    valid_to: date | None
    rows: tuple[PlanRow, ...]


def read_plan(path: Path, heads: Mapping[str, str]) -> Plan:
    """A plan. ``heads``: field of :class:`PlanRow` → head of its column. Raises BadInput where no table has them."""
    _, head, text = path.read_text("utf-8").split("---\n", 2)
    meta = yaml.safe_load(head)
    rows = tuple(_rows(text, heads))
    if not rows:
        raise BadInput(
            f"{path.name}: no table has the columns {', '.join(heads.values())}; correct the names of columns"
        )
    return Plan(str(meta["id"]), str(meta["title"]), meta["valid_from"], meta["valid_to"], rows)


def _rows(text: str, heads: Mapping[str, str]) -> Iterator[PlanRow]:
    article = 0
    columns: dict[str, int] = {}
    for line in text.splitlines():
        if found := _ARTICLE.match(line):
            article, columns = article_number(found[1]), {}
        cells = _cells(line)
        if set(heads.values()) <= set(cells):
            columns = {field: cells.index(head) for field, head in heads.items()}
        elif columns and len(cells) > max(columns.values()) and not set("".join(cells)) <= set("-: "):
            yield _row({field: cells[at] for field, at in columns.items()}, article, line)


def _row(cells: Mapping[str, str], article: int, line: str) -> PlanRow:
    end = line.rindex(f"| {cells['note']}")
    figures: Any = {name: _figure(cells[name]) for name in ("far", "density", "green", "height")}
    return PlanRow(
        number=cells["number"],
        code=cells["code"],
        zoning=cells["zoning"],
        hectares=float(cells["hectares"]),
        height_text=cells["height"],
        note=cells["note"],
        article=article,
        quote=line[: end + 1],
        **figures,
    )


def _cells(line: str) -> Sequence[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []


def _figure(cell: str) -> float | None:
    found = _NUMBER.search(cell)
    return float(found[0]) if found else None


def article_number(words: str) -> int:
    """The number of an article.

    >>> article_number("六"), article_number("十二"), article_number("二十"), article_number("一百零三")
    (6, 12, 20, 103)
    """
    hundreds, _, rest = words.rpartition("百")
    tens, _, ones = rest.lstrip("零").rpartition("十")
    ten = _DIGITS.get(tens, 1) if "十" in rest else 0
    return 100 * _DIGITS.get(hundreds, 0) + 10 * ten + _DIGITS.get(ones, 0)
