"""What is refused before a server is started: what is known to corrupt answers, open a door or tell a secret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from city.models import FILE, ChatModel, ModelChoice, ProfileName
from city.pack import CityPack
from city.pack.problems import PackError, Problem
from city.schema import City
from prompts.loader import FOLDER as PROMPTS
from serve.launch.families import FAMILIES
from serve.launch.profiles import PROFILES, Load

REFUSED = {
    "api-key": ("stands on the line for every process to read", "set VLLM_API_KEY in the environment"),
    "trust-remote-code": ("runs programs of the model's folder", "say trust_remote_code: true, after a review"),
    "speculative-config": (
        "has corrupted JSON under a grammar, and text with a hybrid model's prefix cache",
        "leave it out: every decision here is written under a grammar",
    ),
    "guided-decoding-backend": ("is gone since vLLM 0.12", "leave it out: the profile names the backend"),
    "enable-sleep-mode": ("opens development routes that stop the server", "leave it out"),
    "enable-log-requests": (
        "writes what citizens say into the server's log",
        "leave it out: the city's log is masked",
    ),
    "enable-log-outputs": ("writes what citizens are told into the server's log", "leave it out"),
    "allowed-local-media-path": ("lets a request read the server's files", "leave it out"),
    "trust-request-chat-template": ("runs a template that comes with a request", "leave it out"),
    "middleware": ("loads code into the server", "put what it does into the proxy"),
    "tool-parser-plugin": ("loads code into the server", "choose a family whose parser vLLM brings"),
    "reasoning-parser-plugin": ("loads code into the server", "choose a family whose parser vLLM brings"),
    "logits-processors": ("loads code into the server", "leave it out"),
    "config": ("sets options that nobody sees here", "write them out under more"),
}
"""Option → why it is refused, and what to do instead."""
FIXED = {
    **dict.fromkeys(
        ("host", "port", "headless", "nnodes", "node-rank", "master-addr", "data-parallel-size", "runner"),
        "the command line and the profile say it",
    ),
    **dict.fromkeys(
        ("tensor-parallel-size", "pipeline-parallel-size", "enable-expert-parallel", "performance-mode"),
        "the profile says how the cards are used",
    ),
    **dict.fromkeys(("served-model-name", "max-model-len", "chat-template"), "models.yaml has a field for it"),
    **dict.fromkeys(("quantization", "kv-cache-dtype"), "models.yaml has a field for it"),
    **dict.fromkeys(("enable-lora", "lora-modules", "max-loras", "max-lora-rank"), "`adapters` says it"),
    **dict.fromkeys(
        ("enable-auto-tool-choice", "tool-call-parser", "reasoning-parser", "tokenizer-mode", "language-model-only"),
        "the family says it",
    ),
    **dict.fromkeys(
        ("structured-outputs-config", "default-chat-template-kwargs"), "decisions rest on what the profile sets"
    ),
    "scheduling-policy": "requests carry a priority, which any other policy answers with an error",
    "shutdown-timeout": "the time before a kill is reckoned from it",
    "gpu-memory-utilization": "other servers may stand on the same card",
    "enable-request-id-headers": "the record of calls rests on it",
}
"""Option → why the pack does not set it."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one chat model: the field, the fact and the remedy."""

    field: str
    message: str
    remedy: str


def faults_of(chat: ChatModel, load: Load) -> Iterator[Fault]:
    """What is refused of this model on hardware that takes this load."""
    yield from _family(chat)
    yield from _remote_code(chat)
    yield from _quantised(chat)
    for name, value in chat.more.items():
        yield from _option(name, value)
    yield from _queue(chat, load)


def _family(chat: ChatModel) -> Iterator[Fault]:
    needs = FAMILIES[chat.family]
    if chat.thinking and not needs.can_think:
        yield Fault("thinking", f"{chat.family} never thinks", "write false, or choose a thinking model")
    if needs.always_thinks and not chat.thinking:
        yield Fault("thinking", f"{chat.family} always thinks", "write true, and give decisions tokens for the thought")
    if needs.own_template and not chat.chat_template:
        remedy = "name the file of vLLM's examples for this family"
        yield Fault("chat_template", f"{chat.family} writes tool calls only by a template of its own", remedy)


