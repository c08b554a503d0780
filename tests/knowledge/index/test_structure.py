"""Which documents others lean on."""

from __future__ import annotations

import numpy as np

from knowledge.index.structure import citations
from knowledge.index.types import Entry


def test_citations_count_other_documents_once_and_allow_shortened_titles() -> None:
    made = [
        Entry("a", "law", "某国水法", "", "依照《某国水法》。"),
        Entry("b", "rule", "水办法", "", "根据《水法》制定。"),
        Entry("c", "rule", "水办法", "", "又见《某国水法》。"),
        Entry("d", "other", "桥办法", "", "参见《水法》和《不存在的法》。"),
    ]
    assert citations(made, np.array([0, 1, 1, 2], np.int32)).tolist() == [2.0, 0.0, 0.0]
