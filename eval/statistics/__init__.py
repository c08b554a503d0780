"""How sure a figure is, whether two runs differ, for whom it is worse, and where the spread comes from.

Draws take whole groups (cases that stand or fall together). Each figure's draws follow from the seed and its name
alone, so figures are the same in two runs whatever the order in which they are computed.
"""

from eval.statistics.changes import difference
from eval.statistics.fairness import slices
from eval.statistics.gating import ALPHA, gate, holm
from eval.statistics.intervals import interval
from eval.statistics.results import Difference, Gate, Interval, Layer, Layers, Slice, Statistic, Verdict
from eval.statistics.variance import layers

__all__ = [
    "ALPHA",
    "Difference",
    "Gate",
    "Interval",
    "Layer",
    "Layers",
    "Slice",
    "Statistic",
    "Verdict",
    "difference",
    "gate",
    "holm",
    "interval",
    "layers",
    "slices",
]
