"""Ours and other retrievers on the same questions, in one run: bm25s with rjieba, LangChain's and LlamaIndex's BM25.

``python -m eval.bench.baselines --articles A.jsonl.gz --questions Q.jsonl --embedder FOLDER``. Ours has learnt from no
question. Each of the others is used the way its documentation starts; a library that is not installed is named and
left out (``pip install bm25s rjieba rank_bm25 "langchain-community<0.4.2" llama-index-retrievers-bm25``).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from eval.ranking import Ranking, measure
from eval.retrieval import Question, read_articles, read_questions
from knowledge.embed import StaticEmbedder
from knowledge.index import Embedder, Entry, Settings, build, open_index

_DEPTH = 100
Ask = Callable[[str], list[str]]


class Measured(NamedTuple):
    """One retriever's figures."""

    name: str
    ranking: Ranking
    p50_ms: float
    build_seconds: float


def _text(entry: Entry) -> str:
    return f"{entry.title} {entry.path} {entry.text}"


def with_citydesk(entries: Sequence[Entry], embedder: Embedder | None, folder: Path) -> Ask:
    """Our index, unlearnt: keywords, and vectors where an embedder is given."""
    build(entries, folder, embedder=embedder, settings=Settings())
    reader = open_index(folder, embedder=embedder)
    return lambda text: [entries[hit.row].key for hit in reader.search(text, limit=_DEPTH)]


def with_bm25s(entries: Sequence[Entry]) -> Ask:
    """bm25s over the words that rjieba cuts."""
    import bm25s
    import rjieba

    index = bm25s.BM25()
    index.index([rjieba.cut_for_search(_text(entry)) for entry in entries], show_progress=False)

    def ask(text: str) -> list[str]:
        rows, _ = index.retrieve([rjieba.cut_for_search(text)], k=_DEPTH, show_progress=False)
        return [entries[int(row)].key for row in rows[0]]

    return ask


def with_langchain(entries: Sequence[Entry]) -> Ask:
    """LangChain's BM25Retriever with its default splitting."""
    from langchain_community.retrievers import BM25Retriever

    retriever = BM25Retriever.from_texts(
        [_text(entry) for entry in entries], metadatas=[{"key": entry.key} for entry in entries], k=_DEPTH
    )
    return lambda text: [str(found.metadata["key"]) for found in retriever.invoke(text)]


def with_llamaindex(entries: Sequence[Entry]) -> Ask:
    """LlamaIndex's BM25Retriever with its default splitting."""
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = [TextNode(text=_text(entry), id_=entry.key) for entry in entries]
    retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=_DEPTH)
    return lambda text: [str(found.node.node_id) for found in retriever.retrieve(text)]


BASELINES: dict[str, Callable[[Sequence[Entry]], Ask]] = {
    "bm25s + rjieba": with_bm25s,
    "LangChain BM25Retriever": with_langchain,
    "LlamaIndex BM25Retriever": with_llamaindex,
}


def compare(
    entries: Sequence[Entry], questions: Sequence[Question], retrievers: dict[str, Callable[[Sequence[Entry]], Ask]]
) -> Iterator[Measured | str]:
    """Figures of each retriever, or a line that says why there are none."""
    for name, start in retrievers.items():
        began = time.perf_counter()
        try:
            ask = start(entries)
        except ImportError as fault:
            yield f"{name}: left out, {fault}"
            continue
        build_seconds = time.perf_counter() - began
        found, taken = [], []
        for question in questions:
            began = time.perf_counter()
            found.append(ask(question.text))
            taken.append((time.perf_counter() - began) * 1000)
        ranking = measure(found, [question.keys for question in questions])
        yield Measured(name, ranking, round(float(np.median(taken)), 2), round(build_seconds, 1))


def _line(row: Measured) -> str:
    return f"{row.name:<26}{row.ranking}  p50 {row.p50_ms} ms  build {row.build_seconds} s"


def main(argv: Sequence[str] | None = None) -> int:
    """Command line: print one line a baseline."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.baselines", description="Other retrievers.")
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--embedder", type=Path, default=None, help="folder of a static embedding, for ours")
    parser.add_argument("--first", type=int, default=None, help="only the first so many questions")
    given = parser.parse_args(argv)
    entries, questions = read_articles(given.articles), read_questions(given.questions)[: given.first]
    embedder = StaticEmbedder(given.embedder) if given.embedder else None
    with tempfile.TemporaryDirectory(prefix="citydesk-baselines-") as scratch:
        ours = partial(with_citydesk, embedder=embedder, folder=Path(scratch))
        for row in compare(entries, questions, {"CityDesk, nothing learnt": ours, **BASELINES}):
            print(row if isinstance(row, str) else _line(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
