"""Ridge regression onto class indicators, with what it would have said about rows it had not learnt from.

For histories of up to ``DIRECT`` rows the kernel matrix is inverted once. With ``G = (K + λI)⁻¹`` and ``α = G Z`` the
prediction for a block ``B`` of rows by a model learnt without them is ``Z_B - (G_BB)⁻¹ α_B``: ten folds cost little
more than none. Longer histories are solved by conjugate gradients; one fold in ``HELD`` is held out of a first model.

Squared error is no worse here than logistic or hinge loss (petitions in 7 classes, details only: accuracy 0.898
against 0.896 for support vectors), and it has the closed form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.petitions.features import Floats, Longs, Sparse

DIRECT = 9_000
HELD = 5
_STEPS = 60
_CLOSE = 3e-3
_COMMON = 0.05


class Part(NamedTuple):
    """Features of one field and its share of the kernel: ``K = Σ share · X Xᵀ``."""

    share: float
    table: Sparse


class Fit(NamedTuple):
    """Weights of each part ``float32[features, classes]``, and scores out of fold ``float32[rows, classes]``.

    Rows of ``held`` that are False were never held out; their scores are 0.
    """

    weights: list[Floats]
    scores: Floats
    held: NDArray[np.bool_]


def gram(table: Sparse) -> Floats:
    """``X Xᵀ`` as ``float32[rows, rows]``; features of more than one row in 20 go through the dense product."""
    common = np.bincount(table.indices, minlength=table.shape[1]) > _COMMON * table.shape[0]
    columns = table.tocsc()
    dense = columns[:, common].toarray()
    rare = columns[:, ~common].tocsr()
    total: Floats = dense @ dense.T
    total += (rare @ rare.T).toarray()
    return total


def fit_direct(parts: Sequence[Part], kernels: Sequence[Floats], target: Floats, pull: float, fold: Longs) -> Fit:
    """Solve by inversion. ``kernels`` are ``gram`` of each part; ``pull`` is λ; ``target`` has mean 0 by column."""
    from scipy.linalg import lapack

    kernel = np.zeros((len(target), len(target)), np.float32)
    for part, own in zip(parts, kernels, strict=True):
        kernel += np.float32(part.share) * own
    kernel[np.diag_indices(len(kernel))] += pull
    # The transposed view of a C-ordered symmetric matrix is Fortran-ordered: LAPACK works in place.
    factor, wrong = lapack.spotrf(kernel.T, lower=0, overwrite_a=1)
    inverse, singular = lapack.spotri(factor, lower=0, overwrite_c=1)
    if wrong or singular:
        raise ArithmeticError(f"the kernel matrix of {len(kernel)} rows cannot be inverted (pull {pull})")
    inverse = np.triu(inverse) + np.triu(inverse, 1).T
    dual = inverse @ target
    scores = np.empty_like(target)
    for number in np.unique(fold):
        block = np.flatnonzero(fold == number)
        scores[block] = target[block] - np.linalg.solve(inverse[np.ix_(block, block)], dual[block])
    return Fit(_primal(parts, dual), scores, np.ones(len(target), np.bool_))


def fit_by_steps(parts: Sequence[Part], target: Floats, pull: float, fold: Longs) -> Fit:
    """Solve by conjugate gradients; one fold in ``HELD`` is held out of a first model."""
    held = fold < max(1, (int(fold.max()) + 1) // HELD)
    seen = np.flatnonzero(~held)
    fewer = [Part(part.share, part.table[seen]) for part in parts]
    first = _solve(fewer, target[seen], pull, np.zeros_like(target[seen]))
    weights = _primal(fewer, first)
    scores = np.zeros_like(target)
    scores[held] = np.sum([part.table[held] @ own for part, own in zip(parts, weights, strict=True)], axis=0)
    start = np.zeros_like(target)
    start[seen] = first
    return Fit(_primal(parts, _solve(parts, target, pull, start)), scores, held)


def _primal(parts: Sequence[Part], dual: Floats) -> list[Floats]:
    return [np.asarray(np.float32(part.share) * (part.table.T @ dual), np.float32) for part in parts]


def _solve(parts: Sequence[Part], target: Floats, pull: float, start: Floats) -> Floats:
    """``(K + λI)⁻¹ Z`` column by column at once, from ``start``."""
    transposed = [part.table.T.tocsr() for part in parts]

    def product(value: Floats) -> Floats:
        sides = zip(parts, transposed, strict=True)
        total: Floats = sum(np.float32(part.share) * (part.table @ (other @ value)) for part, other in sides)
        return total + np.float32(pull) * value

    return _gradients(product, target, start)


def _gradients(product: Callable[[Floats], Floats], target: Floats, start: Floats) -> Floats:
    value, rest = start.copy(), target - product(start)
    way, size = rest.copy(), (rest * rest).sum(0)
    goal = _CLOSE**2 * np.maximum((target * target).sum(0), 1e-12)
    for _ in range(_STEPS):
        if (size <= goal).all():
            break
        turned = product(way)
        step = size / np.maximum((way * turned).sum(0), 1e-20)
        value += step * way
        rest -= step * turned
        fresh = (rest * rest).sum(0)
        way = rest + (fresh / np.maximum(size, 1e-20)) * way
        size = fresh
    return value
