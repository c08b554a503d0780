"""What a pack gives to read and to ask, as much of it as a measurement wants."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

from eval.bench.timing import WARM
from knowledge.corpus import load_corpus
from knowledge.index import embedding_text
from knowledge.library.entries import entries_of


def provisions(root: Path, count: int) -> list[str]:
    """Texts of the pack's provisions as an index embeds them, from the first one again where they are too few.

    Each has a number, so that none is known already.
    """
    texts = [embedding_text(entry) for entry in entries_of(load_corpus(root))]
    return [f"{texts[number % len(texts)]}（{number}）" for number in range(count)]


def asked(root: Path, count: int) -> list[str]:
    """Questions of the pack's evaluation, ``WARM`` of them before those that count."""
    files = sorted((root / "evaluation").glob("answers_*.jsonl"))
    lines = (line for path in files for line in path.read_text(encoding="utf-8").splitlines())
    return [json.loads(line)["text"] for line in islice(lines, count + WARM)]
