"""Questions about the city's data and what is called for them, with the embedded engine alone."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from agents.citydata.planning import Planner
from city.errors import NotFound
from eval.material import city_files
from eval.place import Place
from eval.suite import Case, Json, Scored, find
from eval.tool_plans import Case as PlanCase
from eval.tool_plans import Meant, Wanted, caller_of, every_right, meant, plan, read_cases, unlike, wanted

NONE = "none"
"""The room of questions for which nothing is called."""


class Subject(NamedTuple):
    """What plans, and the moment of asking."""

    planner: Planner
    now: datetime


class ToolPlans:
    """Questions written from the list of tools by people who had not seen its examples."""

    def cases(self, place: Place) -> list[Case]:
        """One case a question. What its calls mean is looked up in the city's data, as of the moment of asking."""
        planner, now = self.open(place)
        rights = every_right(planner)
        made = []
        for file in city_files("tool_plans", place):
            for read in read_cases(file):
                right = wanted(planner, read, now, caller_of(read, rights))
                slices = {
                    "set": file.stem,
                    "room": _room(right.calls),
                    "audience": read.audience,
                    "asks": "asks" if read.missing else "calls" if read.calls else NONE,
                }
                given = {"text": read.text, "audience": read.audience}
                made.append(Case(id=read.id, given=given, expect=right.model_dump(mode="json"), slices=slices))
        return made

    def open(self, place: Place) -> Subject:
        """The planner over the pack's tools.

        Raises NotFound where the pack switches no tool on, or where there are no data to look things up in.
        """
        from serve.tools import feeds_folder

        planner, folder = place.house.citydata, feeds_folder(place.settings, place.pack)
        if planner is None:
            raise NotFound(f"{place.root} switches no tool on: there is nothing to plan with")
        if not folder.is_dir():
            raise NotFound(f"{str(folder)!r} holds no city data: put them there, or write `citydesk feeds example`")
        return Subject(planner, place.at(find("tool_plans").config.day or place.day))

    async def run(self, subject: Subject, case: Case, trial: int) -> Json:  # every trial is the same
        """The calls planned, with what their arguments mean."""
        planner, now = subject
        asked = PlanCase.model_validate({"id": case.id, **case.given, "calls": []})
        caller = caller_of(asked, every_right(planner))
        made = plan(planner, asked.text, now, caller)
        calls = [one.model_dump(mode="json") for one in meant(planner, made.calls, now, caller)]
        return {"calls": calls, "missing": made.missing}

    def score(self, case: Case, said: Json) -> Scored:
        """The whole plan, and the choice of tools alone."""
        right, made = Wanted.model_validate(case.expect), [Meant.model_validate(call) for call in said["calls"]]
        why = unlike(right, made, said["missing"])
        tools = Counter(call.tool for call in right.calls) == Counter(call.tool for call in made)
        return Scored(
            values={
                "plan_right": float(not why),
                "answerable_right": float(not why) if right.calls else None,
                "tool_right": float(tools) if right.calls else None,
                "refused": None if right.calls else float(not why),
                "room_expected": _room(right.calls),
                "room_said": _room(made),
            },
            why=why,
        )


def _room(calls: list[Meant]) -> str:
    return calls[0].tool.split(".", 1)[0] if calls else NONE


SUITE = ToolPlans()
