from __future__ import annotations

import numpy as np

from agents.reading.bags import Bags, grams


def test_runs_of_one_to_three_characters_are_counted() -> None:
    assert grams("停水，停水") == {"停": 2, "水": 2, "停水": 2, "水停": 1, "停水停": 1, "水停水": 1}
    assert grams("，。 ") == {}


def test_rows_have_length_one_or_nothing() -> None:
    bags = Bags(["工地打桩", "工地停水", "停水"])
    norms = np.sqrt(bags.rows.multiply(bags.rows).sum(axis=1))
    assert np.allclose(norms, 1)
    assert bags.of(["完全别的"]).nnz == 0


def test_a_run_that_only_one_text_holds_is_not_kept() -> None:
    assert Bags(["工地打桩", "工地停水"]).of(["打桩"]).nnz == 0
