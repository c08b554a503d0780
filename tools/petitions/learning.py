"""Training a triage classifier from past work orders; see ``tools.petitions.classifier`` for its use."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.petitions.calibration import NEVER, error_of_equal_mass, reach
from tools.petitions.circumstances import SITUATIONS, circumstances_of, read
from tools.petitions.combining import Combiner, Voice, combine, combine_across
from tools.petitions.experts import Lesson, Progress, Pulls, Tables, learn
from tools.petitions.features import Floats, Longs, grams_of, letters_of, runs
from tools.petitions.grouping import folds_of, groups_of
from tools.petitions.history import BadLine, History, Past, check_enough
from tools.petitions.nearest import Cases, whole
from tools.petitions.saving import Bad, Figures, Stored, Summary, Words

FOLDS = 10
_FEWEST = 30
_MOST_INPUTS = 24_000_000
_BAD_SHOWN = 50
_RARE_WORD = 3
Doubles = NDArray[np.float64]


class Heard(NamedTuple):
    """A situation's voice, with the chances it gave rows it had not learnt from, and the numbers of those rows."""

    voice: Voice
    chances: Doubles
    rows: Longs


def train(
    history: History, *, learnt: str = "label", settings: Pulls | None = None, progress: Progress = lambda *_: None
) -> Stored:
    """Learn from a history. Raises BadInput where it holds too little.

    Every probability and threshold rests on rows judged by models that had not seen them nor a near copy of them.
    """
    check_enough(history.rows)
    began = time.perf_counter()
    rows = history.rows
    counts = Counter(row.label for row in rows)
    pulls = settings or Pulls.for_size(len(rows), len(counts))
    labels = sorted(counts)
    number = {label: place for place, label in enumerate(labels)}
    answer = np.array([number[row.label] for row in rows])
    messages = [row.message for row in rows]
    groups = groups_of(rows)
    progress("groups", 1.0)
    fold = folds_of(groups, min(FOLDS, int(groups.max()) + 1))
    tables = Tables.of(messages)
    lesson = learn(tables, answer, len(labels), fold, pulls, progress)
    heard = _voices(lesson, tables, rows, answer, fold)
    progress("combination", 1.0)
    cases = Cases.learn(messages, [row.id for row in rows], answer.astype(np.int32))
    unknown = _unknown(rows)
    words = _words(rows)
    progress("cases", 1.0)
    whole_figures = _all_figures(heard, answer)
    summary = Summary(
        learnt=learnt, labels=tuple(labels), counts=tuple(counts[label] for label in labels), rows=len(rows),
        groups=int(groups.max()) + 1, bad_lines=len(history.bad), bad=_shown(history.bad),
        fingerprint=history.fingerprint, settings=pulls, folds=int(fold.max()) + 1,
        seconds=round(time.perf_counter() - began, 2), figures=whole_figures,
        by_situation={name: _figures(own, answer) for name, own in heard.items()},
        unknown=float(unknown.mean()), unknown_spread=float(unknown.std()),
    )  # fmt: skip
    return Stored(summary, lesson.experts, {name: own.voice for name, own in heard.items()}, cases, words)


def _shown(bad: Sequence[BadLine]) -> tuple[Bad, ...]:
    return tuple(Bad(line=line, reason=reason) for line, reason in bad[:_BAD_SHOWN])


def _voices(lesson: Lesson, tables: Tables, rows: Sequence[Past], answer: Longs, fold: Longs) -> dict[str, Heard]:
    """A voice for each situation that the history can teach.

    A message with both fields also teaches what to make of either alone.
    """
    given = read([row.message for row in rows], lesson.experts, tables)
    has = {"both": given.situation == "both"}
    has |= {name: has["both"] | (given.situation == name) for name in ("title", "detail")}
    found = {}
    for name, used in SITUATIONS.items():
        taught = np.flatnonzero(has[name] & lesson.held)
        if len(taught) < _FEWEST and name != "detail":
            continue
        taught = _sample(taught if len(taught) else np.flatnonzero(lesson.held), lesson.scores.shape[1], len(used))
        seen = circumstances_of(name, given.circumstances[taught])
        scores, right = lesson.scores[taught], answer[taught]
        combiner = combine(scores, seen, right, used)
        chances = _across(combiner, scores, seen, right, fold[taught])
        found[name] = _heard(combiner, chances, right, taught)
    return found


