"""Models of the sizes that cities use, with random weights made here: nothing is fetched, and speed does not ask what
a model has learnt. The tokenizer is trained on the pack's own provisions, the vocabulary is as large as the real one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

_LEARNT = 8000
"""Words of the tokenizer; the model has scores for all ``words`` of its shape."""
_LONGEST = 9
"""Bytes of a word, three Chinese characters: a text then has about as many words, 0.6 a character, as with the real
tokenizers, though these texts are what it was trained on."""
_TURNS = """\
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
"""


class Shape(NamedTuple):
    """The sizes of a transformer. ``tied``: the scores share the embedding's weights."""

    hidden: int
    inner: int
    layers: int
    heads: int
    key_heads: int
    head: int
    words: int
    tied: bool = False


CHAT = {
    "tiny": Shape(64, 192, 2, 4, 2, 16, 9000),
    "0.6b": Shape(1024, 3072, 28, 16, 8, 128, 151_936, tied=True),
    "4b": Shape(2560, 9728, 36, 32, 8, 128, 151_936, tied=True),
    "8b": Shape(4096, 12_288, 36, 32, 8, 128, 151_936),
}
"""Qwen3 of 0.6, 4 and 8 billion weights, and one for tests."""
SEARCH = {
    "tiny": Shape(64, 128, 2, 4, 4, 16, 9000),
    "0.6b": Shape(1024, 4096, 24, 16, 16, 64, 250_002),
}
"""XLM-RoBERTa large, which bge-m3 and bge-reranker-v2-m3 are (568 million weights), and one for tests."""
CONTEXT = 8192


def chat_model(shape: Shape, texts: Sequence[str], folder: Path) -> Path:
    """A Qwen3, bfloat16 where there is a GPU, with a tokenizer that can chat."""
    import torch
    from transformers import AutoModelForCausalLM, Qwen3Config

    pad, end = "<|endoftext|>", "<|im_end|>"
    tokenizer = _tokenizer(texts, [pad, "<|im_start|>", end], {"pad_token": pad, "eos_token": end})
    tokenizer.chat_template = _TURNS
    tokenizer.save_pretrained(folder)
    config = Qwen3Config(
        vocab_size=shape.words,
        hidden_size=shape.hidden,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.key_heads,
        head_dim=shape.head,
        tie_word_embeddings=shape.tied,
        max_position_embeddings=CONTEXT,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    on_gpu = torch.cuda.is_available()
    kind: Any = AutoModelForCausalLM
    with torch.device("cuda" if on_gpu else "cpu"):
        kind.from_config(config, dtype=torch.bfloat16 if on_gpu else torch.float32).save_pretrained(folder)
    return folder


def embedding_model(shape: Shape, texts: Sequence[str], folder: Path) -> Path:
    """An XLM-RoBERTa as sentence-transformers keep it, whose first token stands for the text."""
    from transformers import AutoModel

    _encoder(AutoModel, shape, texts, folder)
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    pooling = {"word_embedding_dimension": shape.hidden, "pooling_mode_cls_token": True}
    (folder / "1_Pooling").mkdir()
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    return folder


def reranking_model(shape: Shape, texts: Sequence[str], folder: Path) -> Path:
    """The same with one score a pair."""
    from transformers import AutoModelForSequenceClassification

    _encoder(AutoModelForSequenceClassification, shape, texts, folder, labels=1)
    return folder


def _encoder(kind: Any, shape: Shape, texts: Sequence[str], folder: Path, labels: int = 2) -> None:
    import torch
    from transformers import XLMRobertaConfig

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    names = {"bos_token": "<s>", "cls_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "sep_token": "</s>"}
    _tokenizer(texts, special, names, ends=True).save_pretrained(folder)
    config = XLMRobertaConfig(  # type: ignore[call-arg]  # of every configuration, not told of this one
        vocab_size=shape.words,
        hidden_size=shape.hidden,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        max_position_embeddings=CONTEXT + 2,
        type_vocab_size=1,
        num_labels=labels,
    )
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        kind.from_config(config).save_pretrained(folder)


def _tokenizer(texts: Sequence[str], special: list[str], names: dict[str, str], *, ends: bool = False) -> Any:
    """Byte-level BPE: every string can be written. ``ends``: a text stands between ``<s>`` and ``</s>``."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    if ends:
        marks = [(mark, special.index(mark)) for mark in ("<s>", "</s>")]
        tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> </s> $B </s>", marks)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=_LEARNT,
            special_tokens=special,
            initial_alphabet=alphabet,
            show_progress=False,
            max_token_length=_LONGEST,
        ),
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=CONTEXT, **names)  # type: ignore[no-untyped-call]  # the library leaves it untyped
