"""Petitions through dispatch alone, without the gate: what must never come this far is the gate's matter."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from agents.dispatch.dispatcher import Dispatcher
from city.gazetteer import Gazetteer
from city.pack import CityPack
from eval.dispatch import case_of, suggested
from eval.material import district, of_city
from eval.place import Place
from eval.suite import Case, Json, Scored
from tools.workorders.scheme import load_scheme

_URGENT = ("critical", "utilities")
"""Classes of clocks whose matters cannot wait."""


class Subject(NamedTuple):
    """What suggests, where places are looked up, and the day."""

    dispatcher: Dispatcher
    gazetteer: Gazetteer
    day: date


class DispatchSuite:
    """Petitions written before and apart from what dispatch learns from."""

    def cases(self, place: Place) -> list[Case]:
        """One case a petition."""
        gazetteer, urgent = Gazetteer.of(place.pack), urgent_items(place.pack)
        homes = {unit.id: unit.district or "" for unit in place.pack.units}
        made = []
        for _, row in of_city("dispatch", place):
            read = case_of(row)
            item = read.expect.duty_item or ""
            matter = "urgent" if item in urgent else "ordinary"
            made.append(
                Case(
                    id=read.id,
                    given={"text": read.text},
                    expect={
                        "unit": read.expect.unit,
                        "also": list(read.expect.also),
                        "duty_item": item,
                        "district": homes.get(read.expect.unit, ""),
                        "matter": matter,
                    },
                    slices={
                        "hard": "hard" if read.hard else "plain",
                        "field": item.split("-", 1)[0] or "-",
                        "district": district(gazetteer, read.text),
                        "matter": matter,
                    },
                )
            )
        return made

    def open(self, place: Place) -> Subject:
        """The pack's dispatcher; learns once, seconds, and keeps what it learnt in the home."""
        from serve.orders import open_dispatcher

        gazetteer = Gazetteer.of(place.pack)
        return Subject(open_dispatcher(place.settings.home, place.pack, gazetteer, place.day), gazetteer, place.day)

    async def run(self, subject: Subject, case: Case, trial: int) -> Json:  # every trial is the same
        """The units suggested, best first, with the district of the first."""
        asked = case_of({"id": case.id, "text": case.given["text"], "expect": {"unit": ""}})
        told = suggested(asked, subject.dispatcher, subject.gazetteer, subject.day)
        lead = subject.dispatcher.duties(subject.day).unit(told.lead) if told.lead else None
        return {
            "lead": told.lead,
            "units": list(told.units),
            "duty_item": told.item,
            "category": told.category,
            "confidence": told.confidence,
            "place_open": told.place_open,
            "district": (lead.district or "") if lead else "",
        }

    def score(self, case: Case, said: Json) -> Scored:
        """Right, strictly right, among three, duty item; and what a wrong one costs."""
        expect = case.expect
        fit = {expect["unit"], *expect["also"]}
        right = said["lead"] in fit
        item = said["duty_item"] == expect["duty_item"]
        return Scored(
            values={
                "right": float(right),
                "strict": float(said["lead"] == expect["unit"]),
                "among_three": float(bool(fit & {*said["units"]})),
                "duty_item": float(item),
                "confidence": said["confidence"],
                "matter": expect["matter"],
                "sent": _sent(expect, said, fit),
            },
            why="" if right else f"goes to {said['lead'] or 'nobody'}, not {expect['unit']} ({said['category']})",
        )


def _sent(expect: Json, said: Json, fit: set[str]) -> str:
    """Where the petition would land, as the costs name it."""
    if said["lead"] in fit:
        return "right"
    if not said["lead"]:
        return "nobody"
    if expect["district"] and said["district"] and expect["district"] != said["district"]:
        return "other_district"
    return "among_three" if fit & {*said["units"]} else "elsewhere"


def urgent_items(pack: CityPack) -> set[str]:
    """The duty items that come first for a category whose clock is that of urgent matters."""
    paths = load_scheme(pack.root).categories.paths()
    return {path[-1].duty_items[0] for path in paths if path[-1].clock_class in _URGENT and path[-1].duty_items}


SUITE = DispatchSuite()
