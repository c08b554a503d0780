from __future__ import annotations

import numpy as np

from tools.petitions.features import Vocabulary, grams_of, overlap


def test_width_case_space_and_digits_make_no_difference() -> None:
    one, other = grams_of(["Ａ３栋 停电了"]), grams_of(["a7栋停电了\n"])
    assert one.bucket.tolist() == other.bucket.tolist()


def test_runs_do_not_cross_texts_and_batches_do_not_matter() -> None:
    texts = ["停水", "电梯坏了", "", "水"] * 300
    together = grams_of(texts)
    apart = [grams_of([text]).bucket.tolist() for text in texts]
    assert [together.bucket[together.owner == n].tolist() for n in range(len(texts))] == apart
    assert together.times[together.owner == 1].tolist() == [1] * 7


def test_rows_have_length_one_and_unknown_texts_length_zero() -> None:
    texts = ["停水三天", "停水两天", "停电两天"]
    vocabulary = Vocabulary.learn(grams_of(texts))
    table = vocabulary.weigh(grams_of([*texts, "鸟"]))
    assert np.allclose(np.sqrt(table.multiply(table).sum(1)).ravel(), [1, 1, 1, 0])
    assert vocabulary.unknown(grams_of(["停水", "鸟"])).tolist() == [0, 1]


def test_the_commonest_are_kept_where_there_is_a_limit() -> None:
    grams = grams_of(["水", "水", "水电", "电气"])
    assert len(Vocabulary.learn(grams, least=1, most=1)) == 1
    (kept,) = Vocabulary.learn(grams, least=1, most=1).buckets
    assert kept == grams_of(["水"]).bucket[0]


def test_overlap_tells_titles_of_another_message() -> None:
    title, detail = grams_of(["路灯不亮", "路灯不亮", ""]), grams_of(["这里路灯不亮", "自来水发黄", "水"])
    assert overlap(title, detail).tolist() == [1, 0, 0]


def test_no_text_at_all() -> None:
    assert grams_of([]).texts == 0
    assert Vocabulary.learn(grams_of([""])).weigh(grams_of(["", "水"])).shape == (2, 0)
