"""A petition as terms by channel."""

from __future__ import annotations

import numpy as np

from tests.tools.petitions.town import petition
from tools.petitions.sketch import Reader


def test_channels_do_not_mix() -> None:
    reading = Reader().read(petition(1, 3, 0))
    sketch = reading.sketch
    assert next(place.kind for place in reading.places) in {"小区", "家园"}
    assert not set(sketch.body.tolist()) & set(sketch.places.tolist())
    assert set(sketch.title.tolist()) <= set(sketch.body.tolist())
    assert (np.diff(sketch.terms) > 0).all()


def test_a_place_found_before_counts_as_named() -> None:
    bare = petition(1, 3, 0).model_copy(update={"title": "电梯困人", "detail": "坏了三天"})
    assert len(Reader().read(bare).sketch.places) == 0
    assert len(Reader().read(bare.model_copy(update={"place": "霞岚家园小区"})).sketch.places) > 0


def test_what_is_said_more_than_once_weighs_more() -> None:
    said = petition(1, 3, 0).model_copy(update={"title": "", "detail": "电梯，电梯，电梯，漏水"})
    sketch = Reader().read(said).sketch
    np.testing.assert_allclose(sorted(sketch.repeated.tolist()), [1, 3**0.5], rtol=1e-6)
