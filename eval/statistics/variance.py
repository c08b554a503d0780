"""Where the spread of a value comes from: the case, the retrieval, the model or the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from city.errors import BadInput
from eval.metrics.tables import Doubles
from eval.statistics.draws import Longs, told
from eval.statistics.results import Layer, Layers

ORDER = ("case", "retrieval", "model", "judge")
REST = "rest"


class _Level(NamedTuple):
    """A layer that was varied: each row's cell, and the layers beneath it that were not."""

    name: str
    cell: Longs
    holds: tuple[str, ...]


def layers(rows: Sequence[Mapping[str, Any]], *, value: str = "value", order: Sequence[str] = ORDER) -> Layers:
    """Variance by layer: a nested model with random effects, by the method of moments (unbalanced rows allowed).

    A row holds a number under ``value`` and the setting of each layer of ``order`` (e.g. a snapshot or a seed), the
    outermost first; a setting counts within those above it. What differs between rows of equal settings is ``rest``. A
    layer that never varies within the one above is told as such: its variance is in that layer's. Estimates below 0
    are 0. Raises BadInput where a row lacks a layer or its value.
    """
    if REST in order or len(set(order)) < len(order) or not order:
        raise BadInput(f"the layers are {', '.join(order) or 'none'}; name each once, and none {REST!r}.")
    for number, row in enumerate(rows, 1):
        if lacking := [name for name in (*order, value) if row.get(name) is None]:
            raise BadInput(f"row {number} has no {', '.join(lacking)}; give every row all layers and a value.")
    values = np.array([float(row[value]) for row in rows], dtype=np.float64)
    varied, idle = _levels(rows, order)
    variances, degrees = _moments(values, varied) if varied else (np.zeros(0), [])
    total = float(variances.sum())
    made = idle
    for level, own, free in zip(varied, variances.tolist(), degrees, strict=True):
        share = told(own / total) if total else None
        cells = int(level.cell.max()) + 1
        made[level.name] = Layer(
            name=level.name, variance=told(own), share=share, cells=cells, degrees=free, holds=level.holds
        )
    return Layers(
        rows=len(rows),
        mean=told(float(values.mean())) if len(values) else None,
        variance=told(total) if varied else None,
        layers=tuple(made[name] for name in (*order, REST) if name in made),
    )


def _levels(rows: Sequence[Mapping[str, Any]], order: Sequence[str]) -> tuple[list[_Level], dict[str, Layer]]:
    """The layers that vary, outermost first, and by name those that do not."""
    keys: list[tuple[Any, ...]] = [()] * len(rows)
    above, varied, idle = min(1, len(rows)), list[_Level](), dict[str, Layer]()
    for name in (*order, REST):
        marks = range(len(rows)) if name == REST else [row[name] for row in rows]
        keys = [(*key, mark) for key, mark in zip(keys, marks, strict=True)]
        places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        if len(places) > above:
            varied.append(_Level(name, np.array([places[key] for key in keys], dtype=np.int64), ()))
            above = len(places)
        elif name != REST:
            idle[name] = Layer(name=name, variance=None, share=None, cells=above, degrees=0)
            if varied:
                varied[-1] = varied[-1]._replace(holds=(*varied[-1].holds, name))
    return varied, idle


def _moments(values: Doubles, levels: Sequence[_Level]) -> tuple[Doubles, list[int]]:
    """The variances whose expected sums of squares are those seen, and the degrees of freedom of each."""
    cells = [np.zeros(len(values), dtype=np.int64), *(level.cell for level in levels)]
    squares = [float((np.bincount(cell, values - values.mean()) ** 2 / np.bincount(cell)).sum()) for cell in cells]
    weight = np.array([[_weight(outer, inner) for inner in cells[1:]] for outer in cells])
    expected, seen = np.diff(weight, axis=0), np.diff(squares)
    found = np.maximum(np.linalg.solve(expected, seen), 0.0)
    degrees = [int(inner.max() - outer.max()) for outer, inner in pairwise(cells)]
    return found, degrees


def _weight(outer: Longs, inner: Longs) -> float:
    """How often the variance of ``inner`` cells is in the squared totals of ``outer`` cells, over their sizes."""
    pairs, sizes = np.unique(np.stack([outer, inner]), axis=1, return_counts=True)
    return float((sizes**2 / np.bincount(outer)[pairs[0]]).sum())
