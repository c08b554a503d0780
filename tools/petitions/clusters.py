"""Petitions on one topic, gathered as they come in.

A petition joins a cluster when it agrees with the cluster's *core* on average, and does so also when the places it
names are left out of account: one shared member is not enough (chains), and neither is one shared place. Two clusters
become one when their cores agree in the same way; a cluster that has doubled is looked at as a whole and falls apart
where its parts do not agree. Work per petition is bounded: no pass over all pairs is ever made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tools.petitions.linking import average_link, evenly
from tools.petitions.pairs import Judge, signals, without_places
from tools.petitions.sketch import Sketch
from tools.petitions.terms import Floats, Weights

_CORE = 8
_LOOKED_AT = 4
_WHOLE = 48
_FIRST_CHECK = 6
_RIM = -20.0
_SHARED = 3  # a word is the matter's own when a third of the core has it


@dataclass
class Cluster:
    """Members by number, in the order they came; ``core`` are those that agree best with the others."""

    number: int
    members: list[int] = field(default_factory=list)
    core: list[int] = field(default_factory=list)
    agreement: dict[int, float] = field(default_factory=dict)
    checked: int = _FIRST_CHECK

    def enter(self, member: int, agreement: float) -> None:
        """Take in a petition that agrees so much with the others (mean log-odds)."""
        self.members.append(member)
        self.agreement[member] = agreement
        self.settle()

    @property
    def with_matter(self) -> list[int]:
        """The members that say something of the matter themselves."""
        return [member for member in self.members if self.agreement[member] > _RIM]

    def settle(self) -> None:
        """Choose the core anew."""
        self.core = sorted(self.members, key=lambda n: (-self.agreement[n], n))[:_CORE]


class Pair(NamedTuple):
    """Log-odds that two petitions are one matter: with all signals, and with no place named."""

    odds: float
    bare: float


class Agreement(NamedTuple):
    """How a petition agrees with a cluster's core, mean log-odds as in ``Pair``."""

    cluster: int
    odds: float
    bare: float


