"""A petition while it is being written down: what is known, what was asked, what is missing.

It lives in the talk's state as plain JSON, with personal data as tokens of the talk's vault.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agents.dispatch.suggestion import Suggestion
from tools.workorders.model import Kind, Urgency

MOST_QUESTIONS = 3
"""Short questions before a draft is shown with its gaps (section 4.7)."""

Fact = Literal["place", "district", "contact", "time", "object", "amount", "order_no", "frequency", "people", "history"]
SURE_ENOUGH = 0.5
"""Confidence from which a category is shown to the citizen and filed."""
TITLE_CHARS = 60
NARRATIVE_CHARS = 4_000


class Spot(BaseModel):
    """Where the matter lies, as far as it is known. ``choices`` are district ids among which the citizen chooses."""

    model_config = ConfigDict(extra="forbid")

    text: str = ""
    district: str = ""
    street: str = ""
    latitude: float | None = None
    longitude: float | None = None
    choices: list[str] = Field(default_factory=list)


class Petition(BaseModel):
    """The draft. ``id`` stays the same from the first word to the work order, so that filing twice files once."""

    model_config = ConfigDict(extra="forbid")

    id: str
    kind: Kind
    said: list[str] = Field(description="the citizen's messages about the matter, masked, oldest first")
    demand: str = ""
    spot: Spot = Field(default_factory=Spot)
    contact: str = Field(default="", description="token of a phone number")
    anonymous: bool = False
    confidential: bool = False
    expects_reply: bool = True
    sensitivity: list[str] = Field(default_factory=list)
    raised: list[str] = Field(default_factory=list, description="why it is more urgent than its class")
    suggestion: Suggestion | None = None
    answers: dict[str, str] = Field(default_factory=dict, description="fact → the citizen's words, masked")
    asked: list[str] = Field(default_factory=list, description="facts asked for, in order")
    asking: str = Field(default="", description="the fact that the next message may answer; empty where none")
    ready: bool = Field(default=False, description="shown in full and waiting for the citizen's word")
    language: str = "zh"

    @property
    def narrative(self) -> str:
        """The citizen's own words, one message a line, then what was answered to questions."""
        return "\n".join(self.said)[:NARRATIVE_CHARS]

    @property
    def category(self) -> str:
        """The category, empty where it is more likely wrong than right: a dispatcher finds it then."""
        found = self.suggestion
        return found.category if found and found.confidence >= SURE_ENOUGH else ""

    @property
    def urgency(self) -> Urgency:
        """The class's urgency, one step higher where somebody needs it sooner."""
        base = self.suggestion.urgency if self.suggestion and self.category else Urgency.NORMAL
        steps = list(Urgency)
        return steps[min(len(steps) - 1, steps.index(base) + bool(self.raised))]
