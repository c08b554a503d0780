"""Stock phrases are learnt, matters are not."""

from __future__ import annotations

import numpy as np

from tests.tools.petitions.town import petition, unrelated
from tools.petitions.phrases import Phrases, learn_phrases, runs_of
from tools.petitions.terms import BODY, PLACE, STOCK, plain


def _texts(count: int) -> list[str]:
    return [plain(f"{p.title}\n{p.detail}") for p in unrelated(count)]


def test_what_stands_in_everybodys_letter_is_stock_and_a_hot_matter_is_not() -> None:
    hot = [plain(petition(1_000 + n, 3, 0).detail) for n in range(30)]
    phrases = learn_phrases(_texts(400) + hot)
    text = "尊敬的领导您好，楼顶冷却塔整夜轰鸣，希望有关部门尽快处理"
    channels = np.full(len(text), BODY, np.int8)
    phrases.mark(text, channels)
    stock = "".join(char for char, channel in zip(text, channels, strict=True) if channel == STOCK)
    assert "希望有关部门尽快处理" in stock
    assert "尊敬的领导" in stock
    assert "冷却塔整夜" not in stock


def test_too_few_texts_teach_nothing() -> None:
    assert not len(learn_phrases(_texts(50)).stock)
    assert not len(learn_phrases([]).stock)


def test_places_are_left_as_they_are() -> None:
    text = "希望有关部门"
    phrases = Phrases(runs_of(text)[:3])
    channels = np.array([BODY, BODY, PLACE, PLACE, BODY, BODY], np.int8)
    phrases.mark(text, channels)
    assert channels.tolist() == [STOCK, STOCK, PLACE, PLACE, STOCK, STOCK]


def test_runs_stop_at_punctuation() -> None:
    assert (runs_of("电梯，困人了") >= 0).sum() == 0
    assert (runs_of("电梯困人了") >= 0).sum() == 2
    assert len(runs_of("电")) == 1
