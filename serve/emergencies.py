"""The emergency plans of a pack beside the texts that they quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from city.pack import CityPack, PackError, Problem
from city.pack.record import read_record
from knowledge.model import Document
from serve.quoted import lost_quotes
from tools.emergencies.duties import EVERY_STREET
from tools.emergencies.kinds import FILE as WARNINGS
from tools.emergencies.kinds import Kinds
from tools.emergencies.plans import FILE, Actors, Book, open_book
from tools.emergencies.quotes import quotes


def keeps_plans(pack: CityPack) -> bool:
    """Whether the pack has emergency plans as data at all."""
    return (pack.root / FILE).is_file()


def check_emergencies(pack: CityPack, documents: Sequence[Document]) -> list[Problem]:
    """Everything that is wrong with the pack's emergency plans."""
    settings = partial(read_record, pack.root)
    try:
        book = open_book(settings)
        kinds = read_record(pack.root, WARNINGS, Kinds)
        found = list(lost_quotes(quotes(settings), documents))
    except PackError as error:
        return error.problems
    found += [Problem(file=FILE, message=why, remedy="correct the test or the fact") for why in book.wrong()]
    found += _strangers(book, pack)
    found += _unlike(book, documents)
    named = {kind.plan for kind in kinds.kinds.values() if kind.plan} | set(kinds.own)
    unknown = sorted(named - set(book.plans))
    return found + [
        Problem(file=WARNINGS, message=f"{name!r} is no hazard", remedy=f"name one of {', '.join(book.plans)}")
        for name in unknown
    ]


def _strangers(book: Book, pack: CityPack) -> Iterator[Problem]:
    """Actors that the pack does not know would never get their checklist."""
    units = {unit.id for unit in pack.units}
    districts = [district.id for district in pack.districts]
    for hazard, plan in book.plans.items():
        acting: list[Actors] = [plan.office, *plan.steps, *(one.command for one in plan.levels.values())]
        for actors in acting:
            lost = [name for name in actors.units if name not in units]
            lost += [name for name in actors.in_ if name not in districts]
            lost += [
                name
                for name in actors.each
                if name != EVERY_STREET and not any(f"{district}_{name}" in units for district in districts)
            ]
            for name in lost:
                remedy = "name a unit of units/*.yaml, or a district"
                yield Problem(file=FILE, where=hazard, message=f"{name!r} is no unit", remedy=remedy)


def _unlike(book: Book, documents: Sequence[Document]) -> Iterator[Problem]:
    """A plan must be in force, and open to readers, exactly as its text is."""
    metas = {document.meta.id: document.meta for document in documents}
    for hazard, plan in book.plans.items():
        meta = metas.get(plan.document)
        if meta is None:
            continue  # its quotes are already reported
        said = (plan.valid_from, plan.valid_to, plan.visibility)
        if said != (meta.valid_from, meta.valid_to, meta.visibility.value):
            message = f"valid_from, valid_to and visibility differ from those of {plan.document}"
            yield Problem(file=FILE, where=hazard, message=message, remedy="write what the document says")
