"""Standard columns made of a source's own, as DuckDB expressions. Names are quoted, values are literals or bound."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tools.feeds.dataset import Column, Dataset
from tools.feeds.duck import literal
from tools.feeds.feed import ColumnMap, Feed
from tools.feeds.reading import Zones, fault

if TYPE_CHECKING:
    import polars as pl


class Raw(NamedTuple):
    """A source's own column: its expression, and its type in DuckDB."""

    text: str
    type: str


class Scan(NamedTuple):
    """A source as a query sees it.

    ``text`` stands behind "from"; ``held`` are its columns by their names, or by the paths that were asked;
    ``names`` are for messages. ``blank``: it holds no row, and so nothing tells which columns it would have.
    ``lost``: counts lines that are no rows, after ``text`` was read; ``lost_rows``: their numbers and texts. ``lines``:
    the numbers of the rows in their file, where they are not one after another.
    """

    text: str
    held: Mapping[str, Raw]
    names: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    frame: pl.DataFrame | None = None
    blank: bool = False
    lost: str = ""
    lost_rows: str = ""
    lines: Sequence[int] = ()


class Made(NamedTuple):
    """A standard column: its expression, the source's own behind it (None for a fixed value), the zone of a time
    or of the moments that days are compared with.

    ``moment``: the source's own aware moment, by which files can skip rows. ``told``: the shape is a text still, to be
    read afterwards.
    """

    text: str
    raw: Raw | None
    zone: tzinfo | None = None
    moment: str = ""
    told: bool = False


AWARE = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
_NUMBER = re.compile(r"^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|^DECIMAL|^BOOLEAN$")
_OFFSET = r"\d\d?:\d\d.*(Z|z|[+-]\d\d(:?\d\d)?)$"
_EPOCH = {"epoch": 1_000_000, "epoch_ms": 1_000}
SQL_TYPE = {
    "text": "varchar",
    "int": "bigint",
    "float": "double",
    "flag": "boolean",
    "day": "date",
    "time": "timestamp",
    "shape": "blob",
}


def asked_names(feed: Feed, dataset: Dataset) -> dict[str, str]:
    """Standard column → the source's own name or path, without the fixed ones."""
    maps = ((name, feed.columns.get(name, ColumnMap())) for name in dataset.named)
    return {name: made.from_ or name for name, made in maps if made.value is None}


def make_columns(feed: Feed, dataset: Dataset, scan: Scan, zones: Zones) -> dict[str, Made]:
    """Every standard column that the source can give. Raises BadInput where a required one is missing."""
    found: dict[str, Made] = {}
    names = asked_names(feed, dataset)
    for name, column in dataset.named.items():
        given = feed.columns.get(name, ColumnMap())
        if given.value is not None:
            found[name] = Made(f"cast({literal(given.value)} as {SQL_TYPE[column.type]})", None, zones.own)
        elif names[name] in scan.held:
            keeps = name in dataset.key or name == dataset.time
            found[name] = _made(scan.held[names[name]], column, given, () if keeps else feed.nothing, zones)
        elif scan.blank:
            found[name] = Made(f"cast(null as {SQL_TYPE[column.type]})", None, zones.own)
        elif column.required:
            held = f" (it has {', '.join(scan.names[:40])})" if scan.names else ""
            raise fault(
                feed,
                f"the source has no column {names[name]!r} for {name!r} ({column.title})",
                f"name the right one{held}",
                f"columns.{name}",
            )
    return found


def _made(raw: Raw, column: Column, given: ColumnMap, nothing: tuple[str, ...], zones: Zones) -> Made:
    if nothing:
        none = ", ".join(literal(value) for value in nothing)
        raw = Raw(f"case when {_text(raw)} in ({none}) then null else {raw.text} end", raw.type)
    source = raw
    if given.words:
        cases = " ".join(f"when {literal(said)} then {literal(_said(std))}" for said, std in given.words.items())
        source = Raw(f"case {_text(raw)} {cases} end", "VARCHAR")
    if column.type == "time":
        text, zone = _time(source, given.format, zones)
        return Made(text, raw, zone, source.text if source.type in AWARE and not given.format else "")
    if column.type == "day":
        return Made(_day(source, given.format, zones), raw, zones.city)
    if column.type in ("int", "float"):
        return Made(_bounded(_number(source, column, given.times), column), raw)
    if column.type == "text":
        return Made(_text(source), raw)
    if column.type == "shape":
        told = source.type != "BLOB"
        return Made(_text(source) if told else source.text, raw, told=told)
    return Made(_cast(source, "boolean"), raw)


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(raw: Raw) -> str:
    """As text; whole numbers that a spreadsheet holds as 10203.0 read 10203."""
    if raw.type == "VARCHAR":
        return raw.text
    plain = f"cast({raw.text} as varchar)"
    return f"regexp_replace({plain}, '\\.0$', '')" if raw.type in ("DOUBLE", "FLOAT") else plain


