"""The engine of an installation: the embedded one, or vLLM on a ladder above it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.engines.base import Engine
from agents.engines.embedded import EmbeddedEngine, Statistics
from agents.engines.embedded.route import Cues
from agents.engines.ladder import EngineLadder
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.probe import Probe
from agents.engines.vllm.settings import LaneSettings, ModelSettings
from agents.qa.answering import QUOTES
from city.errors import BadInput
from city.models import ModelChoice
from city.pack import CityPack
from city.routing import Routing
from knowledge.library import Library
from knowledge.library.statistics import corpus_statistics
from serve.settings import Settings

WELL_SECONDS, AILING_SECONDS = 600.0, 30.0
"""Between two probes of servers that are all well, and of others: a server that comes back is soon used again."""


def open_engine(settings: Settings, pack: CityPack, routing: Routing, library: Library) -> Engine:
    """The engine that the settings ask for; where that is vLLM, the embedded one answers when it cannot."""
    embedded = _embedded(pack, routing, library)
    if settings.engine == "embedded":
        return embedded
    return EngineLadder([VLLMEngine(model_settings(settings, pack)), embedded])


def model_settings(settings: Settings, pack: CityPack) -> ModelSettings:
    """How the model is reached. Raises BadInput where no server or no name is set."""
    if not settings.model_urls:
        raise BadInput("No model server is set: set CITYDESK_MODEL_URL to its base URL, e.g. http://127.0.0.1:8000/v1.")
    models = ModelChoice.load(pack.root)
    name = settings.model_name or (models.served_name if models else "")
    if not name:
        raise BadInput("No model is named: set CITYDESK_MODEL_NAME, or add models.yaml to the pack (docs/serving.md).")
    usual = ModelSettings(urls=settings.model_urls, model=name)
    return usual.model_copy(
        update={
            "adapters": {task: adapter.name for task, adapter in models.adapters.items()} if models else {},
            "api_key": settings.model_key,
            "salt": settings.model_salt,
            "priority": settings.model_priority,
            "chat": _with_slots(usual.chat, settings.model_chat),
            "batch": _with_slots(usual.batch, settings.model_batch),
        }
    )


def _with_slots(lane: LaneSettings, slots: int) -> LaneSettings:
    return lane.model_copy(update={"slots": slots})


def _embedded(pack: CityPack, routing: Routing, library: Library) -> EmbeddedEngine:
    statistics = Statistics(*corpus_statistics(library))
    quotes = {
        language: {kind: (words if key in words else pack.wording["zh"]).raw(key) for kind, key in QUOTES.items()}
        for language, words in pack.wording.items()
    }
    return EmbeddedEngine(statistics, Cues(routing.specialists), quotes)  # type: ignore[arg-type]  # names are checked by the pack


@asynccontextmanager
async def watched(engine: Engine) -> AsyncIterator[None]:
    """While it is used: probe the model's servers at once and from time to time, and close the connections after."""
    model = model_of(engine)
    if model is None:
        yield
        return

    async def watch() -> None:
        while True:
            found = await model.look()
            well = all(one.state == "ok" for probe in found for one in probe.findings)
            await asyncio.sleep(WELL_SECONDS if well else AILING_SECONDS)

    task = asyncio.create_task(watch())
    try:
        yield
    finally:
        task.cancel()
        await model.pool.close()


async def look(settings: Settings, pack: CityPack) -> list[Probe]:
    """Probe the servers of the settings once."""
    model = VLLMEngine(model_settings(settings, pack))
    try:
        return await model.look()
    finally:
        await model.pool.close()


def model_of(engine: Engine) -> VLLMEngine | None:
    """The vLLM engine within an engine, if there is one."""
    steps = engine.steps if isinstance(engine, EngineLadder) else [engine]
    return next((step for step in steps if isinstance(step, VLLMEngine)), None)
