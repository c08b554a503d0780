"""A tiny Qwen3 with random weights, as a folder that vLLM and transformers read: made here, so nothing is downloaded.

The tokenizer is trained on the example city's texts. The weights are drawn from a seed and nothing is arranged: such
a model never ends a string, so only an answer whose form is bounded comes to its end.

Example::

    folder = make_tiny(tmp_path / "tiny")  # config.json, model.safetensors, tokenizer.json, chat_template.jinja, …
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from tests.conftest import YUNLAN

VOCABULARY = 8000
CONTEXT = 8192
HIDDEN, INNER, LAYERS, HEADS, KEY_HEADS, HEAD = 64, 192, 2, 4, 2, 32
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
THINKING = ("<think>", "</think>")
SPREAD = 3.0
"""Standard deviation of the head's scores."""

CHAT_TEMPLATE = """\
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- if enable_thinking is defined and not enable_thinking %}
{{- '<think>\\n\\n</think>\\n\\n' }}
{%- endif %}
{%- endif %}
"""


def train_tokenizer(texts: list[str]) -> Tokenizer:
    """A byte-level BPE tokenizer: every string can be written, digits stand alone, nothing is normalised."""
    tokenizer = Tokenizer(models.BPE())
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    # As in Qwen3: text that a reasoning parser reads, so not special.
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in THINKING])
    return tokenizer


def draw_weights(tokenizer: Tokenizer, seed: int) -> dict[str, NDArray[np.float32]]:
    """The weights by their names in Qwen3, float32, each of shape (out, in)."""
    random = np.random.default_rng(seed)

    def matrix(out: int, into: int, scale: float) -> NDArray[np.float32]:
        return (random.standard_normal((out, into)) * scale).astype(np.float32)

    size = tokenizer.get_vocab_size()
    embedding, head = matrix(size, HIDDEN, 1.0), matrix(size, HIDDEN, SPREAD * HIDDEN**-0.5)
    weights = {"model.embed_tokens.weight": embedding, "lm_head.weight": head}
    attended = 4 * (HEADS * HEAD) ** -0.5  # so much that answers depend on the question
    for layer in range(LAYERS):
        name = f"model.layers.{layer}."
        weights |= {
            f"{name}self_attn.q_proj.weight": matrix(HEADS * HEAD, HIDDEN, HIDDEN**-0.5),
            f"{name}self_attn.k_proj.weight": matrix(KEY_HEADS * HEAD, HIDDEN, HIDDEN**-0.5),
            f"{name}self_attn.v_proj.weight": matrix(KEY_HEADS * HEAD, HIDDEN, HIDDEN**-0.5),
            f"{name}self_attn.o_proj.weight": matrix(HIDDEN, HEADS * HEAD, attended),
            f"{name}self_attn.q_norm.weight": np.ones(HEAD, np.float32),
            f"{name}self_attn.k_norm.weight": np.ones(HEAD, np.float32),
            f"{name}mlp.gate_proj.weight": matrix(INNER, HIDDEN, HIDDEN**-0.5),
            f"{name}mlp.up_proj.weight": matrix(INNER, HIDDEN, HIDDEN**-0.5),
            f"{name}mlp.down_proj.weight": matrix(HIDDEN, INNER, INNER**-0.5),
            f"{name}input_layernorm.weight": np.ones(HIDDEN, np.float32),
            f"{name}post_attention_layernorm.weight": np.ones(HIDDEN, np.float32),
        }
    return weights | {"model.norm.weight": np.ones(HIDDEN, np.float32)}


def _config(tokenizer: Tokenizer) -> dict[str, object]:
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": HIDDEN,
        "intermediate_size": INNER,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KEY_HEADS,
        "head_dim": HEAD,
        "hidden_act": "silu",
        "attention_bias": False,
        "max_position_embeddings": CONTEXT,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
        "bos_token_id": tokenizer.token_to_id("<|endoftext|>"),
        "eos_token_id": tokenizer.token_to_id("<|im_end|>"),
        "torch_dtype": "float32",
    }


def make_tiny(folder: Path, *, seed: int = 0) -> Path:
    """Write the model's files into ``folder`` (made where absent) and give it back. The same seed, the same bytes."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = train_tokenizer([path.read_text(encoding="utf-8") for path in sorted(YUNLAN.rglob("*.md"))])
    tokenizer.save(str(folder / "tokenizer.json"))
    end, pad = (tokenizer.token_to_id(token) for token in ("<|im_end|>", "<|endoftext|>"))
    described = {
        "config.json": _config(tokenizer),
        "generation_config.json": {
            "bos_token_id": pad,
            "eos_token_id": [end, pad],
            "pad_token_id": pad,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": "<|im_end|>",
            "pad_token": "<|endoftext|>",
            "model_max_length": CONTEXT,
            "clean_up_tokenization_spaces": False,
        },
    }
    for name, content in described.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE, encoding="utf-8")
    save_file(draw_weights(tokenizer, seed), folder / "model.safetensors", metadata={"format": "pt"})
    return folder
