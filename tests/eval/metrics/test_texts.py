"""Nearness of texts: on Chinese, by hand, and against sacrebleu and rapidfuzz."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import texts
from tests.eval.metrics.tables import UNTIMED

WORDS = st.text("停车费每小时元不得超过。，路边 ab12", max_size=40)
SAID, RIGHT = "每小时五元，全天不超过四十元。", "停车费每小时５元，全天最多40元。"
MEASURES = [texts.char_f1, texts.rouge_l, texts.chrf, texts.bleu]


@pytest.mark.parametrize("measure", MEASURES)
def test_equal_chinese_texts_are_1_and_strange_ones_0(measure: Callable[[str, str], float]) -> None:
    assert measure(RIGHT, RIGHT) == pytest.approx(1)
    assert measure("好", "坏") == 0
    assert measure("", RIGHT) == 0
    assert 0 < measure(SAID, RIGHT) < 1


def test_by_hand() -> None:
    assert texts.units("Ａ1，停 车") == ["a", "1", "停", "车"]
    assert texts.units("停车费", "pair") == ["停车", "车费"]
    assert texts.char_f1("停车。", "车停停") == pytest.approx(2 * 2 / 5)
    assert texts.rouge_l("停路边车", "停车", "character") == pytest.approx(2 * 2 / 6)
    assert texts.rouge_l("停车费用", "停车费", "pair") == pytest.approx(2 * 2 / 5)


@UNTIMED
@given(WORDS, WORDS)
def test_the_longest_common_subsequence_is_that_of_rapidfuzz(one: str, two: str) -> None:
    lcs = pytest.importorskip("rapidfuzz.distance").LCSseq
    assert texts.common(one, two) == lcs.similarity(one, two)


@UNTIMED
@given(WORDS, WORDS)
def test_chrf_is_that_of_sacrebleu(one: str, two: str) -> None:
    chrf = pytest.importorskip("sacrebleu").CHRF()
    assert texts.chrf(one, two) == pytest.approx(chrf.sentence_score(one, [two]).score / 100)


@UNTIMED
@given(WORDS, WORDS)
def test_bleu_is_that_of_sacrebleu(one: str, two: str) -> None:
    bleu = pytest.importorskip("sacrebleu").BLEU(tokenize="char", effective_order=True)
    assert texts.bleu(one, two) == pytest.approx(bleu.sentence_score(one, [two]).score / 100)


@UNTIMED
@given(st.text("停车费每小时元", max_size=30), st.text("停车费每小时元", max_size=30))
def test_bleu_of_han_alone_is_that_of_the_chinese_tokens_of_sacrebleu(one: str, two: str) -> None:
    bleu = pytest.importorskip("sacrebleu").BLEU(tokenize="zh", effective_order=True)
    assert texts.bleu(one, two) == pytest.approx(bleu.sentence_score(one, [two]).score / 100)


def test_numbers_are_read_as_written() -> None:
    assert texts.numbers("罚款1,000元、２．５０元，共 3 项，5%；12345 热线，第030条") == [
        "1000",
        "2.5",
        "3",
        "12345",
        "30",
        "5%",
    ]


def test_numbers_must_be_in_the_evidence() -> None:
    evidence = ["每日最高 40 元", "提前15日，费率 5%"]
    assert texts.number_support("最高40元，提前15日，另加5元", evidence) == pytest.approx(2 / 3)
    assert texts.unsupported_numbers("最高40元，提前15日，另加5元，5元", evidence) == ["5"]
    assert texts.number_support("5%", evidence) == 1
    assert texts.number_support("没有数", evidence) is None
