"""How well retrieval finds the provisions that answer real questions.

Questions carry their right provisions. What may be learnt from is either another file (``train``), or the other
folds of the questions themselves; without either, retrieval is measured unlearnt. Folds are random, or made of
blocks of consecutive questions, whose topics are then new to what was learnt.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from city.errors import BadInput, NotFound
from eval.ranking import Ranking, measure
from knowledge.index import Embedder, Entry, Example, Settings, Stage, build, open_index, teach

Split = Literal["random", "block"]
BLOCK = 25
_DEPTH = 100


class Question(NamedTuple):
    """A question and the keys of its right provisions."""

    text: str
    keys: tuple[str, ...]


class RetrievalReport(BaseModel):
    """Figures of one run. Times are of one thread; memory is the highest of the whole process."""

    model_config = ConfigDict(extra="forbid")

    articles: int
    questions: int
    learnt_from: str = Field(description="nothing, a file, or the other folds")
    split: Split
    folds: int
    metrics: Ranking
    stages: dict[str, Ranking] = Field(description="the same questions with fewer stages of retrieval")
    p50_ms: float
    p95_ms: float
    build_seconds: float = Field(description="keyword index, vectors, memory and ranker, mean of the folds")
    train_seconds: float = Field(description="training the embedding on the articles, once")
    peak_mb: float = Field(description="indexing, learning and asking")
    train_peak_mb: float = Field(description="training the embedding, in its own process; 0 where none was trained")
    settings: Settings


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except ValueError as fault:
                        raise BadInput(f"{path}: line {number} is not JSON ({fault})") from None
    except OSError as fault:
        raise BadInput(f"cannot read {str(path)!r}: {fault.strerror or fault}") from fault


def read_articles(path: Path) -> list[Entry]:
    """Articles from JSON lines with ``id, law_id, law, chapter, text``."""
    return [
        Entry(a["id"], a.get("law_id") or a["law"], a["law"], a.get("chapter") or "", a["text"]) for a in _lines(path)
    ]


def read_questions(path: Path) -> list[Question]:
    """Questions from JSON lines with ``query, gold_ids``; those without a right answer cannot be measured."""
    return [Question(q["query"], tuple(q["gold_ids"])) for q in _lines(path) if q["gold_ids"]]


def examples_of(questions: Sequence[Question], split: Split) -> list[Example]:
    """Questions as examples to learn from, grouped as ``split`` will group what is asked later.

    A ranker that learnt beside near neighbours of its questions would expect such neighbours at every question.
    """
    return [Example(q.text, q.keys, f"block {n // BLOCK}" if split == "block" else "") for n, q in enumerate(questions)]


def fold_of(count: int, folds: int, split: Split, seed: int = 0) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The fold of each question, ``int64[count]``: random, or random among blocks of 25 consecutive questions."""
    units = np.arange(count) // BLOCK if split == "block" else np.arange(count)
    number = int(units[-1]) + 1 if count else 0
    fold = np.empty(number, np.int64)
    fold[np.random.default_rng(seed).permutation(number)] = np.arange(number) % folds
    return fold[units]


class _Run:
    """Builds and asks; keeps what was found and how long it took."""

    def __init__(
        self, entries: Sequence[Entry], embedder: Embedder | None, settings: Settings, folder: Path, ablate: bool
    ) -> None:
        self._entries, self._embedder, self._folder = entries, embedder, folder
        self._stages: tuple[Stage, ...] = ("keyword", "dense", "memory") if ablate else ()
        self.found: list[list[str]] = []
        self.right: list[tuple[str, ...]] = []
        self.stages: dict[str, list[list[str]]] = {stage: [] for stage in self._stages}
        self.milliseconds: list[float] = []
        self.teach_seconds: list[float] = []
        start = time.perf_counter()
        build(entries, folder, embedder=embedder, settings=settings)
        self.index_seconds = time.perf_counter() - start

    def round(self, examples: Sequence[Example], questions: Sequence[Question]) -> None:
        """Learn from ``examples``, ask ``questions``."""
        start = time.perf_counter()
        teach(self._entries, self._folder, embedder=self._embedder, examples=examples)
        self.teach_seconds.append(time.perf_counter() - start)
        reader = open_index(self._folder, embedder=self._embedder)
        for question in questions[:20]:
            reader.search(question.text, limit=_DEPTH)
        for question in questions:
            start = time.perf_counter()
            hits = reader.search(question.text, limit=_DEPTH)
            self.milliseconds.append((time.perf_counter() - start) * 1000)
            self.found.append([self._entries[hit.row].key for hit in hits])
            self.right.append(question.keys)
        for stage in self._stages:
            part = reader.upto(stage)
            for question in questions:
                hits = part.search(question.text, limit=_DEPTH)
                self.stages[stage].append([self._entries[hit.row].key for hit in hits])


