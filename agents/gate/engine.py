"""Evaluating the pack's rules over the words found in one message.

A rule asks for one hit of each of its groups inside a clause, a sentence or the message. A hit counts only
while no frame takes its force away: "not on fire", "if it ever burns", "last week there was a fire, it is
out".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from agents.gate.words import Hit, Lexicon, expand
from city.errors import BadInput
from city.gate_rules import Frame, GateRules, Rule

Scope = Literal["clause", "sentence", "message"]


class Fired(NamedTuple):
    """A rule that hit, with the half-open span of plain text from its first to its last word."""

    rule: Rule
    start: int
    end: int


def _scope(hit: Hit, scope: Scope) -> int:
    if scope == "clause":
        return hit.clause
    return hit.sentence if scope == "sentence" else 0


class Reading:
    """The words found in one plain text, and the questions rules ask about them."""

    def __init__(self, hits: dict[str, list[Hit]], frames: dict[str, Frame], text: str) -> None:
        self.hits = hits
        self.text = text
        self._frames = {n: f for n, f in frames.items() if f.by in hits and len(text) >= f.shortest}
        self._indexed: dict[tuple[str, Scope], dict[int, list[Hit]]] = {}
        self._blocked: dict[Hit, frozenset[str]] = {}

    def in_scope(self, concept: str, hit: Hit, scope: Scope) -> list[Hit]:
        """Hits of ``concept`` in the same clause, sentence or message as ``hit``, in order."""
        index = self._indexed.get((concept, scope))
        if index is None:
            index = {}
            for one in self.hits.get(concept, ()):
                index.setdefault(_scope(one, scope), []).append(one)
            self._indexed[concept, scope] = index
        return index.get(_scope(hit, scope), [])

    def frames_on(self, hit: Hit) -> frozenset[str]:
        """Names of the frames that take the force out of ``hit``."""
        blocked = self._blocked.get(hit)
        if blocked is None:
            blocked = frozenset(name for name, frame in self._frames.items() if self._framed(hit, frame))
            self._blocked[hit] = blocked
        return blocked

    def _framed(self, hit: Hit, frame: Frame) -> bool:
        marks = self.in_scope(frame.by, hit, frame.scope)
        if not any(_stands(mark, hit, frame) for mark in _near(marks, hit)):
            return False
        return not any(self.in_scope(lifter, hit, frame.scope) for lifter in frame.lifted_by)

    def rest(self, concept: str, frame: str) -> tuple[str, bool]:
        """What stands beside the words of ``concept`` and those that ``frame`` takes the force out of (its own words
        among them), and whether there are any."""
        said = list(self.hits.get(concept, ()))
        if frame in self._frames:
            blocked = [h for found in self.hits.values() for h in found if frame in self.frames_on(h)]
            said += [*blocked, *(self.hits[self._frames[frame].by] if blocked else ())]
        covered = {place for hit in said for place in range(hit.start, hit.end)}
        return "".join(c for place, c in enumerate(self.text) if place not in covered), bool(said)

    def free(self, group: Iterable[str], despite: tuple[str, ...]) -> list[Hit]:
        """Hits of any concept of ``group`` that no frame blocks, in order of their start."""
        found = [hit for concept in group for hit in self.hits.get(concept, ())]
        if "all" not in despite:
            found = [hit for hit in found if self.frames_on(hit) <= set(despite)]
        return sorted(found)


def _near(marks: list[Hit], hit: Hit) -> list[Hit]:
    """The marks that can matter for ``hit``: the two before it, what begins inside it, and the first after
    it."""
    place = bisect_left(marks, hit)
    last = place
    while last < len(marks) and marks[last].start < hit.end:
        last += 1
    return marks[max(0, place - 2) : last + 1]


def _stands(mark: Hit, hit: Hit, frame: Frame) -> bool:
    if mark.start >= hit.start and mark.end <= hit.end:
        return False  # the mark is a part of the word itself, as 没 in 没呼吸
    if mark.start < hit.end and hit.start < mark.end:  # they overlap
        return frame.side == "any" or (mark.start < hit.start) == (frame.side == "before")
    before, after = hit.start - mark.end, mark.start - hit.end
    reach = frame.reach
    if frame.side != "after" and before >= 0:
        return reach is None or before <= reach
    if frame.side != "before" and after >= 0:
        return reach is None or after <= reach
    return False


class Engine:
    """The compiled rules of one pack.

    Inside a place's name (one of ``names``) the words of the concepts ``unnamed`` do not count: no steel is rolled at
    the gate of a school that is called after the mill.
    """

    def __init__(
        self,
        rules: GateRules,
        plain: Callable[[str], str],
        names: Iterable[str] = (),
        unnamed: frozenset[str] = frozenset(),
    ) -> None:
        concepts = {name: [plain(word) for word in concept.words] for name, concept in rules.concepts.items()}
        self._lexicon = Lexicon(concepts, (plain(word) for word in rules.characters.masks))
        self._frames = rules.frames
        self._rules = [(rule, [group.split("|") for group in rule.all]) for rule in rules.rules]
        self._unnamed = unnamed
        self._names = self._misleading(plain(name) for name in names)

    def _misleading(self, names: Iterable[str]) -> re.Pattern[str] | None:
        """The few names in which such a word is found, the longest first."""
        found = {name for name in names if not self._unnamed.isdisjoint(self._lexicon.find(name))}
        return re.compile("|".join(map(re.escape, sorted(found, key=len, reverse=True)))) if found else None

    def read(self, text: str) -> Reading:
        """Look up the words of every concept in a plain text."""
        hits = self._lexicon.find(text)
        if self._names is not None and not self._unnamed.isdisjoint(hits):
            hits = self._outside_names(hits, text, self._names)
        return Reading(hits, self._frames, text)

    def _outside_names(self, hits: dict[str, list[Hit]], text: str, names: re.Pattern[str]) -> dict[str, list[Hit]]:
        spans = [match.span() for match in names.finditer(text)]
        kept = {
            concept: [h for h in found if not any(start <= h.start and h.end <= end for start, end in spans)]
            if concept in self._unnamed
            else found
            for concept, found in hits.items()
        }
        return {concept: found for concept, found in kept.items() if found}

    def fire(self, reading: Reading) -> list[Fired]:
        """Every rule that hits, in the order of the pack."""
        fired = []
        present = reading.hits.keys()
        for rule, groups in self._rules:
            if rule.longest is not None and len(reading.text) > rule.longest:
                continue
            if any(present.isdisjoint(group) for group in groups):
                continue
            span = _evaluate(rule, groups, reading)
            if span:
                fired.append(Fired(rule, *span))
        return fired


def _evaluate(rule: Rule, groups: list[list[str]], reading: Reading) -> tuple[int, int] | None:
    candidates = [reading.free(group, rule.despite) for group in groups]
    if not all(candidates):
        return None
    indexed: list[dict[int, list[Hit]]] = []
    for hits in candidates[1:]:
        index: dict[int, list[Hit]] = {}
        for hit in hits:
            index.setdefault(_scope(hit, rule.within), []).append(hit)
        indexed.append(index)
    for first in candidates[0]:
        if any(reading.in_scope(concept, first, rule.within) for concept in rule.none):
            continue
        span = _complete(rule, first, indexed)
        if span:
            return span
    return None


def _complete(rule: Rule, first: Hit, indexed: list[dict[int, list[Hit]]]) -> tuple[int, int] | None:
    """The span that joins ``first`` with the nearest hit of every other group, or None."""
    start, end, last = first.start, first.end, first
    for index in indexed:
        others = index.get(_scope(first, rule.within), [])
        place = bisect_left(others, last)
        window = others[place : place + 2] if rule.ordered else others[max(0, place - 2) : place + 2]
        if not window:
            return None
        chosen = min(window, key=lambda hit: abs(hit.start - last.start))
        start, end = min(start, chosen.start), max(end, chosen.end)
        if rule.near is not None and end - start > rule.near:
            return None
        if rule.ordered:
            last = chosen
    return start, end


def notation_problems(rules: GateRules) -> Iterator[str]:
    """Every word of the concepts and idioms that cannot be read, with the place where it stands."""
    places = [(f"concepts*.yaml: {name}", concept.words) for name, concept in rules.concepts.items()]
    for place, words in (*places, ("characters.yaml: masks", rules.characters.masks)):
        for word in words:
            try:
                for _ in expand(word):
                    pass
            except BadInput as error:
                yield f"{place}: {error}"
