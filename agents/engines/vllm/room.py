"""What fits into a server's context, told before it is sent: a prompt that is surely too long costs no round trip.

The tokens of a prompt are never counted here, only bounded from below, so that nothing is held back that the server
would have taken: a prompt that is a little too long is sent, and refused by the server. The bound starts at half of
what tokenizers in use take (about 0.6 tokens a Chinese character) and rises with what the server itself tells of
Chinese prompts (``usage.prompt_tokens``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel

Json = dict[str, Any]
G = TypeVar("G")
_ASCII = 0.1
"""Fewest tokens of a character of English or of JSON: runs of letters and blanks make tokens of up to ten."""
_WIDE = 0.3
"""Fewest tokens of any other character, until the server has told better."""
_CAUTION = 0.8
"""Part of the fewest that was ever told which is counted on: other prompts may be packed more tightly."""
_TELLING, _ENOUGH = 200, 20
"""Such characters in a prompt that tells something of them, and such prompts until they are believed."""


class Room:
    """The context of one model. ``limit`` in tokens, 0 where no server has told it."""

    def __init__(self) -> None:
        self.limit = 0
        self._fewest = 1.0
        self._told = 0

    @property
    def per_character(self) -> float:
        """Tokens that a character outside of ASCII takes at least."""
        return max(_WIDE, self._fewest * _CAUTION) if self._told >= _ENOUGH else _WIDE

    def note(self, body: Json, prompt_tokens: int) -> None:
        """Learn from what a server says that the prompt of ``body`` took; 0 where it said nothing."""
        wide, ascii_ = _characters(body)
        if prompt_tokens and wide >= _TELLING:
            # The other characters are counted in, which makes the share smaller and so the bound more careful.
            self._fewest = min(self._fewest, prompt_tokens / (wide + ascii_))
            self._told += 1

    def least(self, body: Json) -> int:
        """Tokens that the prompt of ``body`` takes at least."""
        wide, ascii_ = _characters(body)
        return int(wide * self.per_character + ascii_ * _ASCII)

    def may_hold(self, body: Json) -> bool:
        """Whether the prompt and the answer of ``body`` may fit; false only where they surely do not."""
        return not self.limit or self.least(body) + int(body["max_tokens"]) <= self.limit


def shorter(given: G) -> Iterator[G]:
    """``given`` with ever fewer passages, the last left off first, at least one kept; nothing where it has none."""
    for name in ("shown", "passages"):
        passages = getattr(given, name, None)
        if passages and isinstance(given, BaseModel):
            yield from (given.model_copy(update={name: passages[:kept]}) for kept in range(len(passages) - 1, 0, -1))
            return


def _characters(body: Json) -> tuple[int, int]:
    """Characters of the messages outside of ASCII and within."""
    texts = [message["content"] for message in body["messages"]]
    ascii_ = sum(len(text) if text.isascii() else len(text.encode("ascii", "ignore")) for text in texts)
    return sum(map(len, texts)) - ascii_, ascii_
