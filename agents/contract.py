"""What goes into a turn and what comes out. Offsets are characters; dates are days in the city's own time zone."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from agents.outcomes import Outcome

Role = Literal["citizen", "staff"]
SpecialistName = Literal[
    "petition", "orders", "policy", "planning", "regulation", "service", "citydata", "smalltalk", "human", "outside"
]


def _no_number(value: object) -> object:
    """Pydantic reads a number as seconds since 1970, which nobody who writes ``as_of: 5`` means."""
    if isinstance(value, int | float):
        raise ValueError("write the day as YYYY-MM-DD")
    return value


class HistoryTurn(BaseModel):
    """One earlier message of the talk, given by a caller that keeps the talk itself."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["user", "assistant"] = "user"
    text: str


class TurnRequest(BaseModel):
    """One message and what is known of who sent it."""

    model_config = ConfigDict(extra="forbid")

    text: str
    role: Role = "citizen"
    as_of: Annotated[date | None, BeforeValidator(_no_number)] = Field(
        default=None, description="answer for this day; None means today"
    )
    history: list[HistoryTurn] = Field(default_factory=list)
    language: Literal["zh", "en"] = "zh"


class Evidence(BaseModel):
    """A span of a provision that carries a sentence. ``quote`` equals the source at ``[start, end)``."""

    provision: str
    start: int = Field(description="offset into the text of the provision's document")
    end: int
    quote: str


class Citation(Evidence):
    """Evidence as shown to the reader."""

    title: str
    article: str
    version: str = Field(default="", description="document number or date that tells versions apart")
    in_force: bool = True


class Reckoned(BaseModel):
    """A rule's result that a sentence tells of; ``*`` stands for all rules together."""

    policy: str
    status: str = ""
    as_of: date


class Sentence(BaseModel):
    """One sentence of an answer. A ``claim`` needs evidence; a ``frame`` is a fixed wording of the pack; what is
    ``reckoned`` by rules is worked out again before it is said.
    """

    text: str
    kind: Literal["claim", "frame", "reckoned"] = "claim"
    evidence: list[Evidence] = Field(default_factory=list)
    reckoned: list[Reckoned] = Field(default_factory=list)


class Proposal(BaseModel):
    """An act that waits for a person's approval."""

    kind: str
    summary: str
    payload: dict[str, Any] = Field(default_factory=dict)


class Draft(BaseModel):
    """What one specialist brings back."""

    specialist: SpecialistName
    question: str
    outcome: Outcome
    sentences: list[Sentence] = Field(default_factory=list)
    topics: list[str] = Field(default_factory=list, description="nearest topics, offered where nothing was found")
    options: list[str] = Field(default_factory=list, description="choices of a clarifying question")
    provisions: list[str] = Field(default_factory=list, description="provisions the draft stands on, best first")
    confidence: float = Field(default=1.0, ge=0, le=1, description="how surely the provisions answer, by the engine")
    engine: str = ""
    proposal: Proposal | None = Field(default=None, description="what is done once the reader says so")
    orders: list[str] = Field(default_factory=list, description="numbers of the work orders it is about")
    matching: dict[str, Any] | None = Field(default=None, description="a matching of policies as it stands now")
    notes: dict[str, Any] = Field(default_factory=dict, description="for the trace: scores, filters, reasons")


class TraceStep(BaseModel):
    """One step of a turn: what it decided and how long it took (milliseconds)."""

    step: str
    ms: float
    note: dict[str, Any] = Field(default_factory=dict)


class Answer(BaseModel):
    """The reply to one message, with everything needed to check it."""

    outcome: Outcome
    outcome_label: str = ""
    route: str = Field(description="the gate's code, e.g. A0_ANSWER")
    code: str | None = Field(default=None, description="N-code of a refusal or redirection")
    specialists: list[SpecialistName] = Field(default_factory=list)
    text: str
    citations: list[Citation] = Field(default_factory=list)
    options: list[str] = Field(default_factory=list)
    lines: list[str] = Field(default_factory=list, description="emergency numbers to show for one-tap calls")
    alerts: list[str] = Field(default_factory=list, description="alerts for staff, e.g. mass gathering")
    orders: list[str] = Field(default_factory=list, description="numbers of the work orders it is about")
    proposals: list[Proposal] = Field(default_factory=list)
    as_of: date
    ai_label: str = ""
    engine: str = ""
    degraded: bool = False
    thread: str = ""
    trace: list[TraceStep] = Field(default_factory=list)
