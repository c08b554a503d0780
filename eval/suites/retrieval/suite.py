"""Questions through the library, as a turn would search for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from agents.reading.segments import matter_of
from eval.answers import AnswerCase
from eval.material import district, of_city
from eval.metrics.ranking import hit, ndcg, recall, reciprocal_rank
from eval.place import Place
from eval.suite import Case, Json, Scored
from knowledge.library import Query

if TYPE_CHECKING:
    from agents.context import House

_DEPTH = 20


class Retrieval:
    """Questions with the provisions that answer them; those that go on with a talk are left to whole answers."""

    def cases(self, place: Place) -> list[Case]:
        """One case a question that something published answers."""
        gazetteer, library = place.house.gazetteer, place.house.library
        made = []
        for name, row in of_city("retrieval", place):
            read = AnswerCase.model_validate(row)
            right = _right(read)
            if not right or read.history:
                continue
            level = library.meta(right[0].split("#", 1)[0], role="staff").level.value
            day = (read.as_of or place.day).isoformat()
            given = {"text": read.text, "role": read.asker, "as_of": day}
            slices = {"set": name, "level": level, "district": district(gazetteer, read.text)}
            made.append(Case(id=read.id, given=given, expect={"provisions": right}, slices=slices))
        return made

    def open(self, place: Place) -> House:
        """The house with its library."""
        return place.house

    async def run(self, subject: House, case: Case, trial: int) -> Json:  # every trial is the same
        """The ids of the first twenty provisions."""
        query = Query(
            text=subject.lexicon.expand(matter_of(case.given["text"])),
            as_of=date.fromisoformat(case.given["as_of"]),
            region=subject.pack.city.region,
            role=case.given["role"],
            limit=_DEPTH,
        )
        return {"found": [found.provision.id for found in subject.library.search(query)]}

    def score(self, case: Case, said: Json) -> Scored:
        """Hits, recall and ranks."""
        found, right = said["found"], case.expect["provisions"]
        return Scored(
            values={
                "hit_5": hit(found, right, 5),
                **{f"recall_{depth}": recall(found, right, depth) for depth in (5, 10, 20)},
                "mrr_10": reciprocal_rank(found, right, 10),
                "ndcg_10": ndcg(found, right, 10),
            },
            why="" if hit(found, right, 10) else f"finds {', '.join(found[:3])}, not {right[0]}",
        )


def _right(read: AnswerCase) -> list[str]:
    if read.expect.get("guide"):
        return [f"{read.expect['guide']}#{read.expect['section']}"] if read.expect.get("section") else []
    return list(read.expect.get("provisions") or ())


SUITE = Retrieval()
