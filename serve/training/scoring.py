"""How well a model answers: loss on the answers, and decisions taken as the server would let it take them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from agents.engines.vllm.thinking import without_thinking
from agents.engines.vllm.wire import longest, wire_schema
from serve.training.answers import decided, possible
from serve.training.batches import answer_loss, batches, mixed, padded
from serve.training.encoding import Encoded, Encoder
from serve.training.recipe import Recipe, Score
from serve.training.records import Example

Allowed = Callable[[int, Any], list[int]]


def score(
    model: Any, encoder: Encoder, examples: Sequence[Example], encoded: Sequence[Encoded], recipe: Recipe
) -> Score:
    """Loss over the whole holdout, and answers to its first ``scored`` examples."""
    asked = examples[: recipe.scored]
    answers = _answers(model, encoder, asked, recipe)
    read = [decided(recipe.task, answer) for answer in answers]
    wanted = [decided(recipe.task, one.messages[2].content) for one in asked]
    many = max(1, len(asked))
    return Score(
        loss=loss(model, encoded, recipe.batch),
        answered=len(asked),
        in_form=sum(one is not None for one in read) / many,
        right=sum(one == other for one, other in zip(read, wanted, strict=True)) / many,
    )


def loss(model: Any, encoded: Sequence[Encoded], size: int) -> float:
    """Mean loss per token of the answers, nats; nan where there are none."""
    import torch

    model.eval()
    total, tokens = 0.0, 0
    with torch.no_grad():
        for batch in batches(encoded, size, model.device):
            count = int((batch["labels"] >= 0).sum())
            total += float(answer_loss(model, batch)) * count
            tokens += count
    return total / tokens if tokens else math.nan


def _answers(model: Any, encoder: Encoder, examples: Sequence[Example], recipe: Recipe) -> list[str]:
    """What the model writes, always its likeliest token; where the grammar lets only some answers through, of those.

    ``batch`` examples at once, of similar length, since one alone leaves a GPU waiting.
    """
    prompts = [encoder.prompt(one.messages[:2]) for one in examples]
    rows = sorted(range(len(prompts)), key=lambda row: len(prompts[row]))
    written = [""] * len(prompts)
    for at in range(0, len(rows), recipe.batch):
        some = rows[at : at + recipe.batch]
        for row, answer in zip(
            some, _written(model, encoder, [prompts[row] for row in some], recipe.task), strict=True
        ):
            written[row] = answer
    return written


def _written(model: Any, encoder: Encoder, prompts: Sequence[list[int]], task: str) -> list[str]:
    import torch

    asked = padded([Encoded(ids, len(ids)) for ids in prompts], model.device)
    start = asked["input_ids"].shape[1]
    model.eval()
    with torch.no_grad(), mixed(model):
        written = model.generate(
            input_ids=asked["input_ids"],
            attention_mask=asked["attention_mask"],
            max_new_tokens=longest(wire_schema(_form(task))) + len(encoder.end),
            do_sample=False,
            repetition_penalty=1.0,
            prefix_allowed_tokens_fn=allowed(encoder, task, start),
            eos_token_id=encoder.end[-1],
            pad_token_id=encoder.end[-1],
        )
    return [without_thinking(encoder.text(row[start:].tolist())) for row in written]


def _form(task: str) -> Any:
    from agents.engines.forms import FORMS

    return FORMS[task].answer


def allowed(encoder: Encoder, task: str, start: int) -> Allowed | None:
    """Which tokens may follow the ids written from ``start`` on; None where the answers are too many to be listed."""
    answers = possible(task)
    if answers is None:
        return None
    tree: dict[tuple[int, ...], set[int]] = {}
    for answer in answers:
        ids = tuple(encoder.answer(answer))
        for place, token in enumerate(ids):
            tree.setdefault(ids[:place], set()).add(token)

    def following(_batch: int, ids: Any) -> list[int]:
        return sorted(tree.get(tuple(ids[start:].tolist()), {encoder.end[-1]}))

    return following
