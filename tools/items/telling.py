"""Results of the tools, from the stock of the pack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tools.items import papers as paper_lists
from tools.items.course import Done, course, is_done
from tools.items.data import EVENTS, ITEMS, MATTERS
from tools.items.models import (
    BundleAsked,
    BundleTold,
    ItemAsked,
    ItemTold,
    MaterialsAsked,
    MaterialsTold,
    Maybe,
    PaperTold,
    PlaceTold,
    Situations,
    StepTold,
)
from tools.items.pack import Bundle, Guide, Situation
from tools.items.papers import Hand, Paper
from tools.items.stock import Stock, guide_of, key_of, load
from tools.seam.endings import CannotCompute, NoData
from tools.seam.fields import heard

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

_SHOWN = 5
_MAYBE: tuple[Hand, ...] = ("online", "if_found")


def item(asked: ItemAsked, data: CityData) -> ItemTold:
    """See ``items.item``."""
    stock = load(data)
    guide = guide_of(stock, _item(asked.item, data))
    limit = stock.limit(guide.id)
    listed = paper_lists.papers(stock, [guide])
    within = [b.name for b in stock.bundles.values() if any(step.item == guide.id for step in b.steps)]
    return ItemTold(
        id=guide.id,
        name=guide.name,
        unit=_unit(data, guide.unit) or guide.unit,
        days=limit.days,
        case=limit.case or None,
        promised=guide.promised_limit,
        legal=limit.legal,
        legal_unit=limit.legal_unit,
        legal_text=guide.legal_limit,
        fee=guide.fee,
        online=guide.online,
        phone=_phone(data, guide),
        bring=told(data, listed, "bring"),
        maybe=told(data, listed, *_MAYBE),
        waived=told(data, listed, "waived"),
        places=_places(guide),
        gives=guide.result,
        bundles=tuple(within),
    )


def _item(said: str, data: CityData) -> str:
    """The id of the item; a bundle's name is told to be one."""
    try:
        return key_of(data, ITEMS, said)
    except NoData as unknown:
        try:
            key_of(data, EVENTS, said)
        except (NoData, CannotCompute):
            raise unknown from None
        raise CannotCompute(f"{said!r} is a bundle of items", code="is_bundle", name=said) from None


def bundle(asked: BundleAsked, data: CityData) -> BundleTold:
    """See ``items.bundle``."""
    stock = load(data)
    found = stock.bundles[key_of(data, EVENTS, asked.event)]
    holds = asked.holding()
    plan = course(found, holds, {id: limit.days for id, limit in stock.limits.items()})
    guides = [guide_of(stock, step.item) for step in plan.steps]
    own = stock.guides.get(found.guide or "")
    listed = bundle_papers(stock, found, guides)
    alone = [paper_lists.papers(stock, [guide], left_out(found)) for guide in guides]
    before = sum(map(paper_lists.handed, alone))
    promised = stock.limit(own.id).days if own else None
    together = plan.together if promised is None else min(promised, plan.one_by_one)
    trips = min(found.trips, len(guides))
    papers = paper_lists.handed(listed)
    return BundleTold(
        name=found.name,
        serves=found.serves,
        count=len(guides),
        steps=tuple(_step(data, step, guide) for step, guide in zip(plan.steps, guides, strict=True)),
        rounds=max((step.round for step in plan.steps), default=0),
        depends=depends(stock, found, asked),
        promised=promised,
        together=plan.together,
        one_by_one=plan.one_by_one,
        saved_days=max(plan.one_by_one - together, 0),
        unknown_days=plan.unknown,
        trips=trips,
        trips_before=len(guides),
        saved_trips=len(guides) - trips,
        listed=len(listed),
        listed_before=sum(map(len, alone)),
        papers=papers,
        papers_before=before,
        saved_papers=max(before - papers, 0),
        bring=told(data, listed, "bring"),
        maybe=told(data, listed, *_MAYBE),
        waived=told(data, listed, "waived"),
        online=own.online if own else None,
        phone=_phone(data, own) if own else None,
        places=_places(*([own] if own else guides)),
    )


