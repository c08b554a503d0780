"""Which policies to take together: exclusions and joint caps settled so that what is given in all is largest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.facts import Value
from knowledge.eligibility.matching import POSITIVE, Match, fen
from knowledge.eligibility.rowwise import term
from knowledge.eligibility.rules import Exclusion

_MOST = 14
"""Policies that exclude each other are tried in every mixture up to so many; beyond, the largest is taken first."""


@dataclass(frozen=True)
class Conflict:
    """Two policies that may not go together, by the words of one of them."""

    one: str
    other: str
    by: str
    exclusion: Exclusion


@dataclass(frozen=True)
class Together:
    """What to apply for: the policies chosen, those left for them and why, and what they come to within a year."""

    chosen: tuple[str, ...]
    left: tuple[Conflict, ...]
    total: float
    cuts: tuple[tuple[Exclusion, float], ...] = ()


def conflicts(book: RuleBook, names: Sequence[str]) -> list[Conflict]:
    """Every pair of ``names`` that one of the two says may not go together."""
    work = {name: book.policies[name].name for name in names}
    found: dict[frozenset[str], Conflict] = {}
    for name in names:
        for exclusion in book.policies[name].exclusions:
            if exclusion.kind != "not_together":
                continue
            for other in names:
                if other != name and work[other] in exclusion.with_:
                    found.setdefault(frozenset((name, other)), Conflict(name, other, name, exclusion))
    return list(found.values())


def together(book: RuleBook, matches: Sequence[Match], values: Mapping[str, Value]) -> Together:
    """The best mixture of the policies whose status is positive."""
    open_ = [one for one in matches if one.status in POSITIVE]
    worth = {one.policy: one.worth or 0.0 for one in open_}
    pairs = conflicts(book, list(worth))
    chosen: list[str] = []
    bound = [(pair.one, pair.other) for pair in pairs] + _capped(book, list(worth))
    for group in _groups(list(worth), bound):
        chosen += _best(book, group, pairs, worth, open_, values)
    kept = [one.policy for one in open_ if one.policy in chosen]
    left = tuple(pair for pair in pairs if (pair.one in kept) != (pair.other in kept))
    cuts = _cuts(book, kept, worth, open_, values)
    total = sum(worth[name] for name in kept) - sum(cut for _, cut in cuts)
    return Together(tuple(kept), left, fen(total), tuple(cuts))


def _capped(book: RuleBook, names: Sequence[str]) -> list[tuple[str, str]]:
    """Every pair of ``names`` that a joint cap binds."""
    caps = [(name, one) for name in names for one in book.policies[name].exclusions if one.kind == "joint_cap"]
    return [(name, other) for name, one in caps for other in names if book.policies[other].name in one.with_]


def _groups(names: list[str], pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Policies that hang together by ``pairs``."""
    group = {name: name for name in names}

    def top(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for one, other in pairs:
        group[top(one)] = top(other)
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(top(name), []).append(name)
    return list(found.values())


def _best(
    book: RuleBook,
    group: list[str],
    pairs: Sequence[Conflict],
    worth: Mapping[str, float],
    matches: Sequence[Match],
    values: Mapping[str, Value],
) -> list[str]:
    if len(group) == 1:
        return group
    barred = {frozenset((pair.one, pair.other)) for pair in pairs}
    ordered = sorted(group, key=lambda name: (-worth[name], name))
    if len(group) > _MOST:
        taken: list[str] = []
        for name in ordered:
            if not any(frozenset((name, other)) in barred for other in taken):
                taken.append(name)
        return taken
    best: tuple[float, int, list[str]] = (-1.0, 0, [])
    for size in range(len(ordered), 0, -1):
        for mixture in combinations(ordered, size):
            if any(frozenset(pair) in barred for pair in combinations(mixture, 2)):
                continue
            cuts = sum(cut for _, cut in _cuts(book, mixture, worth, matches, values))
            total = sum(worth[name] for name in mixture) - cuts
            if (total, size) > best[:2]:
                best = (total, size, list(mixture))
    return best[2]


def _cuts(
    book: RuleBook,
    names: Sequence[str],
    worth: Mapping[str, float],
    matches: Sequence[Match],
    values: Mapping[str, Value],
) -> list[tuple[Exclusion, float]]:
    """What joint caps take away, each cap once even where both policies name it."""
    days = {one.policy: one.as_of for one in matches}
    found: dict[frozenset[str], tuple[Exclusion, float]] = {}
    for name in names:
        for joint in book.compiled(name, days[name]).joint:
            members = [other for other in names if other == name or book.policies[other].name in joint.exclusion.with_]
            cap = term(joint.cap)(values)
            if len(members) < 2 or not isinstance(cap, float):
                continue
            cut = fen(max(sum(worth[member] for member in members) - cap, 0.0))
            key = frozenset(members)
            if cut and (key not in found or found[key][1] < cut):
                found[key] = (joint.exclusion, cut)
    return list(found.values())