def run_retrieval(
    articles: Path,
    questions: Path,
    *,
    train: Path | None = None,
    folds: int | None = None,
    split: Split = "random",
    embedder: Embedder | None = None,
    train_embedding: bool = True,
    ablate: bool = True,
    settings: Settings | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> RetrievalReport:
    """Measure retrieval of ``questions`` among ``articles``.

    With ``train`` the index learns from that file; with ``folds`` each fold is asked after learning from the others;
    with neither nothing is learnt. Unless an ``embedder`` is given, a static embedding is trained on the articles
    first (extra ``models``; without it the dense stage is left out).
    """
    if train is not None and folds:
        raise BadInput("give either a file to learn from (--train) or a number of folds (--folds), not both")
    entries, asked = read_articles(articles), read_questions(questions)
    progress(f"{len(entries)} articles, {len(asked)} questions")
    with tempfile.TemporaryDirectory(prefix="citydesk-retrieval-") as scratch:
        start = time.perf_counter()
        if embedder is None and train_embedding:
            embedder = trained(entries, Path(scratch) / "embedder", progress)
        train_seconds = time.perf_counter() - start
        run = _Run(entries, embedder, settings or Settings(), Path(scratch) / "index", ablate)
        _ask(run, asked, read_questions(train) if train is not None else None, folds, split, progress)
    p50, p95 = np.percentile(run.milliseconds, [50, 95]) if run.milliseconds else (0.0, 0.0)
    return RetrievalReport(
        articles=len(entries),
        questions=len(asked),
        learnt_from=str(train) if train is not None else ("the other folds" if folds else "nothing"),
        split=split,
        folds=folds or 1,
        metrics=measure(run.found, run.right),
        stages={stage: measure(found, run.right) for stage, found in run.stages.items()},
        p50_ms=round(float(p50), 2),
        p95_ms=round(float(p95), 2),
        build_seconds=round(run.index_seconds + float(np.mean(run.teach_seconds)), 1),
        train_seconds=round(train_seconds, 1),
        peak_mb=_peak_mb(resource.RUSAGE_SELF),
        train_peak_mb=_peak_mb(resource.RUSAGE_CHILDREN),
        settings=settings or Settings(),
    )


def _ask(
    run: _Run,
    asked: Sequence[Question],
    lessons: Sequence[Question] | None,
    folds: int | None,
    split: Split,
    progress: Callable[[str], None],
) -> None:
    """One round that learns from ``lessons``, or a round for each fold that learns from the others."""
    if not folds:
        run.round(examples_of(lessons or [], split), asked)
        return
    known, fold = examples_of(asked, split), fold_of(len(asked), folds, split)
    for number in range(folds):
        run.round(
            [example for example, f in zip(known, fold, strict=True) if f != number],
            [question for question, f in zip(asked, fold, strict=True) if f == number],
        )
        progress(f"fold {number + 1} of {folds}: {measure(run.found, run.right)}")


def _peak_mb(who: int) -> float:
    """The highest resident memory so far, of this process or of the largest that it started and awaited."""
    return round(resource.getrusage(who).ru_maxrss / 1024, 0)


def trained(entries: Sequence[Entry], folder: Path, progress: Callable[[str], None]) -> Embedder | None:
    """A static embedding of the articles; trained in a process of its own, so that its memory is given back."""
    from knowledge.embed import StaticEmbedder, train_embedder_apart

    try:
        train_embedder_apart(entries, folder)
    except NotFound as fault:
        progress(f"no dense stage: {fault}")
        return None
    return StaticEmbedder(folder)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line: ``--articles A --questions Q [--train T | --folds N] [--split random|block] [--json]``."""
    parser = argparse.ArgumentParser(prog="citydesk eval retrieval", description="Measure retrieval.")
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--train", type=Path, default=None)
    parser.add_argument("--folds", type=int, default=None)
    parser.add_argument("--split", choices=["random", "block"], default="random")
    parser.add_argument("--embedder", type=Path, default=None, help="folder of a trained static embedding")
    parser.add_argument("--no-dense", action="store_true", help="leave the dense stage out")
    parser.add_argument("--no-stages", action="store_true", help="measure the full retrieval only")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    given = parser.parse_args(argv)
    from knowledge.embed import StaticEmbedder

    report = run_retrieval(
        given.articles,
        given.questions,
        train=given.train,
        folds=given.folds,
        split=given.split,
        embedder=StaticEmbedder(given.embedder) if given.embedder else None,
        train_embedding=not given.no_dense,
        ablate=not given.no_stages,
        progress=lambda message: print(message, file=sys.stderr, flush=True),
    )
    print(report.model_dump_json(indent=2) if given.json else describe(report))
    return 0


def describe(report: RetrievalReport) -> str:
    """The report as lines of text."""
    lines = [
        f"{report.questions} questions over {report.articles} articles, learnt from {report.learnt_from} "
        f"({report.split}, {report.folds} folds)",
        f"{'all stages':<12}{report.metrics}",
        *(f"{'up to ' + stage:<16}{ranking}" for stage, ranking in report.stages.items()),
        f"query p50 {report.p50_ms} ms, p95 {report.p95_ms} ms; build {report.build_seconds} s, embedding "
        f"{report.train_seconds} s; {report.peak_mb:.0f} MB, training {report.train_peak_mb:.0f} MB",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
