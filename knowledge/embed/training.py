"""Training a static embedding on the corpus itself, with sentence-transformers (extra ``models``).

Each term has one vector; pairs of texts that belong together are drawn near each other and away from the other texts
of their batch (multiple negatives ranking loss, Henderson et al. 2017). Minutes on two cores, no download.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from city.errors import BadInput, NotFound
from knowledge.embed.pairs import Pair, corpus_pairs
from knowledge.embed.static import CARD, TOKENIZER, UNKNOWN, WEIGHTS, term_text
from knowledge.index.keyword import build_keyword
from knowledge.index.terms import normalise, spaced_terms
from knowledge.index.types import Entry, Example, Floats, Settings

Progress = Callable[[str, float], None]


class Recipe(BaseModel):
    """How to train."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dim: int = Field(256, description="components of a vector")
    vocabulary: int = Field(50_000, description="terms that get a vector, the most frequent ones")
    least_entries: int = Field(3, description="entries that a term must occur in")
    batch: int = Field(1024, description="pairs in a batch, at most a quarter of the corpus")
    epochs: int = Field(3, description="passes over the corpus, with new pairs each time")
    least_steps: int = Field(300, description="steps at least, so that a small corpus gets more passes")
    rate: float = Field(3e-3, description="learning rate")
    scale: float = Field(20.0, description="inverse temperature of the loss")
    characters: int = Field(160, description="characters read of each text of a pair")
    threads: int = Field(2, description="threads of torch")
    seed: int = 7


def train_embedder(
    entries: Sequence[Entry],
    out: Path,
    *,
    examples: Sequence[Example] = (),
    recipe: Recipe | None = None,
    progress: Progress | None = None,
) -> Path:
    """Train on ``entries``, and on confirmed questions where there are any, and write the embedding into ``out``.

    Raises ``NotFound`` without the extra ``models``, ``BadInput`` when there is too little text to learn from.
    """
    recipe, report = recipe or Recipe(), progress or (lambda stage, share: None)
    if not models_installed():
        raise NotFound("training needs sentence-transformers; install `citydesk[models]` and try again")
    terms, idf = _vocabulary(entries, recipe)
    if len(entries) < 8 or len(terms) < 8:
        raise BadInput(f"{len(entries)} provisions are too few to train an embedding on; give at least 8")
    report("train", 0.0)
    table, tokenizer = _fit(entries, examples, terms, idf, recipe, report)
    out.mkdir(parents=True, exist_ok=True)
    _save(out, table, tokenizer, recipe)
    report("train", 1.0)
    return out


def models_installed() -> bool:
    """Whether the extra ``models`` is there."""
    return all(find_spec(name) is not None for name in ("sentence_transformers", "torch", "datasets", "accelerate"))


def train_embedder_apart(
    entries: Sequence[Entry], out: Path, *, examples: Sequence[Example] = (), recipe: Recipe | None = None
) -> Path:
    """``train_embedder`` in a process of its own, so that what torch takes is given back.

    Raises ``NotFound`` without the extra ``models``, ``BadInput`` when training fails.
    """
    if not models_installed():
        raise NotFound("training needs sentence-transformers; install `citydesk[models]` and try again")
    process = multiprocessing.get_context("spawn").Process(
        target=train_embedder, args=(list(entries), out), kwargs={"examples": list(examples), "recipe": recipe}
    )
    process.start()
    process.join()
    if process.exitcode:
        raise BadInput(f"training the embedding failed with exit code {process.exitcode}; see the messages above")
    return out


