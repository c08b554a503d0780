"""Profiles, opened rules and whole cities made of the small pack of `making`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.compiling import CompiledPolicy
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import Value
from knowledge.eligibility.profiles import Profile
from tests.city.pack.making import make_pack as make_city_pack
from tests.city.pack.making import write
from tests.knowledge.eligibility.making import (
    DAY,
    PLACES,
    UNITS,
    book_of,
    firm,
    person,
    rule,
    sign_all,
    small_book,
    with_rules,
    write_pack,
)

GOOD: Mapping[str, Value] = {
    "in_city": True,
    "honest": True,
    "registered_on": date(2020, 3, 1),
    "rd_expense": 60_000.0,
    "revenue": 1_000_000.0,
    "size": "small",
    "staff": 12.0,
    "receiving": frozenset(),
}
"""A firm that gets everything that ``tp-tech`` gives: 100,000 once and 1,200 a month for six months."""
MAKER: Mapping[str, Value] = {"industry": "B05", "bans": frozenset(), "score": 90.0}
"""What a firm needs besides to get the 80,000 of ``tp-green``."""
OLD = person(in_city=True, born_on=date(1940, 5, 5), income=3000.0)
"""A person who gets ``tp-elder``."""
WAYS: dict[str, dict[str, Any]] = {
    "firm": {
        "firm.in_city": {"is": 0.9, "gap": 0.1},
        "firm.honest": {"is": 0.95, "gap": 0.5},
        "firm.industry": {"A": 1, "A011": 2, "B": 1, "B05": 4, "C": 2},
        "firm.place": {"east-1": 3, "west": 1},
        "firm.size": {"small": 7, "medium": 2, "large": 1},
        "firm.revenue": [100_000, 10_000_000],
        "firm.rd_expense": [1_000, 300_000],
        "firm.staff": [1, 40],
        "firm.score": [20, 100],
        "firm.registered_on": [0, 4000],
        "firm.certified_on": [0, 1000],
        "firm.bans": {"green": 0.1, "tech": 0.05},
        "firm.exporter": 0.3,
        "firm.export_value": [1_000, 1_000_000],
        "firm.receiving": {"tp-tech": 0.1, "tp-green": 0.1},
    },
    "person": {
        "person.in_city": 0.7,
        "person.born_on": [0, 36_000],
        "person.income": [1_000, 20_000],
        "person.disabled": 0.02,
        "person.receiving": {"tp-elder": 0.1},
    },
}
"""How made-up profiles of the small pack are drawn."""


def good(**changed: Value) -> Profile:
    """The profile that fits ``tp-tech``, with some facts changed."""
    return firm(**{**GOOD, **changed})


def less(profile: Profile, *names: str) -> Profile:
    """The profile without facts, named by the part of their id after the dot."""
    gone = {f"{profile.subject}.{name}" for name in names}
    return Profile(profile.subject, {key: value for key, value in profile.values.items() if key not in gone})


def book_with(*raw: Mapping[str, Any], only: bool = False) -> RuleBook:
    """The small book with further rules; with ``only``, with nothing else."""
    made = [rule(one) for one in raw]
    book = with_rules(small_book(), *made)
    if not only:
        return book
    return RuleBook(book.facts, book.lists, {one.id: one for one in made}, book.documents, book.files)


def every(book: RuleBook, day: date = DAY) -> list[CompiledPolicy]:
    """All rules of a book, compiled."""
    return [book.compiled(name, day) for name in book.policies]


def open_pack(root: Path, today: date = DAY) -> Eligibility:
    """The rules of a pack that `making.write_pack` wrote."""
    from tests.knowledge.eligibility.making import documents_of

    return Eligibility.open(root, documents_of(root).values(), places=PLACES, units=UNITS, today=today)


def signed_pack(root: Path) -> Eligibility:
    """The small pack, written to ``root`` and signed."""
    documents = write_pack(root)
    sign_all(root, book_of(root, documents), documents)
    return open_pack(root)


@cache
def small_rules() -> Eligibility:
    """The small pack's rules, signed and opened once."""
    with tempfile.TemporaryDirectory() as folder:
        return signed_pack(Path(folder))


def write_ways(root: Path) -> None:
    """Write how profiles are drawn into the pack."""
    for subject, ways in WAYS.items():
        write(root / f"eligibility/population/{subject}.yaml", {"facts": ways})


def write_city(root: Path, *, signed: bool = True) -> Path:
    """A whole city with the small pack's policies, as the command line opens one."""
    units = [{"id": key, "name": name, "level": "city_dept"} for key, name in UNITS.items()]
    districts = [{"id": key, "name": name, "lat": 30.1, "lon": 110.1} for key, name, parent in PLACES if not parent]
    streets = [
        {"id": key, "district": parent, "name": name, "lat": 30.1, "lon": 110.2}
        for key, name, parent in PLACES
        if parent
    ]
    make_city_pack(
        root,
        units__units=units,
        places__districts=districts,
        places__streets=streets,
        places__roads=[],
        places__landmarks=[],
        duties__street=[],
    )
    documents = write_pack(root)
    write_ways(root)
    if signed:
        sign_all(root, book_of(root, documents), documents)
    return root


def rows_of(profiles: Sequence[Profile]) -> list[dict[str, object]]:
    """Profiles as the rows of a typed table: ids p0, p1, …; sets as lists."""
    return [
        {"id": f"p{number}"}
        | {key: sorted(value) if isinstance(value, frozenset) else value for key, value in profile.values.items()}
        for number, profile in enumerate(profiles)
    ]
