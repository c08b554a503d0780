"""What a job is: another input, prompt, model or pack would make its answers a mixture, so it is another job."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

SHARD = 1_000
"""Items of a part file."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Input(_Frozen):
    """The file that is worked on. Its path may change, what it holds may not."""

    path: str
    sha256: str
    rows: int


class Counts(_Frozen):
    """How far a job has come when it was last left."""

    items: int = Field(description="rows that can be asked about")
    answered: int = 0
    failed: int = 0

    @property
    def missing(self) -> int:
        """Items without a record."""
        return self.items - self.answered - self.failed


class Manifest(_Frozen):
    """``manifest.json`` of a job's folder. ``pack`` is a fingerprint of what suggestions follow from."""

    version: int = 1
    input: Input
    task: str
    prompt: int = Field(description="version of the task's prompt")
    engine: str
    model: str
    city: str
    pack: str
    as_of: date
    shard_size: int = SHARD
    counts: Counts

    def differences(self, other: Manifest) -> list[str]:
        """In words, what ``other`` has otherwise."""
        pairs = {
            "the input": (self.input.sha256, other.input.sha256),
            "the form of the folder": (self.version, other.version),
            "the task": (self.task, other.task),
            "the prompt's version": (self.prompt, other.prompt),
            "the engine": (self.engine, other.engine),
            "the model": (self.model, other.model),
            "the city": (self.city, other.city),
            "the pack's duties, units or rules": (self.pack, other.pack),
            "the day": (self.as_of, other.as_of),
        }
        return [
            f"{name} (there {_short(there)}, now {_short(now)})" for name, (there, now) in pairs.items() if there != now
        ]


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:12]}…" if len(text) > 40 else text
