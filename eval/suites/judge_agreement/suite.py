"""Labelled answers put to the judge; no desk is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from city.errors import BadInput
from eval.judging.marks import failed, judged_faults, judged_values
from eval.material import of_city
from eval.place import Place
from eval.suite import Case, Json, Scored, Value

if TYPE_CHECKING:
    from eval.judging.judge import Judge

_MEASURES = ("faithfulness", "relevancy", "rubric")
_NAMES = ("faithfulness", "relevancy", "grounded", "answers", "tone")
_WHOLE = 1 - 1e-6


class Labelled(BaseModel):
    """A line of the labelled answers. ``sort``: what was done to the answer, e.g. ``true`` or ``number_changed``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    evidence: tuple[str, ...] = Field(min_length=1)
    faithful: bool = Field(description="everything it says follows from the evidence")
    relevant: bool = Field(description="it answers what was asked")
    sort: str
    note: str = ""


class JudgeAgreement:
    """The pack's labelled answers."""

    def cases(self, place: Place) -> list[Case]:
        """One case an answer. Raises BadInput naming the one that is wrong."""
        made = []
        for name, row in of_city("judge_agreement", place):
            try:
                read = Labelled.model_validate(row)
            except ValidationError as error:
                raise BadInput(f"{name}.jsonl, {row['id']}: {error}") from error
            given = {"question": read.question, "answer": read.answer, "evidence": list(read.evidence)}
            expect = {"faithful": read.faithful, "relevant": read.relevant, "note": read.note}
            made.append(Case(id=read.id, given=given, expect=expect, slices={"sort": read.sort}))
        return made

    def open(self, place: Place) -> None:
        """Nothing is asked but the judge."""

    async def run(self, subject: None, case: Case, trial: int) -> Json:
        """The answer that was labelled."""
        return dict(case.given)

    async def judge(self, judge: Judge, case: Case, said: Json) -> Json:
        """The judge's view of it."""
        return await judge.answer(_MEASURES, said["question"], said["answer"], said["evidence"])

    def score(self, case: Case, said: Json) -> Scored:
        """Labels of both. A judgement that failed counts as a no."""
        found = judged_values(said, _NAMES)
        faithful = found["faithfulness"]
        values: dict[str, Value] = {
            "people_faithful": float(case.expect["faithful"]),
            "people_relevant": float(case.expect["relevant"]),
            "judge_faithful": None if faithful is None else float(faithful >= _WHOLE),
            "judge_grounded": found["grounded"],
            "judge_answers": found["answers"],
            "relevancy": found["relevancy"],
            "judge_failed": failed(said),
        }
        pairs = (("faithful", "judge_faithful"), ("faithful", "judge_grounded"), ("relevant", "judge_answers"))
        faults = [
            f"{judged} {values[judged]:g}, people {float(case.expect[label]):g}"
            for label, judged in pairs
            if values[judged] is not None and values[judged] != float(case.expect[label])
        ]
        return Scored(values=values, why="; ".join(faults + judged_faults(said, _NAMES)))


SUITE = JudgeAgreement()
