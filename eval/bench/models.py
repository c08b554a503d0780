"""How fast are training and search on this machine's GPU, and how much memory do they take? Our own code, at real size.

``python -m eval.bench.models --what lora --size 4b --data data/2026-11`` trains an adapter by the recipe of
``citydesk train lora``; ``--what embed`` and ``--what rerank`` read the pack's provisions as a build and a search do;
``--what search`` looks for the nearest of ``--rows`` vectors. Weights are random unless ``--model`` names real ones:
they cost the same time and memory, and say nothing of quality. ``CUDA_VISIBLE_DEVICES=`` before it hides the GPU.
"""

from __future__ import annotations

import argparse
import gc
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel

from city.errors import BadInput
from eval.bench.nearest import Nearest, nearest
from eval.bench.texts import asked, provisions
from eval.bench.timing import WARM, each, timed
from eval.bench.weights import CHAT, SEARCH, chat_model, embedding_model, reranking_model
from serve.settings import Settings
from serve.training.recipe import ADAPTER, Card, Recipe
from serve.training.records import Split

_GIB, _MIB = 2**30, 2**20
_TOP = 30
"""Provisions that a reranker reads for a question, as packs have it."""


class Measured(BaseModel):
    """What all of them tell. ``peak_gib``: the most that lay on the GPU, or in the process where there is none."""

    what: str
    weights: str
    device: str
    torch: str
    peak_gib: float


class LoraSpeed(Measured):
    """A training run. ``answer_seconds``: to answer an example of the holdout. ``reloaded``: loss on the holdout with
    the adapter read back from its file, to be that of the card's ``after``.
    """

    examples: int
    tokens_per_example: float
    examples_per_second: float
    tokens_per_second: float
    answer_seconds: float
    adapter_mib: float
    reloaded: float
    card: Card


class EmbedSpeed(Measured):
    """Provisions as a build embeds them; questions as a search does, one at a time (median)."""

    provisions: int
    characters: float
    provisions_per_second: float
    question_ms: float


class RerankSpeed(Measured):
    """Questions, each with its provisions."""

    questions: int
    pairs_per_second: float
    question_p50_ms: float
    question_p95_ms: float


class SearchSpeed(Measured):
    """The nearest of drawn vectors."""

    nearest: Nearest


def lora(options: argparse.Namespace) -> LoraSpeed:
    """Train an adapter, then read it back. Raises what ``citydesk train lora`` raises, and BadInput for one step."""
    from serve.training.running import run

    messages = [message.content for one in _examples(options.data, "train") for message in one.messages[:2]]
    made = partial(chat_model, CHAT[options.size])
    with _weights(options, made, messages) as base, TemporaryDirectory(prefix="citydesk-lora-") as scratch:
        recipe = Recipe(
            base=base,
            task="dispatch",
            epochs=options.epochs,
            **_batch(options),
            rank=options.rank,
            scored=options.scored,
            save_memory=options.save_memory,
        )
        out, steps = Path(scratch) / "out", list[float]()
        card = run(options.data, out, recipe, lambda stage, share: steps.append(time.perf_counter()))
        told = _told(options)
        gc.collect()  # the model, before it is loaded once more
        again = _read_back(options.data, out, recipe)
        adapter_bytes = sum(one.stat().st_size for one in (out / ADAPTER).glob("*.safetensors"))
        per_second = _examples_per_second(steps, card.examples, recipe.batch)
        return LoraSpeed(
            **told,
            **again._asdict(),
            examples=card.examples,
            examples_per_second=round(per_second, 2),
            tokens_per_second=round(per_second * again.tokens_per_example),
            adapter_mib=round(adapter_bytes / _MIB, 1),
            card=card,
        )


class _Again(NamedTuple):
    """See ``LoraSpeed``."""

    tokens_per_example: float
    reloaded: float
    answer_seconds: float


def _read_back(data: Path, out: Path, recipe: Recipe) -> _Again:
    from peft import PeftModel

    from serve.training.encoding import Encoder
    from serve.training.lora import load_base
    from serve.training.scoring import loss, score

    tokenizer, base = load_base(recipe.base)
    encoder, held = Encoder(tokenizer, recipe.longest), _examples(data, "holdout")
    adapted = PeftModel.from_pretrained(base, str(out / ADAPTER))
    encoded = [one for one in map(encoder.example, held) if one]
    seconds, scored = timed(lambda: score(adapted, encoder, held, [], recipe))
    learnt = [len(one.ids) for one in map(encoder.example, _examples(data, "train")) if one]
    return _Again(
        tokens_per_example=round(float(np.mean(learnt)), 1),
        reloaded=loss(adapted, encoded, recipe.batch),
        answer_seconds=round(seconds / max(1, scored.answered), 3),
    )


def _examples(data: Path, split: Split) -> list[Any]:
    from serve.training.files import read_examples

    return read_examples(data, split, "dispatch")


