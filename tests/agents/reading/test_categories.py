from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.reading.categories import FILE, CategoryReader, Known, Taste, fingerprint
from city.errors import BadInput

KNOWN = [
    *(Known(text, "noise") for text in ("工地半夜打桩", "施工机器晚上轰轰响", "夜里工地还在浇水泥", "塔吊半夜卸钢筋")),
    *(Known(text, "water") for text in ("家里停水了", "水龙头没有水", "自来水又黄又浑", "水压太小上不了楼")),
    *(Known(text, "bus") for text in ("公交车老是不来", "等公交等了四十分钟", "公交司机到站不停", "公交改线没通知")),
]  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> CategoryReader:
    return CategoryReader.learn(KNOWN, None)


@pytest.mark.parametrize(
    ("text", "label"), [("半夜工地机器响", "noise"), ("今天停水没有水", "water"), ("公交司机不停车", "bus")]
)
def test_a_message_is_read_by_what_it_shares(reader: CategoryReader, text: str, label: str) -> None:
    assert reader.labels[int(reader.read([text])[0].argmax())] == label


def test_probabilities_are_probabilities(reader: CategoryReader) -> None:
    read = reader.read(["半夜工地机器响", "完全不相干的话", ""])
    assert np.allclose(read.sum(axis=1), 1, atol=1e-5)
    assert read.min() >= 0
    assert np.allclose(read[2], 1 / 3, atol=1e-3)


def test_one_message_is_read_the_same_alone_or_among_others(reader: CategoryReader) -> None:
    together = reader.scores(["半夜工地机器响", "今天停水"])
    assert np.allclose(together[0], reader.scores(["半夜工地机器响"])[0], atol=1e-5)


def test_what_was_learnt_is_kept_for_the_same_texts_only(reader: CategoryReader, tmp_path: Path) -> None:
    path = tmp_path / "deep" / FILE
    reader.save(path, fingerprint(KNOWN, None))
    again = CategoryReader.open(path, KNOWN, None)
    assert again is not None
    assert np.allclose(again.read(["半夜工地"]), reader.read(["半夜工地"]), atol=1e-6)
    assert CategoryReader.open(path, [*KNOWN, Known("路灯不亮", "lamp")], None) is None
    assert CategoryReader.open(tmp_path / "none.npz", KNOWN, None) is None
    path.write_bytes(path.read_bytes()[:200])
    assert CategoryReader.open(path, KNOWN, None) is None


def test_one_category_is_nothing_to_tell_apart() -> None:
    with pytest.raises(BadInput, match="two categories"):
        CategoryReader.learn(KNOWN[:4], None)


def test_learning_twice_is_the_same() -> None:
    one, other = (CategoryReader.learn(KNOWN, None, Taste(ridge=0.5)) for _ in range(2))
    assert one.scale == other.scale
    assert np.array_equal(one.scores(["停水"]), other.scores(["停水"]))
