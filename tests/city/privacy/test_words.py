from __future__ import annotations

import re

from city.privacy import SPAN_TYPES
from city.privacy.words import any_of, words


def test_every_type_has_a_label_of_its_own() -> None:
    labels = words().labels
    assert set(labels) == set(SPAN_TYPES)
    assert len(set(labels.values())) == len(labels)


def test_the_longest_word_is_tried_first() -> None:
    found = re.match(any_of(["号", "号楼"]), "号楼")
    assert found is not None
    assert found[0] == "号楼"
