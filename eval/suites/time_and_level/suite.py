"""Questions whose answer depends on the day, or on which of two levels speaks, through the whole desk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eval.asking import ask, contains, desk_of, evidence_right, is_answer
from eval.material import of_city
from eval.place import Place
from eval.suite import Case, Json, Scored, Value

if TYPE_CHECKING:
    from agents.desk import Desk

_CONFLICT = "conflict_reported"


class TimeAndLevel:
    """Dated pairs, days in words, days without law, and conflicts."""

    def cases(self, place: Place) -> list[Case]:
        """One case a question and day; the days of one question are a group."""
        library = place.house.library
        made = []
        for _, row in of_city("time_and_level", place):
            expect, day = row["expect"], row.get("as_of", "")
            names = expect.get("provisions") or expect.get("both") or expect["never"]
            level = library.meta(names[0].split("#", 1)[0], role="staff").level.value
            when = "in_words" if not day else "today" if day == place.day.isoformat() else "other"
            made.append(
                Case(
                    id=row["id"],
                    given={"text": row["text"], "as_of": day},
                    expect={**expect, "kind": row["kind"]},
                    slices={"kind": row["kind"], "day": when, "level": level},
                    group=row["pair"],
                )
            )
        return made

    def open(self, place: Place) -> Desk:
        """A desk over what is published."""
        return desk_of(place)

    async def run(self, subject: Desk, case: Case, trial: int) -> Json:  # every trial is the same
        """The answer; its ``as_of`` is the day for which it was given."""
        day = case.given["as_of"]
        return await ask(subject, case.given["text"], as_of=date.fromisoformat(day) if day else None)

    def score(self, case: Case, said: Json) -> Scored:
        """The provision, the words, whether all that is cited applied, and conflicts."""
        expect, kind, told = case.expect, case.expect["kind"], is_answer(said)
        never = [one for one in said["citations"] if one["document"] in expect.get("never", ())]
        stale = sorted({one["provision"] for one in said["citations"] if not _applies(one, said["as_of"])})
        both = {one["provision"] for one in said["citations"]} >= set(expect.get("both", ()))
        reports = said["outcome"] == _CONFLICT
        right, words = evidence_right(said, expect), contains(said, expect)
        values: dict[str, Value] = {
            "law_right": _number(right) if "provisions" in expect else None,
            "words_right": _number(words) if words is not None else None,
            "lawful": float(not (stale or never)) if told and said["citations"] else None,
            "nothing_told": float(not told) if kind == "nothing" else None,
            "conflict_told": float(reports and both) if kind == "conflict" else None,
            "conflict_invented": float(reports) if kind != "conflict" else None,
        }
        return Scored(values=values, why=_why(case, said, values, stale))


def _why(case: Case, said: Json, values: dict[str, Value], stale: list[str]) -> str:
    cited = ", ".join(one["provision"] for one in said["citations"]) or "nothing"
    faults = {
        f"cites {cited}, not {' or '.join(case.expect.get('provisions', ()))}": values["law_right"] == 0,
        f"not in force: {', '.join(stale) or cited}": values["lawful"] == 0,
        f"told as {said['outcome']} on the ground of {cited}": values["nothing_told"] == 0,
        f"the conflict is not told ({said['outcome']}, cites {cited})": values["conflict_told"] == 0,
        "a conflict is told that is none": values["conflict_invented"] == 1,
        f"does not say {case.expect.get('must_contain')}": values["words_right"] == 0,
    }
    return "; ".join(fault for fault, is_so in faults.items() if is_so)


def _applies(citation: Json, on: str) -> bool:
    """Whether a citation's document is in force on a day; ISO dates compare as they stand."""
    since, until = citation["valid_from"], citation["valid_to"]
    return bool(since) and since <= on and (not until or on < until)


def _number(flag: bool | None) -> float | None:
    return None if flag is None else float(flag)


SUITE = TimeAndLevel()
