"""Models to launch: small choices of a pack, changed a little for each test."""

from __future__ import annotations

from typing import Any

from city.models import ModelChoice, ProfileName
from serve.launch.servers import Server, Wishes, servers_of

CHAT: dict[str, Any] = {"model": "owner/big", "family": "qwen3", "context": 8192}
EMBED: dict[str, Any] = {"model": "owner/embed", "served_name": "city-embed", "context": 8192}
RERANK: dict[str, Any] = {"model": "owner/rerank", "served_name": "city-rerank", "context": 1024}
ADAPTER: dict[str, Any] = {"name": "city-dispatch", "path": "/models/dispatch", "base": "owner/big", "rank": 64}


def models(chat: dict[str, Any] | None = None, **more: Any) -> ModelChoice:
    """A choice of models, with changes to the chat model."""
    return ModelChoice.model_validate({"served_name": "city-llm", "chat": {**CHAT, **(chat or {})}, **more})


def with_sides(chat: dict[str, Any] | None = None, **more: Any) -> ModelChoice:
    """The same with an embedding and a rerank model."""
    return models(chat, embedding=EMBED, rerank=RERANK, **more)


def options(server: Server) -> dict[str, str | None]:
    """The server's options by name, as the command has them."""
    found: dict[str, str | None] = {}
    words = server.arguments[1:]
    for index, word in enumerate(words):
        if word.startswith("--"):
            name, _, value = word.removeprefix("--").partition("=")
            follows = words[index + 1] if index + 1 < len(words) and not words[index + 1].startswith("--") else None
            found[name] = value or follows
    return found


def one(choice: ModelChoice, profile: ProfileName = ProfileName.H100, **wishes: Any) -> Server:
    """The first server of a profile."""
    return servers_of(choice, profile, Wishes(**wishes))[0]
