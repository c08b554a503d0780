"""Judged pairs: read, cut in two without sharing a matter, thresholds by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from city.errors import BadInput
from eval.judged_pairs import agreement, best_threshold, components_of, read_pairs, read_stream, second_half


def test_no_matter_is_in_both_halves(town_files: tuple[Path, Path]) -> None:
    judged = read_pairs(town_files[1], read_stream(town_files[0]))
    second = second_half("by matter", judged)
    halves = {
        matter: {message in second for message in judged.matter if judged.matter[message] == matter}
        for matter in set(judged.matter.values())
    }
    assert all(len(half) == 1 for half in halves.values())
    assert len(second) == 12
    assert len(second_half("by message", judged)) == 12


def test_best_threshold_by_hand() -> None:
    odds = np.array([5, 4, 3, 2, 1], np.float32)
    assert best_threshold(odds, np.array([1, 1, 1, 0, 1], np.bool_)) == 2.5
    assert best_threshold(odds, np.array([1, 1, 1, 1, 0], np.bool_)) == 1.5
    assert best_threshold(odds, np.array([0, 1, 0, 0, 0], np.bool_)) == 3.5, (
        "no threshold is precise: the best there is"
    )
    tied = np.array([2, 2, 1], np.float32)
    assert best_threshold(tied, np.array([1, 0, 0], np.bool_)) == 1.5


def test_agreement_by_hand() -> None:
    found = agreement(np.array([1, 1, 0, 0], np.bool_), np.array([1, 0, 1, 0], np.bool_))
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert agreement(np.zeros(2, np.bool_), np.zeros(2, np.bool_)).f1 == 0


def test_components_by_hand() -> None:
    assert components_of([(1, 2), (2, 3), (7, 5)], {1, 2, 3, 5, 7, 9}) == {1: 1, 2: 1, 3: 1, 5: 5, 7: 5, 9: 9}


def test_files_that_are_wrong_are_named(tmp_path: Path, town_files: tuple[Path, Path]) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(json.dumps({"message_id": 1, "title": "x"}), encoding="utf-8")
    with pytest.raises(BadInput, match="message 1"):
        read_stream(bad)
    bad.write_text(json.dumps({"a": "nobody", "b": "p1", "teams_same": 1, "teams_different": 0}), encoding="utf-8")
    with pytest.raises(BadInput, match="pair 1"):
        read_pairs(bad, read_stream(town_files[0]))
    bad.write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="no pairs"):
        read_pairs(bad, read_stream(town_files[0]))
