"""The form of ``route``: clauses of the message given to specialists."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from agents.contract import SpecialistName
from agents.engines.forms.base import CONFIDENCE, Closed, Surely, at, numbered, section
from agents.engines.forms.pieces import MOST_CLAUSES, clauses
from agents.engines.tasks import RouteGiven, RouteMade, RoutePart

MOST_PARTS, MOST_HISTORY = 4, 8
_LOOSE = " \n，,；;：:"
_LEAST, _LONGEST = 0.05, 60
"""The least share of retrieval that is worth a word; as much of an earlier question is shown."""
Clause = Annotated[int, Field(ge=0, lt=MOST_CLAUSES)]


class Part(Closed):
    """A question: its clauses, and the earlier question that it goes on with (-1: none)."""

    clauses: list[Clause] = Field(min_length=1, max_length=8)
    follows: int = Field(ge=-1, lt=MOST_HISTORY)
    specialist: SpecialistName
    confidence: Surely


class Routed(Closed):
    """The questions of a message."""

    parts: list[Part] = Field(min_length=1, max_length=MOST_PARTS)


class RouteForm:
    """Which clauses go to whom."""

    answer = Routed

    def fixed(self, given: RouteGiven) -> str:
        """Nothing: the specialists stand in the wording."""
        return ""

    def shown(self, given: RouteGiven) -> str:
        """The talk so far, what retrieval found, the message."""
        likely = sorted(given.tendency.items(), key=lambda one: -one[1])
        shares = [f"{name} {share:.0%}" for name, share in likely if share >= _LEAST]
        earlier = [" ".join(question.split())[:_LONGEST] for question in given.history[-MOST_HISTORY:]]
        return (
            section("可选的专员", "、".join(given.available))
            + section("前面的问题", numbered(earlier))
            + section("检索的倾向", "、".join(shares))
            + section("这段话（按句编号）", numbered([part.strip() for part in clauses(given.message)]))
        )

    def read(self, given: RouteGiven, answer: Routed) -> RouteMade:
        """The questions, each with the words of the message; what it goes on with is put before it. A question for
        a specialist who is not there is left out.
        """
        said, earlier = clauses(given.message), given.history[-MOST_HISTORY:]
        parts = []
        for part in answer.parts:
            own = "".join(said[number] for number in sorted(set(part.clauses)) if number < len(said)).strip(_LOOSE)
            before = at(earlier, part.follows) or ""
            whole = f"{before.rstrip('？?。')}，{own}" if own and before and before not in own else own
            parts.append(RoutePart(specialist=part.specialist, question=whole, confidence=CONFIDENCE[part.confidence]))
        open_to = given.available or get_args(SpecialistName)
        return RouteMade(parts=[part for part in parts if part.question and part.specialist in open_to])