def _examples_per_second(times: Sequence[float], examples: int, batch: int) -> float:
    """Over all steps but the first ones, by the moments at which steps ended; an epoch's last one may be smaller."""
    if len(times) < 2:
        raise BadInput("one step says nothing of speed: raise --epochs or lower --batch")
    first, per_epoch = min(WARM, len(times) - 1), -(-examples // batch)
    done = sum(min(batch, examples - step % per_epoch * batch) for step in range(first, len(times)))
    return done / (times[-1] - times[first - 1])


def embed(options: argparse.Namespace) -> EmbedSpeed:
    """Embed the pack's provisions as a build does."""
    from knowledge.embed import CachedEmbedder, Prefixes, SentenceTransformerEmbedder

    made = partial(embedding_model, SEARCH[options.size])
    with _weights(options, made) as source, TemporaryDirectory(prefix="citydesk-vectors-") as kept:
        model = SentenceTransformerEmbedder("bench", Prefixes("", ""), source=source, **_batch(options))
        texts, questions = provisions(options.city, options.texts + WARM), asked(options.city, options.questions)
        build = CachedEmbedder(model, Path(kept))
        build.encode(texts[:WARM])
        seconds, _ = timed(lambda: build.encode(texts[WARM:]))
        taken = each(lambda text: model.encode_queries([text]), questions)
        return EmbedSpeed(
            **_told(options),
            provisions=options.texts,
            characters=round(float(np.mean([len(text) for text in texts])), 1),
            provisions_per_second=round(options.texts / seconds, 1),
            question_ms=round(float(np.median(taken)), 2),
        )


def rerank(options: argparse.Namespace) -> RerankSpeed:
    """Rerank some of the pack's provisions for each question."""
    from knowledge.rerank import CrossEncoderReranker

    made = partial(reranking_model, SEARCH[options.size])
    with _weights(options, made) as source:
        model = CrossEncoderReranker("bench", source=source, **_batch(options))
        texts, drawn = provisions(options.city, options.texts), np.random.default_rng(7)

        def ask(question: str) -> None:
            model.rerank(question, [texts[row] for row in drawn.integers(len(texts), size=_TOP)])

        taken = each(ask, asked(options.city, options.questions))
        return RerankSpeed(
            **_told(options),
            questions=len(taken),
            pairs_per_second=round(_TOP * len(taken) / sum(taken) * 1000, 1),
            question_p50_ms=round(float(np.median(taken)), 1),
            question_p95_ms=round(float(np.quantile(taken, 0.95)), 1),
        )


def search(options: argparse.Namespace) -> SearchSpeed:
    """Look for the nearest of drawn vectors in every way."""
    found = nearest(options.rows, options.dim, options.questions)
    return SearchSpeed(**_told(options), nearest=found)


@contextmanager
def _weights(
    options: argparse.Namespace, made: Callable[[Sequence[str], Path], Path], more: Sequence[str] = ()
) -> Iterator[str]:
    """Where the model lies; what making it took is not counted. The tokenizer learns from provisions and ``more``."""
    import torch

    with TemporaryDirectory(prefix="citydesk-weights-") as folder:
        source = options.model or str(made([*provisions(options.city, 2000), *more], Path(folder)))
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        yield source


def _batch(options: argparse.Namespace) -> dict[str, Any]:
    return {"batch": options.batch} if options.batch else {}


def _told(options: argparse.Namespace) -> dict[str, Any]:
    """Where it ran and what it took."""
    import torch

    gpu = torch.cuda.is_available()
    most = torch.cuda.max_memory_allocated() if gpu else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "what": options.what,
        "weights": "none" if options.what == "search" else options.model or f"{options.size}, random",
        "device": torch.cuda.get_device_name() if gpu else "cpu",
        "torch": str(torch.__version__),
        "peak_gib": round(most / _GIB, 2),
    }


WHAT: dict[str, Callable[[argparse.Namespace], Measured]] = {
    "lora": lora,
    "embed": embed,
    "rerank": rerank,
    "search": search,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Command line: print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.models", description="Training and search on a GPU.")
    parser.add_argument("--what", choices=list(WHAT), required=True)
    parser.add_argument("--city", type=Path, default=Settings().city)
    parser.add_argument("--size", choices=sorted(CHAT), default="0.6b", help="of random weights; 0.6b for a search")
    parser.add_argument("--model", default="", help="real weights, a folder or a name, instead of random ones")
    parser.add_argument("--batch", type=int, default=0, help="texts at once; 0: what our code takes")
    parser.add_argument("--data", type=Path, help="lora: a folder that `citydesk train export` wrote")
    parser.add_argument("--epochs", type=int, default=2, help="lora")
    parser.add_argument("--rank", type=int, default=16, help="lora")
    parser.add_argument("--scored", type=int, default=8, help="lora: examples of the holdout that are answered")
    parser.add_argument("--save-memory", action="store_true", help="lora: compute activations again")
    parser.add_argument("--texts", type=int, default=20_000, help="embed, rerank: provisions")
    parser.add_argument("--questions", type=int, default=200, help="embed, rerank, search")
    parser.add_argument("--rows", type=int, default=1_000_000, help="search: vectors")
    parser.add_argument("--dim", type=int, default=1024, help="search: their components")
    options = parser.parse_args(argv)
    if options.what == "lora" and options.data is None:
        parser.error("--what lora needs --data")
    if options.what in ("embed", "rerank") and options.size not in SEARCH:
        parser.error(f"--what {options.what} has no --size {options.size}")
    print(WHAT[options.what](options).model_dump_json(indent=2), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
