"""Training a static embedding on the corpus itself, with sentence-transformers (extra ``models``).

Each term has one vector; pairs of texts that belong together are drawn near each other and away from the other texts
of their batch (multiple negatives ranking loss, Henderson et al. 2017). Minutes on two cores, no download.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from city.errors import BadInput, NotFound
from knowledge.embed.pairs import Pair, corpus_pairs
from knowledge.embed.static import CARD, TOKENIZER, UNKNOWN, WEIGHTS, term_code, term_text
from knowledge.index.keyword import build_keyword
from knowledge.index.terms import normalise, places, term_stream
from knowledge.index.types import Entry, Example, Floats, Settings

Progress = Callable[[str, float], None]
_WARM_UP = 10


class Recipe(BaseModel):
    """How to train."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dim: int = Field(384, description="components of a vector")
    vocabulary: int = Field(50_000, description="terms that get a vector, the most frequent ones")
    least_entries: int = Field(3, description="entries that a term must occur in")
    batch: int = Field(2048, description="pairs in a batch, at most a quarter of the corpus")
    epochs: int = Field(3, description="passes over the corpus, with new pairs each time")
    least_steps: int = Field(270, description="steps at least, so that a small corpus gets more passes")
    rate: float = Field(2e-2, description="learning rate of a full batch")
    scale: float = Field(20.0, description="inverse temperature of the loss")
    characters: int = Field(160, description="characters read of each text of a pair")
    left_out: float = Field(0.3, description="share of a text's terms left out by chance, so that none is relied on")
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
    table = _fit(entries, examples, terms, idf, recipe, report)
    out.mkdir(parents=True, exist_ok=True)
    _save(out, table, _tokenizer(terms), recipe)
    report("train", 1.0)
    return out


def models_installed() -> bool:
    """Whether the extra ``models`` is there."""
    return all(find_spec(name) is not None for name in ("sentence_transformers", "torch"))


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


def _tokenizer(terms: Sequence[str]) -> Any:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    tokenizer = Tokenizer(WordLevel({term: n for n, term in enumerate([UNKNOWN, *terms])}, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return tokenizer


def _normal(entries: Sequence[Entry]) -> list[Entry]:
    """The entries with their texts normalised: once here, not with every pair of every pass."""
    return [
        replace(entry, title=normalise(entry.title), path=normalise(entry.path), text=normalise(entry.text))
        for entry in entries
    ]


def _pairs(entries: Sequence[Entry], examples: Sequence[Example], seed: int) -> list[Pair]:
    rows = {entry.key: entry for entry in entries}
    asked = [
        Pair(normalise(example.question), f"{rows[key].title} {rows[key].path} {rows[key].text}")
        for example in examples
        for key in example.keys
        if key in rows
    ]
    return corpus_pairs(entries, seed) + asked


class _Reader:
    """Texts as what the embedding layer takes. The terms are cut and looked up for a batch at once, which takes a
    third of the time that a tokenizer called text by text would."""

    def __init__(self, terms: Sequence[str], recipe: Recipe):
        codes = np.array([term_code(term) for term in terms], np.uint32)
        self._order = np.argsort(codes)
        self._codes = codes[self._order]
        self._recipe = recipe
        self._chance = np.random.default_rng(recipe.seed)

    def features(self, texts: Sequence[str]) -> dict[str, Any]:
        """``input_ids`` of normalised texts one after the other, some left out, and where each text begins."""
        import torch

        codes, rows = term_stream([text[: self._recipe.characters] for text in texts])
        place, known = places(self._codes, codes)
        kept = known & (self._chance.random(len(codes)) >= self._recipe.left_out)
        ids = self._order[place[kept]] + 1  # 0 is the unknown term
        counts = np.bincount(rows[kept], minlength=len(texts))
        starts = np.cumsum(counts) - counts
        return {"input_ids": torch.from_numpy(ids), "offsets": torch.from_numpy(starts)}


def _fit(
    entries: Sequence[Entry],
    examples: Sequence[Example],
    terms: Sequence[str],
    idf: Floats,
    recipe: Recipe,
    report: Progress,
) -> Floats:
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    torch.set_num_threads(recipe.threads)
    model = _untrained(_tokenizer(terms), idf, recipe)
    loss = MultipleNegativesRankingLoss(model, scale=recipe.scale)
    batch = max(4, min(recipe.batch, len(entries) // 4))
    # The rate is that of a full batch; the steps of a small one are noisier and must be smaller.
    rate = recipe.rate * (batch / recipe.batch) ** 0.5
    step = torch.optim.Adam(model.parameters(), lr=rate, betas=(0.9, 0.99), fused=True)
    reader, chance = _Reader(terms, recipe), np.random.default_rng(recipe.seed)
    entries = _normal(entries)
    labels, done = torch.arange(batch), 0
    pairs = _pairs(entries, examples, recipe.seed)
    epochs = max(recipe.epochs, -(-recipe.least_steps // max(1, len(pairs) // batch)))
    for epoch in range(epochs):
        if epoch:
            pairs = _pairs(entries, examples, recipe.seed + epoch)
        steps = epochs * (len(pairs) // batch)
        order = chance.permutation(len(pairs))
        for start in range(0, len(order) - batch + 1, batch):
            chosen = [pairs[place] for place in order[start : start + batch].tolist()]
            step.param_groups[0]["lr"] = rate * min((done + 1) / _WARM_UP, max(0.0, 1 - done / steps))
            step.zero_grad()
            sides = [reader.features([pair.short for pair in chosen]), reader.features([p.long for p in chosen])]
            loss(sides, labels).backward()
            step.step()
            done += 1
            report("train", min(1.0, done / steps))
    layer: Any = model[0]
    table: Floats = layer.embedding.weight.detach().numpy().astype(np.float32)
    return table


def _untrained(tokenizer: Any, idf: Floats, recipe: Recipe) -> Any:
    """A static embedding of random directions, longer for rarer terms; the unknown term is nought."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    start = np.random.default_rng(recipe.seed).standard_normal((len(idf) + 1, recipe.dim), np.float32) * 0.05
    start *= np.concatenate([[0.0], idf]).astype(np.float32)[:, None]
    return SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=start)], device="cpu")


def _save(out: Path, table: Floats, tokenizer: Any, recipe: Recipe) -> None:
    from safetensors.numpy import save_file

    small = table.astype(np.float16)
    tokenizer.save(str(out / TOKENIZER))
    save_file({"embedding.weight": small}, out / WEIGHTS)
    digest = hashlib.sha256(small.tobytes() + (out / TOKENIZER).read_bytes()).hexdigest()
    card = {"name": f"static-{digest[:16]}", "dim": recipe.dim, "recipe": recipe.model_dump()}
    (out / CARD).write_text(json.dumps(card, indent=1, sort_keys=True) + "\n", encoding="utf-8")
