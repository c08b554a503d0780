"""Let a judge look at what was answered: where one is set, and for the suites that ask for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from city.errors import CityDeskError, NotFound
from eval.judging.endpoint import MISSING, Endpoint, endpoint_of
from eval.judging.judge import Judge, Keeper
from eval.judging.marks import JUDGED
from eval.place import Place
from eval.runs.plan import Plan
from eval.runs.work import Asked
from eval.suite import Case, Found, find
from serve.embedding import embedder_of

_AT_ONCE = 8
"""Answers that are being judged at the same time."""
Item = tuple[Found, Case, Asked]


@dataclass
class Judges:
    """The judge of a run, if there is one. ``model`` is its name once it has looked at anything."""

    endpoint: Endpoint | None
    place: Place
    keeper: Keeper
    fresh: bool = False
    model: str = ""

    @classmethod
    def of(cls, plan: Plan, place: Place, keeper: Keeper) -> Judges:
        """The judge that the settings name, where a suite of the plan asks for one.

        Raises BadInput where the settings are wrong, e.g. name the model that answers.
        """
        wanted = any(find(name).judged for name in plan.suites)
        return cls(endpoint_of(place.settings, place.pack) if wanted else None, place, keeper, plan.fresh)

    def check(self, found: Found) -> None:
        """Raise NotFound where the suite needs a judge and there is none."""
        if found.config.needs_judge and self.endpoint is None:
            raise NotFound(MISSING)
        if found.judged and self.endpoint and find_spec("ragas") is None:
            raise NotFound("judging needs ragas: install the extra 'eval'")

    def look(self, items: Sequence[Item], progress: Callable[[str, float], None]) -> list[Asked]:
        """All that was asked, in order, with what the judge finds where it is to look.

        Raises Refused or NotFound where the judge cannot be asked at all.
        """
        if self.endpoint is None or not any(found.judged for found, _, _ in items):
            return [asked for _, _, asked in items]
        self.model = self.endpoint.model
        return asyncio.run(self._look(self.endpoint, items, progress))

    async def _look(
        self, endpoint: Endpoint, items: Sequence[Item], progress: Callable[[str, float], None]
    ) -> list[Asked]:
        judge = Judge(endpoint, embedder_of(self.place.pack), self.keeper, fresh=self.fresh)
        slots, done = asyncio.Semaphore(_AT_ONCE), 0

        async def one(item: Item) -> Asked:
            nonlocal done
            async with slots:
                made = await _look_at(judge, item)
            done += 1
            progress("judgements", done / len(items))
            return made

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(item)) for item in items]
            return [task.result() for task in tasks]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            await judge.close()


async def _look_at(judge: Judge, item: Item) -> Asked:
    found, case, asked = item
    suite = found.judged
    if suite is None or asked.said is None:
        return asked
    try:
        judged = await suite.judge(judge, case, asked.said)
    except CityDeskError:
        raise
    except Exception as raised:  # noqa: BLE001  # what judging raises is the case's error; the run goes on
        return asked._replace(error=f"judging: {type(raised).__name__}: {raised}")
    return asked._replace(said={**asked.said, JUDGED: judged})
