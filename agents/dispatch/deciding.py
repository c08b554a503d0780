"""Step four of dispatch: the engine chooses among at most five options, and must quote the petition's own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from agents.dispatch.dispatcher import Dispatcher, Ranked
from agents.dispatch.suggestion import Option, Suggestion
from agents.engines.base import Task
from agents.engines.tasks import DISPATCH, Dispatched, DispatchGiven, DispatchOption
from city.gazetteer import Whereabouts
from tools.workorders.model import Kind

Decide = Callable[[Task[DispatchGiven, Dispatched], DispatchGiven], Awaitable[Dispatched]]
"""Asks an engine: ``context.decide`` in a talk."""


async def suggest(
    decide: Decide, dispatcher: Dispatcher, text: str, place: Whereabouts, day: date, kind: Kind
) -> Suggestion | None:
    """The suggestion for a petition; None where nothing is known of such matters.

    An engine that names no option, or quotes words that are not there, is not followed.
    """
    ranked = dispatcher.rank(text, place, day)
    if not ranked.options:
        return None
    given = asked(ranked, text, place)
    made = await decide(DISPATCH, given)
    chosen = ranked.options[made.option - 1] if _stands(made, given) else ranked.options[0]
    suggestion = dispatcher.settle(ranked, chosen, kind)
    return suggestion.model_copy(update={"quote": made.quote}) if _stands(made, given) else suggestion


def asked(ranked: Ranked, text: str, place: Whereabouts) -> DispatchGiven:
    """What an engine is asked about a petition with the options of ``ranked``, of which there must be one."""
    return DispatchGiven(
        message=text,
        place=place.text,
        options=[_offered(ranked, number, option) for number, option in enumerate(ranked.options, 1)],
    )


def _offered(ranked: Ranked, number: int, option: Option) -> DispatchOption:
    item = ranked.items.get(option.duty_item)
    unit = ranked.duties.unit(option.unit)
    return DispatchOption(
        number=number,
        unit=unit.name if unit else "",
        duty_item=item.title if item else "",
        description=item.description if item else "",
        excludes=list(item.excludes) if item else [],
        confidence=option.confidence,
        words=ranked.quotes.get(option.category, ""),
    )


def _stands(made: Dispatched, given: DispatchGiven) -> bool:
    return 1 <= made.option <= len(given.options) and bool(made.quote) and made.quote in given.message