def _cast(raw: Raw, to: str) -> str:
    """A cast that gives null where it cannot be; odd types go by their text."""
    direct = raw.type == "VARCHAR" or _NUMBER.match(raw.type) or raw.type in ("DOUBLE", "FLOAT")
    return f"try_cast({raw.text if direct else _text(raw)} as {to})"


def _number(raw: Raw, column: Column, times: float) -> str:
    if column.type == "int" and times == 1:
        return _cast(raw, "bigint")
    text = _cast(raw, "double")
    if times != 1:
        text = f"{text} * {times!r}"
    if not _NUMBER.match(raw.type):  # 'nan' and 'inf' are no values
        text = f"case when isfinite({text}) then {text} end"
    return text if column.type == "float" else f"try_cast({text} as bigint)"


def _bounded(text: str, column: Column) -> str:
    tests = [f"{text} >= {column.least!r}"] if column.least is not None else []
    tests += [f"{text} <= {column.most!r}"] if column.most is not None else []
    return f"case when {' and '.join(tests)} then {text} end" if tests else text


def _time(raw: Raw, form: str, zones: Zones) -> tuple[str, tzinfo]:
    """A time without zone, and the zone that it is in: the feed's own where the source has none, else UTC."""
    if form in _EPOCH:
        return f"make_timestamp(try_cast({_cast(raw, 'double')} * {_EPOCH[form]} as bigint))", UTC
    if form:
        parsed = f"try_strptime({_text(raw)}, {literal(form)})"
        return (at_utc(parsed), UTC) if "%z" in form else (parsed, zones.own)
    if raw.type in AWARE:
        return at_utc(f"cast({raw.text} as timestamptz)"), UTC
    if raw.type.startswith("TIMESTAMP") or raw.type == "DATE":
        return f"try_cast({raw.text} as timestamp)", zones.own
    text = _text(raw)
    local = f"timezone({literal(zones.own)}, try_cast({text} as timestamp))"
    aware = f"case when {_has_offset(text)} then try_cast({text} as timestamptz) else {local} end"
    return at_utc(aware), UTC


def _day(raw: Raw, form: str, zones: Zones) -> str:
    """A day; of a moment, the day that it was in the city."""
    in_city = f"cast(timezone({literal(zones.city)}, {{}}) as date)"
    if form in _EPOCH:
        return in_city.format(at_utc(_time(raw, form, zones)[0]))
    if form:
        parsed = f"try_strptime({_text(raw)}, {literal(form)})"
        return in_city.format(parsed) if "%z" in form else f"cast({parsed} as date)"
    if raw.type in AWARE:
        return in_city.format(f"cast({raw.text} as timestamptz)")
    if raw.type.startswith("TIMESTAMP") or raw.type == "DATE":
        return f"try_cast({raw.text} as date)"
    text = _text(raw)
    aware = in_city.format(f"try_cast({text} as timestamptz)")
    return f"case when {_has_offset(text)} then {aware} else try_cast({text} as date) end"


def at_utc(text: str) -> str:
    """An aware moment as the time of UTC, without zone; or the other way round."""
    return f"timezone('UTC', {text})"


def _has_offset(text: str) -> str:
    return f"regexp_matches({text}, {literal(_OFFSET)})"


def has_value(raw: Raw) -> str:
    """Whether the source says anything: not-a-number stands for nothing in many files."""
    return f"{raw.text} is not null" + (f" and not isnan({raw.text})" if raw.type in ("DOUBLE", "FLOAT") else "")
