"""Measuring duplicates and clusters on a stream with judged pairs.

Fields of the stream: ``message_id, user, title, detail, time, likes?`` (times without a zone are Shanghai's); of the
pairs: ``a, b, teams_same, teams_different`` (votes). Signals are those that the stream sees when the later of the two
arrives. Thresholds and learnt weights come from one half of the pairs and are tested on the other, both ways round,
with two ways to cut: by *matter* (messages joined by pairs judged the same stay together, so that no matter is seen
twice) and by *message* (at random). Pairs between the halves are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.judged_pairs import (
    PRECISION,
    ZONE,
    Agreement,
    Figures,
    Floats,
    JudgedPairs,
    Truth,
    agreement,
    best_threshold,
    read_pairs,
    read_stream,
    second_half,
)
from tools.petitions.pairs import SIGNALS, Bars, Judge, Line, learn_judge, signals
from tools.petitions.petition import Petition
from tools.petitions.stream import Stream
from tools.petitions.topics import HotTopics

_TOPIC_BARS = (-3.5, -3.0, -2.5, -2.0, -1.5)
_RANDOM = 4_000
_RANDOM_WEIGHT = 0.05
_SEED = 0
# Log ratios from 3,500 labelled messages: of pairs of one matter 95 % have one category, of look-alikes about 55 %.
_CATEGORY = {"same_category": 0.5, "other_category": -2.0}
Progress = Callable[[str], None]


class Tested(Figures):
    """What was chosen on one half, and what it does on the other."""

    chosen: float
    train: Agreement
    test: Agreement


class Cut(Figures):
    """One way to cut the pairs in two; each list holds first → second half and second → first."""

    how: str
    messages: tuple[int, int]
    pairs: tuple[int, int]
    left_out: int
    score: tuple[Tested, Tested]
    learnt_score: tuple[Tested, Tested]
    clusters: tuple[Tested, Tested]


class Running(Figures):
    """What the stream cost and what became of it, with the settings that come with the product."""

    seconds: float
    cpu_seconds: float
    ms_p50: float
    ms_p95: float
    ms_max: float
    settle_seconds: float
    kinds: dict[str, int]
    clusters: int
    largest: tuple[int, ...]
    held_by_place_or_phrase: int
    held_share: float
    hot_topics: int
    hot_topic_days: int
    lead_days: tuple[int, ...]


class DuplicatesReport(Figures):
    """The whole measurement."""

    messages: int
    pairs: int
    same: int
    judged_messages: int
    components: int
    matters: tuple[int, ...]
    as_shipped: Agreement
    cuts: tuple[Cut, ...]
    missed: dict[str, int]
    running: Running


def run_duplicates(stream: Path, pairs: Path, progress: Progress = lambda message: None) -> DuplicatesReport:
    """Measure everything; takes about a minute on some thousand messages."""
    petitions = read_stream(stream)
    judged = read_pairs(pairs, petitions)
    judge = Judge.open()
    progress("placing the stream, timed")
    running, shipped = _timed(petitions, judge)
    progress("signals of the judged pairs as they arrive")
    rows = arriving_signals(petitions, judged.ends, judge)
    together = {judge.bars.topic: shipped}
    for bar in _TOPIC_BARS:
        if bar not in together:
            progress(f"clusters at a bar of {bar}")
            together[bar] = _placed(petitions, _with_bar(judge, bar)).clusters.of
    merged = {bar: _together(of, judged.ends) for bar, of in together.items()}
    cuts = tuple(_cut(how, judged, rows, judge, merged) for how in ("by matter", "by message"))
    said = merged[judge.bars.topic]
    return DuplicatesReport(
        messages=len(petitions),
        pairs=len(judged.ends),
        same=int(judged.same.sum()),
        judged_messages=len(judged.matter),
        components=judged.components,
        matters=tuple(sorted(Counter(judged.matter.values()).values(), reverse=True)),
        as_shipped=agreement(said, judged.same),
        cuts=cuts,
        missed=_missed(judge, rows, judged.same & ~said),
        running=running,
    )


def learn_from(stream: Path, judged: Path) -> Judge:
    """Learn the pair model from pairs judged by reading (``a, b, same``) and random pairs of the stream."""
    petitions = read_stream(stream)
    pairs = read_pairs(judged, petitions)
    drawn = np.random.default_rng(_SEED).integers(0, len(petitions), (_RANDOM, 2))
    drawn = np.sort(drawn[drawn[:, 0] != drawn[:, 1]], axis=1)
    shipped = Judge.open()
    rows = arriving_signals(petitions, np.concatenate([pairs.ends, drawn]), shipped)
    same = np.concatenate([pairs.same, np.zeros(len(drawn), np.bool_)])
    importance = np.where(np.arange(len(rows)) < len(pairs.ends), 1, _RANDOM_WEIGHT).astype(np.float32)
    note = f"{len(pairs.ends)} pairs judged by reading and {len(drawn)} random ones"
    learnt = learn_judge(rows, same, importance, shipped.bars, note)
    whole, bare = _with_category(learnt.whole), _with_category(learnt.bare)
    return learnt.model_copy(update={"whole": whole, "bare": bare})


def _with_category(line: Line) -> Line:
    """The judged pairs know no categories, so what these say is set by hand."""
    weights = dict(zip(SIGNALS, line.weights, strict=True)) | _CATEGORY
    rounded = tuple(round(weights[name], 4) for name in SIGNALS)
    return Line(weights=rounded, constant=round(line.constant, 4))


def arriving_signals(petitions: Sequence[Petition], ends: NDArray[np.int64], judge: Judge) -> Floats:
    """``float32[pairs, signals]`` as the stream sees them on the arrival of the later message."""
    due: dict[int, list[int]] = defaultdict(list)
    for number, (_, later) in enumerate(ends.tolist()):
        due[later].append(number)
    rows = np.zeros((len(ends), len(SIGNALS)), np.float32)
    stream = Stream(judge)
    for place, petition in enumerate(petitions):
        if due.get(place):
            own = stream.reader.read(petition).sketch
            earlier = [stream.clusters.sketches[ends[number, 0]] for number in due[place]]
            rows[due[place]] = signals(own, earlier, stream.reader.weights)
        stream.extend([petition])
    return rows


def _placed(petitions: Sequence[Petition], judge: Judge) -> Stream:
    stream = Stream(judge)
    stream.extend(petitions)
    return stream


def _with_bar(judge: Judge, topic: float) -> Judge:
    return judge.model_copy(update={"bars": Bars(matter=judge.bars.matter, topic=topic)})


def _together(of: Sequence[int], ends: NDArray[np.int64]) -> Truth:
    clusters = np.array(of)
    together: Truth = clusters[ends[:, 0]] == clusters[ends[:, 1]]
    return together


def _timed(petitions: Sequence[Petition], judge: Judge) -> tuple[Running, list[int]]:
    stream, hot, spent, settling = Stream(judge), HotTopics(), [], 0.0
    kinds: Counter[str] = Counter()
    found: dict[str, int] = {}
    topic_days, cpu = 0, 0.0
    for day, group in groupby(petitions, key=lambda petition: petition.at.date()):
        begun, worked = perf_counter(), process_time()
        if stream.due:
            stream.settle()
        settling += perf_counter() - begun
        for petition in group:
            begun = perf_counter()
            kinds[stream.place(petition).kind] += 1
            spent.append(perf_counter() - begun)
        cpu += process_time() - worked
        now = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZONE) - timedelta(seconds=1)
        topics = hot.look(stream, now)
        topic_days += len(topics)
        found |= {topic.card.id: topic.lead_days for topic in topics}
    several = [cluster for cluster in stream.clusters.all.values() if len(cluster.members) > 1]
    held = sum(stream.clusters.held_by_place(cluster) for cluster in several)
    ms = np.array(spent) * 1_000
    running = Running(
        seconds=round(sum(spent) + settling, 2),
        cpu_seconds=round(cpu, 2),
        ms_p50=round(float(np.median(ms)), 2),
        ms_p95=round(float(np.quantile(ms, 0.95)), 2),
        ms_max=round(float(ms.max()), 2),
        settle_seconds=round(settling, 2),
        kinds=dict(kinds),
        clusters=len(several),
        largest=tuple(sorted((len(cluster.members) for cluster in several), reverse=True)[:10]),
        held_by_place_or_phrase=held,
        held_share=round(held / max(len(several), 1), 4),
        hot_topics=len(hot.raised),
        hot_topic_days=topic_days,
        lead_days=tuple(found.values()),
    )
    return running, stream.clusters.of


def _cut(how: str, judged: JudgedPairs, rows: Floats, judge: Judge, merged: dict[float, Truth]) -> Cut:
    second = second_half(how, judged)
    sides = np.array([[end in second for end in ends] for ends in judged.ends.tolist()])
    halves = (~sides.any(1), sides.all(1))
    ways = ((halves[0], halves[1]), (halves[1], halves[0]))
    shipped = judge.whole.odds(rows)

    def learnt(train: Truth) -> Floats:
        importance = np.ones(int(train.sum()), np.float32)
        return learn_judge(rows[train], judged.same[train], importance, judge.bars).whole.odds(rows)

    return Cut(
        how=how,
        messages=(len(judged.matter) - len(second), len(second)),
        pairs=(int(halves[0].sum()), int(halves[1].sum())),
        left_out=int((~halves[0] & ~halves[1]).sum()),
        score=_both(lambda way: _by_score(shipped, judged.same, *way), ways),
        learnt_score=_both(lambda way: _by_score(learnt(way[0]), judged.same, *way), ways),
        clusters=_both(lambda way: _by_bar(merged, judged.same, *way), ways),
    )


def _both(test: Callable[[Any], Tested], ways: tuple[Any, Any]) -> tuple[Tested, Tested]:
    return test(ways[0]), test(ways[1])


def _by_score(odds: Floats, same: Truth, train: Truth, test: Truth) -> Tested:
    chosen = best_threshold(odds[train], same[train])
    said = odds >= chosen
    return Tested(
        chosen=round(chosen, 3),
        train=agreement(said[train], same[train]),
        test=agreement(said[test], same[test]),
    )


def _by_bar(merged: dict[float, Truth], same: Truth, train: Truth, test: Truth) -> Tested:
    def worth(bar: float) -> tuple[bool, float]:
        found = agreement(merged[bar][train], same[train])
        return found.precision >= PRECISION, found.f1

    chosen = max(sorted(merged, reverse=True), key=worth)
    return Tested(
        chosen=chosen,
        train=agreement(merged[chosen][train], same[train]),
        test=agreement(merged[chosen][test], same[test]),
    )


def _missed(judge: Judge, rows: Floats, missed: Truth) -> dict[str, int]:
    """Pairs judged the same that lie in two clusters, by what they have in common."""
    place = rows[:, SIGNALS.index("place_cover")] >= 0.3
    clash = rows[:, SIGNALS.index("place_clash")] >= 0.5
    words = judge.bare.odds(rows) >= judge.bars.topic
    return {
        "one place, few words in common": int((missed & place & ~words).sum()),
        "other places, few words in common": int((missed & clash & ~words).sum()),
        "no place, few words in common": int((missed & ~place & ~clash & ~words).sum()),
        "words enough, yet in two clusters": int((missed & words).sum()),
    }
