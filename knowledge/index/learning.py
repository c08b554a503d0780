"""Learning from confirmed questions while an index is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge.index.features import features
from knowledge.index.lessons import Lessons, learn
from knowledge.index.memory import Memory
from knowledge.index.ranker import Sample, available, train_ranker
from knowledge.index.parts import Parts
from knowledge.index.signals import Signals, candidates, read_query
from knowledge.index.types import Example, Floats


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
    lessons: dict[int, Lessons] = {}
    for number, (example, rows) in enumerate(zip(examples, answers, strict=True)):
        group = int(memory.groups[number])
        if group not in lessons:
            lessons = {group: learn(memory, parts.titles, number)}
        taught = replace(lessons[group], leave=number)
        signals = read_query(example.question, parts, taught, None)
        found = candidates(signals, parts, None)
        right = np.isin(found, rows)
        if len(found) and right.any():
            samples.append(Sample(features(signals, parts, taught, found), right, group, context(signals)))
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
