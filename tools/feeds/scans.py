"""Files that DuckDB reads itself: Parquet, CSV and JSON, each as a query sees it."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tools.feeds.columns import Raw, Scan
from tools.feeds.duck import Duck, literal, quoted
from tools.feeds.feed import Feed, Layout
from tools.feeds.reading import fault

_SAMPLE = 262_144
_UTF8 = {"utf-8", "utf-8-sig"}
_OBJECT = 16_777_216


@dataclass(frozen=True)
class Setting:
    """What a scan needs beside its files. ``names``: the source's own columns that are wanted. ``kept``: a folder for
    what is made of the files. ``counting``: whether lines that are no rows are to be counted.
    """

    feed: Feed
    layout: Layout
    duck: Duck
    kept: Path
    names: Sequence[str]
    counting: bool = False


def scan_parquet(files: Sequence[Path], setting: Setting) -> Scan:
    """Parquet files with the same columns, in any order."""
    text = f"read_parquet({_list(files)}, union_by_name = true)"
    with setting.duck.connection(files) as run:
        described = run(f"describe select * from {text}", {})  # noqa: S608  # the paths are literals
    types = dict(zip(described["column_name"].to_list(), described["column_type"].to_list(), strict=True))
    held = {name: Raw(quoted(name), kind) for name, kind in types.items()}
    return Scan(text, held, tuple(types), tuple(files))


def scan_csv(files: Sequence[Path], setting: Setting) -> Scan:
    """CSV files; all values are text first, so that 007 stays 007. Lines that are no rows are left out."""
    plain = [_plain(path, setting) for path in files if path.stat().st_size]
    heads: dict[_Head, list[Path]] = {}
    for path in plain:
        heads.setdefault(_head(path, setting), []).append(path)
    names = tuple(dict.fromkeys(name for head in heads for name in head.names))
    wanted = [name for name in dict.fromkeys(setting.names) if name in names]
    parts = [_csv_part(head, group, wanted, setting) for head, group in heads.items()]
    if not parts:
        return Scan("(select 1 where false)", {}, blank=True)
    lost = "select count(distinct (file_id, line)), min(csv_line) from reject_errors" if setting.counting else ""
    rows = "select line, min(csv_line) from reject_errors group by line order by line" if setting.counting else ""
    held = {name: Raw(quoted(name), "VARCHAR") for name in wanted}
    return Scan(f"({' union all '.join(parts)})", held, names, tuple(plain), lost=lost, lost_rows=rows)


class _Head(NamedTuple):
    """The names in a file's first line. ``mixed``: its lines end in more than one way."""

    names: tuple[str, ...]
    mixed: bool


def _csv_part(head: _Head, files: Sequence[Path], wanted: Sequence[str], setting: Setting) -> str:
    options = {
        "auto_detect": "false",
        "header": "true" if setting.layout.header else "false",
        "delim": literal(setting.layout.delimiter),
        "quote": literal('"'),
        "escape": literal('"'),
        "strict_mode": "false" if head.mixed else "true",  # strict, DuckDB fails on mixed ends of lines
        "columns": "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in head.names) + "}",
        "store_rejects": "true",  # unlike `ignore_errors`, it goes on after a broken quote
        "rejects_limit": "0" if setting.counting else "1",
    }
    given = ", ".join(f"{name} = {value}" for name, value in options.items())
    fields = [f"{_clean(quoted(name)) if name in head.names else 'null'} as {quoted(name)}" for name in wanted]
    return f"select {', '.join(fields) or '1'} from read_csv({_list(files)}, {given})"  # noqa: S608  # literals