@dataclass
class Clusters:
    """All clusters of a stream. ``of[n]`` is the cluster of petition ``n``; ``gone``: which became part of which."""

    judge: Judge
    weights: Weights
    sketches: list[Sketch] = field(default_factory=list)
    of: list[int] = field(default_factory=list)
    all: dict[int, Cluster] = field(default_factory=dict)
    made: int = 0
    gone: dict[int, int] = field(default_factory=dict)

    def now(self, number: int) -> Cluster | None:
        """The cluster of that number, or the one it has become part of; None for a number never given."""
        while number in self.gone:
            number = self.gone[number]
        return self.all.get(number)

    def compare(self, sketch: Sketch, near: Sequence[int]) -> tuple[dict[int, Pair], list[Agreement]]:
        """The petition beside ``near`` and the cores around them; and its agreement with these clusters, best first."""
        around = list(dict.fromkeys(self.of[n] for n in near))[:_LOOKED_AT]
        numbers = list(dict.fromkeys([*near, *(m for c in around for m in self.all[c].core)]))
        if not numbers:
            return {}, []
        there = [self.sketches[n] for n in numbers]
        odds, bare = self._odds(sketch, there)
        pairs = {n: Pair(*pair) for n, *pair in zip(numbers, odds.tolist(), bare.tolist(), strict=True)}
        hand = dict(zip(numbers, self._hand(sketch, there).tolist(), strict=True))
        agreements = []
        for number in around:
            core = self.all[number].core
            less = sum(hand[m] for m in core)
            whole, alone = sum(pairs[m].odds for m in core) - less, sum(pairs[m].bare for m in core) - less
            agreements.append(Agreement(number, whole / len(core), alone / len(core)))
        return pairs, sorted(agreements, key=lambda a: -a.odds)

    def joins(self, agreement: Agreement) -> bool:
        """Whether the agreement is enough to be of one topic, and not by the place alone."""
        return min(agreement.odds, agreement.bare) >= self.judge.bars.topic

    def add(self, sketch: Sketch, agreements: Sequence[Agreement]) -> int:
        """Enter the next petition, with its agreements from ``compare``, and return its cluster."""
        number = len(self.sketches)
        self.sketches.append(sketch)
        fitting = [a for a in agreements if self.joins(a)]
        cluster = self.all[fitting[0].cluster] if fitting else self._new()
        self._count(cluster.core, sketch)
        self.of.append(cluster.number)
        cluster.enter(number, fitting[0].odds if fitting else 0.0)
        for other in fitting[1:]:
            cluster = self._merge(cluster, self.all[other.cluster])
        if len(cluster.members) >= cluster.checked:
            cluster.checked = 2 * len(cluster.members)
            self._split(cluster)
        return self.of[number]

    def attach(self, sketch: Sketch, cluster: Cluster | None) -> int:
        """Enter a petition without a matter of its own into a cluster, at its rim, or alone; return its cluster."""
        into = cluster or self._new()
        self.of.append(into.number)
        self.sketches.append(sketch)
        into.enter(len(self.of) - 1, _RIM)
        return into.number

    def held_by_place(self, cluster: Cluster) -> bool:
        """Whether the cluster falls apart (no group keeps half) with places left out; stock phrases never weigh."""
        looked = evenly(cluster.with_matter, _WHOLE)
        _, bare = self._between(looked, looked)
        groups = average_link(bare - self.judge.bars.topic)
        return max(map(len, groups)) <= len(looked) / 2

    def _new(self) -> Cluster:
        cluster = Cluster(self.made)
        self.all[self.made] = cluster
        self.made += 1
        return cluster

    def _odds(self, one: Sketch, others: Sequence[Sketch]) -> tuple[Floats, Floats]:
        rows = signals(one, others, self.weights)
        return self.judge.whole.odds(rows), self.judge.bare.odds(without_places(rows))

    def _hand(self, one: Sketch, others: Sequence[Sketch]) -> Floats:
        """What is taken off where one hand wrote both: a person writes alike about different matters."""
        same = [bool(one.caller) and one.caller == other.caller for other in others]
        return np.array(same, np.float32) * np.float32(self.judge.bars.matter - self.judge.bars.topic)

    def _between(self, ones: Sequence[int], others: Sequence[int]) -> tuple[Floats, Floats]:
        """Log-odds ``float32[ones, others]`` less what is taken off for one hand, with places and without."""
        there = [self.sketches[n] for n in others]
        found = [(*self._odds(self.sketches[n], there), self._hand(self.sketches[n], there)) for n in ones]
        odds, bare, hand = (np.stack(part) for part in zip(*found, strict=True))
        return odds - hand, bare - hand

    def _count(self, core: Sequence[int], sketch: Sketch) -> None:
        """A word of the matter, one that its core shares, counts once however many say it; other words count."""
        own = sketch.terms
        if core:
            terms, holders = np.unique(np.concatenate([self.sketches[n].terms for n in core]), return_counts=True)
            own = np.setdiff1d(own, terms[holders * _SHARED >= len(core)], assume_unique=True)
        self.weights.add(own, matter=not core)

    def _merge(self, one: Cluster, other: Cluster) -> Cluster:
        """Make the two one if their cores agree; the larger goes on."""
        odds, bare = self._between(one.core, other.core)
        if not self.joins(Agreement(other.number, float(odds.mean()), float(bare.mean()))):
            return one
        into, gone = (one, other) if len(one.members) >= len(other.members) else (other, one)
        for member in gone.members:
            self.of[member] = into.number
            into.enter(member, gone.agreement[member])
        into.members.sort()
        into.checked = min(into.checked, len(into.members) + 2)
        del self.all[gone.number]
        self.gone[gone.number] = into.number
        return into

    def _split(self, cluster: Cluster) -> None:
        """Look at (a sample of) the whole, and part what does not agree on average."""
        looked = evenly(cluster.with_matter, _WHOLE)
        odds, bare = self._between(looked, looked)
        mean = (odds.sum(1) - np.diag(odds)) / max(len(looked) - 1, 1)
        cluster.agreement.update(zip(looked, mean.tolist(), strict=True))
        groups = average_link(np.minimum(odds, bare) - self.judge.bars.topic)
        largest = max(groups, key=len)
        for group in groups:
            if group is not largest:
                self._part(cluster, [looked[place] for place in group])
        cluster.settle()

    def _part(self, cluster: Cluster, members: Sequence[int]) -> None:
        made = self._new()
        for member in sorted(members):
            cluster.members.remove(member)
            self.of[member] = made.number
            made.enter(member, cluster.agreement.pop(member))
