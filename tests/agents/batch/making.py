"""Answerers that need no model, and a job over numbered items."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from agents.batch.folder import JobFolder
from agents.batch.items import Item, Json
from agents.batch.manifest import Counts, Input, Manifest
from agents.engines.calls import Call, Served
from agents.engines.vllm.failures import Fault, ModelFailure

SHARD = 50


class Echo:
    """Answers with what it was given. ``fails`` says of an item and a try (from 1) what is raised, None for nothing."""

    def __init__(self, fails: Callable[[Item, int], Exception | None] = lambda *_: None, *, seconds: float = 0.0):
        self._fails = fails
        self._seconds = seconds
        self.slots = 16
        self.tries: Counter[str] = Counter()
        self.looks = self.at_once = self.most_at_once = 0
        self.dead: Exception | None = None
        self.closed = False

    async def look(self) -> None:
        self.looks += 1
        if self.dead:
            raise self.dead

    async def answer(self, item: Item, call: Call) -> Json:
        self.tries[item.custom_id] += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self._seconds)
            failure = self._fails(item, self.tries[item.custom_id])
            if failure is not None:
                raise failure
        finally:
            self.at_once -= 1
        call.record(Served("dispatch", "vllm:m", self._seconds or 0.001, 100, 90, 12))
        return {"said": item.given["number"]}

    async def waiting(self) -> int | None:
        return None

    async def close(self) -> None:
        self.closed = True


def fault(kind: Fault) -> ModelFailure:
    return ModelFailure(kind, "is not well")


def items(count: int) -> Iterator[Item]:
    return (
        Item(custom_id=f"r{number}", shard=number // SHARD, given={"number": number, "text": "路灯坏了" * 20})
        for number in range(count)
    )


def manifest(count: int, **changes: object) -> Manifest:
    made = {
        "input": Input(path="in.jsonl", sha256="a" * 64, rows=count),
        "task": "dispatch",
        "prompt": 2,
        "engine": "vllm",
        "model": "m",
        "city": "c",
        "pack": "b" * 64,
        "as_of": date(2026, 11, 20),
        "shard_size": SHARD,
        "counts": Counts(items=count),
    }
    return Manifest.model_validate(made | changes)


def job(path: Path, count: int) -> JobFolder:
    return JobFolder.open(path, manifest(count))


def lines(path: Path) -> list[bytes]:
    """All lines of all part files."""
    return [line for part in sorted(path.glob("part-*.jsonl")) for line in part.read_bytes().splitlines(keepends=True)]
