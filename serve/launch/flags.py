"""Every option of the line, with its reason. docs/serving.md tells the same at length."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from city.models import Adapter, ChatModel, SideModel
from serve.launch.families import FAMILIES
from serve.launch.profiles import Load

SHUTDOWN_SECONDS = 90
"""How long running answers may go on after SIGTERM. What starts the server must wait longer before it kills."""


class Group(StrEnum):
    """One line of the command; the value says why its options are there."""

    MODEL = "the model: parsers of its family, no longer a context than the talks need"
    DOOR = "the door: one name whatever the model, this address only"
    ANSWERS = "answers: schemas by xgrammar without free blanks, thinking only where it is asked for"
    LOAD = "load: bounded, so that an overload is a quick 503 and not an endless queue"
    SPREAD = "cards: how one model is spread"
    ADAPTERS = "adapters: one per task, loaded at the start and never while running"
    WATCH = "watching: counts in every answer, request ids both ways, a drain on SIGTERM"
    MORE = "the pack's own options"


@dataclass(frozen=True)
class Flag:
    """One option: ``value`` None where the option stands alone."""

    name: str
    value: str | None
    group: Group

    @property
    def words(self) -> tuple[str, ...]:
        """As the command takes it."""
        if self.value is None:
            return (f"--{self.name}",)
        return (f"--{self.name}={self.value}",) if self.value.startswith("-") else (f"--{self.name}", self.value)


def door(served_name: str, host: str, port: int) -> Iterator[Flag]:
    """Name and address."""
    yield Flag("served-model-name", served_name, Group.DOOR)
    # Loopback unless it is told otherwise: the key guards only /v1, and /invocations answers without one.
    yield Flag("host", host, Group.DOOR)
    yield Flag("port", str(port), Group.DOOR)


def model_flags(chat: ChatModel) -> Iterator[Flag]:
    """What the model is."""
    needs = FAMILIES[chat.family]
    yield Flag("enable-auto-tool-choice", None, Group.MODEL)  # the parser is not used without it
    yield Flag("tool-call-parser", needs.tools, Group.MODEL)
    if needs.reasoning:  # without it a grammar starts at once and cuts the thought short
        yield Flag("reasoning-parser", needs.reasoning, Group.MODEL)
    yield Flag("max-model-len", str(chat.context), Group.MODEL)
    if needs.text_only:  # leaves the picture encoder's memory to the cache
        yield Flag("language-model-only", None, Group.MODEL)
    if needs.tokenizer_mode:
        yield Flag("tokenizer-mode", needs.tokenizer_mode, Group.MODEL)
    if chat.quantization:
        yield Flag("quantization", chat.quantization, Group.MODEL)
    if chat.fp8_cache or needs.fp8_cache:
        yield Flag("kv-cache-dtype", "fp8", Group.MODEL)
    if needs.block_size:
        yield Flag("block-size", str(needs.block_size), Group.MODEL)
    if chat.chat_template:
        yield Flag("chat-template", chat.chat_template, Group.MODEL)
    if chat.trust_remote_code:  # asked for in the pack, for a folder that somebody has read
        yield Flag("trust-remote-code", None, Group.MODEL)


def answer_flags(chat: ChatModel) -> Iterator[Flag]:
    """How it answers."""
    key = FAMILIES[chat.family].thinking_key
    if key and not chat.thinking:  # a decision that thinks spends its tokens before the first brace
        yield Flag("default-chat-template-kwargs", json.dumps({key: False}), Group.ANSWERS)
    # Named, because `auto` stays with the first request's and refuses later schemas that need another; blanks are
    # forbidden, because some models write them until their tokens are spent.
    config = {"backend": "xgrammar", "disable_any_whitespace": True}
    yield Flag("structured-outputs-config", json.dumps(config), Group.ANSWERS)


def load_flags(load: Load, memory: float, *, batch: bool) -> Iterator[Flag]:
    """How much at a time."""
    yield Flag("max-num-seqs", str(load.requests), Group.LOAD)
    yield Flag("max-num-batched-tokens", str(load.step_tokens), Group.LOAD)
    yield Flag("long-prefill-token-threshold", str(load.long_prompt), Group.LOAD)
    yield Flag("max-num-queued-reqs", str(load.queued_requests), Group.LOAD)
    if not batch:  # nobody waits for the first word of a batch: its prompts may queue
        yield Flag("max-num-queued-tokens", str(load.queued_tokens), Group.LOAD)
    yield Flag("gpu-memory-utilization", f"{memory:.2f}", Group.LOAD)
    # Orders the waiting only: it frees no slot, which is why batch has servers of its own. Without it a request that
    # names a priority is an error.
    yield Flag("scheduling-policy", "priority", Group.LOAD)
    if batch:
        yield Flag("performance-mode", "throughput", Group.LOAD)


def spread_flags(cards: int, *, experts: bool, nodes: int = 1, rank: int = 0, master: str = "") -> Iterator[Flag]:
    """Over cards and machines."""
    if cards > 1:
        yield Flag("tensor-parallel-size", str(cards), Group.SPREAD)
    if experts and cards > 1:
        yield Flag("enable-expert-parallel", None, Group.SPREAD)
    if nodes > 1:  # layers are split over machines: the slower line between them carries least
        yield Flag("pipeline-parallel-size", str(nodes), Group.SPREAD)
        yield Flag("nnodes", str(nodes), Group.SPREAD)
        yield Flag("node-rank", str(rank), Group.SPREAD)
        yield Flag("master-addr", master, Group.SPREAD)
    if rank:
        yield Flag("headless", None, Group.SPREAD)


def adapter_flags(adapters: tuple[Adapter, ...]) -> Iterator[Flag]:
    """One adapter for each task that has one. They do not share the prefix cache with the base model."""
    if adapters:
        yield Flag("enable-lora", None, Group.ADAPTERS)
        yield Flag("max-loras", str(len(adapters)), Group.ADAPTERS)
        yield Flag("max-lora-rank", str(max(adapter.rank for adapter in adapters)), Group.ADAPTERS)


def watch_flags(*, writes: bool) -> Iterator[Flag]:
    """What is seen of it, and how it ends."""
    if writes:
        yield Flag("enable-prompt-tokens-details", None, Group.WATCH)  # `cached_tokens`: whether the prefix holds
        yield Flag("enable-force-include-usage", None, Group.WATCH)
        yield Flag("sse-keep-alive-interval", "15", Group.WATCH)  # a proxy does not cut a stream that thinks
    yield Flag("enable-request-id-headers", None, Group.WATCH)
    yield Flag("shutdown-timeout", str(SHUTDOWN_SECONDS), Group.WATCH)
    yield Flag("disable-access-log-for-endpoints", "/health,/metrics,/ping", Group.WATCH)


def side_flags(side: SideModel, memory: float) -> Iterator[Flag]:
    """A model that embeds or reranks."""
    yield Flag("runner", "pooling", Group.MODEL)
    yield Flag("max-model-len", str(side.context), Group.MODEL)
    if side.family == "qwen3_reranker":  # a language model whose "yes" and "no" are the score
        override = {
            "architectures": ["Qwen3ForSequenceClassification"],
            "classifier_from_token": ["no", "yes"],
            "is_original_qwen3_reranker": True,
        }
        yield Flag("hf-overrides", json.dumps(override), Group.MODEL)
    if side.chat_template:
        yield Flag("chat-template", side.chat_template, Group.MODEL)
    yield Flag("gpu-memory-utilization", f"{memory:.2f}", Group.LOAD)


def replaced(flags: tuple[Flag, ...], more: dict[str, bool | int | float | str]) -> tuple[Flag, ...]:
    """The options with those of the pack: one that stands already is replaced, False takes it off or says ``--no-``."""
    kept = [flag for flag in flags if flag.name not in more]
    standing = {flag.name for flag in flags}
    for name, value in more.items():
        if value is False:
            kept += [] if name in standing else [Flag(f"no-{name}", None, Group.MORE)]
        else:
            kept.append(Flag(name, None if value is True else str(value), Group.MORE))
    return tuple(kept)
