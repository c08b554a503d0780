"""Clusters: gathered, protected from chains and places, merged, split."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tools.petitions.town import petition
from tools.petitions.clusters import Agreement, Cluster, Clusters
from tools.petitions.pairs import Judge
from tools.petitions.stream import Stream
from tools.petitions.terms import Weights


def _cluster(stream: Stream, name: str) -> set[str]:
    return {stream.petitions[n].id for n in stream.cluster_of(name).members}


def test_many_people_on_one_matter_are_one_cluster(stream: Stream) -> None:
    for number in range(1_000, 1_012):
        stream.place(petition(number, 3, 150))
    assert _cluster(stream, "p1000") >= {f"p{number}" for number in range(1_000, 1_012)}


def test_a_place_alone_makes_no_cluster(stream: Stream) -> None:
    for number, matter in enumerate((0, 21, 42, 63, 84, 105)):
        stream.place(petition(2_000 + number, 7, matter))
    assert len({stream.clusters.of[stream.number[f"p{2_000 + number}"]] for number in range(6)}) == 6


def test_one_hand_needs_more_in_common(stream: Stream) -> None:
    sketch = stream.reader.read(petition(1, 3, 0, caller="a")).sketch
    other = stream.reader.read(petition(2, 3, 0, caller="b")).sketch
    bars = stream.clusters.judge.bars
    assert stream.clusters._hand(sketch, [sketch, other]).tolist() == [bars.matter - bars.topic, 0]


def test_joining_asks_twice() -> None:
    clusters = Clusters(Judge.open(), Weights())
    bar = clusters.judge.bars.topic
    assert clusters.joins(Agreement(0, bar, bar))
    assert not clusters.joins(Agreement(0, 9.0, bar - 0.1)), "with the place left out it does not agree"
    assert not clusters.joins(Agreement(0, bar - 0.1, 9.0))


def test_a_cluster_of_two_matters_falls_apart(stream: Stream) -> None:
    clusters = stream.clusters
    for number in range(4):
        stream.place(petition(3_000 + number, 3, 150))
        stream.place(petition(3_100 + number, 77, 89))
    one, other = stream.cluster_of("p3000"), stream.cluster_of("p3100")
    assert one is not other
    mixed = Cluster(clusters.made)
    clusters.made += 1
    clusters.all[mixed.number] = mixed
    for part in (one, other):
        for member in part.members:
            clusters.of[member] = mixed.number
            mixed.enter(member, 0.0)
        del clusters.all[part.number]
    clusters._split(mixed)
    assert _cluster(stream, "p3000") == {f"p{3_000 + n}" for n in range(4)}
    assert _cluster(stream, "p3100") == {f"p{3_100 + n}" for n in range(4)}


def test_two_clusters_of_one_matter_become_one_and_the_old_number_still_leads_there(stream: Stream) -> None:
    clusters = stream.clusters
    for number in range(4):
        stream.place(petition(4_000 + number, 3, 150))
    whole = stream.cluster_of("p4000")
    clusters._part(whole, [stream.number["p4003"]])
    apart = stream.cluster_of("p4003")
    assert apart is not whole
    assert clusters._merge(whole, apart) is whole
    assert clusters.now(apart.number) is whole
    assert clusters.now(10**6) is None
    assert len(_cluster(stream, "p4000")) == 4


def test_every_petition_is_in_the_cluster_it_names(stream: Stream) -> None:
    clusters = stream.clusters
    members = sorted(n for cluster in clusters.all.values() for n in cluster.members)
    assert members == list(range(len(stream)))
    assert all(clusters.of[n] == c.number for c in clusters.all.values() for n in c.members)
    assert all(set(c.core) <= set(c.members) for c in clusters.all.values())


def test_held_by_place_is_measured(stream: Stream) -> None:
    clusters = stream.clusters
    for number in range(5):
        stream.place(petition(5_000 + number, 3, 150))
    assert not clusters.held_by_place(stream.cluster_of("p5000"))
    mixed = Cluster(clusters.made)
    for number, matter in enumerate((0, 21, 42, 63)):
        stream.place(petition(5_100 + number, 7, matter))
        mixed.enter(stream.number[f"p{5_100 + number}"], 0.0)
    assert clusters.held_by_place(mixed)


def test_words_of_a_matter_count_once(stream: Stream) -> None:
    weights = stream.reader.weights
    stream.place(petition(6_000, 3, 150, seed=1))
    terms = stream.clusters.sketches[-1].body
    before = weights.of(terms).copy()
    for number in range(6_001, 6_030):
        stream.place(petition(number, 3, 150, seed=1))
    np.testing.assert_allclose(weights.of(terms), before, atol=0.02)
    assert weights.matters == pytest.approx(len(stream.clusters.all), abs=5)