def _vocabulary(entries: Sequence[Entry], recipe: Recipe) -> tuple[list[str], Floats]:
    """The most frequent terms, in the order of their codes, and the idf of each."""
    codes = build_keyword(entries, Settings(), lambda share: None).terms
    starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])) if len(codes) else np.zeros(0, np.int64)
    frequency = np.diff(np.append(starts, len(codes)))
    best = np.argsort(-frequency, kind="stable")[: recipe.vocabulary]
    best = np.sort(best[frequency[best] >= min(recipe.least_entries, max(1, len(entries) // 100))])
    idf = np.log1p((len(entries) - frequency[best] + 0.5) / (frequency[best] + 0.5))
    return [term_text(int(code)) for code in codes[starts[best]]], idf.astype(np.float32)


def _spaced(text: str, recipe: Recipe) -> str:
    """A text as its terms with spaces between, which is how the tokenizer tells them apart."""
    return spaced_terms(normalise(text[: recipe.characters]))


def _tokenizer(terms: Sequence[str]) -> Any:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    tokenizer = Tokenizer(WordLevel({term: n for n, term in enumerate([UNKNOWN, *terms])}, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return tokenizer


def _pairs(entries: Sequence[Entry], examples: Sequence[Example], recipe: Recipe, epoch: int) -> list[Pair]:
    rows = {entry.key: entry for entry in entries}
    asked = [
        Pair(example.question, f"{rows[key].title} {rows[key].path} {rows[key].text}")
        for example in examples
        for key in example.keys
        if key in rows
    ]
    return corpus_pairs(entries, recipe.seed + epoch) + asked


def _fit(
    entries: Sequence[Entry],
    examples: Sequence[Example],
    terms: Sequence[str],
    idf: Floats,
    recipe: Recipe,
    report: Progress,
) -> tuple[Floats, Any]:
    import torch
    from datasets import Dataset
    from datasets.utils.logging import disable_progress_bar as disable_progress_bars
    from sentence_transformers.losses import MultipleNegativesRankingLoss
    from sentence_transformers.trainer import SentenceTransformerTrainer

    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    tokenizer = _tokenizer(terms)
    model = _untrained(tokenizer, idf, recipe)
    batch = max(4, min(recipe.batch, len(entries) // 4))
    epochs = max(recipe.epochs, -(-recipe.least_steps * batch // len(entries)))

    def rows() -> Iterator[dict[str, str]]:
        for epoch in range(epochs):
            for pair in _pairs(entries, examples, recipe, epoch):
                yield {"short": _spaced(pair.short, recipe), "long": _spaced(pair.long, recipe)}

    with tempfile.TemporaryDirectory() as scratch:
        # Written to disk and memory-mapped: several passes of a large corpus would not fit beside the model.
        disable_progress_bars()
        data = Dataset.from_generator(rows, cache_dir=scratch, fingerprint="pairs", keep_in_memory=False)
        loss = MultipleNegativesRankingLoss(model, scale=recipe.scale)
        trainer = SentenceTransformerTrainer(
            model=model, args=_arguments(scratch, batch, recipe), train_dataset=data, loss=loss
        )
        trainer.train()
    layer: Any = model[0]
    table: Floats = layer.embedding.weight.detach().numpy().astype(np.float32)
    return table, tokenizer


def _untrained(tokenizer: Any, idf: Floats, recipe: Recipe) -> Any:
    """A static embedding of random directions, longer for rarer terms; the unknown term is nought."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding

    start = np.random.default_rng(recipe.seed).standard_normal((len(idf) + 1, recipe.dim), np.float32) * 0.05
    start *= np.concatenate([[0.0], idf]).astype(np.float32)[:, None]
    return SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=start)], device="cpu")


def _arguments(folder: str, batch: int, recipe: Recipe) -> Any:
    """One pass over the data, nothing written but the model, nothing reported."""
    from sentence_transformers.training_args import SentenceTransformerTrainingArguments

    return SentenceTransformerTrainingArguments(
        output_dir=folder,
        num_train_epochs=1,
        per_device_train_batch_size=batch,
        learning_rate=recipe.rate,
        adam_beta2=0.99,
        lr_scheduler_type="linear",
        warmup_steps=10,
        max_grad_norm=0.0,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_drop_last=True,
        use_cpu=True,
        seed=recipe.seed,
    )


def _save(out: Path, table: Floats, tokenizer: Any, recipe: Recipe) -> None:
    from safetensors.numpy import save_file

    small = table.astype(np.float16)
    tokenizer.save(str(out / TOKENIZER))
    save_file({"embedding.weight": small}, out / WEIGHTS)
    digest = hashlib.sha256(small.tobytes() + (out / TOKENIZER).read_bytes()).hexdigest()
    card = {"name": f"static-{digest[:16]}", "dim": recipe.dim, "recipe": recipe.model_dump()}
    (out / CARD).write_text(json.dumps(card, indent=1, sort_keys=True) + "\n", encoding="utf-8")
