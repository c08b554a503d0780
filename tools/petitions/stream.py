"""The stream of petitions: where does a new one belong?

::

    stream = Stream(gazetteer={"鼓楼街道": "street"}, progress=("怎么还没", "进展如何"))
    placement = stream.place(petition)

``place`` looks and keeps; ``look`` only looks. Both take some milliseconds whatever the length of the stream.
``settle`` learns stock phrases anew, which takes about half a second: do it once a day; ``extend`` does it by itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from city.errors import BadInput, NotFound
from tools.petitions.clusters import Agreement, Cluster, Clusters, Pair
from tools.petitions.facts import new_facts, shared_places, shared_words
from tools.petitions.index import Index
from tools.petitions.pairs import Judge, chance
from tools.petitions.petition import Fact, Kind, Petition, Placement
from tools.petitions.phrases import learn_phrases
from tools.petitions.places import Places
from tools.petitions.sketch import Reader, Reading, Sketch
from tools.petitions.terms import plain

_NEAR = 16
_OWN = 8  # of a caller's earlier petitions, the latest so many are always compared
_NAMED = 20
_SHORT = 40
_LEARN_FROM = 1_200
_FIRST_LEARNT = 200
_GROWN = 3


def cluster_name(number: int) -> str:
    """The id of a cluster as others see it."""
    return f"c{number}"


class _Seen(NamedTuple):
    """A petition read and compared."""

    reading: Reading
    pairs: dict[int, Pair]
    agreements: list[Agreement]


class Near(NamedTuple):
    """A petition that may be about the same: the chance of it, and the words and places that both hold."""

    id: str
    score: float
    words: tuple[str, ...]
    places: tuple[str, ...]


class Stream:
    """Petitions in the order they came, with what was learnt from them."""

    def __init__(
        self,
        judge: Judge | None = None,
        *,
        gazetteer: Mapping[str, str] | None = None,
        progress: Sequence[str] = (),
    ) -> None:
        """``gazetteer``: place name → kind. ``progress``: the city's words for asking how it goes."""
        self.reader = Reader(places=Places(gazetteer))
        self.clusters = Clusters(judge or Judge.open(), self.reader.weights)
        self.index = Index()
        self.petitions: list[Petition] = []
        self.named: list[tuple[str, ...]] = []  # places of each petition
        self.number: dict[str, int] = {}
        self.asking: set[int] = set()  # petitions that only ask how it goes
        self.learnt = 0
        self.progress = tuple(plain(words) for words in progress)
        self._by_caller: dict[str, list[int]] = {}
        self._by_time: list[tuple[datetime, int]] = []

    def __len__(self) -> int:
        return len(self.petitions)

    @property
    def due(self) -> bool:
        """Whether stock phrases should be learnt anew: the stream is three times as long."""
        return len(self) >= max(_FIRST_LEARNT, _GROWN * self.learnt)

    def look(self, petition: Petition) -> Placement:
        """Where the petition would belong; nothing is kept. Raises BadInput for one without words."""
        seen = self._see(petition)
        joined = [a.cluster for a in seen.agreements if self.clusters.joins(a)]
        if self._only_asks(seen.reading) and (latest := self._latest(petition.caller)) is not None:
            joined = [self.clusters.of[latest]]
        return self._judge(seen, joined[0] if joined else None)

    def near(self, petition: Petition, least: float = 0.2, most: int = _NEAR) -> list[Near]:
        """Other petitions that may be about the same, likeliest first, with what they share; nothing is kept.

        ``least`` is the chance below which one is left out. Raises BadInput for a petition without words.
        """
        seen, found = self._see(petition), []
        for number, pair in seen.pairs.items():
            score = chance(pair.odds)
            if score >= least and self.petitions[number].id != petition.id:
                found.append((score, number))
        weights, near = self.reader.weights, []
        for score, number in sorted(found, reverse=True)[:most]:
            other = self.clusters.sketches[number]
            words, places = shared_words(seen.reading, other, weights), shared_places(seen.reading, other, weights)
            near.append(Near(self.petitions[number].id, score, words, places))
        return near

    def place(self, petition: Petition) -> Placement:
        """Where the petition belongs; it is kept. Raises BadInput for one without words or known already."""
        if petition.id in self.number:
            raise BadInput(f"petition {petition.id!r} is in the stream already: give each its own id")
        seen = self._see(petition)
        sketch = seen.reading.sketch
        if self._only_asks(seen.reading):
            earlier = self._latest(petition.caller)
            cluster = self.clusters.attach(sketch, None if earlier is None else self._cluster(earlier))
            self.asking.add(len(self))
        else:
            cluster = self.clusters.add(sketch, seen.agreements)
        placement = self._judge(seen, cluster)
        self.keep(petition, sketch, _names(seen.reading))
        self.reader.learn(seen.reading)
        return placement

    def extend(self, petitions: Iterable[Petition]) -> list[Placement]:
        """Place many, in the order of time; stock phrases are learnt each time it is three times as long."""
        placements = []
        for petition in sorted(petitions, key=lambda p: p.at):
            if self.due:
                self.settle()
            placements.append(self.place(petition))
        return placements

    def settle(self) -> None:
        """Learn stock phrases from the latest petitions."""
        latest = self.petitions[-_LEARN_FROM:]
        self.reader.phrases = learn_phrases([plain(f"{p.title}\n{p.detail}") for p in latest])
        self.learnt = len(self)

    def keep(self, petition: Petition, sketch: Sketch, named: tuple[str, ...]) -> None:
        """Enter a petition so that it is found; its cluster and what it teaches are seen to elsewhere."""
        number = len(self.petitions)
        self.petitions.append(petition)
        self.named.append(named)
        self.number[petition.id] = number
        if number in self.asking:
            self.index.skip()
        else:
            self.index.add(sketch, self.reader.weights)
        insort(self._by_time, (petition.at, number))
        if petition.caller:
            self._by_caller.setdefault(petition.caller, []).append(number)

    def between(self, start: datetime, end: datetime) -> list[int]:
        """Numbers of the petitions from ``start`` to ``end``, both included."""
        first, last = bisect_left(self._by_time, (start, 0)), bisect_right(self._by_time, (end, len(self)))
        return [number for _, number in self._by_time[first:last]]

    def cluster_of(self, petition_id: str) -> Cluster:
        """The cluster of a petition. Raises NotFound."""
        if petition_id not in self.number:
            raise NotFound(f"no petition {petition_id!r} in the stream")
        return self._cluster(self.number[petition_id])

    def _cluster(self, number: int) -> Cluster:
        return self.clusters.all[self.clusters.of[number]]

    def _see(self, petition: Petition) -> _Seen:
        if not (petition.title.strip() or petition.detail.strip()):
            raise BadInput(f"petition {petition.id!r} has neither title nor detail: there is nothing to compare")
        reading = self.reader.read(petition)
        if self._only_asks(reading):
            return _Seen(reading, {}, [])
        near = self.index.nearest(reading.sketch, self.reader.weights, _NEAR).tolist()
        near += self._by_caller.get(petition.caller, [])[-_OWN:] if petition.caller else []
        return _Seen(reading, *self.clusters.compare(reading.sketch, list(dict.fromkeys(near))))

    def _judge(self, seen: _Seen, cluster: int | None) -> Placement:
        bar = self.clusters.judge.bars.matter
        same = sorted((n for n, pair in seen.pairs.items() if pair.odds >= bar), key=lambda n: -seen.pairs[n].odds)
        own = [n for n in same if self._is_own(n, seen)]
        joined = [] if cluster is None else [n for n in self.clusters.all[cluster].members if n in seen.pairs]
        name = "" if cluster is None else cluster_name(cluster)
        if self._only_asks(seen.reading):
            latest = self._latest(seen.reading.petition.caller)
            return self._placement(
                "new" if latest is None else "pursuit", [] if latest is None else [latest], seen, name
            )
        if own:
            facts = new_facts(seen.reading, [self.clusters.sketches[n] for n in own], self.reader.weights)
            asks = self._asks(seen.reading) and all(fact.by == "words" for fact in facts)
            kind: Kind = "pursuit" if asks else "repeat"
            return self._placement(kind, [*own, *(n for n in same if n not in own)], seen, name, facts)
        if same:
            facts = new_facts(seen.reading, [self.clusters.sketches[n] for n in same], self.reader.weights)
            return self._placement("duplicate", same, seen, name, facts)
        joined.sort(key=lambda n: -seen.pairs[n].odds)
        return self._placement("topic" if joined else "new", joined, seen, name)

    def _placement(
        self, kind: Kind, of: Sequence[int], seen: _Seen, cluster: str, facts: tuple[Fact, ...] = ()
    ) -> Placement:
        first = self.clusters.sketches[of[0]] if of else None
        weights = self.reader.weights
        return Placement(
            kind=kind,
            of=tuple(self.petitions[n].id for n in of[:_NAMED]),
            cluster=cluster,
            score=chance(seen.pairs[of[0]].odds) if of and of[0] in seen.pairs else 0.0,
            words=shared_words(seen.reading, first, weights) if first else (),
            places=shared_places(seen.reading, first, weights) if first else (),
            new_facts=facts,
        )

    def _is_own(self, number: int, seen: _Seen) -> bool:
        caller = seen.reading.petition.caller
        return bool(caller) and self.petitions[number].caller == caller

    def _asks(self, reading: Reading) -> bool:
        """Whether the city's words for asking how it goes stand in the petition."""
        text = plain(f"{reading.petition.title}\n{reading.petition.detail}")
        return any(words in text for words in self.progress)

    def _only_asks(self, reading: Reading) -> bool:
        """Whether it makes sense only after an earlier one: it asks how it goes, is short, names no place or figure."""
        short = len(reading.petition.title) + len(reading.petition.detail) <= _SHORT
        return short and not len(reading.sketch.places) + len(reading.sketch.marks) and self._asks(reading)

    def _latest(self, caller: str) -> int | None:
        """The latest petition of a caller that has a matter of its own."""
        own = self._by_caller.get(caller, []) if caller else []
        return next((number for number in reversed(own) if number not in self.asking), None)


def _names(reading: Reading) -> tuple[str, ...]:
    """Names of the places of a petition, each once."""
    return tuple(sorted({reading.petition.place, *(place.name for place in reading.places)} - {""}))