def _remote_code(chat: ChatModel) -> Iterator[Fault]:
    needed = FAMILIES[chat.family].own_code
    if needed and not chat.trust_remote_code:
        message = f"{chat.family} runs Python files of the model's own folder, with all rights of the server"
        yield Fault("trust_remote_code", message, "mirror the folder, have it reviewed, then write true")
    if chat.trust_remote_code and not needed:
        yield Fault("trust_remote_code", f"{chat.family} runs without it", "write false")
    if chat.trust_remote_code and not chat.model.startswith("/"):
        message = f"{chat.model!r} is a name: whoever owns it may change what runs here"
        yield Fault("model", message, "name the folder of the reviewed mirror")


def _quantised(chat: ChatModel) -> Iterator[Fault]:
    done = next((mark for mark in ("FP8", "AWQ", "GPTQ", "INT4", "INT8", "NVFP4") if mark in chat.model.upper()), "")
    if chat.quantization and done:
        yield Fault("quantization", f"the checkpoint is {done} already", "leave it out")


def _option(name: str, value: bool | int | float | str) -> Iterator[Fault]:
    where, plain = f"more.{name}", name.removeprefix("no-")
    # The server's own parser takes an option by its beginning too.
    refused = next((key for key in REFUSED if key == plain or (len(plain) > 2 and key.startswith(plain))), "")
    if refused:
        why, remedy = REFUSED[refused]
        yield Fault(where, f"--{refused} {why}", remedy)
    elif plain in FIXED:
        yield Fault(where, f"is not the pack's to set: {FIXED[plain]}", "leave it out")
    elif name != plain and value is not True:
        yield Fault(where, "is an option said twice over", f"write {plain}: false")


def _queue(chat: ChatModel, load: Load) -> Iterator[Fault]:
    running = chat.more.get("max-num-seqs", load.requests)
    queued = chat.more.get("max-num-queued-reqs", load.queued_requests)
    if not isinstance(running, int) or not isinstance(queued, int) or queued < running:
        message = f"running and waiting together ({queued}) are fewer than may run ({running})"
        remedy = "raise it above max-num-seqs, by as many as may wait"
        yield Fault("more.max-num-queued-reqs", message, remedy)


def problems_of(models: ModelChoice, profile: ProfileName) -> list[Problem]:
    """What is refused of the chat model on this hardware, each with its place in ``models.yaml``."""
    prefix = f"profiles.{profile}" if profile in models.profiles else "chat"
    return [
        Problem(file=FILE, where=f"{prefix}.{fault.field}", message=fault.message, remedy=fault.remedy)
        for fault in faults_of(models.chat_for(profile), PROFILES[profile].load)
    ]


def check_models(pack: CityPack) -> list[Problem]:
    """Every problem of the pack's ``models.yaml``; none where it has no such file. Raises PackError."""
    models = ModelChoice.load(pack.root)
    if models is None:
        return []
    found = [problem for profile in PROFILES for problem in problems_of(models, profile)]
    unique = list({(one.where, one.message): one for one in found}.values())
    return [*unique, *_adapters(models), *_searching(models, pack.city)]


def _adapters(models: ModelChoice) -> Iterator[Problem]:
    tasks = sorted(path.stem for path in PROMPTS.glob("*.md"))
    chosen = {models.chat.model, *(chat.model for chat in models.profiles.values())}
    for task, adapter in models.adapters.items():
        if task not in tasks:
            remedy = f"use one of {', '.join(tasks)}"
            yield Problem(file=FILE, where=f"adapters.{task}", message="is no task", remedy=remedy)
        if adapter.base not in chosen:
            message = f"{adapter.base!r} is no chat model of this file: the adapter would never be loaded"
            remedy = "write the model that it was trained on as chat or profile model has it"
            yield Problem(file=FILE, where=f"adapters.{task}.base", message=message, remedy=remedy)


def _searching(models: ModelChoice, city: City) -> Iterator[Problem]:
    """The search looks for vectors of the very model that made them: it must be the one that is served."""
    pairs = (
        ("embedding", city.embedding.model, models.embedding),
        ("rerank", city.rerank.model if city.rerank else "", models.rerank),
    )
    for part, searched, served in pairs:
        if searched and served and searched != served.model:
            message = f"is {served.model!r}, and city.yaml searches with {searched!r}"
            yield Problem(file=FILE, where=f"{part}.model", message=message, remedy="name the same model in both")


def sound(models: ModelChoice, profile: ProfileName) -> None:
    """Raise PackError where the chat model is refused on this hardware."""
    if problems := problems_of(models, profile):
        raise PackError(problems)