def _step(data: CityData, step: Done, guide: Guide) -> StepTold:
    return StepTold(
        round=step.round,
        name=guide.name,
        unit=_unit(data, guide.unit) or guide.unit,
        days=step.days,
        begin=step.begin,
        end=step.end,
        is_critical=step.is_critical,
    )


def bundle_papers(stock: Stock, found: Bundle, guides: Sequence[Guide]) -> list[Paper]:
    """What a bundle asks for: its own guide's list where it has one, else those of its items merged."""
    own = stock.guides.get(found.guide or "")
    return paper_lists.papers(stock, [own] if own else guides, {} if own else left_out(found))


def left_out(found: Bundle) -> dict[str, tuple[str, ...]]:
    """Papers that the bundle's steps do not ask for, by item."""
    return {step.item: step.leave_out for step in found.steps}


def depends(stock: Stock, found: Bundle, asked: Situations) -> tuple[Maybe, ...]:
    """Items that hang on a situation of which nothing was said."""
    unsaid: list[Maybe] = []
    for step in found.steps:
        open_ = [s for s in (*step.when, *step.unless) if getattr(asked, s) is None]
        if step.when and not is_done(step, asked.holding()) and open_:
            unsaid.append(Maybe(situation=_title(open_[0]), name=guide_of(stock, step.item).name))
    return tuple(unsaid)


def _title(situation: Situation) -> str:
    return heard(Situations.model_fields[situation]).title


def materials(asked: MaterialsAsked, data: CityData) -> MaterialsTold:
    """See ``items.materials``."""
    stock = load(data)
    key = key_of(data, MATTERS, asked.matter)
    found = stock.bundles.get(key)
    steps = [key] if found is None else [s.item for s in found.steps if is_done(s, asked.holding())]
    guides = [guide_of(stock, id) for id in steps]
    listed = bundle_papers(stock, found, guides) if found else paper_lists.papers(stock, guides)
    name = found.name if found else guides[0].name
    open_ = depends(stock, found, asked) if found else ()
    by_hand: dict[str, tuple[PaperTold, ...]] = {
        "bring": told(data, listed, "bring"),
        "maybe": told(data, listed, *_MAYBE),
        "waived": told(data, listed, "waived"),
    }
    counts: dict[str, Any] = {f"{hand}_count": len(rows) for hand, rows in by_hand.items()}
    return MaterialsTold(name=name, items=len(guides), depends=open_, **counts, **by_hand)


def told(data: CityData, listed: Iterable[Paper], *hands: Hand) -> tuple[PaperTold, ...]:
    """Papers of these sorts as told."""
    return tuple(
        PaperTold(
            name=paper.name,
            hand=paper.hand,
            form=paper.form,
            copies=paper.copies,
            holder=_unit(data, paper.holder),
            licence=paper.licence,
            note="；".join(paper.notes) or None,
            used_by=len(paper.items),
        )
        for paper in listed
        if paper.hand in hands
    )


def _places(*guides: Guide) -> tuple[PlaceTold, ...]:
    """Where the guides send people, each place once; of several guides the first place of each."""
    where = guides[0].where if len(guides) == 1 else [w for guide in guides for w in guide.where[:1]]
    return tuple(PlaceTold(name=w.name, address=w.address, hours=w.hours) for w in dict.fromkeys(where))[:_SHOWN]


def _phone(data: CityData, guide: Guide) -> str | None:
    """The guide's telephone, else its unit's."""
    unit = data.pack.unit(guide.unit)
    return guide.phone or (unit.phone if unit else None) or None


def _unit(data: CityData, id: str | None) -> str | None:  # the name of the field it fills
    found = data.pack.unit(id) if id else None
    return found.name if found else id
