"""What the texts say of a parcel beside its plan's row: set-backs from the roads along it, parking by its use."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from tools.land.answers import Article, Cited, ParkingRate, RoadSetback, Step
from tools.land.book import NOTE, Book, Edition
from tools.land.checking import Checked
from tools.land.grounds import ground_of
from tools.land.register import Version
from tools.land.settings import Norms

_BETWEEN = "、"
_PLAN_RATES = {"plan.parking_rate": "rates"}


def cited(norms: Norms, document: str, article: str, quote: str) -> Cited:
    """A clause with the title of its document."""
    return Cited(document=document, title=norms.titles.get(document, document), article=article, quote=quote)


def _clause(norms: Norms, edition: Edition, key: str = "") -> Cited:
    """The clause of an edition, with the words of one of its cases."""
    document, _, article = edition.clause.partition("#")
    return cited(norms, document, article, edition.quotes.get(key, edition.quote))


def setbacks(version: Version, book: Book, norms: Norms, day: date) -> Iterator[RoadSetback]:
    """For each road along a parcel what the rules ask there; no metres where the width is in no text."""
    plan = norms.plan(version.plan)
    edition = _edition(book, norms.rules.setbacks, day)
    if edition is None or not version.fronts:
        return
    widths = plan.widths if plan is not None else {}
    for road in version.fronts.split(_BETWEEN):
        width = widths.get(road)
        if width is None:
            yield RoadSetback(road=road, width=None, steps=(), clause=None)
            continue
        row = bisect.bisect_right(edition.set[norms.rules.setback_widths], width)
        steps = _steps(edition.set[norms.rules.setback_heights], edition.set[norms.rules.setback_table][row])
        yield RoadSetback(road=road, width=width, steps=steps, clause=_clause(norms, edition, str(row)))


def _steps(bounds: Sequence[float], metres: Sequence[float]) -> tuple[Step, ...]:
    ends = zip([None, *bounds], [*bounds, None], metres, strict=True)
    return tuple(Step(above=above, below=below, metres=far) for above, below, far in ends)


def parking(version: Version, book: Book, norms: Norms, day: date) -> Iterator[ParkingRate]:
    """What the plan's row asks, then what the table asks of the uses that fit the parcel's code."""
    yield from _of_plan(version, book, norms, day)
    table, fitting = _edition(book, norms.rules.parking, day), _edition(book, norms.rules.fitting, day)
    if table is None or fitting is None:
        return
    uses = [use for code in version.code.split("/") for use in fitting.set[norms.rules.fitting_table].get(code, ())]
    by_streets = bool(table.set.get("by_streets"))
    zone = version.parking_zone if by_streets else version.zone
    for use in dict.fromkeys(uses):
        for entry in table.set[norms.rules.parking_table].get(use, ()):
            yield ParkingRate(
                category=norms.labels.get(f"{use}.{entry['per']}", use),
                rate=_rate(entry, zone),
                unit=norms.units[entry["per"]],
                clause=_clause(norms, table),
            )


def others(version: Version, book: Book, norms: Norms, day: date) -> Iterator[Article]:
    """The plan's other articles that may bind a building here, then the limits of height that surely do."""
    checked = Checked(book, day, ground_of(version))
    found: dict[tuple[str, str], list[str]] = {}
    for clause in (*checked.conditions("plan.", sure=False), *checked.conditions("height.", sure=True)):
        quotes = found.setdefault((clause.document, clause.article), [])
        quotes += [clause.quote] if clause.quote not in quotes else []
    for (document, article), quotes in found.items():
        title = norms.titles.get(document, document)
        yield Article(document=document, title=title, article=article, quotes=tuple(quotes))


def _of_plan(version: Version, book: Book, norms: Norms, day: date) -> Iterator[ParkingRate]:
    """Rates that the row itself sets."""
    for rule in book.rules:
        edition = rule.edition(day)
        table: Mapping[str, Any] = edition.set.get(_PLAN_RATES.get(rule.id, ""), {}) if edition is not None else {}
        if edition is None or version.number not in table or version.plan is None:
            continue
        is_by_home = rule.least is not None and "homes_total" in rule.least.names
        quote = (version.note if edition.quote == NOTE else version.quote) or ""
        yield ParkingRate(
            category=version.zoning,
            rate=float(table[version.number]),
            unit=norms.units["homes" if is_by_home else "floor_area"],
            clause=cited(norms, version.plan, version.article or "", quote),
        )


def _rate(entry: Mapping[str, Any], zone: int | None) -> float | None:
    rates = entry["rates"]
    return float(rates[zone - 1]) if zone and rates[zone - 1] is not None else None


def _edition(book: Book, rule: str, day: date) -> Edition | None:
    """The edition of a rule on a day."""
    return next((found for one in book.rules if one.id == rule and (found := one.edition(day)) is not None), None)
