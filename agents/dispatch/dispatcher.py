"""Dispatch in five steps (section 8 of the hotline's specification)::

    place ─► duty items by the words of the message ─► rules of area and level ─► one of at most five ─► how sure

Reading costs a few milliseconds and needs no model; where there is one it may choose another of the five.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from agents.dispatch.suggestion import Option, Suggestion
from agents.reading.categories import CategoryReader
from city.duties import DutyList
from city.gazetteer import Gazetteer, Whereabouts
from city.pack import CityPack
from city.schema import DutyItem
from tools.workorders.bands import Bands
from tools.workorders.model import Kind, Urgency
from tools.workorders.scheme import Scheme

READ = 8
"""Categories looked at; what lies behind is never as likely as the fifth option."""
OFFERED = 5
_MAIN = 0.75
"""Share of a category's likelihood that its first duty item gets; the others share the rest."""
_CLAUSES = 0.5
"""Weight of the clauses' mean beside the whole message; by predicting one half of the messages from the other."""
_CLAUSE = re.compile(r"[^，。！？；,.!?;\n]+")


class Ranked(NamedTuple):
    """Options, best first, with the duty items in force behind them."""

    options: tuple[Option, ...]
    items: dict[str, DutyItem]
    duties: DutyList
    place: Whereabouts
    categories: tuple[tuple[str, float], ...]
    text: str
    quotes: dict[str, str]
    """Category → the clause of the message that speaks most for it, as it stands there."""


