"""The draft of a reply: the frame, the provisions that bear on the matter, and blanks for what only the unit knows.

Nothing is made up: what was found and done is left for the clerk to write, and the checks refuse a reply with a blank.
Replies to similar closed orders are shown beside the draft, not copied into it.
"""

from __future__ import annotations

from datetime import date

from agents.contract import Evidence
from agents.qa.sentences import split_sentences
from city.errors import NotFound
from city.pack import CityPack
from city.schema import DutyItem, Record
from knowledge.library import Library, Query
from knowledge.model import Level, Provision
from tools.workorders.model import WorkOrder

_LAWS = frozenset(Level) - {Level.GUIDE, Level.FAQ, Level.EMERGENCY_PLAN, Level.PLAN}
_BASES = 2
_QUOTE_CHARS = 160


class DraftReply(Record):
    """The text with its blanks in 【】, and the evidence that its quotes stand on."""

    text: str
    evidence: tuple[Evidence, ...] = ()


def draft_reply(
    order: WorkOrder, item: DutyItem | None, pack: CityPack, library: Library, day: date, language: str = "zh"
) -> DraftReply:
    """A draft for ``order``: the duty item's legal basis first, then what retrieval finds for the matter."""
    unit = pack.unit(order.lead.unit) if order.lead else None
    evidence: list[Evidence] = []
    lines = [pack.say("reply_opening", language, title=order.title), pack.say("reply_facts", language),
             pack.say("reply_measures", language)]  # fmt: skip
    for demand in filter(None, map(str.strip, order.demand.splitlines())):
        lines.append(pack.say("reply_demand", language, demand=demand))
    for provision in _bases(order, item, pack, library, day):
        found = _quoted(provision)
        evidence.append(found)
        title = library.meta(provision.document, role="staff").title
        lines.append(pack.say("reply_basis", language, title=title, article=provision.article, quote=found.quote))
    phone = unit.phone if unit and unit.phone else pack.city.hotline
    lines.append(pack.say("reply_closing", language, phone=phone, unit=unit.name if unit else pack.city.name))
    return DraftReply(text="\n".join(lines), evidence=tuple(evidence))


def _bases(order: WorkOrder, item: DutyItem | None, pack: CityPack, library: Library, day: date) -> list[Provision]:
    """Provisions in force that a citizen may read: those the duty list names, else those that retrieval finds."""
    named = [_named(library, basis.document, basis.article or "", day) for basis in (item.legal_basis if item else ())]
    found = [provision for provision in named if provision]
    if len(found) < _BASES:
        query = Query(
            text=f"{order.title} {order.narrative}", as_of=day, region=pack.city.region, levels=_LAWS, limit=4
        )
        known = {provision.id for provision in found}
        found += [hit.provision for hit in library.search(query) if hit.provision.id not in known]
    return found[:_BASES]


def _named(library: Library, document: str | None, article: str, day: date) -> Provision | None:
    if not document or not article:
        return None
    try:
        if not library.meta(document).in_force(day):
            return None
        return next((p for p in library.document(document).provisions if p.article == article), None)
    except NotFound:
        return None


def _quoted(provision: Provision) -> Evidence:
    """The first sentences of a provision, whole ones, as a checked span."""
    spans = split_sentences(provision.text)
    start = spans[0].start if spans else 0
    end = start
    for span in spans:
        if end > start and span.end - start > _QUOTE_CHARS:
            break
        end = span.end
    end = end or len(provision.text)
    quote = provision.text[start:end]
    return Evidence(provision=provision.id, start=provision.start + start, end=provision.start + end, quote=quote)
