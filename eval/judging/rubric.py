"""Our own rubric: three questions about an answer, each yes or no, in one call of the judge."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from eval.judging.client import Client
from eval.judging.prompts import load

CRITERIA = ("grounded", "answers", "tone")


class Material(BaseModel):
    """What the judge is shown."""

    question: str
    answer: str
    evidence: list[str]


class Verdict(BaseModel):
    """The judge's answer: reasons before verdicts, so that the verdicts follow from them."""

    model_config = ConfigDict(extra="ignore")

    grounded_reason: str
    grounded: int = Field(ge=0, le=1, description="1：回答里没有依据之外的说法；0：有")
    answers_reason: str
    answers: int = Field(ge=0, le=1, description="1：回答了所问的事；0：没有")
    tone_reason: str
    tone: int = Field(ge=0, le=1, description="1：语气得当；0：不得当")


class Rubric:
    """Asks the judge the three questions."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._prompt = load("rubric", Verdict)

    async def judge(self, question: str, answer: str, evidence: list[str]) -> dict[str, float]:
        """0 or 1 for each of `CRITERIA`. Raises UnjudgedError."""
        shown = Material(question=question, answer=answer, evidence=evidence)
        made = await self._client.read(self._prompt.to_string(shown), Verdict)
        return {name: float(getattr(made, name)) for name in CRITERIA}
