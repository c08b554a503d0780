"""Which decisions belong to one matter, and the split that keeps a matter on one side."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from serve.training.ledger import Story
from serve.training.likeness import alike, plain
from serve.training.records import Split
from tools.petitions.petition import Petition
from tools.petitions.stream import Stream
from tools.workorders.acts import Act, Start

_LINKS = {Act.MERGE: "main", Act.LINK_REPEAT: "main", Act.SPLIT: "children"}


class Groups:
    """Sets that grow together; the least name of a set stands for it."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, name: str) -> str:
        """What stands for the set of ``name``."""
        root = name
        while (above := self._above.get(root, root)) != root:
            root = above
        while (above := self._above.get(name, name)) != name:  # the next walk is short
            self._above[name] = root
            name = above
        return root

    def join(self, one: str, other: str) -> None:
        """One set out of two."""
        low, high = sorted((self.of(one), self.of(other)))
        if low != high:
            self._above[high] = low


def matters(stories: Mapping[str, Story], told: Sequence[str], stream: Stream) -> Groups:
    """The matters of all work orders: merged, linked and split ones, those of one caller, the duplicates that the
    city's own stream of petitions finds among the orders ``told``, and those of nearly the same words.

    Numbers begin with their day, so the oldest order of a matter names it, and a new one leaves its side as it is.
    """
    groups = Groups()
    for one, other in _recorded(stories.values()):
        groups.join(one, other)
    for first, second in alike([stories[name].filed.narrative for name in told]):
        groups.join(told[first], told[second])
    stream.extend(_petition(stories[name]) for name in told if plain(stories[name].filed.narrative))
    for cluster in stream.clusters.all.values():
        members = [stream.petitions[number].id for number in cluster.members]
        for member in members[1:]:
            groups.join(members[0], member)
    return groups


def _recorded(stories: Iterable[Story]) -> Iterable[tuple[str, str]]:
    """Pairs that the record itself brings together; a caller's orders meet in the caller."""
    for story in stories:
        filed = story.filed
        if filed.parent:
            yield story.order, filed.parent
        for event in story.events:
            linked = event.payload.get(_LINKS.get(Act(event.act), ""), ())
            for other in [linked] if isinstance(linked, str) else linked:
                yield story.order, other
        if caller := caller_of(filed):
            yield story.order, caller


def caller_of(filed: Start) -> str:
    """A name for who called, that sorts after every number of an order; empty where nobody is named."""
    for party in filed.parties:
        if party.role == "caller" and (party.phone or party.name):
            told = party.phone or party.name
            return "~" + hashlib.sha256(told.encode()).hexdigest()
    return ""


def _petition(story: Story) -> Petition:
    filed = story.filed
    return Petition(
        id=story.order,
        title=filed.title,
        detail=filed.narrative,
        at=story.events[0].at,
        caller=caller_of(filed),
        category=filed.category,
        place=filed.place.text if filed.place else "",
    )


def side(city: str, matter: str, holdout: float) -> Split:
    """The side of a matter: by a hash of its name, so that it is the same in every export."""
    drawn = int.from_bytes(hashlib.sha256(f"{city}/{matter}".encode()).digest()[:8], "big") / 2**64
    return "holdout" if drawn < holdout else "train"
