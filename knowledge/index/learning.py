"""Learning from confirmed questions while an index is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge.index.features import features
from knowledge.index.lessons import learn
from knowledge.index.memory import Memory
from knowledge.index.parts import Parts
from knowledge.index.ranker import Sample, available, train_ranker
from knowledge.index.signals import Signals, candidates, query_vector, read_query
from knowledge.index.types import Example, Floats

_FOLDS = 10


def context(signals: Signals) -> Floats:
    """What tells an easy question from a hard one, for the calibration: ``float32[2]``."""
    recalled = signals.recalled.best if signals.recalled is not None else 0.0
    return np.array([signals.keyword.max(initial=0.0), recalled], np.float32)


def collect(
    parts: Parts,
    memory: Memory,
    examples: Sequence[Example],
    answers: Sequence[Sequence[int]],
    report: Callable[[float], None],
) -> list[Sample]:
    """Candidates of every remembered question as the index would find them, had nobody asked its group
    before.
    """
    samples = []
    folds = np.random.default_rng(parts.settings.seed).integers(0, _FOLDS, int(memory.groups.max()) + 1)
    fold_of = folds[memory.groups]
    # Counts that leave out just one question would tell the trees which rows it had as answers: leave out a tenth.
    lessons = [learn(memory, parts.titles, fold_of != fold) for fold in range(_FOLDS)]
    for number, (example, rows) in enumerate(zip(examples, answers, strict=True)):
        taught = replace(lessons[fold_of[number]], leave=number)
        signals = read_query(example.question, parts, taught, None, query_vector(example.question, parts))
        found = candidates(signals, parts, None)
        right = np.isin(found, rows)
        if len(found) and right.any():
            samples.append(
                Sample(features(signals, parts, taught, found), right, int(memory.groups[number]), context(signals))
            )
        report((number + 1) / len(examples))
    return samples


def learn_ranker(
    parts: Parts,
    examples: Sequence[Example],
    answers: Sequence[Sequence[int]],
    folder: Path,
    report: Callable[[float], None],
) -> bool:
    """Train the ranker and write it into ``folder``; False where there is too little to learn from, or no
    LightGBM.
    """
    settings = parts.settings
    if parts.memory is None or len(examples) < settings.least_examples or not available():
        return False
    samples = collect(parts, parts.memory, examples, answers, report)
    if len({sample.group for sample in samples}) < settings.least_groups:
        return False
    train_ranker(samples, folder, settings)
    return True
