"""How an adapter is trained: every setting, and the card that says what came of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import Field

from city.schema import Record
from serve.training.records import PromptUsed

ADAPTER, CARD, CHECKPOINT = "adapter", "card.json", "checkpoint"
LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The linear layers of Qwen, Llama, GLM and their like, all of which vLLM serves with an adapter."""


class Recipe(Record):
    """Settings of a training run. ``longest``: tokens of an example; ``scored``: holdout examples that are answered."""

    base: str = Field(min_length=1)
    task: str
    rank: int = Field(default=16, ge=1, le=256)
    alpha: int = Field(default=32, ge=1)
    dropout: float = Field(default=0.05, ge=0, lt=1)
    targets: tuple[str, ...] = LINEAR
    epochs: int = Field(default=3, ge=1)
    batch: int = Field(default=8, ge=1)
    accumulate: int = Field(default=1, ge=1, description="batches before a step")
    rate: float = Field(default=2e-4, gt=0)
    warmup: float = Field(default=0.05, ge=0, lt=1, description="share of the steps in which the rate rises")
    clip: float = Field(default=1.0, gt=0)
    longest: int = Field(default=2048, ge=16)
    seed: int = 7
    save_every: int = Field(default=100, ge=1, description="steps between checkpoints")
    scored: int = Field(default=200, ge=0)
    save_memory: bool = Field(default=False, description="compute activations again instead of keeping them")


class Score(Record):
    """How holdout examples were answered. ``loss``: mean per token of the answers, nats; shares are of ``answered``."""

    loss: float
    answered: int
    in_form: float
    right: float


class Card(Record):
    """What lies beside an adapter."""

    recipe: Recipe
    prompt: PromptUsed
    city: str
    data: str = Field(description="sha256 of the export's manifest")
    examples: int
    too_long: int
    confirmed: float = Field(description="share of the scored holdout in which people left the suggestion as it was")
    answers_bounded: bool = Field(description="whether answers were taken from those that the grammar lets through")
    before: Score
    after: Score
    losses: tuple[float, ...] = Field(description="training loss of each epoch, nats per token")
    device: str
    made_at: datetime
    versions: dict[str, str]


def models_yaml(card: Card, folder: Path) -> str:
    """The lines for the pack's ``models.yaml`` that put the adapter into service."""
    rank = next(size for size in (8, 16, 32, 64, 128, 256) if size >= card.recipe.rank)
    path, name = (folder / ADAPTER).resolve(), f"city-{card.recipe.task.replace('_', '-')}"
    return f"adapters:\n  {card.recipe.task}: {{name: {name}, path: {path}, base: {card.recipe.base}, rank: {rank}}}\n"
