"""Terms and their weights."""

from __future__ import annotations

import numpy as np

from tools.petitions.terms import BODY, BUCKETS, PLACE, STOCK, Weights, among, occurrences, plain


def test_plain_keeps_every_position() -> None:
    text = "Ａ座１２楼，ABC　ｘ"
    assert plain(text) == "a座12楼,abc x"
    assert len(plain(text)) == len(text)


def test_pairs_and_words_with_their_place_in_the_text() -> None:
    text = "电梯困人12次"
    found = occurrences(text, np.full(len(text), BODY, np.int8))
    spans = {text[start:end] for start, end in zip(found.starts, found.ends, strict=True)}
    assert spans == {"电梯", "梯困", "困人", "12"}
    assert found.marks.sum() == 1
    assert found.ids.min() >= 0
    assert found.ids.max() < BUCKETS


def test_a_figure_is_one_with_what_it_counts() -> None:
    floors, cases = (occurrences(text, np.zeros(3, np.int8)).ids[-1] for text in ("12楼", "12次"))
    assert floors != cases


def test_a_pair_across_two_channels_belongs_to_neither() -> None:
    channels = np.array([PLACE, PLACE, BODY, BODY, STOCK], np.int8)
    assert occurrences("澄岚电梯坏", channels).channels.tolist() == [PLACE, -1, BODY, -1]


def test_empty_and_unpaired_texts() -> None:
    for text in ("", "电", "😀"):
        assert len(occurrences(text, np.zeros(len(text), np.int8)).ids) == 0


def test_weights_fall_with_matters_and_reach_nothing() -> None:
    weights = Weights()
    common, rare = np.array([1], np.int32), np.array([2], np.int32)
    for number in range(100):
        weights.add(common if number else np.array([1, 2], np.int32), matter=True)
    assert weights.of(rare)[0] > 2
    assert weights.of(common)[0] == 0
    before = weights.of(rare)[0]
    weights.add(rare, matter=False)  # another message of a matter
    assert weights.of(rare)[0] < before


def test_among_needs_only_one_side_sorted() -> None:
    assert among(np.array([5, 1, 9], np.int32), np.array([1, 5], np.int32)).tolist() == [True, True, False]
    assert not among(np.array([5], np.int32), np.zeros(0, np.int32)).any()
