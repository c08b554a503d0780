from __future__ import annotations

from collections.abc import Iterable

import pytest

from knowledge.library.matter import Clause, alike, clauses, count_pairs, disagree
from knowledge.library.quantities import quantities


def nothing_known(pairs: Iterable[str]) -> dict[str, int]:
    return {}


def told(text: str) -> list[Clause]:
    return clauses(text, nothing_known, 100)


def test_only_clauses_with_amounts_count_and_their_spans_are_of_the_whole_text() -> None:
    text = "为了便民，制定本条例。前15分钟免费；\n以后每小时5元。"
    first, second = told(text)
    (minutes,), (money,) = first.amounts["period"], second.amounts["money"]
    assert text[minutes.start : minutes.end] == "15分钟"
    assert text[money.start : money.end] == "5元"


def test_the_same_matter_with_other_figures_is_wholly_alike() -> None:
    (one,), (other,) = told("道路停车前15分钟免费"), told("道路停车前三十分钟免费")
    assert alike(one, other) == 1
    (third,) = told("电梯每30日维护")
    assert alike(one, third) == 0


def test_what_is_common_in_the_corpus_has_no_weight() -> None:
    frequencies, total = count_pairs([f"违规{act}罚款" for act in "甲乙丙丁戊己庚辛壬癸子丑"])
    (clause,) = clauses("违规停放罚款50元", lambda pairs: {pair: frequencies[pair] for pair in pairs}, total)
    assert set(clause.weights) == {"规停", "停放", "放罚"}


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("15分钟", "十五分钟", False),
        ("24小时", "1日", False),
        ("30日", "一个月", True),
        ("七日", "七个工作日", True),
        ("一万元以上十万元以下", "二万元以上十万元以下", True),
        ("每月5日、10日", "10日", False),
        ("三日或者五日", "七日", True),
    ],
)
def test_disagreement(one: str, other: str, differ: bool) -> None:
    assert disagree(quantities(one), quantities(other)) is differ
