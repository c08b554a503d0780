"""Measures without a model: how one case went, and what many cases amount to.

`HOW` are the ways to make a figure of a table of values, with the values each takes::

    mean(value)                  share_below(value; limit)          quantile(value; q)
    rate(count, over)            precision|recall|f1(tp, fp, fn)    pass_k(right; k)
    accuracy(truth, said)        macro_f1|micro_f1(truth, said; labels?)
    confusion_cost(truth, said; costs, other?)                      kappa(one, two; weights?, order?)
    brier|ece_equal_mass|ece_equal_width(probability, right)
    coverage_at_precision(probability, right; precision?)
    average_precision|auroc(score, right)                           spearman|kendall(one, two)

The modules beside it judge one case: `ranking`, `citations`, `texts`, `states`, `wording`.
"""

from __future__ import annotations

from eval.metrics import sums, wholes
from eval.metrics.aggregators import Aggregator, Options, Summed, Sums, Whole
from eval.metrics.tables import Table, tabulate

HOW: dict[str, Aggregator] = {
    "mean": Summed(1, prepare=sums.mean),
    "share_below": Summed(1, prepare=sums.share_below, needs=frozenset({"limit"})),
    "rate": Summed(2, prepare=sums.rate),
    "quantile": Whole(1, measure=wholes.quantile, needs=frozenset({"q"})),
    "precision": Summed(3, prepare=sums.counted("precision")),
    "recall": Summed(3, prepare=sums.counted("recall")),
    "f1": Summed(3, prepare=sums.counted("f1")),
    "accuracy": Summed(2, prepare=sums.accuracy, silent=True),
    "macro_f1": Summed(2, prepare=sums.f1_of_classes("macro"), allows=frozenset({"labels"}), silent=True),
    "micro_f1": Summed(2, prepare=sums.f1_of_classes("micro"), allows=frozenset({"labels"}), silent=True),
    "confusion_cost": Summed(
        2, prepare=sums.confusion_cost, needs=frozenset({"costs"}), allows=frozenset({"other"}), silent=True
    ),
    "kappa": Summed(2, prepare=sums.kappa, allows=frozenset({"weights", "order"})),
    "brier": Summed(2, prepare=sums.brier),
    "ece_equal_width": Summed(2, prepare=sums.ece_equal_width),
    "ece_equal_mass": Whole(2, measure=wholes.ece_equal_mass),
    "coverage_at_precision": Whole(2, measure=wholes.coverage_at_precision, allows=frozenset({"precision"})),
    "average_precision": Whole(2, measure=wholes.average_precision),
    "auroc": Whole(2, measure=wholes.auroc),
    "pass_k": Summed(1, prepare=sums.pass_k, needs=frozenset({"k"})),
    "spearman": Whole(2, measure=wholes.spearman),
    "kendall": Whole(2, measure=wholes.kendall),
}
"""By the name that `FigureSpec.how` gives."""

__all__ = ["HOW", "Aggregator", "Options", "Sums", "Table", "tabulate"]
