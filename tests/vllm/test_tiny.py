"""The tiny model: the same bytes each time, every text written back, and the chat marks of Qwen3."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from tests.vllm.tiny import CHAT_TEMPLATE, HIDDEN, VOCABULARY, make_tiny

MESSAGES = [{"role": "system", "content": "你是助手。"}, {"role": "user", "content": "路灯坏了"}]
BEGINNING = "<|im_start|>system\n你是助手。<|im_end|>\n<|im_start|>user\n路灯坏了<|im_end|>\n"


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Tokenizer:
    return Tokenizer.from_file(str(tiny_model / "tokenizer.json"))


def rendered(**given: object) -> str:
    return Environment(autoescape=False).from_string(CHAT_TEMPLATE).render(messages=MESSAGES, **given)  # noqa: S701


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_weights(tiny_model: Path, tmp_path: Path) -> None:
    again, other = make_tiny(tmp_path / "again"), make_tiny(tmp_path / "other", seed=1)
    first = {path.name: path.read_bytes() for path in tiny_model.iterdir()}
    assert {path.name: path.read_bytes() for path in again.iterdir()} == first
    assert [path.name for path in other.iterdir() if path.read_bytes() != first[path.name]] == ["model.safetensors"]
    assert sum(map(len, first.values())) < 20_000_000


@pytest.mark.parametrize("text", ["路灯坏了，编号 20261120。", "rūpa 𠮷野家 🏮\n\t\"'\\", "<think>\n\n</think>"])
def test_every_text_comes_back_as_it_was(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=True) == text


def test_the_vocabulary_is_learnt_from_the_citys_texts(tokenizer: Tokenizer, tiny_model: Path) -> None:
    assert tokenizer.get_vocab_size() == VOCABULARY + 2
    assert len(tokenizer.encode("城市管理部门").ids) == 1
    assert len(tokenizer.encode("2026").ids) == 4
    assert load_file(tiny_model / "model.safetensors")["lm_head.weight"].shape == (VOCABULARY + 2, HIDDEN)


def test_marks_of_a_turn_are_single_tokens(tokenizer: Tokenizer) -> None:
    marks = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>"]
    assert tokenizer.encode("".join(marks)).tokens == marks


def test_the_template_opens_the_answer_and_closes_thinking_where_it_is_off() -> None:
    answer = "<|im_start|>assistant\n"
    assert rendered() == BEGINNING
    assert rendered(add_generation_prompt=True) == BEGINNING + answer
    assert rendered(add_generation_prompt=True, enable_thinking=True) == BEGINNING + answer
    off = rendered(add_generation_prompt=True, enable_thinking=False)
    assert off == BEGINNING + answer + "<think>\n\n</think>\n\n"
