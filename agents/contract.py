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
    rights: frozenset[str] = Field(default=frozenset(), description="rights to tools that the post of staff has")


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


class FieldShown(BaseModel):
    """A value that a sentence shows: the call of a tool, the path of the field in its result, the words shown."""

    call: str
    path: str
    text: str


class Sentence(BaseModel):
    """One sentence of an answer. A ``claim`` needs evidence; a ``frame`` is a fixed wording of the pack; what is
    ``reckoned`` by rules is worked out again before it is said; what is ``measured`` shows fields of a tool's result.
    """

    text: str
    kind: Literal["claim", "frame", "reckoned", "measured"] = "claim"
    evidence: list[Evidence] = Field(default_factory=list)
    reckoned: list[Reckoned] = Field(default_factory=list)
    fields: list[FieldShown] = Field(default_factory=list)


class Grid(BaseModel):
    """A table as readers see it: heads and rows of told values."""

    heads: list[str]
    rows: list[list[str]]
    left_off: int = Field(default=0, description="rows that are not shown")


class DataSource(BaseModel):
    """Where a value comes from, for the reader."""

    title: str
    unit: str = ""
    at: str = Field(default="", description="the time of the newest value used, as told")


class DataShown(BaseModel):
    """What a tool brought, beside the sentences: a table, a picture with its own table, and where it comes from."""

    tool: str
    title: str
    table: Grid | None = None
    chart: dict[str, Any] | None = Field(default=None, description="a `tools.charts.Chart` as JSON")
    sources: list[DataSource] = Field(default_factory=list)


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
    calls: list[dict[str, Any]] = Field(default_factory=list, description="results of tools that it stands on")
    data: list[DataShown] = Field(default_factory=list)
    asking: dict[str, Any] | None = Field(default=None, description="the call that waits for one more argument")
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
    data: list[DataShown] = Field(default_factory=list, description="tables, charts and sources of city data")
    as_of: date
    ai_label: str = ""
    engine: str = ""
    degraded: bool = False
    thread: str = ""
    trace: list[TraceStep] = Field(default_factory=list)
