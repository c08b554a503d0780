"""Tasks of HotlineBench as cases; a trial is the same citizen in other words."""

from __future__ import annotations

from dataclasses import dataclass

from eval.hotlinebench.citizen import Scripted
from eval.hotlinebench.model_citizen import ModelCitizens, endpoint_of
from eval.hotlinebench.opening import open_bench
from eval.hotlinebench.stage import Bench, MakeCitizen
from eval.hotlinebench.tasks import Task, read_all
from eval.hotlinebench.verdict import scored
from eval.place import Place
from eval.suite import Case, Json, Scored

_SLICES = ("age", "speech", "dialect", "mood", "language", "district")


@dataclass(frozen=True)
class Opened:
    """The bench, and who plays the citizens."""

    bench: Bench
    citizens: MakeCitizen
    seed: int


class Conversations:
    """Citizens of the city's tasks against the whole system.

    They are scripted. Where the place names an endpoint for them (``judge`` with ``citizens: model``), a model plays
    them; what it says differs from run to run.
    """

    def cases(self, place: Place) -> list[Case]:
        """One case a task. Raises BadInput naming the file, the task and the field that is wrong."""
        return [_case(task) for task in read_all(place.root)]

    def open(self, place: Place) -> Opened:
        """The house with dispatch, and the example data where a task needs them."""
        endpoint = endpoint_of(place.judge)
        citizens: MakeCitizen = ModelCitizens(endpoint) if endpoint else Scripted
        scratch = place.scratch / "conversations"
        return Opened(open_bench(place.settings, scratch, read_all(place.root), place.house), citizens, place.seed)

    async def run(self, subject: Opened, case: Case, trial: int) -> Json:
        """The talk and what is in the database afterwards."""
        return await subject.bench.play(_task(case), f"{subject.seed}/{trial}", subject.citizens)

    def score(self, case: Case, said: Json) -> Scored:
        """State, rules, questions and words; right where all four are."""
        return scored(_task(case), said)


def _case(task: Task) -> Case:
    given = task.model_dump(mode="json", exclude={"expect"}, exclude_defaults=True)
    persona = task.persona.model_dump(mode="json")
    return Case(
        id=task.id,
        given=given,
        expect=task.expect.model_dump(mode="json", exclude_defaults=True),
        slices={"specialist": task.specialist, **{name: persona[name] for name in _SLICES}},
        group=task.id,
    )


def _task(case: Case) -> Task:
    return Task.model_validate({**case.given, "expect": case.expect})


SUITE = Conversations()
