import json
from pathlib import Path

import numpy as np
import pytest

from agents.gate.opinion import FILE, LONGEST, SecondOpinion
from agents.gate.training import learn, read_messages
from city.errors import BadInput
from eval.gate import DEFAULT_GATE


@pytest.fixture(scope="module")
def stored() -> SecondOpinion:
    opinion = SecondOpinion.open(DEFAULT_GATE / FILE)
    assert opinion is not None
    return opinion


def test_training_again_gives_the_stored_model(stored: SecondOpinion) -> None:
    again = learn(DEFAULT_GATE)
    assert again.weights.keys() == stored.weights.keys()
    names = sorted(stored.weights)
    weights = [[model.weights[name] for name in names] for model in (again, stored)]
    np.testing.assert_allclose(weights[0], weights[1], atol=0.02)
    numbers = [(model.bias, model.torn_at, model.raise_at) for model in (again, stored)]
    np.testing.assert_allclose(numbers[0], numbers[1], atol=0.01)


def test_the_messages_are_many_and_each_stands_once() -> None:
    danger, calm = (read_messages(DEFAULT_GATE / "training" / f"{name}.jsonl") for name in ("emergency", "ordinary"))
    assert len(set(danger)) == len(danger) >= 600
    assert len(set(calm)) == len(calm) >= 900
    assert not set(danger) & set(calm)


def test_the_measured_messages_are_not_trained_on() -> None:
    trained = {text for name in ("emergency", "ordinary") for text in read_messages(
        DEFAULT_GATE / "training" / f"{name}.jsonl"
    )}  # fmt: skip
    evaluation = DEFAULT_GATE.parent / "evaluation"
    for name in ("emergency_paraphrases", "ordinary_messages", "boundary_cases"):
        rows = (evaluation / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert not trained & {json.loads(row)["text"] for row in rows}


def test_a_stored_model_reads_back_the_same(stored: SecondOpinion, tmp_path: Path) -> None:
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    stored.save(first)
    read = SecondOpinion.open(first)
    assert read is not None
    read.save(second)
    assert first.read_bytes() == second.read_bytes()
    assert read.chance("屋里着火了") == stored.chance("屋里着火了")


def test_long_letters_get_no_second_opinion(stored: SecondOpinion) -> None:
    assert stored.chance("着火了快来" * (LONGEST // 5 + 1)) == 0.0


def test_a_city_without_statistics_has_none(tmp_path: Path) -> None:
    assert SecondOpinion.open(tmp_path / FILE) is None


def test_a_broken_model_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a model")
    with pytest.raises(BadInput, match="train_second_opinion"):
        SecondOpinion.open(tmp_path / FILE)


def test_a_broken_message_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "ordinary.jsonl").write_text("[1]\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"ordinary\.jsonl"):
        read_messages(tmp_path / "ordinary.jsonl")
