"""What memory says when a question is left out must be what it would say had it never been asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.embed import HashEmbedder
from knowledge.index import Example, build
from knowledge.index.memory import group_numbers
from knowledge.index.parts import open_parts
from knowledge.index.store import load_json
from knowledge.index.terms import normalise, term_counts
from knowledge.index.types import Entry
from tests.knowledge.index.corpus import entries, examples


def test_leaving_out_equals_never_having_known(tmp_path: Path) -> None:
    known, embedder = examples(2), HashEmbedder()
    asked, group = known[0], known[0].group
    build(entries(), tmp_path / "all", embedder=embedder, examples=known)
    build(entries(), tmp_path / "less", embedder=embedder, examples=[e for e in known if e.group != group])
    predicted = []
    for name, leave in (("all", 0), ("less", None)):
        parts = open_parts(tmp_path / name, embedder, load_json(tmp_path / name, "index"))
        assert parts.memory is not None
        codes, counts = term_counts(normalise(asked.question))
        likeness = parts.memory.likeness(parts.rows, codes, counts)
        recalled = parts.memory.recall(likeness, embedder.encode([asked.question])[0], leave)
        assert recalled.adapted is not None
        assert not set(recalled.rows.tolist()) & {1}
        predicted.append(recalled.adapted)
    np.testing.assert_allclose(predicted[0], predicted[1], atol=1e-3)


def test_groups_are_numbered_and_single_examples_stand_alone() -> None:
    made = [Example("a", (), "x"), Example("b", ()), Example("c", (), "x"), Example("d", ())]
    assert group_numbers(made).tolist() == [0, 1, 0, 2]


def test_rows_of_a_single_entry(tmp_path: Path) -> None:
    build([Entry("a", "d", "停车", "", "停车收费")], tmp_path, embedder=None, examples=[Example("停车", ("a",))])
    parts = open_parts(tmp_path, None, load_json(tmp_path, "index"))
    assert parts.memory is not None
    assert parts.memory.priors().row_counts.tolist() == [1.0]
