"""Questions that nothing answers, and an even draw of as many that something does, through the whole desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from eval.answers import AnswerCase
from eval.asking import ask, desk_of, is_answer
from eval.material import of_city
from eval.place import Place
from eval.suite import Case, Json, Scored

if TYPE_CHECKING:
    from agents.desk import Desk

T = TypeVar("T")


class Refusal:
    """Both kinds of question in equal numbers, so that neither always answering nor always refusing looks good."""

    def cases(self, place: Place) -> list[Case]:
        """One case a question. Questions that may end either way (a fact to be asked for) are left out."""
        read = [(name, AnswerCase.model_validate(row)) for name, row in of_city("refusal", place)]
        without = [_case(name, one, "refuse") for name, one in read if one.expect.get("outcome") == "not_found"]
        having = [_case(name, one, "answer") for name, one in read if one.expect.get("provisions")]
        return without + evenly(having, len(without))

    def open(self, place: Place) -> Desk:
        """A desk over what is published."""
        return desk_of(place)

    async def run(self, subject: Desk, case: Case, trial: int) -> Json:  # every trial is the same
        """The answer."""
        read = AnswerCase.model_validate({"id": case.id, **case.given, "expect": {}})
        return await ask(subject, read.text, role=read.asker, as_of=read.as_of, history=read.history)

    def score(self, case: Case, said: Json) -> Scored:
        """Told as an answer, or not."""
        told = is_answer(said)
        expected, got = case.expect["kind"], "answer" if told else "refuse"
        refuses = expected == "refuse"
        return Scored(
            values={
                "expected": expected,
                "said": got,
                "nothing_told": float(not told) if refuses else None,
                "not_refused": None if refuses else float(told),
            },
            why="" if expected == got else f"ended as {said['outcome']}",
        )


def _case(name: str, read: AnswerCase, kind: str) -> Case:
    given = read.model_dump(mode="json", exclude={"id", "expect"})
    language = "en" if read.text.isascii() else "zh"
    return Case(id=read.id, given=given, expect={"kind": kind}, slices={"set": name, "language": language})


def evenly(found: Sequence[T], count: int) -> list[T]:
    """At most ``count`` of them, evenly over their order."""
    if len(found) <= count:
        return list(found)
    return [found[at * len(found) // count] for at in range(count)]


SUITE = Refusal()
