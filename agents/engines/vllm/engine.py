"""Typed tasks on vLLM.

A decision is asked as a form (:mod:`agents.engines.forms`) under ``response_format: json_schema`` and read back; only
``write`` streams. The prompt's order is wording, catalogue, then what is asked. Answers cut short, without content or
out of form are tried once more with what was wrong, then refused: they are never data. A prompt that surely does not
fit loses passages from its end, or is not sent at all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, TypeVar

from pydantic import ValidationError

from agents.engines.base import EngineAnswerInvalid, EngineUnavailable, I, O, Task
from agents.engines.calls import Call, Served
from agents.engines.forms import FORMS, WRITTEN, Closed, Form
from agents.engines.vllm.failures import Fault, ModelFailure
from agents.engines.vllm.pool import Pool
from agents.engines.vllm.probe import Probe, probe_pool
from agents.engines.vllm.room import Room, shorter
from agents.engines.vllm.salt import Salts
from agents.engines.vllm.server import Reply, Usage
from agents.engines.vllm.settings import ModelSettings
from agents.engines.vllm.thinking import Spoken, without_thinking
from agents.engines.vllm.wire import longest, wire_schema
from city.outbound import require_model_requests
from city.tracking import request_id
from prompts.loader import Prompt, load_prompt

Json = dict[str, Any]
G = TypeVar("G")
log = logging.getLogger("citydesk.vllm")
_BATCH_PRIORITY = 10  # lower goes first; chat has the server's 0
_SPARE_TOKENS = 8  # the end mark, and blanks that a server may put around


class VLLMEngine:
    """Runs typed tasks on a pool of vLLM servers. Raises ModelFailure (an EngineUnavailable) or EngineAnswerInvalid."""

    def __init__(self, settings: ModelSettings):
        self.settings = settings
        self.name = f"vllm:{settings.model}"
        self.pool = Pool(settings)
        self.room = Room()
        self._salts = Salts(settings.salt)
        self._served: frozenset[str] | None = None

    async def look(self) -> list[Probe]:
        """Find out what the servers can do: an unfit one is not used, an adapter that none has is not asked for, and a
        prompt that is too long for all of them is not sent.
        """
        require_model_requests()
        found = await probe_pool(self.pool)
        listed = [frozenset(one.models) for one in found if one.models]
        self._served = frozenset.intersection(*listed) if listed else None
        self.room.limit = max((one.context for one in found), default=0) or self.room.limit
        return found

    def model_for(self, task: str) -> str:
        """The adapter of a task where the servers have it, else the model."""
        name = self.settings.model_for(task)
        return name if self._served is None or name in self._served else self.settings.model

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        """Answer a task as a checked object, with one repair."""
        require_model_requests()
        form = FORMS.get(task.name)
        if form is None:
            raise EngineUnavailable(f"No model is asked for the task {task.name!r}: it has no form.")
        call, prompt = call or Call(), load_prompt(task.name)
        given, body = self._fitting(task.name, given, lambda less: self.decision(form, task.name, less, call))
        for attempt in range(2):
            begun = time.monotonic()
            reply = await self.pool.complete(body, call)
            self._note(call, prompt, body, reply.usage, begun)
            answer, wrong = read_answer(form, reply)
            if answer is not None:
                return task.returns.model_validate(form.read(given, answer), from_attributes=True)
            log.warning("%s: the answer is not in form (try %d): %s", task.name, attempt + 1, wrong)
            body = body | {"messages": [*body["messages"], *_repair(reply, wrong)]}
        raise EngineAnswerInvalid(f"The model's answer to {task.name!r} is not in form, also after a repair.")

    async def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncGenerator[str, None]:
        """Stream the text of a writing task; thinking is never passed on."""
        require_model_requests()
        shown = WRITTEN.get(task.name)
        if shown is None:
            raise EngineUnavailable(f"No model is asked for the task {task.name!r}: nothing says how to show it.")
        call, prompt = call or Call(), load_prompt(task.name)
        most = {"max_tokens": self.settings.max_tokens}
        _, body = self._fitting(
            task.name, given, lambda less: self._body(task.name, prompt.messages(shown(less)), call) | most
        )
        usage, said, begun = Usage(), False, time.monotonic()
        async with aclosing(self.pool.stream(body, call, usage)) as pieces:
            async for piece in _meant(pieces):
                said = True
                yield piece
        self._note(call, prompt, body, usage, begun)
        if not said:
            raise EngineAnswerInvalid(f"The model's text for {task.name!r} is empty: all of it was thinking or blank.")

    def decision(self, form: Form, task: str, given: Any, call: Call) -> Json:
        """The request of a decision. Its length follows from the form, so that no valid answer is cut."""
        schema = wire_schema(form.answer)
        messages = load_prompt(task).messages(form.shown(given), form.fixed(given))
        return self._body(task, messages, call) | {
            "max_tokens": longest(schema) + _SPARE_TOKENS,
            "response_format": {"type": "json_schema", "json_schema": {"name": task, "schema": schema}},
        }

    def _fitting(self, task: str, given: G, made: Callable[[G], Json]) -> tuple[G, Json]:
        """What is asked and its request, with as many passages as may fit. Raises ModelFailure where none do."""
        body = made(given)
        if not self.room.may_hold(body):
            least, limit = self.room.least(body) + body["max_tokens"], self.room.limit
            for less in shorter(given):
                given, body = less, made(less)
                if self.room.may_hold(body):
                    break
            else:
                told = f"was not asked: {task} takes {least} tokens at least, and its context has {limit}"
                raise ModelFailure(Fault.TOO_LONG, told)
            log.warning("%s: passages left off: all take %d tokens at least, the context has %d", task, least, limit)
        return given, body | ({"request_id": f"{request_id()}-{task}"} if request_id() else {})

    def _body(self, task: str, messages: list[dict[str, str]], call: Call) -> Json:
        return {
            "model": self.model_for(task),
            "messages": messages,
            "temperature": self.settings.temperature,
            "chat_template_kwargs": {"enable_thinking": False},
            "cache_salt": self._salts.of(call.domain),
        } | ({"priority": _BATCH_PRIORITY} if call.lane == "batch" and self.settings.priority else {})

    def _note(self, call: Call, prompt: Prompt, body: Json, usage: Usage, begun: float) -> None:
        seconds = time.monotonic() - begun
        self.room.note(body, usage.prompt)
        call.record(Served(prompt.id, self.name, seconds, usage.prompt, usage.cached, usage.written))
        name, tokens = self.model_for(prompt.id), (usage.prompt, usage.cached, usage.written)
        told = "%s v%d on %s: %d prompt tokens (%d cached), %d written, %.2f s"
        log.info(told, prompt.id, prompt.version, name, *tokens, seconds)


def read_answer(form: Form, reply: Reply) -> tuple[Closed | None, str]:
    """The answer, or what is wrong with it. Only a whole one counts: what was cut short may say the opposite."""
    if reply.text is None:
        return None, "没有正文"
    if reply.finish == "length":
        return None, "太长，被截断了"
    try:
        return form.answer.model_validate_json(without_thinking(reply.text)), ""
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        return None, "；".join(f"{'.'.join(map(str, one['loc'])) or '整体'}：{one['msg']}" for one in problems[:5])


def _repair(reply: Reply, wrong: str) -> list[dict[str, str]]:
    said = without_thinking(reply.text or "")[:2000]
    return [
        {"role": "assistant", "content": said},
        {"role": "user", "content": f"上面的输出不合格式（{wrong}）。请只输出一个符合要求的 JSON。"},
    ]


async def _meant(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """What of the pieces is meant for the reader, from the first character that is no blank."""
    spoken, begun = Spoken(), False
    async for piece in pieces:
        said = spoken.take(piece)
        if not begun:
            said = said.lstrip()
        if said:
            begun = True
            yield said
    rest = spoken.rest()
    if rest:
        yield rest
