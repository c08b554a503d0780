"""What a server really does, found out by asking: vLLM ignores unknown and retired fields without a word.

A server that does not hold to a JSON schema would hand out free text for decisions; it is unfit, and its circuit stays
open until a later probe finds it fit. What is only lost comfort (no cached tokens told, priority off) is a warning.
"""

from __future__ import annotations

import json
import logging
import secrets
from typing import Any, Literal

from pydantic import BaseModel, Field

from agents.engines.forms import FORMS
from agents.engines.vllm.failures import Fault, ModelFailure
from agents.engines.vllm.pool import Pool
from agents.engines.vllm.server import ModelServer, Reply
from agents.engines.vllm.settings import ModelSettings
from agents.engines.vllm.thinking import without_thinking
from agents.engines.vllm.wire import longest, wire_schema

Json = dict[str, Any]
log = logging.getLogger("citydesk.vllm")
SECONDS = 60.0
"""For one question of the probe: the first use of a grammar is compiled."""
_ODD = "梧桐雨声"
_SCHEMA: Json = {
    "type": "object",
    "properties": {
        "first": {"type": "string", "enum": [_ODD]},
        "second": {"type": "integer", "minimum": 707, "maximum": 709},
    },
    "required": ["first", "second"],
    "additionalProperties": False,
}
"""Nobody answers like this to the question put, unless a grammar makes them."""


class Finding(BaseModel, frozen=True):
    """One ability: ``missing`` makes the server unfit, ``warning`` costs comfort only."""

    name: str
    state: Literal["ok", "missing", "warning"]
    told: str = ""


class Probe(BaseModel, frozen=True):
    """What was found out of one server."""

    url: str
    version: str = ""
    models: tuple[str, ...] = ()
    context: int = Field(default=0, description="tokens of a prompt with its answer; 0: not told")
    findings: tuple[Finding, ...] = ()

    @property
    def unfit(self) -> str:
        """Why the server must not be used; nothing where it may."""
        return "; ".join(f"{one.name}: {one.told}" for one in self.findings if one.state == "missing")


async def probe(server: ModelServer, settings: ModelSettings) -> Probe:
    """Ask a server for what it can do. Raises ModelFailure where it cannot be reached."""
    version = await server.get("/version", SECONDS)
    listed = await server.get("/v1/models", SECONDS)
    models = tuple(sorted(str(one.get("id")) for one in listed.get("data", [])))
    findings = [_named(settings, models)]
    if findings[0].state != "missing":
        plain = await server.complete(_body(settings), SECONDS)
        again = await server.complete(_body(settings), SECONDS)
        findings += [_enforces(plain), _thinks_not(plain), _tells_cached(again)]
        findings += [await _salted(server, settings), await _prioritised(server, settings)]
    return Probe(
        url=server.url,
        version=str(version.get("version", "")),
        models=models,
        context=_context(listed, settings.model),
        findings=tuple(findings),
    )


async def warm_up(server: ModelServer, settings: ModelSettings) -> None:
    """Let the server compile the grammar of every form, so that no citizen waits for it. Raises ModelFailure."""
    for task, form in FORMS.items():
        schema = wire_schema(form.answer)
        asked = _body(settings) | {
            "max_tokens": min(longest(schema), 16),
            "response_format": {"type": "json_schema", "json_schema": {"name": task, "schema": schema}},
        }
        await server.complete(asked, SECONDS)


async def probe_pool(pool: Pool) -> list[Probe]:
    """Probe every server and shut out those that are unfit; one that cannot be reached is left to its breaker."""
    found = []
    for member in pool.members:
        try:
            made = await probe(member.server, pool.settings)
            if not made.unfit:
                await warm_up(member.server, pool.settings)
        except ModelFailure as failure:
            log.error("the probe of %s failed: %s", member.server.url, failure)
            made = Probe(url=member.server.url, findings=(Finding(name="answers", state="warning", told=str(failure)),))
        if made.unfit:
            log.error("%s is not used: %s", member.server.url, made.unfit)
            member.breaker.hold(made.unfit)
        elif made.models:
            member.breaker.release()
        for one in made.findings:
            if one.state == "warning":
                log.warning("%s: %s: %s", member.server.url, one.name, one.told)
        found.append(made)
    return found


