"""How often the gate alarms where nothing changed, and how often it sees a planted regression: a simulation.

::

    python -m eval.statistics.alarms --repeats 100

A made-up evaluation has twenty guarded figures of 100 to 600 cases each: shares of right cases, means of graded
values, macro-F1s and F1s of counts. Up to four cases form a group with a fate in common. Behind every case stands what
the system does with it; a run shows that but for noise, which turns over some results, alone or for a whole group. Two
runs of one system differ in noise only. A planted regression takes 5 points from one share: random
cases that were right turn wrong.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from eval.metrics import Table
from eval.metrics.tables import Bools, Doubles
from eval.statistics.changes import difference
from eval.statistics.gating import gate
from eval.statistics.results import Statistic

NOISES = (0.0, 0.02, 0.05)
SIZES = (300, 600, 1000)
_FIGURES = 20
_KINDS = ("mean", "mean", "mean", "graded", "macro_f1", "f1")
_CLASSES = np.array(["traffic", "noise", "water", "parking", "housing"], dtype=object)


class Share(BaseModel):
    """In how many repeats the gate alarmed."""

    model_config = ConfigDict(frozen=True)

    planted: bool
    noise: float = Field(description="share of results that a run shows turned over")
    cases: int | None = Field(default=None, description="of the figure with the regression; None: none is planted")
    repeats: int
    alarmed: int = Field(description="repeats with an alarm; where planted: with one for the figure that got worse")


class _System:
    """What a system does with the cases of one figure: right or wrong, before noise."""

    def __init__(self, name: str, kind: str, cases: int, chance: np.random.Generator) -> None:
        self.statistic = _statistic(name, kind)
        self.kind = kind
        sizes = chance.integers(1, 5, size=cases)
        self.group = np.repeat(np.arange(cases), sizes)[:cases]
        level = chance.uniform(0.7, 0.97)
        skill = chance.beta(level * 4, (1 - level) * 4, size=cases)[self.group]
        self.right: Bools = chance.random(cases) < skill
        self.truth = chance.integers(len(_CLASSES), size=cases)
        self.slip = chance.integers(1, len(_CLASSES), size=cases)
        self.grade = chance.uniform(0.2, 0.8, size=cases)

    def plant(self, share: float, chance: np.random.Generator) -> None:
        """Turn right cases wrong: as many as are ``share`` of all."""
        right = np.flatnonzero(self.right)
        self.right[chance.choice(right, size=round(share * len(self.right)), replace=False)] = False

    def run(self, noise: float, chance: np.random.Generator) -> Table:
        """What one run shows. Half of the noise turns whole groups over."""
        many = len(self.right)
        alone = chance.random(many) < noise / 2
        together = (chance.random(many) < noise / 2)[self.group]
        right = self.right ^ alone ^ together
        group = np.array([f"g{number}" for number in self.group], dtype=object)
        case = np.array([f"c{number}" for number in range(many)], dtype=object)
        return {"case": case, "group": group, "trial": np.zeros(many, np.int64), **self._values(right)}

    def _values(self, right: Bools) -> Table:
        hit: Doubles = right.astype(np.float64)
        if self.kind == "graded":
            return {"value": np.where(right, 1.0, self.grade)}
        if self.kind == "macro_f1":
            said = np.where(right, self.truth, (self.truth + self.slip) % len(_CLASSES))
            return {"truth": _CLASSES[self.truth], "said": _CLASSES[said]}
        if self.kind == "f1":
            return {"tp": 2 * hit + 1, "fp": 1 - hit, "fn": 1 - hit}
        return {"value": hit}


def _statistic(name: str, kind: str) -> Statistic:
    of = {"macro_f1": ("truth", "said"), "f1": ("tp", "fp", "fn")}.get(kind, ("value",))
    return Statistic(name=name, how="mean" if kind == "graded" else kind, of=of)


def alarmed(noise: float, planted: int | None, seed: int, *, figures: int = _FIGURES, draws: int = 1000) -> list[str]:
    """The figures that alarm between two runs of a made-up system.

    ``planted``: the cases of the first figure, a share, which gets 5 points worse; None: nothing changes.
    """
    chance = np.random.default_rng([seed, planted or 0, round(noise * 1000)])
    systems = [
        _System(f"figure-{number}", _KINDS[number % len(_KINDS)], int(chance.integers(100, 601)), chance)
        for number in range(figures)
    ]
    if planted is not None:
        systems[0] = _System("figure-0", "mean", planted, chance)
    before = [system.run(noise, chance) for system in systems]
    if planted is not None:
        systems[0].plant(0.05, chance)
    after = [system.run(noise, chance) for system in systems]
    changes = [
        difference(one, two, system.statistic, draws=draws, seed=seed)
        for one, two, system in zip(before, after, systems, strict=True)
    ]
    return [own.name for own in gate(changes).verdicts if own.alarm]


def shares(
    repeats: int, *, noises: Sequence[float] = NOISES, sizes: Sequence[int] = SIZES, seed: int = 0
) -> Iterator[Share]:
    """The shares for every noise: without a change, then with a regression among so many cases."""
    for noise in noises:
        if noise:
            found = sum(bool(alarmed(noise, None, seed + number)) for number in range(repeats))
            yield Share(planted=False, noise=noise, repeats=repeats, alarmed=found)
    for noise in noises:
        for size in sizes:
            found = sum("figure-0" in alarmed(noise, size, seed + number) for number in range(repeats))
            yield Share(planted=True, noise=noise, cases=size, repeats=repeats, alarmed=found)


def main(given: Sequence[str] | None = None) -> None:
    """Print the shares as they are found."""
    parser = argparse.ArgumentParser(description="How often the gate alarms without and with a regression.")
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--noise", type=float, nargs="+", default=NOISES, help="shares of results turned over")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(given)
    for own in shares(asked.repeats, noises=asked.noise, seed=asked.seed):
        what = f"5 points worse on {own.cases:>4} cases" if own.planted else "nothing changed".ljust(28)
        print(f"{what}  noise {own.noise:.0%}  alarms {own.alarmed} of {own.repeats}", flush=True)


if __name__ == "__main__":
    main()
