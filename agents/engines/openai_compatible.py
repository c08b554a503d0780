"""An engine behind any OpenAI-compatible server (vLLM among them).

Decisions use ``response_format: json_schema``; length, pattern and format are taken off the schema on the wire because
grammar engines handle them badly, and pydantic checks the full model after. One repair is tried, then the answer is
refused. Thinking is off for decisions.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.engines.base import EngineAnswerInvalid, EngineUnavailable, I, O, Task
from agents.engines.switch import require_model_requests
from prompts.loader import load_prompt

_NOT_ON_THE_WIRE = frozenset(
    {
        "maxLength",
        "minLength",
        "pattern",
        "format",
        "default",
        "title",
        "description",
        "uniqueItems",
        "multipleOf",
    }
)
_THINKING = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)


class ModelSettings(BaseModel):
    """How the server is reached. Times in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    model: str
    api_key: str = "none"
    connect_timeout: float = Field(default=5.0, gt=0)
    read_timeout: float = Field(default=30.0, gt=0)
    max_tokens: int = Field(default=1200, gt=0)
    temperature: float = Field(default=0.0, ge=0)


def wire_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON schema without the keywords that grammar engines choke on."""

    def clean(node: Any, *, names: bool = False) -> Any:  # walks JSON
        if isinstance(node, dict):
            # Under "properties" the keys are field names, and a field may well be called "title".
            return {
                key: clean(value, names=key in {"properties", "$defs"} and not names)
                for key, value in node.items()
                if names or key not in _NOT_ON_THE_WIRE
            }
        return [clean(item) for item in node] if isinstance(node, list) else node

    schema: dict[str, Any] = clean(model.model_json_schema())
    return schema


class OpenAICompatibleEngine:
    """Runs typed tasks on a chat-completions server."""

    def __init__(self, settings: ModelSettings, *, http_client: Any = None):  # the SDK's own client type
        self.settings = settings
        self.name = f"model:{settings.model}"
        self._http_client = http_client
        self._client: Any = None

    def _open(self) -> Any:  # openai is imported lazily
        require_model_requests()
        if self._client is None:
            from openai import AsyncOpenAI

            self._client = AsyncOpenAI(
                base_url=self.settings.base_url,
                api_key=self.settings.api_key,
                timeout=self.settings.read_timeout,
                max_retries=0,
                http_client=self._http_client,
            )
        return self._client

    async def _complete(self, messages: list[dict[str, str]], schema: dict[str, Any], name: str) -> str:
        from openai import OpenAIError

        client = self._open()
        try:
            reply = await client.chat.completions.create(
                model=self.settings.model,
                messages=messages,
                temperature=self.settings.temperature,
                max_tokens=self.settings.max_tokens,
                response_format={"type": "json_schema", "json_schema": {"name": name, "schema": schema}},
                extra_body={"chat_template_kwargs": {"enable_thinking": False}},
            )
        except OpenAIError as error:
            raise EngineUnavailable(f"The model server did not answer: {error}") from error
        return (reply.choices[0].message.content if reply.choices else None) or ""

    async def decide(self, task: Task[I, O], given: I) -> O:
        """Answer a task as a checked object, with one repair."""
        messages = load_prompt(task.name).messages(given.model_dump_json())
        schema = wire_schema(task.returns)
        content = await self._complete(messages, schema, task.name)
        try:
            return task.returns.model_validate_json(_THINKING.sub("", content))
        except ValidationError as error:
            complaint = json.dumps(
                error.errors(include_url=False, include_input=False), ensure_ascii=False, default=str
            )
        repair = [
            *messages,
            {"role": "assistant", "content": content},
            {"role": "user", "content": f"上面的输出不符合格式：{complaint}。请只输出修正后的 JSON。"},
        ]
        try:
            return task.returns.model_validate_json(_THINKING.sub("", await self._complete(repair, schema, task.name)))
        except ValidationError as error:
            raise EngineAnswerInvalid(
                f"The model's answer to {task.name!r} is not in form, also after a repair."
            ) from error

    async def write(self, task: Task[I, O], given: I) -> AsyncIterator[str]:
        """Stream the text of a writing task; thinking is never passed on."""
        from openai import OpenAIError

        client = self._open()
        try:
            stream = await client.chat.completions.create(
                model=self.settings.model,
                messages=load_prompt(task.name).messages(given.model_dump_json()),
                temperature=self.settings.temperature,
                max_tokens=self.settings.max_tokens,
                stream=True,
                extra_body={"chat_template_kwargs": {"enable_thinking": False}},
            )
            async for chunk in stream:
                piece = chunk.choices[0].delta.content if chunk.choices else None
                if piece:
                    yield piece
        except OpenAIError as error:
            raise EngineUnavailable(f"The model server broke off: {error}") from error
