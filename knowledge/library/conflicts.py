"""Provisions in force together that give different figures for the same matter.

Two clauses are about the same matter when their own words overlap enough (see ``matter``), less being needed where
their documents share a topic. A clause with few words of its own says too little to be compared, and a wrong report
costs more trust than a missed one: precision comes first. Guides and frequent questions inform and bind nobody, so
they are no party to a conflict. What is found is reported, never settled by leaving one of the two out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from knowledge.library.hits import Hit
from knowledge.library.matter import Clause, Frequencies, alike, clauses, disagree
from knowledge.library.quantities import Quantity
from knowledge.library.rank import ConflictRule, prevails
from knowledge.library.scope import region_applies
from knowledge.model import Level, Metadata

_ALIKE = 0.6
_ALIKE_ON_TOPIC = 0.35
_LEAST_WORDS = 5  # character pairs that a clause must have of its own
_NO_PARTY = {Level.GUIDE, Level.FAQ}


@dataclass(frozen=True, slots=True)
class Difference:
    """One question on which two clauses disagree. Spans are offsets into the provisions' own texts."""

    measure: str
    higher: tuple[Quantity, ...]
    lower: tuple[Quantity, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two provisions that disagree. ``higher`` prevails over ``lower`` by ``rule``.

    Where an authority decides, neither does and the order says nothing.
    """

    higher: Hit
    lower: Hit
    rule: ConflictRule
    differences: tuple[Difference, ...]

    @property
    def decided(self) -> bool:
        """Whether the rule itself says which of the two prevails."""
        return self.rule is not ConflictRule.AUTHORITY_DECIDES


def _differences(one: Sequence[Clause], other: Sequence[Clause], least: float) -> list[Difference]:
    found = []
    for clause in one:
        share, rival = max(((alike(clause, rival), rival) for rival in other), key=lambda pair: pair[0])
        if share < least:
            continue
        for measure, mine in clause.amounts.items():
            theirs = rival.amounts.get(measure, ())
            if theirs and disagree(mine, theirs):
                found.append(Difference(measure, mine, theirs, share))
    return found


def _may_conflict(one: Metadata, other: Metadata) -> bool:
    """Whether both bind the same people: different works, one's region inside the other's, none only informing."""
    if {one.level, other.level} & _NO_PARTY:
        return False
    if one.id == other.id or (one.work or one.id) == (other.work or other.id):
        return False
    return region_applies(one.region, other.region) or region_applies(other.region, one.region)


def find_conflicts(hits: Sequence[Hit], frequencies: Frequencies, total: int) -> list[Conflict]:
    """The conflicts among hits that are all in force on one day, in the order of the hits.

    ``frequencies`` and ``total`` as in ``matter.clauses``.
    """
    told = [
        [c for c in clauses(hit.provision.text, frequencies, total) if len(c.weights) >= _LEAST_WORDS] for hit in hits
    ]
    found = []
    for (i, one), (j, other) in combinations(enumerate(hits), 2):
        if not (told[i] and told[j] and _may_conflict(one.meta, other.meta)):
            continue
        least = _ALIKE_ON_TOPIC if set(one.meta.topics) & set(other.meta.topics) else _ALIKE
        rule, first = prevails(one.meta, other.meta)
        higher, lower = (i, j) if first else (j, i)
        differences = _differences(told[higher], told[lower], least)
        if differences:
            found.append(Conflict(hits[higher], hits[lower], rule, tuple(differences)))
    return found
