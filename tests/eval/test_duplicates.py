"""Measuring duplicates: a run on a made-up town, and the public stream."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval.duplicates import learn_from, run_duplicates
from eval.judged_pairs import agreement, read_pairs, read_stream
from tools.petitions.stream import Stream


def test_a_run_reports_both_cuts_and_the_cost(town_files: tuple[Path, Path]) -> None:
    report = run_duplicates(*town_files)
    assert (report.messages, report.pairs, report.same) == (250, 276, 60)
    assert (report.judged_messages, report.components, report.matters) == (24, 1, (6, 6, 6, 6))
    assert [cut.how for cut in report.cuts] == ["by matter", "by message"]
    for cut in report.cuts:
        assert sum(cut.pairs) + cut.left_out == report.pairs
        assert sum(cut.messages) == report.judged_messages
        assert all(way.test.f1 > 0.9 for way in (*cut.score, *cut.clusters))
        assert all(way.test.precision > 0.9 for way in cut.learnt_score)
    assert report.running.ms_p50 > 0
    assert report.running.cpu_seconds > 0
    assert sum(report.running.kinds.values()) == 250
    assert sum(report.missed.values()) == round(report.same * (1 - report.as_shipped.recall))


def test_learning_from_judged_pairs_gives_a_judge(town_files: tuple[Path, Path]) -> None:
    judge = learn_from(*town_files)
    assert "276" in judge.learnt_from
    assert judge.whole.weights != judge.bare.weights


@pytest.mark.shared
def test_clusters_of_the_public_stream_agree_with_the_judged_pairs(shared_data: Path) -> None:
    folder = shared_data / "petitions"
    if not (folder / "stream.jsonl").is_file():
        pytest.skip(f"no stream at {folder / 'stream.jsonl'}")
    petitions = read_stream(folder / "stream.jsonl")
    judged = read_pairs(folder / "stream_pairs.jsonl", petitions)
    stream = Stream()
    stream.extend(petitions)
    of = np.array(stream.clusters.of)
    found = agreement(of[judged.ends[:, 0]] == of[judged.ends[:, 1]], judged.same)
    assert found.precision >= 0.95
    assert found.f1 >= 0.85
