from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.citydata.choice import Choice, Said, fingerprint
from city.errors import BadInput

SAID = [
    *(Said(text, "park") for text in ("哪里能停车", "附近停车", "停车场在哪", "车停哪", "有没有车位", "停车位还有吗")),
    *(Said(text, "air") for text in ("空气怎么样", "今天空气好吗", "空气质量", "雾霾大不大", "空气差不差", "污染重吗")),
    *(Said(text, "-") for text in ("办身份证", "路灯坏了", "我要投诉", "公租房怎么申请", "讲个笑话", "低保标准")),
]


def best(choice: Choice, text: str) -> str:
    return choice.labels[int(choice.scores([text])[0].argmax())]


def test_what_was_learnt_is_told_apart() -> None:
    choice = Choice.learn(SAID, None)
    assert choice.labels == ("-", "air", "park")
    assert [best(choice, text) for text in ("哪儿停车", "空气好不好", "身份证怎么办")] == ["park", "air", "-"]


def test_two_labels_have_a_score_each() -> None:
    choice = Choice.learn([one for one in SAID if one.label != "-"], None)
    scores = choice.scores(["停车", "空气"])
    assert scores.shape == (2, 2)
    assert np.allclose(scores[:, 0], -scores[:, 1])
    assert (best(choice, "停车"), best(choice, "空气")) == ("park", "air")


def test_one_label_is_nothing_to_tell_apart() -> None:
    with pytest.raises(BadInput, match="two tools"):
        Choice.learn([one for one in SAID if one.label == "air"], None)


def test_what_is_kept_is_found_again_for_the_same_messages_only(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "tools.npz"
    learnt = Choice.learn(SAID, None)
    learnt.save(path, fingerprint(SAID, None))
    found = Choice.open(path, SAID, None)
    assert found is not None
    assert np.array_equal(found.scores(["哪里停车"]), learnt.scores(["哪里停车"]))
    assert Choice.open(path, [*SAID, Said("又一句", "-")], None) is None
    path.write_bytes(path.read_bytes()[:100])
    assert Choice.open(path, SAID, None) is None
    assert Choice.open(tmp_path / "absent.npz", SAID, None) is None
