"""What is wrong with a pack's ``feeds/*.yaml`` before any data is read; of the data, ``examining.py`` tells."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from city.pack import Problem
from tools.feeds.dataset import Column, Dataset
from tools.feeds.feed import ColumnMap, Feed, HttpSource, SqlSource
from tools.feeds.feeds import read_feeds
from tools.feeds.reading import problem
from tools.feeds.units import conversion

_EPOCHS = ("epoch", "epoch_ms")
_LAYOUT = {
    "encoding": {"csv"},
    "delimiter": {"csv"},
    "records": {"json"},
    "sheet": {"xlsx"},
    "header": {"csv", "xlsx"},
}
_SECRET_HEADER = re.compile(r"authorization|cookie|key|token|secret", re.IGNORECASE)
_PASSWORD = re.compile(r"://[^/@:]*:(?!\$\{)[^/@]+@")
_OWN = re.compile(r"\$\{(CITYDESK_\w*)\}")


def check_feeds(root: Path, datasets: Mapping[str, Dataset], units: Collection[str] = ()) -> Iterator[Problem]:
    """Every problem of the feeds of the pack at ``root``. ``units``: ids of the city's units; none: not looked at.

    Raises PackError with what keeps the files from being read.
    """
    feeds = read_feeds(root)
    for feed in feeds:
        yield from check_feed(feed, datasets, units)
    ids = [feed.id for feed in feeds]
    for at, feed in enumerate(feeds):
        if feed.id in ids[:at]:
            yield problem(feed, f"the id {feed.id!r} is another feed's too", "give each its own", "id")


def check_feed(feed: Feed, datasets: Mapping[str, Dataset], units: Collection[str] = ()) -> Iterator[Problem]:
    """Every problem of one feed."""
    yield from _source(feed)
    if units and feed.unit and feed.unit not in units:
        message, remedy = f"{feed.unit!r} is no unit of the city", f"{_near(feed.unit, units)} of units/"
        yield problem(feed, message, remedy, "unit")
    dataset = datasets.get(feed.dataset)
    if dataset is None:
        message = f"no tool knows the dataset {feed.dataset!r}"
        yield problem(feed, message, f"{_near(feed.dataset, datasets)}, or take the feed out", "dataset")
        return
    yield from _form(feed, dataset)
    for name, given in feed.columns.items():
        where = f"columns.{name}"
        column = dataset.named.get(name)
        if column is None and dataset.form == "table":
            message = f"{dataset.id} has no column {name!r}"
            yield problem(feed, message, f"{_near(name, dataset.named)} of {', '.join(dataset.named)}", where)
        if column is not None:
            for message, remedy, part in _map(feed, column, given):
                yield problem(feed, message, remedy, f"{where}.{part}" if part else where)


def _near(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1, 0.5)
    return f"write {near[0]!r}" if near else "write one"


def _form(feed: Feed, dataset: Dataset) -> Iterator[Problem]:
    kind = getattr(feed.source, "format", feed.source.kind)
    if (kind == "gtfs") != (dataset.form == "gtfs"):
        asked = "a GTFS zip" if dataset.form == "gtfs" else "a table"
        yield problem(feed, f"{dataset.id} is {asked}, and the source is of kind {kind}", "correct it", "source.kind")
    if dataset.form == "gtfs" and feed.columns:
        yield problem(feed, "a timetable has no columns to be named", "take `columns` out", "columns")


def _source(feed: Feed) -> Iterator[Problem]:
    source = feed.source
    kind = getattr(source, "format", source.kind)
    for name, kinds in _LAYOUT.items():
        if name in source.model_fields_set and kind not in kinds:
            fits = ", ".join(sorted(kinds))
            yield problem(feed, f"`{name}` means nothing for {kind}, only for {fits}", "take it out", f"source.{name}")
    if kind == "csv" and getattr(source, "header", 1) > 1:
        yield problem(feed, "a csv file has its columns' names in row 1, or none", "write 1 or 0", "source.header")
    texts: dict[str, str] = {}
    if isinstance(source, HttpSource | SqlSource):
        texts["url"] = source.url
    if isinstance(source, HttpSource):
        texts |= {f"headers.{name}": text for name, text in source.headers.items()}
    for where, text in texts.items():
        if found := _OWN.search(text):
            message = f"{found[1]} is a setting of CityDesk itself, which no feed may send away"
            yield problem(feed, message, "name a variable of the feed's own", f"source.{where}")
        header = where.removeprefix("headers.")
        open_header = where != header and _SECRET_HEADER.search(header) and "${" not in text
        if open_header or _PASSWORD.search(text):
            message = "a key or password stands in the pack, where everybody reads it"
            yield problem(feed, message, "write ${NAME}, and set NAME where citydesk runs", f"source.{where}")


def _map(feed: Feed, column: Column, given: ColumnMap) -> Iterator[tuple[str, str, str]]:
    """Message, remedy and place of what is wrong with one column's map."""
    if given.value is not None:
        idle = sorted(given.model_fields_set - {"value"})
        if idle:
            names = ", ".join("from" if name == "from_" else name for name in idle)
            yield f"a fixed `value` makes {names} idle", "keep one of them", ""
        if not _fits(column, given.value):
            yield f"{given.value!r} is no {column.type}", _KINDS[column.type], "value"
        return
    for said, standard in given.words.items():
        if not _fits(column, standard):
            yield f"{standard!r} is no {column.type}", _KINDS[column.type], f"words.{said}"
    kind = getattr(feed.source, "format", feed.source.kind)
    if (given.from_ or "").startswith("/") and kind != "json":
        yield f"{given.from_!r} is a path from the top of a JSON document, and the source is {kind}", "name it", "from"
    if given.format and column.type not in ("day", "time"):
        yield f"`format` is for days and times, and this is {column.type}", "take it out", "format"
    elif given.format and (wrong := _format_fault(given.format, column.type)):
        yield wrong, "write for example %Y-%m-%d %H:%M, or epoch", "format"
    yield from _units(column, given)