def _context(listed: Json, model: str) -> int:
    """The context of the model as the server lists it; adapters have none of their own."""
    told = (one.get("max_model_len") for one in listed.get("data", []) if one.get("id") == model)
    return next((length for length in told if isinstance(length, int) and length > 0), 0)


def _body(settings: ModelSettings) -> Json:
    # Long enough for whole cache blocks of 16 tokens, so that the second asking can be found in the cache.
    asked = "请用一句话介绍一下你自己，说说你今天心情怎么样，然后祝我一天顺利。" * 4
    return {
        "model": settings.model,
        "messages": [{"role": "user", "content": asked}],
        "temperature": 0.0,
        "max_tokens": 64,
        "chat_template_kwargs": {"enable_thinking": False},
        "response_format": {"type": "json_schema", "json_schema": {"name": "probe", "schema": _SCHEMA}},
    }


def _named(settings: ModelSettings, models: tuple[str, ...]) -> Finding:
    wanted = {settings.model, *settings.adapters.values()}
    absent = sorted(wanted - set(models))
    if settings.model in absent:
        told = f"the server knows {', '.join(models) or 'no model'}, not {settings.model}: set CITYDESK_MODEL_NAME"
        return Finding(name="model", state="missing", told=told)
    if absent:
        told = f"no adapter {', '.join(absent)} there, the model itself is asked: serve it with --lora-modules"
        return Finding(name="model", state="warning", told=told)
    return Finding(name="model", state="ok")


def _enforces(reply: Reply) -> Finding:
    text = without_thinking(reply.text or "")
    try:
        made = json.loads(text)
        holds = made == {"first": _ODD, "second": made["second"]} and 707 <= made["second"] <= 709
    except (ValueError, TypeError, KeyError):
        holds = False
    if holds and reply.finish != "length":
        return Finding(name="json schema", state="ok")
    told = f"response_format is not held to (it said {text[:60]!r}): no decision can be asked of this server"
    return Finding(name="json schema", state="missing", told=told)


def _thinks_not(reply: Reply) -> Finding:
    if reply.reasoning or "<think>" in (reply.text or ""):
        told = "it thinks although enable_thinking is false: set --reasoning-parser and --default-chat-template-kwargs"
        return Finding(name="thinking off", state="warning", told=told)
    return Finding(name="thinking off", state="ok")


def _tells_cached(reply: Reply) -> Finding:
    usage = reply.body.get("usage") or {}
    if usage.get("prompt_tokens_details") is None:
        told = "cached tokens are not told: start it with --enable-prompt-tokens-details"
        return Finding(name="cached tokens", state="warning", told=told)
    if not reply.usage.cached:
        told = "the same prompt was not found in the cache: look at --enable-prefix-caching and the kind of model"
        return Finding(name="cached tokens", state="warning", told=told)
    return Finding(name="cached tokens", state="ok")


async def _salted(server: ModelServer, settings: ModelSettings) -> Finding:
    """A salt never used before must be taken, and must not find what another domain has asked."""
    name, otherwise = "cache salt", "trust domains share one cache"
    reply = await _taken(server, _body(settings) | {"cache_salt": secrets.token_hex(16)})
    if isinstance(reply, ModelFailure):
        return Finding(name=name, state="missing", told=f"{reply}; {otherwise}")
    if reply.usage.cached:
        return Finding(name=name, state="warning", told=f"cache_salt is ignored: {otherwise}")
    return Finding(name=name, state="ok")


async def _prioritised(server: ModelServer, settings: ModelSettings) -> Finding:
    name = "priority"
    reply = await _taken(server, _body(settings) | {"priority": 10}) if settings.priority else None
    if isinstance(reply, ModelFailure):
        otherwise = "start it with --scheduling-policy priority, or set CITYDESK_MODEL_PRIORITY=false"
        return Finding(name=name, state="missing", told=f"{reply}; {otherwise}")
    return Finding(name=name, state="ok")


async def _taken(server: ModelServer, body: Json) -> Reply | ModelFailure:
    """The reply, or the failure where the server refuses such a request. Raises ModelFailure for any other."""
    try:
        return await server.complete(body, SECONDS)
    except ModelFailure as failure:
        if failure.fault is not Fault.REFUSED:
            raise
        return failure
