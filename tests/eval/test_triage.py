from __future__ import annotations

from pathlib import Path

import pytest

from city.errors import BadInput
from eval.triage import describe, run_triage
from tests.tools.petitions.past_orders import orders, write
from tools.petitions.history import Message, Past


def test_folds_of_one_file(tmp_path: Path) -> None:
    report = run_triage(write(tmp_path / "h.jsonl", orders(240, wrong_titles=0.1)), folds=3)
    assert report.rows == 240
    assert report.accuracy > 0.9
    low, high = report.macro_f1_interval
    assert low <= report.macro_f1 <= high
    assert report.coverage_learnt > 0.8
    assert sum(own.rows for own in report.table) == 240
    assert "taken for another" in describe(report)


def test_another_file_with_a_class_nobody_taught(tmp_path: Path) -> None:
    train = write(tmp_path / "a.jsonl", orders(200))
    strange = [Past(f"s{n}", Message("", f"宅基地丈量纠纷第{n}次"), "宅基地", f"s{n}") for n in range(10)]
    report = run_triage(train, test=write(tmp_path / "b.jsonl", [*orders(90, seed=2), *strange]))
    assert (report.rows, report.unseen_labels) == (100, 10)
    assert 0.8 < report.accuracy <= 0.9
    assert sum(own.rows for own in report.confusions if own.right == "宅基地") == 10


def test_one_way_of_testing_has_to_be_chosen(tmp_path: Path) -> None:
    path = write(tmp_path / "h.jsonl", orders(40))
    with pytest.raises(BadInput, match="--folds"):
        run_triage(path)
    with pytest.raises(BadInput, match="--folds"):
        run_triage(path, test=path, folds=3)


@pytest.mark.shared
def test_real_petitions_reach_what_was_promised(shared_data: Path) -> None:
    report = run_triage(shared_data / "petitions" / "labelled.dev.jsonl", folds=5)
    assert report.macro_f1 >= 0.915
    assert report.ece_equal_mass <= 0.02
    assert report.ece_equal_width <= 0.02
    assert report.coverage_learnt >= 0.92
    assert report.precision_learnt >= 0.945
    assert report.coverage_ranked >= 0.92
