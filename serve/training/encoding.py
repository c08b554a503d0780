"""Examples as tokens: the prompt exactly as the server renders it, then the answer and the mark that ends the turn.

The prompt is rendered with thinking switched off, as the engine asks for it; many templates then open and close an
empty thought themselves, and what follows is what a model must learn to write. Only that carries loss. It is encoded
apart from the prompt, because at inference it begins after a prompt that is encoded already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from city.errors import BadInput
from serve.training.records import Example, Message

IGNORED = -100
"""The label that carries no loss, as transformers have it."""
_PROBE = "○"


class Encoded(NamedTuple):
    """Token ids of a whole example; the first ``prompt`` of them carry no loss."""

    ids: list[int]
    prompt: int

    @property
    def labels(self) -> list[int]:
        """The ids again, those of the prompt ignored."""
        return [IGNORED] * self.prompt + self.ids[self.prompt :]


class Encoder:
    """Encodes for one tokenizer. Raises BadInput where that has no chat template or no end of a turn."""

    def __init__(self, tokenizer: Any, longest: int) -> None:
        if not getattr(tokenizer, "chat_template", None):
            raise BadInput("The base model's tokenizer has no chat template: take a model that was trained to chat.")
        self._tokenizer, self._longest = tokenizer, longest
        self.end = self._turn_end()

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """The ids of a question, up to where the model begins to write."""
        told = [one.model_dump() for one in messages]
        text = self._tokenizer.apply_chat_template(
            told, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return self._ids(text)

    def answer(self, text: str) -> list[int]:
        """The ids of an answer with the mark that ends it."""
        return [*self._ids(text), *self.end]

    def example(self, example: Example) -> Encoded | None:
        """A whole example; None where it is longer than allowed: half a question teaches a wrong answer."""
        prompt = self.prompt(example.messages[:2])
        ids = prompt + self.answer(example.messages[2].content)
        return Encoded(ids, len(prompt)) if len(ids) <= self._longest else None

    def text(self, ids: Sequence[int]) -> str:
        """Written ids as text."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _turn_end(self) -> list[int]:
        """What the template writes right after an answer, up to the token at which servers stop."""
        turn = [{"role": "user", "content": _PROBE}, {"role": "assistant", "content": _PROBE}]
        text = self._tokenizer.apply_chat_template(turn, tokenize=False, enable_thinking=False)
        after = self._ids(text.rsplit(_PROBE, 1)[1])
        stops = set(self._tokenizer.all_special_ids)
        for number, token in enumerate(after, 1):
            if token in stops:
                return after[:number]
        if self._tokenizer.eos_token_id is None:
            raise BadInput("The base model's tokenizer names no end of text: a trained model would never stop.")
        return [self._tokenizer.eos_token_id]
