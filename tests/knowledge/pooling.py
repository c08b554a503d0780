"""A small server with the pooling endpoints of a model server, on this machine, that can misbehave on purpose.

Its vectors are those of ``HashEmbedder``; its reranker counts the characters that question and text share.
"""

from __future__ import annotations

import base64
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

import numpy as np

from knowledge.embed import HashEmbedder
from knowledge.endpoint import Endpoint, Patience

SOON = Patience(3.0, 2, 0.01)
Change = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class Pooling:
    """The server's knobs and what it was asked. ``faults`` are used up one a request, the rest is answered well.

    A fault is an HTTP status, ``reset``, ``slow``, ``text``, or a change of the answer.
    """

    dim: int = 32
    key: str = "none"
    base64: bool = True
    faults: list[int | str | Change] = field(default_factory=list)
    always: int | str | Change | None = None
    bodies: list[dict[str, Any]] = field(default_factory=list)
    delay: float = 0.0
    most_at_once: int = 0
    port: int = 0
    limit: int | None = None
    seed: str = ""
    stopping: Event = field(default_factory=Event)
    _now: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def endpoint(self) -> Endpoint:
        return Endpoint(self.url, self.key)

    @property
    def texts(self) -> list[str]:
        """Every text that was embedded."""
        return [text for body in self.bodies for text in body.get("input", [])]

    def take(self, body: dict[str, Any]) -> int | str | Change | None:
        with self._lock:
            self.bodies.append(body)
            if self.limit is not None and len(self.bodies) > self.limit:
                return 503
            return self.faults.pop(0) if self.faults else self.always

    @contextmanager
    def busy(self) -> Iterator[None]:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        time.sleep(self.delay)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path.endswith("/rerank"):
            query = set(body["query"])
            scores = [len(query & set(text)) / max(len(query), 1) for text in body["documents"]]
            results = [{"index": n, "relevance_score": score} for n, score in enumerate(scores)]
            return {"id": "r", "results": sorted(results, key=lambda one: -float(one["relevance_score"]))}
        vectors = 3 * HashEmbedder(self.dim).encode([self.seed + text for text in body["input"]])
        return {"data": [{"index": n, "embedding": self.written(vector)} for n, vector in enumerate(vectors)]}

    def written(self, vector: Any) -> str | list[float]:
        return base64.b64encode(vector.astype("<f4").tobytes()).decode() if self.base64 else vector.tolist()


def _handler(state: Pooling) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # the name is the standard library's
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            fault = state.take(body)
            if self.headers.get("authorization") != f"Bearer {state.key}":
                fault = 401
            with state.busy():
                if fault == "slow":
                    state.stopping.wait(5)
                if fault == "reset":
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.close_connection = True
                elif fault == "text":
                    self.send(200, b"<html>hello</html>", "text/html")
                elif isinstance(fault, int):
                    self.send(fault, json.dumps({"error": {"message": "not now", "code": fault}}).encode())
                else:
                    answer = state.answer(self.path, body)
                    self.send(200, json.dumps(fault(answer) if callable(fault) else answer).encode())

        def send(self, status: int, body: bytes, kind: str = "application/json") -> None:
            try:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # the caller has gone
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Tests read what they asked in ``bodies``."""

    return Handler


@contextmanager
def pooling(**knobs: Any) -> Iterator[Pooling]:
    """A running server; with ``port`` at that port."""
    state = Pooling(**knobs)
    ThreadingHTTPServer.daemon_threads = True
    server = ThreadingHTTPServer(("127.0.0.1", state.port), _handler(state))
    state.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def unused_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cosine_to_hash(vectors: Any, texts: list[str], dim: int) -> Any:
    """How near vectors are to what the server ought to have given for the texts, one cosine each."""
    return np.einsum("ij,ij->i", vectors, HashEmbedder(dim).encode(texts))
