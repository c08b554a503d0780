"""Tables of values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from city.errors import BadInput
from eval.metrics import tabulate
from eval.metrics.tables import codes, labels, numbers, present, take


def row(case: str, *, trial: int = 0, group: str = "", **values: Any) -> dict[str, Any]:
    return {"case": case, "trial": trial, "group": group, "values": values}


def test_numbers_and_labels_have_columns_of_their_kind() -> None:
    made = tabulate([row("a", hit=True, label="x", late=None), row("b", hit=0.5, label=None)])
    assert made["hit"].tolist() == [1.0, 0.5]
    assert made["label"].tolist() == ["x", None]
    assert np.isnan(made["late"]).all()
    assert made["group"].tolist() == ["a", "b"]
    assert present(made, "label").tolist() == [True, False]


def test_a_row_needs_no_trial_and_no_group() -> None:
    assert tabulate([{"case": "a", "values": {}}])["trial"].tolist() == [0]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row("a", x=1), row("a", x=1)], "case 'a', trial 0 comes twice"),
        ([row("a", group="g"), row("a", trial=1, group="h")], "lies in the groups 'g' and 'h'"),
        ([row("a", x=1), row("b", x="one")], "'x' is a number in some cases and a label in others"),
        ([row("a", group="", case_=1), {"case": "b", "values": {"group": 1}}], "cannot be named 'group'"),
    ],
)
def test_bad_rows_are_refused(rows: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        tabulate(rows)


def test_reading_a_column_as_the_wrong_kind_is_refused() -> None:
    made = tabulate([row("a", label="x", count=2)])
    with pytest.raises(BadInput, match="holds labels where numbers are needed"):
        numbers(made, "label")
    with pytest.raises(BadInput, match="no case has a value 'other'; there are: count, label"):
        numbers(made, "other")
    assert labels(made, "count").tolist() == ["2"]


def test_rows_are_taken_in_the_order_asked() -> None:
    made = tabulate([row("a", x=1), row("b", x=2), row("c", x=3)])
    assert take(made, np.array([2, 0]))["x"].tolist() == [3.0, 1.0]
    assert take(made, made["x"] > 1)["case"].tolist() == ["b", "c"]


def test_codes_number_the_distinct_entries() -> None:
    found, many = codes(np.array(["b", "a", "b"], dtype=object))
    assert (found.tolist(), many) == ([1, 0, 1], 2)
