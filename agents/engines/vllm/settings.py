"""How model servers are reached, and how long and how much is asked of them."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from agents.engines.calls import Lane


class LaneSettings(BaseModel):
    """What one class of callers may take. Times in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slots: int = Field(ge=1, description="requests at one server at the same time, per process")
    wait: float = Field(ge=0, description="for a slot, before the call is given up")
    first_token: float = Field(gt=0)
    decision: float = Field(default=30.0, gt=0, description="for a whole decision")


class ModelSettings(BaseModel):
    """Servers of one model. Times in seconds.

    ``adapters``: task → the name under which the server knows the adapter trained for it. ``salt`` is a secret that
    keeps trust domains apart in the servers' prefix caches.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    urls: tuple[str, ...] = Field(min_length=1)
    model: str
    adapters: Mapping[str, str] = Field(default_factory=dict)
    api_key: str = "none"
    salt: str = ""
    connect: float = Field(default=3.0, gt=0)
    between_tokens: float = Field(default=20.0, gt=0)
    total: float = Field(default=60.0, gt=0, description="for a whole text, where the call has no deadline")
    fair: float = Field(default=5.0, ge=0, description="a server that had less time is not blamed for being late")
    keep_alive: float = Field(default=50.0, gt=0, description="below the server's, which is set to 120")
    max_tokens: int = Field(default=1200, gt=0, description="of a text; a decision's follow from its form")
    temperature: float = Field(default=0.0, ge=0)
    priority: bool = Field(default=True, description="the servers run with --scheduling-policy priority")
    # Of a turn of 20 seconds a silent server may take a third, so that another can still be asked.
    chat: LaneSettings = LaneSettings(slots=256, wait=5.0, first_token=6.0, decision=8.0)
    batch: LaneSettings = LaneSettings(slots=64, wait=120.0, first_token=120.0, decision=120.0)

    def lane(self, name: Lane) -> LaneSettings:
        """The settings of a lane."""
        return self.chat if name == "chat" else self.batch

    def model_for(self, task: str) -> str:
        """The adapter of the task, else the model."""
        return self.adapters.get(task, self.model)
