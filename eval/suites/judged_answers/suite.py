"""Questions of the city through the whole desk, and a judge's view of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.answers import AnswerCase
from eval.asking import ask, desk_of, is_answer
from eval.judging.marks import evidence, failed, judged_faults, judged_values, plain
from eval.material import of_city
from eval.place import Place
from eval.suite import Case, Json, Scored

if TYPE_CHECKING:
    from agents.desk import Desk
    from eval.judging.judge import Judge

_SAMPLE = 60
"""Questions where not all are wanted, by an even draw: each costs a judge six calls."""
_MEASURES = ("faithfulness", "relevancy", "context_precision", "rubric")
_NAMES = ("faithfulness", "relevancy", "context_precision", "grounded", "answers", "tone")
_POOR = 0.5


class JudgedAnswers:
    """The pack's questions that are to be answered; how a refusal ends is judged by other suites, without a judge."""

    def cases(self, place: Place) -> list[Case]:
        """One case a question."""
        made = []
        for name, row in of_city("judged_answers", place):
            read = AnswerCase.model_validate(row)
            if read.expect.get("provisions") or read.expect.get("guide"):
                given = read.model_dump(mode="json", exclude={"id", "expect"})
                made.append(Case(id=read.id, given=given, slices={"set": name}))
        if place.small and len(made) > _SAMPLE:
            made = [made[at * len(made) // _SAMPLE] for at in range(_SAMPLE)]
        return made

    def open(self, place: Place) -> Desk:
        """A desk over what is published."""
        return desk_of(place)

    async def run(self, subject: Desk, case: Case, trial: int) -> Json:  # every trial is the same
        """The answer."""
        read = AnswerCase.model_validate({"id": case.id, **case.given, "expect": {}})
        return await ask(subject, read.text, role=read.asker, as_of=read.as_of, history=read.history)

    async def judge(self, judge: Judge, case: Case, said: Json) -> Json:
        """What the judge finds in what was told; nothing where nothing was."""
        if not is_answer(said):
            return {}
        turns = [turn if isinstance(turn, str) else turn["text"] for turn in case.given["history"]]
        asked = "\n".join([*turns, case.given["text"]])
        return await judge.answer(_MEASURES, asked, plain(said["text"]), evidence(said))

    def score(self, case: Case, said: Json) -> Scored:  # nothing is expected but what the judge looks for
        """The judge's values; None for what was not told."""
        values = judged_values(said, _NAMES)
        faults = judged_faults(said, _NAMES)
        faults += [f"{name} {value:g}" for name, value in values.items() if value is not None and value < _POOR]
        return Scored(
            values={"told": float(is_answer(said)), **values, "judge_failed": failed(said)}, why="; ".join(faults)
        )


SUITE = JudgedAnswers()
