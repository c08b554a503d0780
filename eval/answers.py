"""Are the answers right? A pack's own questions with what is expected of each, through the real desk.

A line holds ``id, text, history?, role?, as_of?`` and ``expect`` with any of ``outcome`` (one or several),
``provisions`` (one of them must be cited), ``guide`` and ``section``, ``must_contain`` (all in the answer's text).
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from agents.contract import HistoryTurn, Role
from agents.desk import Desk
from city.errors import BadInput
from eval.asking import ANSWER_NAMES, ask, contains, ended_right, evidence_right


class AnswerCase(BaseModel):
    """One question with what is expected."""

    id: str
    text: str
    history: list[str | HistoryTurn] = Field(default_factory=list)
    role: str = "citizen"
    as_of: date | None = None
    expect: dict[str, Any]

    @property
    def asker(self) -> Role:
        """Who asks."""
        return "staff" if self.role == "staff" else "citizen"


class Judgement(BaseModel):
    """How one question went."""

    id: str
    text: str
    outcome: str
    ended_right: bool
    evidence_right: bool | None = None
    contains: bool | None = None
    cited: list[str]
    milliseconds: float


class AnswerReport(BaseModel):
    """Figures over one file. Shares are of the cases to which they apply."""

    cases: int
    ended_right: float = Field(description="share whose outcome is the expected one")
    evidence_right: float = Field(description="of questions with an expected provision or guide: it is cited")
    contains: float = Field(description="of questions with expected words: all are in the answer")
    answered_without_basis: float = Field(description="of questions that nothing answers: an answer was given")
    refused_wrongly: float = Field(description="of questions that have an answer: refused")
    p50_ms: float
    p95_ms: float
    judgements: list[Judgement] = Field(default_factory=list)


def read_cases(path: Path) -> list[AnswerCase]:
    """The cases of a JSONL file. Raises BadInput naming the line."""
    cases = []
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise BadInput(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                cases.append(AnswerCase.model_validate(json.loads(line)))
            except ValueError as error:
                raise BadInput(f"{path.name}, line {number}: {error}") from error
    return cases


async def _judge(desk: Desk, case: AnswerCase) -> Judgement:
    begun = time.perf_counter()
    said = await ask(desk, case.text, role=case.asker, as_of=case.as_of, history=case.history)
    spent = (time.perf_counter() - begun) * 1000
    return Judgement(
        id=case.id,
        text=case.text,
        outcome=said["outcome"],
        ended_right=ended_right(said, case.expect),
        evidence_right=evidence_right(said, case.expect),
        contains=contains(said, case.expect),
        cited=[citation["provision"] for citation in said["citations"]],
        milliseconds=round(spent, 2),
    )


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def run_answers(desk: Desk, path: Path) -> AnswerReport:
    """Ask every question of ``path`` and judge the answers."""
    cases = read_cases(path)

    async def run() -> list[Judgement]:
        return [await _judge(desk, case) for case in cases]

    judged = asyncio.run(run())
    unanswerable = [j for c, j in zip(cases, judged, strict=True) if c.expect.get("outcome") == "not_found"]
    answerable = [j for c, j in zip(cases, judged, strict=True) if c.expect.get("provisions") or c.expect.get("guide")]
    times = sorted(j.milliseconds for j in judged) or [0.0]
    return AnswerReport(
        cases=len(cases),
        ended_right=_share([j.ended_right for j in judged]),
        evidence_right=_share([j.evidence_right for j in judged if j.evidence_right is not None]),
        contains=_share([j.contains for j in judged if j.contains is not None]),
        answered_without_basis=_share([j.outcome in ANSWER_NAMES for j in unanswerable]),
        refused_wrongly=_share([j.outcome not in ANSWER_NAMES for j in answerable]),
        p50_ms=statistics.median(times),
        p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))],
        judgements=judged,
    )
