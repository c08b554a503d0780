from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput
from serve.training.batches import batches
from serve.training.encoding import IGNORED, Encoder
from tests.serve.training.samples import example

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def tokenizer(tiny: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(tiny))


@pytest.fixture
def encoder(tokenizer: Any) -> Encoder:
    return Encoder(tokenizer, 512)


def test_the_prompt_is_what_the_server_renders_with_thinking_off(encoder: Encoder, tokenizer: Any) -> None:
    ids = encoder.prompt(example(0).messages[:2])
    text = tokenizer.decode(ids)
    assert text.startswith("<|im_start|>system\n派单。<|im_end|>\n<|im_start|>user\n")
    assert text.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


def test_only_the_answer_and_the_end_of_its_turn_carry_loss(encoder: Encoder, tokenizer: Any) -> None:
    encoded = encoder.example(example(1))
    assert encoded is not None
    assert encoded.ids[: encoded.prompt] == encoder.prompt(example(1).messages[:2])
    assert set(encoded.labels[: encoded.prompt]) == {IGNORED}
    learnt = [label for label in encoded.labels if label != IGNORED]
    assert tokenizer.decode(learnt) == example(1).messages[2].content + "<|im_end|>"


def test_what_is_too_long_is_left_out_whole(tokenizer: Any) -> None:
    size = len(Encoder(tokenizer, 512).example(example(0)).ids)  # type: ignore[union-attr]  # it fits
    assert Encoder(tokenizer, size).example(example(0)) is not None
    assert Encoder(tokenizer, size - 1).example(example(0)) is None


def test_the_end_of_a_turn_is_the_templates(tokenizer: Any) -> None:
    assert Encoder(tokenizer, 512).end == [tokenizer.convert_tokens_to_ids("<|im_end|>")]


def test_a_template_without_a_mark_ends_with_the_end_of_text(tiny: Path) -> None:
    from transformers import AutoTokenizer

    bare = AutoTokenizer.from_pretrained(str(tiny))
    bare.chat_template = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    assert Encoder(bare, 512).end == [bare.eos_token_id]
    bare.eos_token = None
    with pytest.raises(BadInput, match="end of text"):
        Encoder(bare, 512)
    bare.chat_template = None
    with pytest.raises(BadInput, match="chat template"):
        Encoder(bare, 512)


def test_batches_are_padded_where_nothing_is_learnt(encoder: Encoder) -> None:
    encoded = [one for one in (encoder.example(example(n)) for n in (0, 1, 1)) if one]
    made = list(batches(encoded, 2, "cpu"))
    assert [len(one["input_ids"]) for one in made] == [2, 1]
    first = made[0]
    assert first["input_ids"].shape == first["labels"].shape == first["attention_mask"].shape
    for row, one in enumerate(encoded[:2]):
        start = first["input_ids"].shape[1] - len(one.ids)
        assert first["input_ids"][row, start:].tolist() == one.ids
        assert first["position_ids"][row, start:].tolist() == list(range(len(one.ids)))
        assert not first["attention_mask"][row, :start].any()
        assert set(first["labels"][row, :start].tolist()) <= {IGNORED}
