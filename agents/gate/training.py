"""Learning the second opinions of the gate from the messages a pack brings.

``train_second_opinion(pack)`` reads ``gate/training/emergency.jsonl``, ``crisis.jsonl`` and ``ordinary.jsonl`` (one
object with ``text`` per line) and writes ``gate/second_opinion.npz`` (danger against the ordinary) and
``gate/crisis_opinion.npz`` (despair against the ordinary). The questions of ``learned/pairs.jsonl`` count as ordinary
too. The same messages give the same weights, but for the last digits of arithmetic. Method: L2-regularised logistic
regression on binary, length-normalised character n-grams, solved by L-BFGS; both thresholds are read off the scores of
messages held out in turn (cross-validation), so they hold for messages not seen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from agents.gate.normal import Normaliser
from agents.gate.opinion import CRISIS_FILE, FILE, SecondOpinion, grams
from city.errors import BadInput
from city.gate_rules import load_gate_rules

FOLDS = 5
RARE = 2  # a run of characters must occur in so many messages
STRENGTH = 0.1  # of the pull of weights towards nought
ALARMED_CALM = {"emergency": (0.05, 0.1), "crisis": (0.015, 0.04)}
"""Shares of the ordinary messages, held out, that may be raised, and that may at least look torn. The ordinary
messages are chosen to look like danger, so that far fewer of a real day's are alarmed."""

Floats = npt.NDArray[np.float64]


def train_second_opinion(pack: Path) -> tuple[SecondOpinion, SecondOpinion]:
    """Train on the messages of ``pack``, store the results in its ``gate/`` and return them: danger, crisis. Raises
    BadInput where a message file is missing or broken."""
    folder = pack / "gate"
    opinions = learn(folder, "emergency"), learn(folder, "crisis")
    for opinion, file in zip(opinions, (FILE, CRISIS_FILE), strict=True):
        opinion.save(folder / file)
    return opinions


def learn(folder: Path, told: Literal["emergency", "crisis"] = "emergency") -> SecondOpinion:
    """The second opinion on what is ``told``, of the training messages in a gate ``folder``, without storing it."""
    plain = Normaliser(load_gate_rules(folder).characters)
    texts = {
        name: [plain.read(text).text for text in read_messages(folder / "training" / f"{name}.jsonl")]
        for name in (told, "ordinary")
    }
    asked = [plain.read(text).text for text in _questions(folder.parent)]
    calm = [*texts["ordinary"], *asked]
    messages = [grams(text) for text in (*texts[told], *calm)]
    labels = np.array([1.0] * len(texts[told]) + [-1.0] * len(calm))
    scores = held_out(messages, labels)
    # Thresholds come from the messages that were chosen to be hard; questions are easy, and many.
    hard = slice(len(texts[told]), len(texts[told]) + len(texts["ordinary"]))
    calm_scores = np.sort(scores[hard])[::-1]
    weights, bias = fit(messages, labels)
    raised, torn = ALARMED_CALM[told]
    return SecondOpinion(
        weights,
        bias,
        torn_at=_chance(calm_scores[int(torn * len(calm_scores))]),
        raise_at=_chance(calm_scores[int(raised * len(calm_scores))]),
    )


def _questions(pack: Path) -> list[str]:
    """The questions that the pack's retrieval learns from: each an ordinary message, none of them about danger now."""
    path = pack / "learned" / "pairs.jsonl"
    if not path.is_file():
        return []
    return [str(json.loads(line)["question"]) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_messages(path: Path) -> list[str]:
    """The texts of one training file."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [str(row["text"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f'{path.name} cannot be read ({error}); write one object with "text" per line') from error


def held_out(messages: Sequence[set[str]], labels: Floats) -> Floats:
    """The score of every message by a model that has not seen it."""
    scores = np.zeros(len(messages))
    for fold in range(FOLDS):
        kept = [place for place in range(len(messages)) if place % FOLDS != fold]
        weights, bias = fit([messages[place] for place in kept], labels[kept])
        model = SecondOpinion(weights, bias, torn_at=1.0, raise_at=1.0)
        for place in range(fold, len(messages), FOLDS):
            scores[place] = model.score(messages[place])
    return scores


def fit(messages: Sequence[set[str]], labels: Floats) -> tuple[dict[str, float], float]:
    """Weights of the n-grams and the bias; ``labels`` are 1 or -1. Both classes count alike."""
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    counts = Counter(gram for message in messages for gram in message)
    names = sorted(gram for gram, count in counts.items() if count >= RARE)
    column = {gram: place for place, gram in enumerate(names)}
    rows = [sorted(column[gram] for gram in message if gram in column) for message in messages]
    ends = np.cumsum([0, *(len(row) for row in rows)])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row)))) for row in rows])
    table: Any = csr_matrix((values, np.concatenate(rows).astype(np.int64), ends), shape=(len(rows), len(names)))
    share = np.where(labels > 0, 0.5 / max(1, int((labels > 0).sum())), 0.5 / max(1, int((labels < 0).sum())))
    pull = STRENGTH / len(messages)

    def loss(point: Floats) -> tuple[float, Floats]:
        margin = labels * (table @ point[:-1] + point[-1])
        value = float(share @ np.logaddexp(0, -margin) + 0.5 * pull * point[:-1] @ point[:-1])
        slope = -share * labels / (1 + np.exp(np.clip(margin, -60, 60)))
        return value, np.append(table.T @ slope + pull * point[:-1], slope.sum())

    found = minimize(
        loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500, "gtol": 1e-7}
    )
    return {gram: float(np.float32(w)) for gram, w in zip(names, found.x[:-1], strict=True)}, float(found.x[-1])


def _chance(score: float) -> float:
    return float(1 / (1 + np.exp(-score)))
