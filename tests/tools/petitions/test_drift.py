from __future__ import annotations

import numpy as np
import pytest

from tests.tools.petitions.past_orders import history, orders
from tools.petitions.classifier import Classifier
from tools.petitions.drift import compare, index
from tools.petitions.history import Message
from tools.petitions.learning import train


@pytest.fixture(scope="module")
def model() -> Classifier:
    return Classifier(train(history(orders(400))))


def test_messages_like_those_learnt_from_are_steady(model: Classifier) -> None:
    found = compare(model, [row.message for row in orders(300, seed=3)])
    assert found.verdict == "steady"
    assert found.stability_index < 0.1
    assert found.unknown == pytest.approx(found.unknown_before, abs=0.02)


def test_another_mix_of_classes_is_seen(model: Classifier) -> None:
    found = compare(model, [row.message for row in orders(300, seed=3, names=["停车"])])
    assert found.verdict == "retrain"
    assert "mix of classes" in found.advice
    assert found.classes[0].label == "停车"
    assert found.classes[0].now > 0.95
    low, high = found.stability_interval
    assert low <= found.stability_index <= high


def test_a_new_matter_is_seen_and_its_words_are_told(model: Classifier) -> None:
    known = [row.message for row in orders(200, seed=3)]
    fresh = [Message("", f"菜鸟驿站快递丢失第{n}件，客服推诿赔偿") for n in range(100)]
    found = compare(model, [*known, *fresh])
    assert found.verdict == "retrain"
    assert found.unknown > found.unknown_before + 0.1
    assert found.below_threshold > found.below_threshold_before
    told = "".join(own.word for own in found.risen)
    assert "快递" in told
    assert all(own.before == 0 for own in found.risen[:3])
    assert len({own.word for own in found.risen}) == len(found.risen)


def test_too_few_messages_conclude_nothing(model: Classifier) -> None:
    assert compare(model, [row.message for row in orders(10, seed=3)]).verdict == "too few"


def test_the_stability_index() -> None:
    same = np.array([0.5, 0.5])
    assert index(same, same) == 0
    assert index(same, np.array([0.9, 0.1])) == pytest.approx(0.4 * np.log(1.8) - 0.4 * np.log(0.2), rel=0.01)