class Dispatcher:
    """Suggests who answers for a matter. Safe to share."""

    def __init__(self, pack: CityPack, scheme: Scheme, reader: CategoryReader, gazetteer: Gazetteer, bands: Bands):
        self._pack, self.scheme, self._reader = pack, scheme, reader
        self._gazetteer, self.bands = gazetteer, bands
        self._categories = {path[-1].code: path[-1] for path in scheme.categories.paths()}
        self._duties: dict[date, DutyList] = {}

    def duties(self, day: date) -> DutyList:
        """The duty list of a day."""
        if day not in self._duties:
            self._duties = {day: DutyList(self._pack, day)}
        return self._duties[day]

    def without_places(self, text: str) -> str:
        """``text`` without the names of places, which say where and not what."""
        for mention in reversed(self._gazetteer.mentions(text)):
            text = text[: mention.start] + text[mention.end :]
        return text

    def rank(self, text: str, place: Whereabouts, day: date) -> Ranked:
        """Steps 2 and 3: the categories likeliest by the words, their duty items in force, the units these name."""
        clauses = [match[0].strip() for match in _CLAUSE.finditer(text) if len(match[0].strip()) > 1]
        said = self._reader.scores([self.without_places(part) for part in (text, *clauses)])
        # A long story says its point in few of its words: clauses count beside the whole, each the same.
        whole = said[:1] + _CLAUSES * said[1:].mean(axis=0, keepdims=True) if clauses else said[:1]
        likely = self._reader.chances(whole)[0]
        best = sorted(zip(self._reader.labels, likely.tolist(), strict=True), key=lambda one: -one[1])[:READ]
        known = [(code, chance) for code, chance in best if code in self._categories]
        duties = self.duties(day)
        options = [option for code, chance in known for option in self._options(code, chance, duties, place, text)]
        items = {o.duty_item: duties.items[o.duty_item] for o in options if o.duty_item}
        columns = {code: self._reader.labels.index(code) for code, _ in known}
        quotes = {code: clauses[int(said[1:, at].argmax())] if clauses else text for code, at in columns.items()}
        return Ranked(self._trusted(_by_unit(options)), items, duties, place, tuple(known), text, quotes)

    def _trusted(self, options: Sequence[Option]) -> tuple[Option, ...]:
        """The options as sure as such options have been; the others share what the first one leaves."""
        if not options:
            return ()
        first, rest = options[0].confidence, sum(option.confidence for option in options[1:])
        sure = self._reader.trust.of(first)
        left = min(1.0, (1 - sure) / rest) if rest else 0.0
        chances = [sure, *(min(sure, option.confidence * left) for option in options[1:])]
        return tuple(o.model_copy(update={"confidence": c}) for o, c in zip(options, chances, strict=True))

    def _options(self, code: str, chance: float, duties: DutyList, place: Whereabouts, text: str) -> Iterable[Option]:
        items = duties.in_force(self._categories[code].duty_items)
        if not items:
            # Unknown unit with a known district: the district (Beijing art. 12).
            unit = duties.government(place)
            yield Option(unit=unit.id if unit else "", category=code, confidence=chance)
            return
        rest = (1 - _MAIN) / (len(items) - 1) if len(items) > 1 else 0.0
        for number, item in enumerate(items):
            share = 1.0 if len(items) == 1 else (rest if number else _MAIN)
            unit = duties.handler(item, place, text).unit
            yield Option(
                unit=unit.id if unit else "", duty_item=item.id, category=code, confidence=min(1.0, chance * share)
            )

    def settle(self, ranked: Ranked, chosen: Option, kind: Kind) -> Suggestion:
        """Step 5: the whole suggestion around the option that was chosen."""
        duties, place = ranked.duties, ranked.place
        category = self._categories[chosen.category]
        item = duties.items.get(chosen.duty_item)
        handler = duties.handler(item, place, ranked.text) if item else None
        lead = duties.unit(chosen.unit)
        clock = self.scheme.deadlines.class_of(category, kind)
        urgency = {"critical": Urgency.CRITICAL, "utilities": Urgency.URGENT}.get(clock, Urgency.NORMAL)
        copies = [unit.id for unit in duties.above(lead, place)] if lead else []
        co = _co_units(item, duties, place) if item else ()
        return Suggestion(
            category=category.code,
            category_confidence=dict(ranked.categories).get(category.code, 0.0),
            duty_item=chosen.duty_item,
            lead=chosen.unit,
            co=tuple(unit for unit in co if unit != chosen.unit),
            cc=tuple(unit for unit in copies if unit != chosen.unit and unit not in co),
            legal_basis=item.legal_basis if item else (),
            clock_class=clock,
            urgency=urgency,
            confidence=chosen.confidence,
            band=self.bands.band(category.code, chosen.confidence),
            others=tuple(option for option in ranked.options if option.unit != chosen.unit)[:2],
            open=(handler.open,) if handler and handler.open else (),
            quote=ranked.quotes.get(chosen.category, ""),
        )

    def suggest(self, text: str, place: Whereabouts, day: date, kind: Kind = Kind.HELP) -> Suggestion | None:
        """All steps without a model. None where the reader knows no category at all."""
        ranked = self.rank(text, place, day)
        return self.settle(ranked, ranked.options[0], kind) if ranked.options else None


def _by_unit(options: Sequence[Option]) -> list[Option]:
    """The best option of each unit, as sure as all of that unit's options together."""
    best: dict[str, Option] = {}
    total: dict[str, float] = {}
    for option in sorted(options, key=lambda one: -one.confidence):
        # Without a unit there is nothing to add up: different items may go to different units there.
        key = option.unit or f"open:{option.duty_item or option.category}"
        best.setdefault(key, option)
        total[key] = total.get(key, 0.0) + option.confidence
    made = [option.model_copy(update={"confidence": min(1.0, total[key])}) for key, option in best.items()]
    return sorted(made, key=lambda one: -one.confidence)[:OFFERED]


def _co_units(item: DutyItem, duties: DutyList, place: Whereabouts) -> tuple[str, ...]:
    """The co-units of an item: of a city department the one in the district where that does the work."""
    found = [name if item.level == "city" else duties.local(name, place) for name in item.co_units]
    return tuple(dict.fromkeys(found))
