"""Our measures against ragas' own that need no model, and what of ragas is not fit for Chinese."""

from __future__ import annotations

import asyncio
import warnings
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.citations import compare
from eval.metrics.texts import bleu, char_f1, chrf, common, rouge_l
from tests.eval.metrics.tables import UNTIMED

CHINESE = "道路停车泊位单次不超过十五分钟的，免收停车费。"
TEXTS = st.text("停车费每小时元不得超过。，路边", min_size=4, max_size=40)
IDS = st.lists(st.sampled_from(["a#1", "a#2", "b#1", "b#2", "c#1", "c#2"]), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def ragas() -> SimpleNamespace:
    """ragas' measures, ready made."""
    pytest.importorskip("ragas")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ragas.dataset_schema import SingleTurnSample
        from ragas.metrics import IDBasedContextPrecision, IDBasedContextRecall
        from ragas.metrics.collections import BleuScore, CHRFScore, NonLLMStringSimilarity, RougeScore
    return SimpleNamespace(
        sample=SingleTurnSample,
        precision=IDBasedContextPrecision(),
        recall=IDBasedContextRecall(),
        chrf=CHRFScore(),
        bleu=BleuScore(),
        bleu_zh=BleuScore(kwargs={"tokenize": "zh"}),
        near=NonLLMStringSimilarity(),
        rouge=RougeScore(rouge_type="rougeL"),
    )


def score(metric: Any, said: str, right: str) -> float:
    """What a measure of ragas gives two texts."""
    return float(asyncio.run(metric.ascore(reference=right, response=said)).value)


@UNTIMED
@given(IDS, IDS)
def test_citations_are_counted_as_ragas_counts_ids(ragas: SimpleNamespace, cited: list[str], right: list[str]) -> None:
    sample = ragas.sample(retrieved_context_ids=cited, reference_context_ids=right)
    ours = compare(cited, right)
    assert ours.precision == pytest.approx(asyncio.run(ragas.precision._single_turn_ascore(sample, None)))
    assert ours.recall == pytest.approx(asyncio.run(ragas.recall._single_turn_ascore(sample, None)))


@UNTIMED
@given(TEXTS, TEXTS)
def test_chrf_is_that_of_ragas(ragas: SimpleNamespace, said: str, right: str) -> None:
    assert chrf(said, right) == pytest.approx(score(ragas.chrf, said, right))


@UNTIMED
@given(TEXTS, TEXTS)
def test_bleu_is_that_of_ragas_once_it_is_told_to_cut_chinese(ragas: SimpleNamespace, said: str, right: str) -> None:
    assert bleu(said, right) == pytest.approx(score(ragas.bleu_zh, said, right), abs=1e-9)


@UNTIMED
@given(TEXTS, TEXTS)
def test_edits_and_common_characters_bound_each_other(ragas: SimpleNamespace, said: str, right: str) -> None:
    # An edit script at best keeps the longest common subsequence, at worst deletes and inserts all the rest.
    longest, kept = max(len(said), len(right)), common(said, right)
    edits = (1 - score(ragas.near, said, right)) * longest
    assert longest - kept <= edits + 1e-9
    assert edits <= len(said) + len(right) - 2 * kept + 1e-9


@UNTIMED
@given(TEXTS)
def test_equal_texts_are_1_for_all_that_are_fit_for_chinese(ragas: SimpleNamespace, text: str) -> None:
    assert score(ragas.near, text, text) == score(ragas.chrf, text, text) == pytest.approx(1)
    assert score(ragas.bleu_zh, text, text) == pytest.approx(1)
    assert chrf(text, text) == bleu(text, text) == pytest.approx(1)


def test_what_cuts_at_blanks_gives_equal_chinese_texts_nothing(ragas: SimpleNamespace) -> None:
    # Why neither is used: a change of this in ragas would be welcome, and is seen here.
    assert score(ragas.bleu, CHINESE, CHINESE) == 0
    assert bleu(CHINESE, CHINESE) == rouge_l(CHINESE, CHINESE) == char_f1(CHINESE, CHINESE) == pytest.approx(1)


def test_so_does_what_keeps_latin_letters_only(ragas: SimpleNamespace) -> None:
    pytest.importorskip("rouge_score")
    assert score(ragas.rouge, CHINESE, CHINESE) == 0
