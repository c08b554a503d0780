"""What the gate is given beside the message, and what it decides."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from city.gate_rules import Kind, Route


class Risk(IntEnum):
    """How dangerous a message is. Only ever raised, by whoever sees more danger."""

    NONE = 0
    CRISIS = 1
    EMERGENCY = 2


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenMatter(_Frozen):
    """A work order this person already has, as far as the gate needs to know it."""

    number: str
    title: str
    status: Literal["in_progress", "finished"] = "in_progress"


class GateContext(_Frozen):
    """What is known of the talk so far."""

    history: tuple[str, ...] = Field(default=(), description="the citizen's earlier messages, oldest first, unmasked")
    role: Literal["citizen", "helper", "staff"] = "citizen"
    open_matters: tuple[OpenMatter, ...] = ()
    last_route: Route | None = Field(default=None, description="route of the previous turn, if any")
    asked: bool = Field(default=False, description="the desk has put a question, or shown a draft, just before")
    of_an_order: bool = Field(default=False, description="the message asks about a work order that is filed")


class Match(_Frozen):
    """One rule that hit, with the span of the message (characters, half-open) that made it hit."""

    rule: str
    start: int
    end: int
    words: str


class ModelRisk(_Frozen):
    """What a model (or a person) thinks of the danger; it can raise the gate's decision only."""

    risk: Risk
    reason: str = ""
    lines: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()


class GateDecision(_Frozen):
    """Where a message goes and why.

    ``lines`` are keys of the pack's ``lines.yaml`` (``"119"``, ``"gas"`` …), first the one to call first;
    ``script`` is a key of the pack's wording. ``secondary`` names matters that need a work order beside the
    route taken.
    """

    route: Route
    kind: Kind = Kind.OTHER
    code: str | None = None
    lines: tuple[str, ...] = ()
    script: str = ""
    matched: tuple[Match, ...] = ()
    alerts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    reasons: tuple[str, ...] = Field(default=(), description="notes of the rules that decided, most important first")
    legal: str = ""
    decided_by: Literal["rules", "statistics", "model"] = "rules"

    @property
    def risk(self) -> Risk:
        """The danger this decision stands for."""
        return {Route.EMERGENCY: Risk.EMERGENCY, Route.CRISIS_TALK: Risk.CRISIS}.get(self.route, Risk.NONE)
