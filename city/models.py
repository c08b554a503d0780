"""``models.yaml`` of a city pack: which models a city serves, and which of them answers which task.

A chat model is a choice for a card: one that fits 24 GB is named under ``profiles`` beside the one for a large card.
``serve.launch`` makes the command lines from it; the engine asks `ModelChoice.model_for` which name to send.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from city.pack.record import read_record
from city.schema import Record

FILE = "models.yaml"
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""A name in the field ``model`` of a request."""
Source = Annotated[str, StringConstraints(pattern=r"^(/[^\s\"'`$\\]+|[A-Za-z0-9][\w.-]*/[\w.-]+)$")]
"""A model: ``owner/name`` as hubs write it, or an absolute folder."""
Folder = Annotated[str, StringConstraints(pattern=r"^/[^\s=,\"'`$\\]+$")]
"""An absolute path on the machine (or in the container) that serves."""
FlagName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
"""An option of ``vllm serve`` without its two dashes."""


class Family(StrEnum):
    """A family of models: one tool-call parser, one reasoning parser, one way to switch thinking."""

    QWEN3 = "qwen3"
    QWEN3_INSTRUCT = "qwen3_instruct"
    QWEN3_CODER = "qwen3_coder"
    QWEN3_5 = "qwen3_5"
    DEEPSEEK_R1 = "deepseek_r1"
    DEEPSEEK_V3 = "deepseek_v3"
    DEEPSEEK_V31 = "deepseek_v31"
    DEEPSEEK_V32 = "deepseek_v32"
    DEEPSEEK_V4 = "deepseek_v4"
    DEEPSEEK_V41 = "deepseek_v41"
    GLM45 = "glm45"
    GLM47 = "glm47"
    GLM5_THINKING = "glm5_thinking"


class ProfileName(StrEnum):
    """The hardware that a command line is for."""

    SMALL = "24gb"
    H100 = "h100"
    H200 = "h200"
    EIGHT = "8gpu"
    EIGHT_ONE = "8gpu-one"
    NODES = "nodes"


class ChatModel(Record):
    """A model that reads and writes, and how it is served."""

    model: Source
    family: Family
    context: int = Field(ge=2_048, le=1_048_576, description="longest prompt and answer together, tokens")
    thinking: bool = Field(default=False, description="whether it thinks where a request does not say")
    quantization: Literal["fp8_per_tensor", "fp8_per_block"] | None = Field(
        default=None, description="quantise while loading; none for a checkpoint that is quantised already"
    )
    fp8_cache: bool = Field(default=False, description="keep the KV cache in FP8: twice the talks, slightly less exact")
    experts: bool = Field(default=False, description="mixture of experts: spread them over the cards")
    chat_template: Folder | None = Field(default=None, description="file, where the family needs one of its own")
    trust_remote_code: bool = Field(
        default=False, description="run the Python files of the model's own folder: mirror and review it first"
    )
    more: dict[FlagName, bool | int | float | str] = Field(
        default_factory=dict, description="further options of `vllm serve`; one of the profile's is replaced"
    )


class Adapter(Record):
    """A LoRA adapter for one task."""

    name: Name
    path: Folder
    base: Source = Field(description="the chat model that it was trained on")
    rank: Literal[8, 16, 32, 64, 128, 256] = 32


class SideModel(Record):
    """A model that embeds or reranks, in a server of its own."""

    model: Source
    served_name: Name
    context: int = Field(ge=128, le=131_072, description="tokens")
    family: Literal["plain", "qwen3_reranker"] = "plain"
    chat_template: Folder | None = None

    @model_validator(mode="after")
    def _template(self) -> Self:
        if (self.family == "qwen3_reranker") != (self.chat_template is not None):
            raise ValueError("family qwen3_reranker needs its chat_template, and no other family takes one")
        return self


class ModelChoice(Record):
    """What ``models.yaml`` holds."""

    served_name: Name = Field(description="name of the chat model in requests, the same on every card")
    chat: ChatModel
    profiles: dict[ProfileName, ChatModel] = Field(default_factory=dict, description="another model for that card")
    adapters: dict[str, Adapter] = Field(default_factory=dict, description="task → its adapter")
    embedding: SideModel | None = None
    rerank: SideModel | None = None

    @model_validator(mode="after")
    def _names(self) -> Self:
        sides = [side.served_name for side in (self.embedding, self.rerank) if side]
        taken = [self.served_name, *sides]
        for adapter in set(self.adapters.values()):  # two tasks may share one adapter, not one name
            taken.append(adapter.name)
        twice = sorted({name for name in taken if taken.count(name) > 1})
        if twice:
            raise ValueError(f"{twice[0]!r} names more than one model: give each adapter and model its own name")
        if self.embedding and self.embedding.family != "plain":
            raise ValueError("embedding: family qwen3_reranker is for rerank")
        return self

    def chat_for(self, profile: ProfileName) -> ChatModel:
        """The chat model on this hardware."""
        return self.profiles.get(profile, self.chat)

    def adapters_for(self, profile: ProfileName) -> tuple[Adapter, ...]:
        """The adapters that fit the chat model on this hardware, each once."""
        base = self.chat_for(profile).model
        return tuple(dict.fromkeys(adapter for adapter in self.adapters.values() if adapter.base == base))

    def model_for(self, task: str, served: Collection[str] | None = None) -> str:
        """The name to send as ``model`` for a task: its adapter's, else the chat model's.

        ``served`` holds the names that the server lists at ``/v1/models``: an adapter that this card does not serve
        (it was trained on another model) is not asked for.

        >>> choice = ModelChoice.model_validate({
        ...     "served_name": "city-llm",
        ...     "chat": {"model": "a/b", "family": "qwen3", "context": 8192},
        ...     "adapters": {"dispatch": {"name": "city-dispatch", "path": "/models/d", "base": "a/b"}},
        ... })
        >>> choice.model_for("dispatch"), choice.model_for("route"), choice.model_for("dispatch", ["city-llm"])
        ('city-dispatch', 'city-llm', 'city-llm')
        """
        adapter = self.adapters.get(task)
        if adapter is None or (served is not None and adapter.name not in served):
            return self.served_name
        return adapter.name

    @classmethod
    def load(cls, root: Path) -> Self | None:
        """The pack's models, or None where it names none. Raises PackError naming everything that is wrong."""
        return read_record(root, FILE, cls) if (root / FILE).is_file() else None
