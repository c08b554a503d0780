"""What does the whole of a turn cost beside the model? Many talks at once through the desk, then their requests alone.

``python -m eval.bench.talks`` starts a simulated server in a process of its own, lets ``--talks`` citizens ask the
pack's own questions one after the other for ``--seconds``, and keeps every request that the engine made. The same
number of callers then sends those requests by themselves. Compared is what the server has written a second, by its own
counter. A turn asks several decisions and one text, with search, checks and the gate between them, all in one process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel

from agents.contract import TurnRequest
from agents.desk import Desk
from agents.engines.calls import Call
from agents.engines.ladder import EngineLadder
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.pool import Pool
from agents.engines.vllm.server import Limits, Reply, Usage
from agents.engines.vllm.settings import LaneSettings, ModelSettings
from eval.bench.clients import Target
from eval.servers.profiles import PROFILES
from eval.servers.running import in_process
from serve.building import build_knowledge
from serve.house import open_house
from serve.settings import Settings

Json = dict[str, Any]
BAR_RATIO = 0.90
_QUESTIONS = "service_questions.jsonl"
_PATIENCE = 300.0


class Compared(BaseModel):
    """Tokens a second by the server's counter, through the desk and straight, and how the turns went."""

    talks: int
    seconds: float
    through: float
    straight: float
    ratio: float
    turns_per_second: float
    turn_p50_s: float
    turn_p95_s: float
    degraded: int
    cpu_ms_per_turn: float


class _Kept(Pool):
    """A pool that keeps the requests that went through it."""

    def __init__(self, settings: ModelSettings):
        super().__init__(settings)
        self.asked: list[Json] = []

    async def complete(self, body: Json, call: Call) -> Reply:
        self.asked.append(body)
        return await super().complete(body, call)

    async def stream(self, body: Json, call: Call, usage: Usage) -> AsyncGenerator[str, None]:
        self.asked.append(body)
        async for piece in super().stream(body, call, usage):
            yield piece


async def _rate(target: Target, worker: Callable[[int], Awaitable[None]], options: argparse.Namespace) -> float:
    """Tokens a second while the workers go round."""
    talks, warm, seconds = options.talks, options.warm, options.seconds

    async def forever(number: int) -> None:
        await asyncio.sleep(warm * number / talks / 2)
        while True:
            await worker(number)

    workers = [asyncio.create_task(forever(number)) for number in range(talks)]
    try:
        await asyncio.sleep(warm)
        before, since = await target.written(), time.monotonic()
        await asyncio.sleep(seconds)
        return (await target.written() - before) / (time.monotonic() - since)
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def _asked(root: Path) -> list[str]:
    """The pack's questions in the words of the street."""
    lines = (root / "evaluation" / _QUESTIONS).read_text(encoding="utf-8").splitlines()
    return [str(json.loads(line)["text"]) for line in lines if line.strip()]


def _desk(settings: Settings, model: VLLMEngine) -> Desk:
    """The whole desk over the model, with all the time in the world."""
    house = open_house(settings)
    city = house.pack.city
    patient = city.model_copy(update={"limits": city.limits.model_copy(update={"turn_seconds": _PATIENCE})})
    return Desk(replace(house, pack=replace(house.pack, city=patient), engine=EngineLadder([model, house.engine])))


async def compare(settings: Settings, url: str, options: argparse.Namespace) -> Compared:
    """Run both."""
    lane = LaneSettings(slots=options.talks * 2, wait=_PATIENCE, first_token=_PATIENCE, decision=_PATIENCE)
    model = VLLMEngine(ModelSettings(urls=(url,), model="m", salt="bench", chat=lane))
    kept = model.pool = _Kept(model.settings)
    desk, questions = _desk(settings, model), _asked(settings.city)
    server, took, degraded = kept.members[0].server, list[float](), 0
    target = Target(url=url, model="m", streams=options.talks)
    order = count()

    async def ask(_number: int) -> None:
        nonlocal degraded
        begun = time.monotonic()
        answer = await desk.ask(TurnRequest(text=questions[next(order) % len(questions)]))
        took.append(time.monotonic() - begun)
        degraded += answer.degraded

    async def send(_number: int) -> None:
        body = kept.asked[next(order) % len(kept.asked)]
        if "response_format" in body:
            await server.complete(body, _PATIENCE)
            return
        limits = Limits(_PATIENCE, _PATIENCE, time.monotonic() + _PATIENCE)
        async for _ in server.stream(body, limits, Usage()):
            pass

    cpu = time.process_time()
    through = await _rate(target, ask, options)
    cpu = time.process_time() - cpu
    straight = await _rate(target, send, options)
    await model.pool.close()
    turns, took = len(took), sorted(took)
    return Compared(
        talks=options.talks,
        seconds=options.seconds,
        through=round(through),
        straight=round(straight),
        ratio=round(through / straight, 3),
        turns_per_second=round(turns / (options.warm + options.seconds), 1),
        turn_p50_s=round(took[turns // 2], 2),
        turn_p95_s=round(took[int(turns * 0.95)], 2),
        degraded=degraded,
        cpu_ms_per_turn=round(cpu / turns * 1000, 1),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; 1 where the bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.talks", description="What a whole turn costs.")
    parser.add_argument("--city", type=Path, default=Settings().city)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="h100")
    parser.add_argument("--talks", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--warm", type=float, default=15.0)
    options = parser.parse_args(argv)
    with TemporaryDirectory() as home, in_process(options.profile) as url:
        settings = Settings(city=options.city, home=Path(home))
        build_knowledge(settings, publish=True, progress=lambda stage, share: None)
        made = asyncio.run(compare(settings, url, options))
    print(made.model_dump_json(indent=2))
    return 0 if made.ratio >= BAR_RATIO else 1


if __name__ == "__main__":
    raise SystemExit(main())