def _head(path: Path, setting: Setting) -> _Head:
    """The first line, names told apart where one comes twice. Raises BadInput for another encoding."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError as error:
        message = f"{path.name!r} is not utf-8 (byte {error.start})"
        raise fault(setting.feed, message, "write its encoding, e.g. `encoding: gb18030`", "source") from error
    names = next(csv.reader(text.splitlines(keepends=True), delimiter=setting.layout.delimiter), [])
    if not setting.layout.header:
        names = letters(len(names))
    unique: list[str] = []
    for name in (name.strip() or "column" for name in names):
        taken = {one.lower() for one in unique}
        unique.append(name if name.lower() not in taken else f"{name}_{len(unique) + 1}")
    return _Head(tuple(unique), b"\r\n" in sample and sample.count(b"\n") > sample.count(b"\r\n"))


def letters(count: int) -> list[str]:
    """The names that a spreadsheet gives to columns: A … Z, AA …"""
    made = []
    for at in range(count):
        name, rest = "", at + 1
        while rest:
            rest, letter = divmod(rest - 1, 26)
            name = chr(ord("A") + letter) + name
        made.append(name)
    return made


def _plain(path: Path, setting: Setting) -> Path:
    """The file as UTF-8, which is what DuckDB reads: itself, or a copy made once of each state of the file."""
    encoding = codecs.lookup(setting.layout.encoding).name
    if encoding in _UTF8:
        return path
    found = path.stat()
    copy = setting.kept / f"{path.stem}.{found.st_mtime_ns:x}.{found.st_size:x}.utf-8.csv"
    if copy.is_file():
        return copy
    setting.kept.mkdir(parents=True, exist_ok=True)
    for old in setting.kept.glob(f"{path.stem}.*.utf-8.csv"):
        old.unlink(missing_ok=True)
    part = copy.with_suffix(f".{id(setting):x}.part")
    try:
        with path.open(encoding=encoding, newline="") as given, part.open("w", encoding="utf-8", newline="") as made:
            while block := given.read(1_048_576):
                made.write(block)
    except UnicodeDecodeError as error:
        part.unlink(missing_ok=True)
        message = f"{path.name!r} is not {encoding} ({error.reason})"
        raise fault(setting.feed, message, "correct `encoding`, or the file", "source.encoding") from error
    part.replace(copy)
    return copy


def scan_json(files: Sequence[Path], setting: Setting) -> Scan:
    """JSON documents; a column is a path. ``/a.b`` is a path from the top of the document, for all its rows."""
    full = [path for path in files if path.stat().st_size]
    groups: dict[str, list[Path]] = {}
    for path in full:
        groups.setdefault(_json_form(path, setting), []).append(path)
    parts = [_json_part(form, group, setting) for form, group in groups.items()]
    if not parts:
        return Scan("(select 1 where false)", {}, blank=True)
    text = f"({' union all '.join(parts)})"
    names = list(dict.fromkeys(setting.names))
    places = {name: ("doc", _path(name[1:])) if name.startswith("/") else ("j", _path(name)) for name in names}
    exist = [f"bool_or(json_exists({whose}, {path}))" for whose, path in places.values()]
    keys = f"select unnest(json_keys(j)) as key from (select j from {text} limit 50) where json_type(j) = 'OBJECT'"  # noqa: S608
    with setting.duck.connection(full) as run:
        row = run(f"select {', '.join(['count(j)', 'count(*)', *exist])} from {text}", {}).row(0)  # noqa: S608
        known = run(f"select distinct key from ({keys}) order by key", {})["key"].to_list()  # noqa: S608
    if row[1] and not row[0]:
        raise fault(setting.feed, f"no line of {full[0].name!r} is JSON", "look at `kind`, and at the file", "source")
    held = {
        name: Raw(_clean(f"({whose} ->> {path})"), "VARCHAR")
        for (name, (whose, path)), there in zip(places.items(), row[2:], strict=True)
        if there
    }
    lost = f"select count(*) - count(j), null from {text}" if row[0] < row[1] else ""  # noqa: S608
    text = f"(select * from {text} where j is not null)"  # noqa: S608
    return Scan(text, held, tuple(known), tuple(full), blank=not row[0], lost=lost)


def _json_form(path: Path, setting: Setting) -> str:
    if getattr(setting.layout, "kind", "") == "jsonl" or getattr(setting.layout, "format", "") == "jsonl":
        return "lines"
    with path.open("rb") as file:
        begins = file.read(64)
    if setting.layout.records:
        return "records"
    listed = begins.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")
    if not listed:
        return "documents"
    return "list" if not begins.startswith(codecs.BOM_UTF8) else "marked list"  # DuckDB takes no list behind a mark


def _json_part(form: str, files: Sequence[Path], setting: Setting) -> str:
    most = max(_OBJECT, *(path.stat().st_size + 1_024 for path in files))
    source = f"read_json_objects({_list(files)}, "
    if form == "lines":
        source += "format = 'newline_delimited', ignore_errors = true)"
    elif form == "list":
        source += "format = 'array')"
    else:
        source += f"format = 'unstructured', maximum_object_size = {most})"
    if form in ("records", "marked list"):
        path = literal("$" + "".join(f'."{part}"' for part in setting.layout.records.split(".") if part) + "[*]")
        return f"select json as doc, unnest(json_extract(json, {path})) as j from {source}"  # noqa: S608
    return f"select json as doc, json as j from {source}"  # noqa: S608


def _path(name: str) -> str:
    """A path a.b.0 as DuckDB writes it; a number is a place in a list."""
    parts = name.split(".")
    return literal("$" + "".join(f"[{part}]" if part.isdecimal() else f'."{part}"' for part in parts))


def _clean(text: str) -> str:
    """Without blanks around it; nothing where nothing is left."""
    return f"nullif(trim({text}, ' \t\r\n　'), '')"


def _list(files: Sequence[Path]) -> str:
    return "[" + ", ".join(literal(str(path)) for path in files) + "]"
