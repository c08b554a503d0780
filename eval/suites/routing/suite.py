"""Which specialist gets a question, through the whole desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agents.specialists import specialists
from eval.asking import ask, filing_desk
from eval.material import district, of_city
from eval.place import Place
from eval.suite import Case, Json, Scored
from knowledge.model import Level

if TYPE_CHECKING:
    from agents.desk import Desk

_FAMILY = {
    "regulation": "documents",
    "policy": "documents",
    "planning": "documents",
    "service": "documents",
    "citydata": "data",
    "petition": "petition",
    "orders": "petition",
}
GATED = "gated"
"""What gets no specialist: it ended at the gate."""


class Routing:
    """Questions of known kinds; what may rightly go to two specialists is right with either."""

    def cases(self, place: Place) -> list[Case]:
        """One case a message whose specialist is known."""
        gazetteer = place.house.gazetteer
        made = []
        for name, row in of_city("routing", place):
            wanted = _wanted(place, row)
            if not wanted:
                continue
            text, role = str(row["text"]), row.get("role") or row.get("audience") or "citizen"
            slices = {"set": name, "specialist": wanted[0], "district": district(gazetteer, text)}
            given = {"text": text, "role": role, "history": row.get("history", [])}
            made.append(Case(id=str(row["id"]), given=given, expect={"specialists": wanted}, slices=slices))
        return made

    def open(self, place: Place) -> Desk:
        """A desk that could file: what is a petition shows only where one can be written down."""
        return filing_desk(place)

    async def run(self, subject: Desk, case: Case, trial: int) -> Json:
        """The parts of the message with their specialists, in the order in which they are told."""
        given = case.given
        said = await ask(
            subject, given["text"], role=given["role"], history=given["history"], thread=f"{case.id}-{trial}"
        )
        parts = [specialist for specialist, _ in said["steps"].get("route", {}).get("parts", [])]
        return {"specialists": parts, "outcome": said["outcome"], "route": said["route"]}

    def score(self, case: Case, said: Json) -> Scored:
        """The family and the specialist; a message may have several parts, of which one must be right."""
        wanted: list[str] = case.expect["specialists"]
        got: list[str] = said["specialists"] or [GATED]
        hit = next((one for one in got if one in wanted), None)
        families = [_FAMILY.get(one, one) for one in got]
        family = _FAMILY[wanted[0]]
        kin = family in families
        return Scored(
            values={
                "family_right": float(kin),
                "family_expected": family,
                "family_said": family if kin else families[0],
                "specialist_right": float(hit is not None),
                "specialist_expected": wanted[0],
                "specialist_said": wanted[0] if hit else got[0],
                "gated": float(got == [GATED]),
            },
            why="" if hit else f"goes to {', '.join(got)} ({said['outcome']}), not {' or '.join(wanted)}",
        )


def _wanted(place: Place, row: Mapping[str, Any]) -> list[str]:
    """The specialists that are right for a line, the likeliest first; none where it does not tell."""
    if "calls" in row:
        return ["citydata"] if row["calls"] else []
    expect = row["expect"]
    if "unit" in expect:
        return ["petition"]
    if expect.get("guide"):
        return ["service"]
    library = place.house.library
    levels = [library.meta(name.split("#", 1)[0], role="staff").level for name in expect.get("provisions") or ()]
    return list(dict.fromkeys(_owner(level) for level in levels))


def _owner(level: Level) -> str:
    """The specialist whose level it is; what belongs to none is read by whoever answers on rules."""
    return next((name for name, one in specialists().items() if level in one.levels), "regulation")


SUITE = Routing()
