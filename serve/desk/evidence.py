"""The column beside an order: what dispatch suggests and on which basis, and what the machine found alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from agents.dispatch.suggestion import Suggestion
from city.errors import NotFound
from city.schema import LegalBasis
from serve.desk.facts import readable
from serve.desk.inbox import HANDLING, NEW, category_path
from serve.desk.room import Clerk
from serve.desk.steps.base import Case
from serve.desk.units import unit_name
from tools.workorders.model import State

_SURE, _LIKELY, _WORTH = 0.85, 0.6, 0.01


class Basis(NamedTuple):
    """A legal basis; ``provision`` is the id under which the public may read it, empty where it may not."""

    title: str
    article: str
    provision: str


class Duty(NamedTuple):
    """A duty item in words."""

    title: str
    description: str
    bases: list[Basis]
    evidence: tuple[str, ...]
    excludes: tuple[str, ...]


class Suggested(NamedTuple):
    """What dispatch suggests, in words."""

    lead: str
    co: list[str]
    cc: list[str]
    category: str
    duty: Duty | None
    confidence: str
    percent: int
    others: list[tuple[str, int]]
    open: list[str]
    quote: str


def narrative_pieces(clerk: Clerk, case: Case) -> tuple[str, str, str]:
    """The narrative before, at and after the words that speak most for the suggestion."""
    text = readable(clerk, case.order, case.order.narrative)
    quote = case.suggestion.quote if shows_suggestion(case) and case.suggestion else ""
    begin = text.find(quote) if quote else -1
    return (text[:begin], quote, text[begin + len(quote) :]) if begin >= 0 else (text, "", "")


def shows_suggestion(case: Case) -> bool:
    """Whether somebody has still to decide who handles it."""
    return not case.staff.of_unit and case.order.status in NEW | {State.RETURN_REQ, State.DISPUTED}


def suggested(case: Case) -> Suggested | None:
    """The suggestion; None where there is none or nobody needs it any more."""
    found = case.suggestion if shows_suggestion(case) else None
    if found is None:
        return None
    return Suggested(
        lead=unit_name(case.pack, found.lead) if found.lead else "",
        co=_names(case, found.co),
        cc=_names(case, found.cc),
        category=category_path(case.clerk, found.category),
        duty=duty(case, found.duty_item),
        confidence=case.say(_confidence(found)),
        percent=round(found.confidence * 100),
        others=[
            (unit_name(case.pack, other.unit), round(other.confidence * 100))
            for other in found.others
            if other.unit and other.confidence >= _WORTH
        ],
        open=[case.say(f"desk_open_{name}") for name in found.open],
        quote=found.quote,
    )


def _confidence(found: Suggestion) -> str:
    if found.confidence >= _SURE:
        return "desk_sure"
    return "desk_likely" if found.confidence >= _LIKELY else "desk_unsure"


def _names(case: Case, ids: Iterable[str]) -> list[str]:
    return [unit_name(case.pack, unit) for unit in ids]


def duty(case: Case, item_id: str) -> Duty | None:
    """A duty item; None where the list has none of this id."""
    item = next((one for one in case.pack.duties if one.id == item_id), None)
    if item is None:
        return None
    bases = [found for basis in item.legal_basis if (found := _basis(case, basis))]
    return Duty(item.title, item.description, bases, item.evidence_needed, item.excludes)


def _basis(case: Case, basis: LegalBasis) -> Basis | None:
    if basis.document is None:
        return None
    library = case.house.library
    try:
        title = library.meta(basis.document).title
        provisions = library.document(basis.document).provisions
    except NotFound:  # withdrawn, or for staff only: named, but nothing to open
        return Basis(basis.document, basis.article or "", "")
    found = next((one.id for one in provisions if one.article == basis.article), "")
    return Basis(title, basis.article or "", found)


def own_duty(case: Case) -> Duty | None:
    """The duty item that the order was dispatched on, while it is handled."""
    return duty(case, case.order.duty_item) if case.order.duty_item and case.order.status in HANDLING else None
