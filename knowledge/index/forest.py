"""Scoring regression trees with numpy alone, so that no learning library is needed to answer.

QuickScorer (Lucchese et al., SIGIR 2015): each node that sends a candidate to the right strikes the leaves of
its left branch from a bit mask; the first leaf left standing is where the candidate ends. All trees and
candidates go through one node position at a time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.index.store import load_array, save_array
from knowledge.index.types import Floats

LEAVES = 8
_ALL = np.uint8(0xFF)
_NEVER = 255
_MOST_STEPS = 254


def _walk(node: dict[str, Any], first: int, out: list[tuple[int, float, int]], values: list[float]) -> int:
    """Number the leaves of a LightGBM tree from the left; return the number after the last."""
    if "leaf_value" in node and "split_feature" not in node:
        values.append(float(node["leaf_value"]))
        return first + 1
    middle = _walk(node["left_child"], first, out, values)
    left = ((1 << middle) - 1) & ~((1 << first) - 1)
    out.append((int(node["split_feature"]), float(node["threshold"]), 0xFF & ~left))
    return _walk(node["right_child"], middle, out, values)


def save_forest(folder: Path, dump: dict[str, Any]) -> None:
    """Write the trees of a LightGBM ``Booster.dump_model()`` (arrays ``tree_*``); at most 8 leaves each."""
    trees = dump["tree_info"]
    features = np.zeros((LEAVES - 1, len(trees)), np.int32)
    thresholds = np.full((LEAVES - 1, len(trees)), np.inf, np.float32)
    masks = np.full((LEAVES - 1, len(trees)), _ALL, np.uint8)
    values = np.zeros((len(trees), LEAVES), np.float32)
    for number, tree in enumerate(trees):
        nodes: list[tuple[int, float, int]] = []
        leaves: list[float] = []
        _walk(tree["tree_structure"], 0, nodes, leaves)
        values[number, : len(leaves)] = leaves
        for position, (feature, threshold, mask) in enumerate(nodes):
            limit = np.float32(threshold)
            # Rounding up could move the limit onto a value that belongs to the right.
            limit = np.nextafter(limit, np.float32(-np.inf)) if float(limit) > threshold else limit
            features[position, number], thresholds[position, number] = feature, limit
            masks[position, number] = mask
    for feature, steps in enumerate(_steps(features, thresholds)):
        if len(steps) > _MOST_STEPS:
            raise ValueError(f"feature {feature} has {len(steps)} thresholds; train with max_bin=255 or less")
    save_array(folder, "tree_features", features)
    save_array(folder, "tree_thresholds", thresholds)
    save_array(folder, "tree_masks", masks)
    save_array(folder, "tree_values", values)


def _steps(features: NDArray[np.int32], thresholds: Floats) -> list[Floats]:
    """The rising thresholds of each feature in all trees."""
    real = np.isfinite(thresholds)
    return [np.unique(thresholds[(features == n) & real]) for n in range(int(features.max(initial=0)) + 1)]


def _first_bits() -> NDArray[np.uint8]:
    """Position of the lowest bit of every byte."""
    numbers = np.arange(1 << LEAVES, dtype=np.uint32)
    lowest = np.maximum(numbers & (~numbers + np.uint32(1)), 1)
    return np.log2(lowest).astype(np.uint8)


class Forest:
    """The opened trees.

    The thresholds of one feature cut its values into fewer than 256 steps, so candidates are turned into bytes once
    and every comparison of a node is one of bytes: a third of the time of comparing floats, with the same result.
    """

    def __init__(self, folder: Path) -> None:
        self._features = np.asarray(load_array(folder, "tree_features"))
        thresholds: Floats = np.asarray(load_array(folder, "tree_thresholds"))
        # Only the leaves that a mask leaves standing matter; struck ones are gathered with one "or" a node.
        self._struck = ~np.asarray(load_array(folder, "tree_masks"))
        self._values: Floats = np.asarray(load_array(folder, "tree_values")).ravel()
        self._offsets = (np.arange(self._features.shape[1]) * LEAVES)[:, None]
        self._bits = _first_bits()
        real = np.isfinite(thresholds)
        self._steps = _steps(self._features, thresholds)
        self._limits = np.full(thresholds.shape, _NEVER, np.uint8)
        for feature, steps in enumerate(self._steps):
            here = (self._features == feature) & real
            self._limits[here] = np.searchsorted(steps, thresholds[here])

    def score(self, rows: Floats) -> Floats:
        """Sum of the trees for each of ``float32[candidates, features]``."""
        columns = np.empty((len(self._steps), len(rows)), np.uint8)
        for feature, steps in enumerate(self._steps):
            columns[feature] = np.searchsorted(steps, rows[:, feature])
        struck = np.zeros((self._features.shape[1], len(rows)), np.uint8)
        for features, limits, masks in zip(self._features, self._limits, self._struck, strict=True):
            struck |= (columns[features] > limits[:, None]) * masks[:, None]
        total: Floats = self._values[self._bits[~struck] + self._offsets].sum(axis=0)
        return total
