"""Whether a run may pass: a regression beyond chance fails it, one case does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.statistics.results import Difference, Gate, Verdict

ALPHA = 0.02
"""In the simulation of `eval.statistics.alarms` about 3 % of runs without a change alarm at 0.05, and 1 % at 0.02."""


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given: the chance that any of the tests errs stays below the level."""
    order = np.argsort(np.asarray(ps, dtype=np.float64), kind="stable")
    adjusted = np.zeros(len(ps))
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, ps[place] * (len(ps) - rank)))
        adjusted[place] = highest
    return adjusted.tolist()


def gate(differences: Sequence[Difference], alpha: float = ALPHA) -> Gate:
    """Judge guarded figures.

    A figure alarms where its adjusted p is below ``alpha`` and all of the interval of its change is on the bad side; or
    where it was defined before and is not any more, or none of its cases was run again.
    """
    adjusted = holm([own.p_worse for own in differences])
    verdicts = tuple(_verdict(own, p, alpha) for own, p in zip(differences, adjusted, strict=True))
    return Gate(passed=not any(own.alarm for own in verdicts), alpha=alpha, verdicts=verdicts)


def _verdict(own: Difference, adjusted: float, alpha: float) -> Verdict:
    why = ""
    if own.before is not None and own.after is None:
        why = f"it was {own.before:.4g} and is undefined now"
    elif own.n == 0 and own.only_before:
        why = f"none of its {len(own.only_before)} cases was run again"
    elif adjusted < alpha and own.worsened:
        why = (
            f"from {own.before:.4g} to {own.after:.4g} on {own.n} pairs; the change lies between {own.low:+.4g} and "
            f"{own.high:+.4g}, adjusted p {adjusted:.2g}"
        )
    return Verdict(name=own.name, p_worse=own.p_worse, p_adjusted=adjusted, alarm=bool(why), why=why)
