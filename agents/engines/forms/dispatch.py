"""The form of ``dispatch``: the number of an option and of the clause that speaks for it."""

from __future__ import annotations

from pydantic import Field

from agents.engines.forms.base import Closed, at, numbered, section
from agents.engines.forms.pieces import EDGES, MOST_CLAUSES, clauses
from agents.engines.tasks import Dispatched, DispatchGiven, DispatchOption

MOST_OPTIONS = 5


class Led(Closed):
    """The clause first: what the matter is decides who leads."""

    clause: int = Field(ge=0, lt=MOST_CLAUSES)
    option: int = Field(ge=1, le=MOST_OPTIONS)


class DispatchForm:
    """Options and a petition."""

    answer = Led

    def fixed(self, given: DispatchGiven) -> str:
        """Nothing: the options are of this petition."""
        return ""

    def shown(self, given: DispatchGiven) -> str:
        """The options, the place, the petition."""
        return (
            section("备选", "\n".join(_shown(option) for option in given.options))
            + section("地点", given.place)
            + section("诉求（按句编号）", numbered([part.strip() for part in clauses(given.message)]))
        )

    def read(self, given: DispatchGiven, answer: Led) -> Dispatched:
        """The option with the clause's own words; a clause that is not there quotes nothing, and is not followed."""
        quote = (at(clauses(given.message), answer.clause) or "").strip(EDGES)
        return Dispatched(option=answer.option, quote=quote)


def _shown(option: DispatchOption) -> str:
    excludes = f"；不包括：{'、'.join(option.excludes)}" if option.excludes else ""
    words = f"；话里的线索：{option.words}" if option.words else ""
    return (
        f"[{option.number}] {option.duty_item}（{option.unit}）：{option.description}{excludes}{words}"
        f"；字面 {option.confidence:.0%}"
    )
