"""Check a pack beyond its schema: ids are unique, references lead somewhere, places lie in the city."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from city.pack.loader import CityPack, read_pack
from city.pack.problems import Problem
from city.schema import District, Landmark, Street

MAX_DEGREES_FROM_CENTRE = 1.5  # about 150 km: a prefecture-level city fits, a swapped lat/lon does not


def check_pack(root: Path, *, required_wording: Iterable[str] = (), outcomes: Iterable[str] = ()) -> list[Problem]:
    """Every problem of the pack at ``root``; empty where it is sound.

    ``required_wording`` and ``outcomes`` are the keys that the program uses, given by the rooms that use them.
    """
    pack, problems = read_pack(root)
    if pack is None:
        return problems
    for rule in (_unique_ids, _references, _handlers, _coordinates, _intervals, _corpora, _same_placeholders):
        problems += rule(pack)
    problems += _missing_words(pack, required_wording, outcomes)
    return problems


def _where(pack: CityPack, kind: str, record_id: str) -> tuple[str, str]:
    file, _, index = pack.origin.get(f"{kind}:{record_id}", f"{kind}: {record_id}").partition(": ")
    return file, index


def _problem(pack: CityPack, record: object, field: str, message: str, remedy: str) -> Problem:
    file, index = _where(pack, type(record).__name__, str(getattr(record, "id", "")))
    return Problem(file=file, where=f"{index}.{field}", message=message, remedy=remedy)


def _records(pack: CityPack) -> Iterator[tuple[str, tuple[object, ...]]]:
    for name in ("districts", "streets", "roads", "landmarks", "units", "duties"):
        yield name, getattr(pack, name)


def _unique_ids(pack: CityPack) -> Iterator[Problem]:
    for name, records in _records(pack):
        for record_id, count in Counter(str(getattr(r, "id", "")) for r in records).items():
            if count > 1:
                first = next(r for r in records if getattr(r, "id", "") == record_id)
                yield _problem(pack, first, "id", f"{record_id!r} is used by {count} {name}", "give each its own id")


def _dangling(
    pack: CityPack,
    records: Iterable[object],
    field: str,
    known: set[str],
    read: Callable[[object], Iterable[str | None]],
) -> Iterator[Problem]:
    for record in records:
        for value in read(record):
            if value and value not in known:
                yield _problem(pack, record, field, f"{value!r} is not known", "correct the id or add what it names")


def _references(pack: CityPack) -> Iterator[Problem]:
    districts = {d.id for d in pack.districts}
    streets = {s.id for s in pack.streets} | {s.name for s in pack.streets}
    units = {u.id for u in pack.units}
    roads = {r.id for r in pack.roads}
    checks: tuple[tuple[Iterable[object], str, set[str], Callable[[object], Iterable[str | None]]], ...] = (
        (pack.streets, "district", districts, lambda r: [r.district]),  # type: ignore[attr-defined]
        (pack.streets, "unit", units, lambda r: [r.unit]),  # type: ignore[attr-defined]
        (pack.landmarks, "district", districts, lambda r: [r.district]),  # type: ignore[attr-defined]
        (pack.landmarks, "street", streets, lambda r: [r.street]),  # type: ignore[attr-defined]
        (pack.roads, "districts", districts, lambda r: r.districts),  # type: ignore[attr-defined]
        (pack.roads, "crossings.with", roads, lambda r: [c.with_ for c in r.crossings]),  # type: ignore[attr-defined]
        (pack.roads, "crossings.district", districts, lambda r: [c.district for c in r.crossings]),  # type: ignore[attr-defined]
        (pack.units, "parent", units, lambda r: [r.parent]),  # type: ignore[attr-defined]
        (pack.units, "district", districts, lambda r: [r.district]),  # type: ignore[attr-defined]
        (pack.duties, "lead_unit", units, lambda r: [r.lead_unit]),  # type: ignore[attr-defined]
        (pack.duties, "co_units", units, lambda r: r.co_units),  # type: ignore[attr-defined]
    )
    for records, field, known, read in checks:
        yield from _dangling(pack, records, field, known, read)


def _handlers(pack: CityPack) -> Iterator[Problem]:
    """A handler names a unit; with {district} there must be such a unit in every district."""
    units = {u.id for u in pack.units}
    for duty in pack.duties:
        if not duty.handler or duty.handler == "{street}":
            continue
        names = {duty.handler.replace("{district}", d.id) for d in pack.districts}
        for name in sorted(names - units):
            yield _problem(pack, duty, "handler", f"{name!r} is not known", "correct the id or add the unit")


def _coordinates(pack: CityPack) -> Iterator[Problem]:
    lon, lat = pack.city.centre
    places: tuple[District | Street | Landmark, ...] = (*pack.districts, *pack.streets, *pack.landmarks)
    for record in places:
        if abs(record.lat - lat) > MAX_DEGREES_FROM_CENTRE or abs(record.lon - lon) > MAX_DEGREES_FROM_CENTRE:
            yield _problem(
                pack,
                record,
                "lat",
                f"({record.lat}, {record.lon}) lies far from the city's centre ({lat}, {lon})",
                "use WGS-84 degrees and mind the order: lat is north, lon is east",
            )


def _intervals(pack: CityPack) -> Iterator[Problem]:
    for duty in pack.duties:
        if duty.valid_from and duty.valid_to and duty.valid_to <= duty.valid_from:
            yield _problem(pack, duty, "valid_to", "is not after valid_from", "write the first day no longer valid")


def _corpora(pack: CityPack) -> Iterator[Problem]:
    for index, folder in enumerate(pack.corpora):
        if not folder.is_dir():
            yield Problem(
                file="city.yaml",
                where=f"corpora[{index}]",
                message=f"the folder {folder.name!r} does not exist",
                remedy="create the folder or take it out of the list",
            )


def _same_placeholders(pack: CityPack) -> Iterator[Problem]:
    chinese = pack.wording["zh"]
    for language, words in pack.wording.items():
        for key in sorted(words.keys() & chinese.keys()):
            if words.placeholders(key) != chinese.placeholders(key):
                yield Problem(
                    file=f"wording/{language}.yaml",
                    where=key,
                    message=f"its placeholders {sorted(words.placeholders(key))} differ from the Chinese text's",
                    remedy=f"use exactly {sorted(chinese.placeholders(key))}",
                )


def _missing_words(pack: CityPack, required: Iterable[str], outcomes: Iterable[str]) -> Iterator[Problem]:
    for key in sorted(set(required) - pack.wording["zh"].keys()):
        yield Problem(file="wording/zh.yaml", where=key, message="is missing", remedy="add this reply")
    for code in sorted(set(outcomes) - set(pack.outcomes)):
        yield Problem(
            file="wording/outcomes.yaml",
            where=code,
            message="is missing",
            remedy="add its label and explanation",
        )
