from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from city.errors import BadInput, NotFound
from tests.tools.petitions.past_orders import MATTERS, history, orders
from tools.petitions import experts
from tools.petitions.classifier import Classifier
from tools.petitions.history import Message, Past
from tools.petitions.learning import model_name, train
from tools.petitions.saving import Stored, save

NEW = orders(120, seed=9)


@pytest.fixture(scope="module")
def stored() -> Stored:
    return train(history(orders(400, wrong_titles=0.1)))


def hits(model: Classifier, rows: list[Past], messages: list[Message]) -> float:
    judged = model.classify(messages)
    return float(np.mean([own.label == row.label for own, row in zip(judged, rows, strict=True)]))


def test_it_learns_and_says_how_sure_it_is(stored: Stored) -> None:
    model = Classifier(stored)
    judged = model.classify([row.message for row in NEW])
    assert hits(model, NEW, [row.message for row in NEW]) > 0.97
    best = judged[0]
    assert best.ranked[0] == (best.label, best.probability)
    assert len(best.ranked) == 3
    assert sum(chance for _, chance in best.ranked) == pytest.approx(1)
    assert best.sure
    assert stored.summary.figures.accuracy > 0.9


def test_a_title_of_another_message_does_not_win_against_the_detail(stored: Stored) -> None:
    wrong = [
        Message(other.message.title, row.message.detail) for row, other in zip(NEW, NEW[1:] + NEW[:1], strict=True)
    ]
    model = Classifier(stored)
    assert hits(model, NEW, wrong) > 0.85


def test_one_field_alone_is_enough(stored: Stored) -> None:
    model = Classifier(stored)
    assert hits(model, NEW, [Message("", row.message.detail) for row in NEW]) > 0.97
    assert hits(model, NEW, [Message(row.message.title, "") for row in NEW]) > 0.97


def test_words_nobody_used_are_not_sure(stored: Stored) -> None:
    (judged,) = Classifier(stored).classify([Message("", "ΩΨΔ")])
    assert not judged.sure


def test_a_stored_model_says_the_same_and_holds_no_text(stored: Stored, tmp_path: Path) -> None:
    save(tmp_path / "model", stored)
    messages = [row.message for row in NEW]
    opened = Classifier.open(tmp_path / "model")
    assert opened.classify(messages) == Classifier(stored).classify(messages)
    assert opened.nearest(messages[0]) == Classifier(stored).nearest(messages[0])
    assert opened.summary == stored.summary
    kept = b"".join(path.read_bytes() for path in (tmp_path / "model").iterdir())
    assert "打桩".encode() not in kept
    assert "打桩".encode("utf-32-le") not in kept
    save(tmp_path / "model", stored)


def test_batches_and_threads_make_no_difference(stored: Stored) -> None:
    model = Classifier(stored)
    messages = [row.message for row in orders(600, seed=4)]
    assert np.allclose(model.probabilities(messages, threads=2), model.probabilities(messages), atol=1e-6)
    one = model.classify(messages[:1])[0]
    assert one.probability == pytest.approx(model.classify(messages)[0].probability, abs=1e-6)
    assert model.classify([]) == []


def test_the_nearest_case_of_a_known_message_is_itself(stored: Stored) -> None:
    model = Classifier(stored)
    rows = orders(400, wrong_titles=0.1)
    best, *others = model.nearest(rows[7].message, 4)
    assert best.similarity == pytest.approx(1, abs=1e-3)
    assert best.label == rows[7].label
    assert [own.similarity for own in others] == sorted((own.similarity for own in others), reverse=True)
    assert model.nearest("ΩΨΔ") == []


def test_a_history_of_texts_only() -> None:
    rows = [row._replace(message=Message("", row.message.detail)) for row in orders(300)]
    model = Classifier(train(history(rows)))
    assert set(model.voices) == {"detail"}
    assert hits(model, NEW, [row.message for row in NEW]) > 0.95


def test_a_small_history_and_a_class_seen_once() -> None:
    rows = [*orders(40), Past("x", Message("", "宅基地和邻居有争议，请来丈量。"), "宅基地", "")]
    stored = train(history(rows))
    model = Classifier(stored)
    assert hits(model, NEW, [row.message for row in NEW]) > 0.9
    assert stored.summary.labels == ("供水", "停车", "噪声", "宅基地")


def test_many_classes_with_few_rows_each() -> None:
    words = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"
    rows = [
        Past(f"{a}{n}", Message("", f"{'您好请问' * (n % 2)}{a}{b}{a}的事情{n}"), a + b, "")
        for a, b in pairwise(words)
        for n in range(6)
    ]
    model = Classifier(train(history(rows)))
    assert hits(model, rows, [row.message for row in rows]) > 0.9


def test_long_histories_take_the_other_road(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experts, "DIRECT", 100)
    stored = train(history(orders(400)))
    assert stored.summary.figures.rows < 200
    assert hits(Classifier(stored), NEW, [row.message for row in NEW]) > 0.97


def test_the_name_of_a_model_follows_the_data(stored: Stored) -> None:
    other = stored.summary.model_copy(update={"fingerprint": "other"})
    assert model_name(stored.summary) != model_name(other)


def test_no_model_and_half_a_model(stored: Stored, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="citydesk triage train"):
        Classifier.open(tmp_path)
    save(tmp_path / "model", stored)
    whole = (tmp_path / "model" / "detail.npz").read_bytes()
    (tmp_path / "model" / "detail.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match="damaged"):
        Classifier.open(tmp_path / "model")
    told = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    told["summary"]["format"] = 99
    (tmp_path / "model" / "model.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(BadInput, match="another version"):
        Classifier.open(tmp_path / "model")


def test_a_folder_with_other_work_is_left_alone(stored: Stored, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="other files"):
        save(tmp_path, stored)
    with pytest.raises(BadInput, match="is a file"):
        save(tmp_path / "letter.txt", stored)


def test_the_classes_are_those_of_the_history(stored: Stored) -> None:
    assert stored.summary.labels == tuple(sorted(MATTERS))
    assert sum(stored.summary.counts) == stored.summary.rows == 400
