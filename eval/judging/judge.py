"""Judge answers: each measure of each answer once, kept by all it depends on; what fails is the worst, with why."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple, Protocol

from city.fingerprint import of_files
from eval.judging.client import PATIENCE, Client, UnjudgedError
from eval.judging.endpoint import Endpoint
from eval.judging.prompts import FOLDER
from eval.judging.rubric import CRITERIA, Rubric
from eval.runs.cache import Kept
from eval.runs.fingerprint import digest
from knowledge.index import Embedder

Json = dict[str, Any]
Measure = Callable[[str, str, list[str], str], Awaitable[float]]
RUBRIC = "rubric"
_BY_EVIDENCE = ("faithfulness", "context_precision", "context_recall")
_TRIES = 2
_SLACK = 1e-6


class Keeper(Protocol):
    """Where judgements are kept (`eval.runs.cache.Cache`)."""

    def get(self, keys: Sequence[str]) -> dict[str, Kept]:
        """Those that are there."""
        ...

    def put(self, kept: Sequence[tuple[str, Kept]]) -> None:
        """Keep them."""
        ...


class Answered(NamedTuple):
    """What is judged: texts, and a reference answer where there is one."""

    question: str
    answer: str
    contexts: tuple[str, ...]
    reference: str


class Judge:
    """A judge behind an endpoint, for one event loop; a ``fresh`` one judges anew what was kept.

    ::

        judged = await judge.answer(("faithfulness", "rubric"), "停车收费吗", "收费的。", ["…第五条：…"])
        judged["faithfulness"]      # {"value": 0.5, "why": ""}
    """

    def __init__(
        self,
        endpoint: Endpoint,
        embedder: Embedder | None,
        keeper: Keeper,
        *,
        patience: float = PATIENCE,
        fresh: bool = False,
    ) -> None:
        from eval.judging.measures import Measures

        self.model = endpoint.model
        self.asked = 0
        self._client = Client(endpoint, patience)
        self._measures = Measures(self._client, embedder)
        self._rubric = Rubric(self._client)
        self._keeper, self._fresh = keeper, fresh
        # What a judgement depends on beside the texts.
        files = [*FOLDER.glob("*.md"), FOLDER / "measures.py", FOLDER / "prompts.py"]
        self._ground = digest(
            endpoint.model, of_files(files, FOLDER), version("ragas"), embedder.name if embedder else ""
        )

    async def answer(
        self, measures: Sequence[str], question: str, answer: str, contexts: Sequence[str], reference: str = ""
    ) -> Json:
        """``{name: {"value": 0 to 1, "why": reason of a failure, else empty}}``: a name for each measure, and for
        `RUBRIC` one for each criterion.

        Raises Refused or NotFound where the judge cannot be asked at all.
        """
        given = Answered(question, answer, tuple(contexts), reference)
        made: Json = {}
        for measure in measures:
            made |= await self._judged(measure, given)
        return made

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _judged(self, measure: str, given: Answered) -> Json:
        if measure in _BY_EVIDENCE and not given.contexts:
            return _failed(measure, "the answer shows no evidence")
        key = digest("judged", self._ground, measure, given)
        held = {} if self._fresh else self._keeper.get([key])
        if key in held:
            return held[key].said
        why = ""
        for _ in range(_TRIES):
            self.asked += 1
            try:
                values = await self._ask(measure, given)
            except UnjudgedError as error:
                why = str(error)
                continue
            made = {name: {"value": round(value, 6), "why": ""} for name, value in values.items()}
            self._keeper.put([(key, Kept(made, 0.0))])
            return made
        # Not kept: next time the judge may be well.
        return _failed(measure, why)

    async def _ask(self, measure: str, given: Answered) -> dict[str, float]:
        if measure == RUBRIC:
            return await self._rubric.judge(given.question, given.answer, list(given.contexts))
        way: Measure = getattr(self._measures, measure)
        value = await way(given.question, given.answer, list(given.contexts), given.reference)
        if math.isnan(value):
            raise UnjudgedError("the judge gives nothing to divide by (NaN)")
        if not -_SLACK <= value <= 1 + _SLACK:
            raise UnjudgedError(f"{value:g} is outside 0 to 1")
        return {measure: min(1.0, max(0.0, value))}


def names_of(measures: Sequence[str]) -> tuple[str, ...]:
    """The names under which judgements of measures stand."""
    return tuple(name for one in measures for name in (CRITERIA if one == RUBRIC else (one,)))


def _failed(measure: str, why: str) -> Json:
    return {name: {"value": 0.0, "why": why} for name in names_of([measure])}