def _sample(rows: Longs, classes: int, used: int) -> Longs:
    """So many rows, spread evenly, that the combiner's table stays within memory."""
    inputs = 24 if used > len(SITUATIONS["detail"]) else 6
    most = max(1_000, _MOST_INPUTS // (inputs * classes))
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def _across(combiner: Combiner, scores: Floats, seen: Floats, right: Longs, fold: Longs) -> Doubles:
    """Chances by combiners that had not seen the row; where one fold alone was held out, it is cut again."""
    parts = fold % 5 if len(np.unique(fold % 5)) > 1 else np.arange(len(fold)) % 5
    if len(np.unique(parts)) < 2:
        return combiner.chances(scores, seen)
    return combine_across(scores, seen, right, combiner.used, parts)


def _heard(combiner: Combiner, chances: Doubles, right: Longs, rows: Longs) -> Heard:
    best = reach(chances.max(1), chances.argmax(1) == right)
    return Heard(Voice(combiner, best.threshold), chances, rows)


def _all_figures(heard: dict[str, Heard], answer: Longs) -> Figures:
    """Figures over the history as it is: every row in the richest situation it is in."""
    return _figures(heard.get("both") or heard["detail"], answer)


def _figures(own: Heard, answer: Longs) -> Figures:
    right = answer[own.rows]
    said, sure = own.chances.argmax(1), own.chances.max(1)
    hit = said == right
    above = sure >= own.voice.threshold if own.voice.threshold < NEVER.threshold else np.zeros(len(hit), np.bool_)
    return Figures(
        rows=len(hit),
        accuracy=round(float(hit.mean()), 4),
        macro_f1=round(macro_f1(right, said), 4),
        calibration_error=round(error_of_equal_mass(sure, hit), 4),
        coverage=round(float(above.mean()), 4),
        precision=round(float(hit[above].mean()), 4) if above.any() else 0.0,
        mean_confidence=round(float(sure.mean()), 4),
    )


def macro_f1(right: Longs, said: Longs) -> float:
    """Mean over the classes that occur (as right or as said) of the harmonic mean of precision and recall."""
    classes = np.union1d(right, said)
    scores = []
    for number in classes:
        hits = int(((right == number) & (said == number)).sum())
        scores.append(2 * hits / (int((right == number).sum()) + int((said == number).sum())))
    return float(np.mean(scores)) if scores else 0.0


def _unknown(rows: Sequence[Past]) -> Floats:
    """Share of each row's runs that fewer than two other rows have, as a new message would meet it."""
    grams = grams_of([whole(row.message) for row in rows])
    texts = np.bincount(grams.bucket)
    rare = texts[grams.bucket] < 3
    share = np.bincount(grams.owner[rare], minlength=len(rows)) / np.maximum(
        1, np.bincount(grams.owner, minlength=len(rows))
    )
    return share.astype(np.float32)


def _words(rows: Sequence[Past], chunk: int = 2_000) -> Words:
    """Hashes of runs of two to four characters that occur in at least three rows, with the number of rows."""
    hashes = np.zeros(0, np.uint64)
    counts = np.zeros(0, np.int64)
    for start in range(0, len(rows), chunk):
        own = once_each([whole(row.message) for row in rows[start : start + chunk]])
        found, many = np.unique(own, return_counts=True)
        hashes, counts = _added(hashes, counts, found, many)
    kept = counts >= _RARE_WORD
    return Words(hashes[kept], counts[kept].astype(np.int32))


def once_each(texts: Sequence[str]) -> NDArray[np.uint64]:
    """The hash of every run of two to four characters, once for each text that has it."""
    letters = letters_of(texts)
    parts = []
    for length in (2, 3, 4):
        value, owner = runs(letters, length)
        order = np.lexsort((value, owner))
        value, owner = value[order], owner[order]
        first = np.ones(len(value), np.bool_)
        first[1:] = (value[1:] != value[:-1]) | (owner[1:] != owner[:-1])
        parts.append(value[first])
    return np.concatenate(parts)


def _added(
    hashes: NDArray[np.uint64], counts: Longs, more: NDArray[np.uint64], many: Longs
) -> tuple[NDArray[np.uint64], Longs]:
    both = np.concatenate([hashes, more])
    distinct, place = np.unique(both, return_inverse=True)
    return distinct, np.bincount(place, np.concatenate([counts, many])).astype(np.int64)


def model_name(summary: Summary) -> str:
    """A short name that changes with the data, the column and the settings."""
    told = f"{summary.format} {summary.learnt} {summary.fingerprint} {summary.settings.model_dump_json()}"
    return hashlib.sha256(told.encode()).hexdigest()[:12]
