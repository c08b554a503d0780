from __future__ import annotations

import numpy as np

from tools.petitions.combining import combine, combine_across

ROWS, CLASSES = 600, 4
CHANCE = np.random.default_rng(2)
ANSWER = CHANCE.integers(0, CLASSES, ROWS)


def scores(hits: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    said = np.where(CHANCE.random(ROWS) < hits, ANSWER, CHANCE.integers(0, CLASSES, ROWS))
    return (np.eye(CLASSES)[said] * 0.8 + CHANCE.random((ROWS, CLASSES)) * 0.2).astype(np.float32)


def test_the_expert_that_is_right_is_believed() -> None:
    given = np.stack([scores(0.0), scores(0.9)], axis=-1)
    length = np.zeros((ROWS, 1), np.float32)
    chances = combine_across(given, length, ANSWER, (0, 1), np.arange(ROWS) % 5)
    assert np.allclose(chances.sum(1), 1)
    assert (chances.argmax(1) == given[:, :, 1].argmax(1)).mean() > 0.99
    assert abs(chances.max(1).mean() - (chances.argmax(1) == ANSWER).mean()) < 0.03


def test_no_answer_is_surer_than_what_taught_it() -> None:
    given = np.eye(CLASSES, dtype=np.float32)[ANSWER][:, :, None]
    combiner = combine(given, np.zeros((ROWS, 1), np.float32), ANSWER, (0,))
    assert combiner.chances(given, np.zeros((ROWS, 1), np.float32)).max() <= 1 - 0.75 / (ROWS + 2)


def test_belief_follows_the_circumstances() -> None:
    agrees = CHANCE.random(ROWS) < 0.5
    title = np.where(agrees[:, None], scores(1.0), scores(0.0)).astype(np.float32)
    given = np.stack([title, scores(0.6)], axis=-1)
    combiner = combine(given, agrees[:, None].astype(np.float32), ANSWER, (0, 1))
    chances = combiner.chances(given, agrees[:, None].astype(np.float32))
    assert (chances.argmax(1) == ANSWER)[agrees].mean() > 0.97
    assert (chances.argmax(1) == given[:, :, 1].argmax(1))[~agrees].mean() > 0.9
