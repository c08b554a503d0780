"""One answer of a simulated model server: its tokens to the client, as a stream or at once, with what goes wrong."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from eval.servers.answers import cut
from eval.servers.http import Connection
from eval.servers.seen import Seen
from eval.servers.stepping import Engine, Sequence
from eval.servers.troubles import Kind, Trouble

Json = dict[str, Any]
_THOUGHT = "嗯，用户问的是这件事，先看第一段，再看第二段。"
_COMMENTS_EVERY = 0.02


def refusal(code: int, message: str) -> bytes:
    """The body of an error, as vLLM writes it."""
    return json.dumps({"error": {"message": message, "type": "Error", "param": None, "code": code}}).encode()


class Answer:
    """Sends an answer as its tokens come."""

    def __init__(
        self, connection: Connection, engine: Engine, seen: Seen, name: str, body: Json, trouble: Trouble | None
    ):
        self._connection = connection
        self._engine = engine
        self._seen = seen
        self._trouble = trouble
        self._body = body
        self._streams = bool(body.get("stream"))
        kind = "chat.completion.chunk" if self._streams else "chat.completion"
        self._frame: Json = {"id": name, "object": kind, "created": int(time.time()), "model": body["model"]}
        self._pieces: list[bytes] = []
        self._tokens: list[str] = []
        self._thought: list[str] = []
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._begun = False
        self._sequence: Sequence

    def start(self, tokens: list[str], prompt_tokens: int, cached_tokens: int) -> None:
        """Ask the engine for them."""
        self._tokens, self._thought, self._finish = self._meant(tokens)
        if self._streams:
            content = self._token_event("content")
            self._pieces = [self._token_event("reasoning")(one) for one in self._thought]
            self._pieces += [content(one) for one in self._tokens]
        length = len(self._tokens) + len(self._thought)
        sequence = Sequence(
            prompt_tokens, cached_tokens, max(1, length), self._token, self._done, self._body.get("priority", 0)
        )
        self._sequence = sequence
        self._connection.lost = self._lost
        self._engine.add(sequence)

    def _meant(self, tokens: list[str]) -> tuple[list[str], list[str], str]:
        """Tokens of the content, of the thinking, and the finish reason."""
        kind = self._trouble.kind if self._trouble else None
        most = int(self._body.get("max_tokens") or 512)
        if kind is Kind.HALF:
            return tokens[: len(tokens) // 2], [], "length"
        if kind is Kind.BLANKS:
            return [" \n"] * most, [], "length"
        if kind is Kind.ONLY_REASONING:
            return [], cut(_THOUGHT), "length"
        if kind is Kind.REASONING:
            return tokens, cut(_THOUGHT), "stop"
        if kind is Kind.THINK_MARKS:
            return cut(f"<think>{_THOUGHT}</think>\n\n") + tokens, [], "stop"
        return tokens[:most], [], "stop" if len(tokens) <= most else "length"

    def _token_event(self, name: str) -> Any:
        frame = json.dumps(self._frame)[:-1].encode()
        head = b"data: " + frame + b', "choices": [{"index": 0, "delta": {"' + name.encode() + b'": '
        tail = b'}, "logprobs": null, "finish_reason": null}]}\n\n'
        return lambda piece: head + json.dumps(piece, ensure_ascii=False).encode() + tail

    def _event(self, **more: Any) -> bytes:
        return b"data: " + json.dumps(self._frame | more).encode() + b"\n\n"

    def _token(self, number: int) -> None:
        trouble = self._trouble
        if trouble is not None and number == trouble.after and self._goes_wrong(trouble):
            return
        if self._streams and number < len(self._pieces):
            self._begin()
            self._connection.chunk(self._pieces[number])

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._connection.begin()
        first = {"index": 0, "delta": {"role": "assistant", "content": ""}, "logprobs": None, "finish_reason": None}
        self._connection.chunk(self._event(choices=[first]))

    def _goes_wrong(self, trouble: Trouble) -> bool:
        """Whether something was done instead of the token."""
        if trouble.kind in (Kind.STALL, Kind.COMMENTS):
            self._sequence.stalled = True
            self._timers["stall"] = asyncio.get_running_loop().call_later(trouble.seconds, self._resume)
            if self._streams and trouble.kind is Kind.COMMENTS:
                self._begin()
                self._comment()
            return True
        if trouble.kind is Kind.RESET:
            self._engine.abort(self._sequence)
            self._connection.reset()
            return True
        if trouble.kind in (Kind.ERROR_EVENT, Kind.NOISE):
            self._engine.abort(self._sequence)
            self._say_wrong(trouble)
            return True
        return False

    def _say_wrong(self, trouble: Trouble) -> None:
        told: Json = {"choices": [{"index": 0, "delta": None, "message": ["?"]}], "usage": 3}
        if trouble.kind is Kind.ERROR_EVENT:
            told = json.loads(refusal(trouble.code, "The server is overloaded, please try again later"))
        if not self._streams:
            self._connection.send(200, json.dumps(told).encode())
            return
        if trouble.after == 0:
            self._connection.begin()
        self._connection.chunk(b"data: " + json.dumps(told).encode() + b"\n\n")
        self._connection.chunk(b"data: [DONE]\n\n")
        self._connection.end()

    def _comment(self) -> None:
        """Keep-alive comments until the client leaves, or the stall is over."""
        self._connection.chunk(b": keep-alive\n\n")
        self._timers["comment"] = asyncio.get_running_loop().call_later(_COMMENTS_EVERY, self._comment)

    def _resume(self) -> None:
        self._still()
        self._trouble, self._sequence.stalled = None, False

    def _still(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    def _done(self) -> None:
        self._seen.finished += 1
        usage = self._usage()
        if not self._streams:
            message = {
                "role": "assistant",
                "content": "".join(self._tokens) or None,
                "reasoning": "".join(self._thought) or None,
            }
            choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self._finish}
            self._connection.send(200, json.dumps(self._frame | {"choices": [choice], "usage": usage}).encode())
            return
        last = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": self._finish}
        self._connection.chunk(self._event(choices=[last]))
        if (self._body.get("stream_options") or {}).get("include_usage"):
            self._connection.chunk(self._event(choices=[], usage=usage))
        if self._trouble is None or self._trouble.kind is not Kind.NO_DONE:
            self._connection.chunk(b"data: [DONE]\n\n")
        self._connection.end()

    def _usage(self) -> Json:
        read, made = self._sequence.prompt_tokens, self._sequence.made
        return {
            "prompt_tokens": read,
            "completion_tokens": made,
            "total_tokens": read + made,
            "prompt_tokens_details": {"cached_tokens": self._sequence.cached_tokens},
        }

    def _lost(self) -> None:
        """The client has gone."""
        self._seen.aborts += 1
        self._still()
        self._engine.abort(self._sequence)
