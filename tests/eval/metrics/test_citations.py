"""Citations and quotes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.citations import Quote, compare, support
from tests.eval.metrics.tables import UNTIMED

NAMES = st.sets(st.sampled_from("abcdefg"))


def test_sets_are_compared() -> None:
    found = compare(["a", "a", "b"], ["b", "c", "d"])
    assert found == (1, 1, 2)
    assert (found.exact, found.precision, found.recall, found.f1) == (0, 0.5, 1 / 3, 0.4)
    assert compare(["b", "a"], ["a", "b"]).exact == 1


def test_nothing_to_divide_by_is_none() -> None:
    nothing = compare([], [])
    assert (nothing.exact, nothing.precision, nothing.recall, nothing.f1) == (1, None, None, None)
    assert (compare([], ["a"]).precision, compare([], ["a"]).recall, compare([], ["a"]).f1) == (None, 0, 0)


@UNTIMED
@given(NAMES, NAMES)
def test_scores_are_those_of_sklearn(cited: set[str], right: set[str]) -> None:
    from sklearn.metrics import precision_recall_fscore_support

    rows = [[name in names for name in "abcdefg"] for names in (right, cited)]
    wanted = precision_recall_fscore_support(*rows, average="binary", zero_division=0)[:3]
    found = compare(cited, right)
    assert [found.precision or 0, found.recall or 0, found.f1 or 0] == [float(own) for own in wanted]


def test_a_quote_must_equal_its_source_at_its_place() -> None:
    sources = {"law": "第一条 停车须缴费。"}
    right = Quote("law", 4, 9, "停车须缴费")
    assert support([right], sources) == (1, ())
    wrong = [
        right._replace(words="停车免缴费"),
        right._replace(start=3),
        right._replace(end=99),
        right._replace(source="other"),
        Quote("law", 4, 4, ""),
        right._replace(start=-6, end=-1),
    ]
    found = support([right, *wrong], sources)
    assert found.share == 1 - 6 / 7
    assert found.wrong[0] == "law [4, 9): '停车免缴费' is quoted, '停车须缴费' is there"
    assert "no such source" in found.wrong[3]
    assert "a text of 10 characters" in found.wrong[2]
    assert support([], sources).share is None
