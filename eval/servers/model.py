"""A simulated model server: chat completions as vLLM serves them, with its timings, its limits and its bad days.

``python -m eval.servers.model --port 8000 --profile h100``. It answers from a random generator: texts that mean
nothing, and for ``response_format: json_schema`` valid answers of the schema. What it gets wrong is told by
``Trouble``s; what it saw is in ``seen``.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
from collections import deque
from collections.abc import Sequence as Listed
from random import Random
from typing import Any

from eval.servers.answering import Answer, refusal
from eval.servers.answers import by_schema, cut, text, written
from eval.servers.http import Connection, Request
from eval.servers.profiles import PROFILES, Profile
from eval.servers.seen import Seen
from eval.servers.stepping import Engine, PrefixCache, tokens_of
from eval.servers.troubles import Kind, Trouble

Json = dict[str, Any]
_STATUS = {
    Kind.FULL: (503, "The server is overloaded, please try again later"),
    Kind.TOO_MANY: (429, "Too many requests"),
    Kind.DRAINING: (500, "cannot schedule new futures after shutdown"),
}
_PAGE = b"<html><head><title>Gateway</title></head><body>data: not here</body></html>"


class SimulatedServer:
    """A model server on the running loop. ``troubles`` are used up one a request, then ``always`` holds; ``texts``
    likewise are what is said, before anything is made up.

    Example::

        server = SimulatedServer(PROFILES["quick"])
        await server.open()
        server.troubles.append(Trouble(Kind.RESET, after=3))
    """

    def __init__(self, profile: Profile, *, models: Listed[str] = ("m",), port: int = 0, key: str = "", seed: int = 0):
        self.profile = profile
        self.models = tuple(models)
        self.port = port
        self.key = key
        self.seen = Seen()
        self.troubles: deque[Trouble] = deque()
        self.always: Trouble | None = None
        self.texts: deque[str] = deque()
        self._random = Random(seed)  # noqa: S311  # timings and words, nothing to guard
        self._cache = PrefixCache()
        self._opened: set[Connection] = set()
        self._listener: asyncio.Server | None = None
        self.engine = Engine(profile, self._random)

    @property
    def url(self) -> str:
        """Where clients reach it."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def open(self) -> None:
        """Listen; at the same port as before where it was open before."""
        loop = asyncio.get_running_loop()
        self.engine = Engine(self.profile, self._random)
        self._listener = await loop.create_server(self._connection, "127.0.0.1", self.port, backlog=2048)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def kill(self) -> None:
        """Go down in the middle of whatever is on its way: every connection is reset."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self.engine.close()
        for connection in list(self._opened):
            connection.reset()
        await asyncio.sleep(0)
        self._cache = PrefixCache()

    def _connection(self) -> Connection:
        self.seen.connections += 1
        return Connection(self._handle, self._opened)

    def _handle(self, connection: Connection, request: Request) -> None:
        if self.key and request.path.startswith("/v1") and request.headers.get("authorization") != f"Bearer {self.key}":
            connection.send(401, refusal(401, "Unauthorized"))
        elif (request.method, request.path) == ("POST", "/v1/chat/completions"):
            self._chat(connection, request)
        elif request.method == "GET":
            self._get(connection, request.path)
        else:
            connection.send(404, refusal(404, "Not Found"))

    def _get(self, connection: Connection, path: str) -> None:
        listed = [{"id": name, "object": "model", "max_model_len": self.profile.max_model_len} for name in self.models]
        told: dict[str, Any] = {"/v1/models": {"object": "list", "data": listed}, "/version": {"version": "0.32.0"}}
        if path == "/health":
            connection.send(200, b"")
        elif path == "/metrics":
            connection.send(200, self.metrics().encode(), "text/plain; version=0.0.4")
        elif path in told:
            connection.send(200, json.dumps(told[path]).encode())
        else:
            connection.send(404, refusal(404, "Not Found"))

    def metrics(self) -> str:
        """The gauges and counters that clients watch, as Prometheus text."""
        label = f'{{model_name="{self.models[0]}"}}'
        values = {
            "gauge vllm:num_requests_running": len(self.engine.running),
            "gauge vllm:num_requests_waiting": len(self.engine.waiting),
            "counter vllm:generation_tokens_total": self.engine.tokens,
            "counter vllm:request_success_total": self.seen.finished,
        }
        lines = (
            f"# TYPE {name} {kind}\n{name}{label} {float(value)}\n"
            for (kind, name), value in ((told.split(" "), value) for told, value in values.items())
        )
        return "".join(lines)

    def _chat(self, connection: Connection, request: Request) -> None:
        try:
            body = request.json()
            prompt = "\n".join(f"<|{one['role']}|>{one['content']}" for one in body["messages"])
            model, most = str(body["model"]), int(body.get("max_tokens") or 512)
        except (ValueError, TypeError, KeyError) as error:
            connection.send(400, refusal(400, f"the request is malformed: {error!r}"))
            return
        seen = self.seen
        seen.requests += 1
        seen.by_model[model] += 1
        seen.bodies.append(body)
        seen.headers.append(request.headers)
        trouble = self.troubles.popleft() if self.troubles else self.always
        if not self._refused(connection, body, model, tokens_of(prompt) + most, trouble):
            self._answer(connection, request, body, prompt, trouble)

    def _refused(self, connection: Connection, body: Json, model: str, tokens: int, trouble: Trouble | None) -> bool:
        """Whether the request was turned away."""
        kind = trouble.kind if trouble else None
        if trouble is not None and kind is Kind.RESET and trouble.after == 0:
            connection.reset()
        elif trouble is not None and kind is Kind.PAGE:
            connection.send(trouble.code, _PAGE, "text/html")
        elif kind in _STATUS:
            status, words = _STATUS[kind]
            connection.send(status, refusal(status, words))
        elif model not in self.models:
            connection.send(404, refusal(404, f"The model `{model}` does not exist."))
        elif tokens > self.profile.max_model_len:
            limit = self.profile.max_model_len
            told = f"This model's maximum context length is {limit} tokens. However, you requested {tokens} tokens."
            connection.send(400, refusal(400, told))
        elif body.get("cache_salt") == "":
            connection.send(400, refusal(400, "Parameter 'cache_salt' must be a non-empty string if provided."))
        elif self.engine.is_full():
            connection.send(503, refusal(503, _STATUS[Kind.FULL][1]))
        else:
            return False
        return True

    def _answer(
        self, connection: Connection, request: Request, body: Json, prompt: str, trouble: Trouble | None
    ) -> None:
        cached = self._cache.read(prompt, str(body.get("cache_salt") or ""))
        name = request.headers.get("x-request-id") or hashlib.blake2b(request.body, digest_size=8).hexdigest()
        answer = Answer(connection, self.engine, self.seen, f"chatcmpl-{name}", body, trouble)
        answer.start(self._tokens(body, trouble), tokens_of(prompt), cached)

    def _tokens(self, body: Json, trouble: Trouble | None) -> list[str]:
        wanted = body.get("response_format") or {}
        if self.texts:
            return cut(self.texts.popleft())
        if wanted.get("type") == "json_schema" and (trouble is None or trouble.kind is not Kind.FREE_TEXT):
            return cut(written(by_schema(self._random, wanted["json_schema"]["schema"])))
        return text(self._random, self._random.randint(*self.profile.answer))


async def serve(server: SimulatedServer) -> None:
    """Serve until stopped."""
    await server.open()
    print(f"ready at {server.url}", flush=True)
    await asyncio.Event().wait()


def main(argv: Listed[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.servers.model", description="A simulated model server.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="h100")
    parser.add_argument("--model", action="append", help="a name it serves; may be repeated")
    parser.add_argument("--key", default="", help="that clients must send")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    server = SimulatedServer(
        PROFILES[args.profile], models=args.model or ["m"], port=args.port, key=args.key, seed=args.seed
    )
    try:
        asyncio.run(serve(server))
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