def _units(column: Column, given: ColumnMap) -> Iterator[tuple[str, str, str]]:
    if column.type not in ("int", "float"):
        if given.times != 1 or given.unit:
            part = "times" if given.times != 1 else "unit"
            yield f"`{part}` is for numbers, and this is {column.type}", "take it out", part
        return
    if not given.times:
        yield "`times: 0` makes every value 0", "write what a value is to be multiplied with", "times"
        return
    if not given.unit:
        return
    factor = conversion(given.unit, column.unit)
    asked = f"{column.title} is asked in {column.unit!r}" if column.unit else f"{column.title} has no unit"
    if factor is None:
        yield f"{asked}, and {given.unit!r} cannot become that", "name another column, or correct `unit`", "unit"
    elif not math.isclose(factor, given.times, rel_tol=1e-6):
        yield f"{asked}, the source has {given.unit!r}", f"write `times: {factor:.10g}`", "times"


_KINDS = {
    "text": "write a text",
    "int": "write a whole number",
    "float": "write a number",
    "flag": "write true or false",
    "day": "write a day, e.g. 2026-11-26",
    "time": "write a time, e.g. 2026-11-26 08:30",
    "shape": "write WKT, e.g. POINT(113.5 30.2)",
}


def _fits(column: Column, value: object) -> bool:
    if column.type == "flag":
        return isinstance(value, bool) or str(value).lower() in ("true", "false")
    if column.type in ("int", "float"):
        try:
            number = float(str(value))
        except ValueError:
            return False
        return not isinstance(value, bool) and math.isfinite(number) and (column.type == "float" or number.is_integer())
    if column.type in ("day", "time"):
        try:
            datetime.fromisoformat(str(value))
        except ValueError:
            return False
    return True


def _format_fault(form: str, kind: str) -> str:
    if form in _EPOCHS:
        return ""
    moment = datetime(2026, 11, 26, 8, 30, 45)
    try:
        back = datetime.strptime(moment.strftime(form.replace("%z", "+0800")), form.replace("%z", "+0800"))
    except ValueError:
        return f"{form!r} is no form of a {kind}"
    if back.year != moment.year:
        return f"{form!r} does not say the year"
    return f"{form!r} has hours of a half day, without saying which half" if "%I" in form and "%p" not in form else ""
