"""The growing index."""

from __future__ import annotations

from tests.tools.petitions.town import petition, unrelated
from tools.petitions.index import Index
from tools.petitions.sketch import Reader


def test_the_same_matter_is_found_first() -> None:
    reader, index = Reader(), Index()
    for each in unrelated(120):
        sketch = reader.read(each).sketch
        reader.weights.add(sketch.terms, matter=True)
        index.add(sketch, reader.weights)
    asked = unrelated(120)[77].model_copy(update={"id": "new"})
    found = index.nearest(reader.read(asked).sketch, reader.weights, 5)
    assert found[0] == 77
    assert 1 < len(found) <= 5
    assert len(set(found.tolist())) == len(found)


def test_nothing_entered_or_nothing_shared() -> None:
    reader, index = Reader(), Index()
    sketch = reader.read(petition(1, 3, 0)).sketch
    assert len(index.nearest(sketch, reader.weights, 5)) == 0
    index.add(sketch, reader.weights)
    other = petition(2, 3, 0).model_copy(update={"title": "xyz", "detail": "qrs"})
    assert len(index.nearest(reader.read(other).sketch, reader.weights, 5)) == 0
