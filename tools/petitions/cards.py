"""A cluster as people read it: what it is called, its words, who, when and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from pydantic import AwareDatetime, Field

from city.schema import Record
from tools.petitions.clusters import Cluster
from tools.petitions.facts import words_of
from tools.petitions.petition import Petition
from tools.petitions.stream import Stream, cluster_name

_SAMPLES = 5
_MOST = 8


class Count(Record):
    """How often something is named."""

    name: str
    count: int = Field(ge=1)


class ClusterCard(Record):
    """One cluster. ``title`` is that of the member most like the others; samples are of different callers."""

    id: str
    title: str
    words: tuple[str, ...]
    members: tuple[str, ...]
    callers: int
    first: AwareDatetime
    last: AwareDatetime
    places: tuple[Count, ...]
    categories: tuple[Count, ...]
    units: tuple[Count, ...]
    samples: tuple[str, ...]


def card(stream: Stream, cluster: Cluster) -> ClusterCard:
    """The card of a cluster as it stands."""
    members = [stream.petitions[n] for n in cluster.members]
    core = [stream.petitions[n] for n in cluster.core]
    times = [petition.at for petition in members]
    return ClusterCard(
        id=cluster_name(cluster.number),
        title=core[0].title or core[0].detail[:30],
        words=core_words(stream, cluster),
        members=tuple(petition.id for petition in members),
        callers=callers_of(members),
        first=min(times),
        last=max(times),
        places=_counts([name for n in cluster.members for name in stream.named[n]]),
        categories=_counts([petition.category for petition in members if petition.category]),
        units=_counts([unit for petition in members for unit in petition.units]),
        samples=_samples(core, members),
    )


def cards(stream: Stream, least: int = 2) -> list[ClusterCard]:
    """Cards of all clusters of at least so many members, largest first."""
    chosen = [cluster for cluster in stream.clusters.all.values() if len(cluster.members) >= least]
    return [card(stream, cluster) for cluster in sorted(chosen, key=lambda c: (-len(c.members), c.number))]


def callers_of(petitions: Sequence[Petition], since: datetime | None = None) -> int:
    """How many people wrote; those without an id cannot be told apart and count each time."""
    found = [petition for petition in petitions if since is None or petition.at >= since]
    return len({petition.caller or f"\n{petition.id}" for petition in found})


def core_words(stream: Stream, cluster: Cluster, count: int = _MOST) -> tuple[str, ...]:
    """The weightiest words that most of the core have, from the text of its first member."""
    sketches = [stream.clusters.sketches[n] for n in cluster.core]
    terms, holders = np.unique(np.concatenate([sketch.body for sketch in sketches]), return_counts=True)
    shared = terms[holders * 2 > len(sketches)] if len(sketches) > 1 else terms
    reading = stream.reader.read(stream.petitions[cluster.core[0]])
    return words_of(reading, shared, stream.reader.weights, count)


def _counts(names: Sequence[str]) -> tuple[Count, ...]:
    return tuple(Count(name=name, count=count) for name, count in Counter(names).most_common(_MOST))


def _samples(core: Sequence[Petition], members: Sequence[Petition]) -> tuple[str, ...]:
    chosen: dict[str, str] = {}
    for petition in (*core, *members):
        chosen.setdefault(petition.caller or petition.id, petition.id)
    return tuple(chosen.values())[:_SAMPLES]
