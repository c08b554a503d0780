"""The judge's endpoint as a client: a prompt goes there, an object of the wanted form comes back, or why not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from city.errors import NotFound, Refused
from city.outbound import require_model_requests
from eval.judging.endpoint import Endpoint

if TYPE_CHECKING:
    from openai import APIError, AsyncOpenAI

M = TypeVar("M", bound=BaseModel)
PATIENCE = 120.0
"""Seconds for one answer of a judge."""
MOST_TOKENS = 4096
_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_MOST_TOLD = 160
_CLOSED, _GONE = (401, 403), (404, 405)


class UnjudgedError(Exception):
    """The judge did not say, or not in the form that was asked for: it counts as the worst judgement."""


class Client:
    """One endpoint. It belongs to the event loop on which it is first asked."""

    def __init__(self, endpoint: Endpoint, patience: float = PATIENCE) -> None:
        self.endpoint = endpoint
        self._patience = patience
        self._client: AsyncOpenAI | None = None

    async def read(self, prompt: str, output: type[M]) -> M:
        """The judge's answer as an ``output``, whose whole numbers are all 0 or 1.

        Raises UnjudgedError where none came in time and in form, Refused or NotFound where no judgement can ever come:
        a key that is not let in, a model that is not there, model calls switched off.
        """
        text = await self._say(prompt)
        try:
            told = json.loads(_THOUGHT.sub("", text))
            made = output.model_validate(told)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise UnjudgedError(f"the answer is not in form ({where}: {first['msg']})") from error
        except ValueError as error:
            raise UnjudgedError(f"the answer is no JSON ({error})") from error
        if not _binary(made.model_dump()):
            raise UnjudgedError("a verdict is neither 0 nor 1")
        return made

    async def _say(self, prompt: str) -> str:
        require_model_requests()
        client = self._open()
        from openai import APIError

        try:
            made = await client.chat.completions.create(
                model=self.endpoint.model,
                messages=[{"role": "user", "content": prompt}],
                temperature=0.0,
                max_tokens=MOST_TOKENS,
                response_format={"type": "json_object"},
            )
        except APIError as error:
            raise self._fault(error) from error
        except ValueError as error:  # a proxy's page, or half an answer
            raise UnjudgedError(f"the judge broke off its answer ({str(error)[:_MOST_TOLD]})") from error
        try:
            text = made.choices[0].message.content
        except (AttributeError, IndexError, TypeError):  # the SDK takes what a server sends for what it should send
            text = None
        if not text:
            raise UnjudgedError("the judge said nothing")
        return text

    def _fault(self, error: APIError) -> Exception:
        status, told = getattr(error, "status_code", None), error.message[:_MOST_TOLD]
        if status in _CLOSED:
            return Refused(f"the judge at {self.endpoint.url!r} does not let us in: set CITYDESK_JUDGE_KEY ({told})")
        if status in _GONE:
            return NotFound(
                f"the judge at {self.endpoint.url!r} has no model {self.endpoint.model!r}: check CITYDESK_JUDGE_URL "
                f"and CITYDESK_JUDGE_MODEL ({told})"
            )
        return UnjudgedError(f"HTTP {status}: {told}" if status else f"no answer: {told}")

    def _open(self) -> AsyncOpenAI:
        if self._client is None:
            from openai import AsyncOpenAI

            self._client = AsyncOpenAI(
                base_url=self.endpoint.url, api_key=self.endpoint.key, timeout=self._patience, max_retries=0
            )
        return self._client

    async def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def _binary(value: Any) -> bool:
    """Whether all whole numbers in it are 0 or 1: ragas asks for no others, and would count a 5 as five."""
    if isinstance(value, dict):
        return all(map(_binary, value.values()))
    if isinstance(value, list):
        return all(map(_binary, value))
    return not isinstance(value, int) or value in (0, 1)
