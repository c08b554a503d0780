"""Questions that the city's documents answer, through the whole desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from city.gazetteer import Gazetteer
from eval.answers import AnswerCase
from eval.asking import ask, contains, desk_of, ended_right, evidence_right, is_answer
from eval.material import district, of_city
from eval.place import Place
from eval.suite import Case, Json, Scored, Value

if TYPE_CHECKING:
    from agents.desk import Desk


class Answers:
    """The pack's questions with what is expected of each; those that nothing answers are another suite's."""

    def cases(self, place: Place) -> list[Case]:
        """One case a question that is to be answered."""
        gazetteer = Gazetteer.of(place.pack)
        made = []
        for name, row in of_city("answers", place):
            read = AnswerCase.model_validate(row)
            if not (read.expect.get("provisions") or read.expect.get("guide")):
                continue
            given = read.model_dump(mode="json", exclude={"id", "expect"})
            slices = {
                "set": name,
                "kind": _kind(place, read),
                "district": district(gazetteer, read.text),
                "language": "en" if read.text.isascii() else "zh",
            }
            made.append(Case(id=read.id, given=given, expect=read.expect, slices=slices))
        return made

    def open(self, place: Place) -> Desk:
        """A desk over what is published."""
        return desk_of(place)

    async def run(self, subject: Desk, case: Case, trial: int) -> Json:  # every trial is the same
        """The answer."""
        read = AnswerCase.model_validate({"id": case.id, **case.given, "expect": {}})
        return await ask(subject, read.text, role=read.asker, as_of=read.as_of, history=read.history)

    def score(self, case: Case, said: Json) -> Scored:
        """Ending, evidence, words; and whether what was told is shown, word for word and number for number."""
        ended, cited = ended_right(said, case.expect), evidence_right(said, case.expect)
        held, told = contains(said, case.expect), is_answer(said)
        exact = all(one["source"] == one["quote"] != "" for one in said["citations"])
        # What tools bring is checked against their results in the turn itself: an answer shows a part of them only.
        measured = "citydata" in said["specialists"]
        stale = [one["provision"] for one in said["citations"] if not _applies(one, said["as_of"])]
        values: dict[str, Value] = {
            "ended_right": float(ended),
            "cited_right": _number(cited),
            "contains": _number(held),
            "quotes_exact": float(exact) if said["citations"] else None,
            "numbers_shown": float(not said["unshown"]) if told and not measured else None,
            "in_force": float(not stale) if said["citations"] else None,
        }
        faults = {
            f"ended as {said['outcome']}": not ended,
            f"cites {', '.join(one['provision'] for one in said['citations']) or 'nothing'}": cited is False,
            f"does not say {case.expect.get('must_contain')}": held is False,
            "a quote differs from its source": not exact,
            f"numbers from nowhere: {', '.join(said['unshown'])}": values["numbers_shown"] == 0,
            f"not in force: {', '.join(stale)}": bool(stale),
        }
        return Scored(values=values, why="; ".join(fault for fault, is_so in faults.items() if is_so))


def _kind(place: Place, read: AnswerCase) -> str:
    """The sort of document that answers: guide, or the first letters of the provision's name."""
    if read.expect.get("guide"):
        return "guide"
    name = str(read.expect["provisions"][0])
    if name.startswith(("sg-", "faq-")):
        return name.split("-", 1)[0]
    return "policy" if (place.root / "policies").is_dir() and "-pol-" in name else "rule"


def _applies(citation: Json, on: str) -> bool:
    """Whether a citation's document is in force on a day; ISO dates compare as they stand."""
    since, until = citation["valid_from"], citation["valid_to"]
    return bool(since) and since <= on and (not until or on < until)


def _number(flag: bool | None) -> float | None:
    return None if flag is None else float(flag)


SUITE = Answers()
