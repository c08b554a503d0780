"""Signals of a pair and the model over them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from tests.tools.petitions.town import petition, unrelated
from tools.petitions.pairs import SIGNALS, Bars, Judge, Line, chance, learn_judge, signals, without_places
from tools.petitions.petition import Petition
from tools.petitions.sketch import Reader, Sketch


@pytest.fixture(scope="module")
def reader() -> Reader:
    reader = Reader()
    for each in unrelated(150):
        reading = reader.read(each)
        reader.weights.add(reading.sketch.terms, matter=True)
        reader.learn(reading)
    return reader


def _signal(reader: Reader, one: Petition, other: Petition) -> dict[str, float]:
    sketches = [reader.read(each).sketch for each in (one, other)]
    row = signals(sketches[0], [sketches[1]], reader.weights)[0]
    return dict(zip(SIGNALS, row.tolist(), strict=True))


def test_same_matter_at_the_same_place_against_neighbours(reader: Reader) -> None:
    one = petition(1, 3, 0)
    same, elsewhere, other = petition(2, 3, 0), petition(3, 44, 0), petition(4, 3, 1)
    here = _signal(reader, one, same)
    there = _signal(reader, one, elsewhere)
    assert here["place_cover"] > there["place_cover"]
    assert here["place_mass"] > there["place_mass"]
    assert here["place_clash"] < there["place_clash"]
    assert here["body_cosine"] > _signal(reader, one, other)["body_cosine"]


def test_caller_category_and_days(reader: Reader) -> None:
    one = petition(1, 3, 0, caller="a").model_copy(update={"category": "noise"})
    other = petition(25, 3, 0, caller="a").model_copy(update={"category": "lift"})
    found = _signal(reader, one, other)
    assert found["same_caller"] == found["other_category"] == 1
    assert found["days"] == pytest.approx(np.log1p(1.0))
    nameless = one.model_copy(update={"caller": "", "category": ""})
    assert _signal(reader, nameless, nameless)["same_caller"] == 0
    assert _signal(reader, nameless, other)["other_category"] == 0


def test_signals_are_the_same_one_by_one_and_at_once(reader: Reader) -> None:
    sketches: list[Sketch] = [reader.read(petition(n, n % 5, n % 3)).sketch for n in range(8)]
    together = signals(sketches[0], sketches[1:], reader.weights)
    alone = np.concatenate([signals(sketches[0], [other], reader.weights) for other in sketches[1:]])
    np.testing.assert_allclose(together, alone, rtol=1e-5)


def test_a_petition_of_which_nothing_weighs(reader: Reader) -> None:
    empty = petition(1, 3, 0).model_copy(update={"title": "", "detail": "，。"})
    found = _signal(reader, empty, petition(2, 3, 0))
    assert np.isfinite(list(found.values())).all()
    assert found["body_cosine"] == 0


def test_without_places_leaves_the_rest(reader: Reader) -> None:
    one, other = (reader.read(petition(n, 3, 0)).sketch for n in (1, 2))
    row = signals(one, [other], reader.weights)
    bare = without_places(row)
    at = SIGNALS.index("place_unknown")
    assert bare[0, at] == 1
    assert (bare[0, :5] == row[0, :5]).all()
    assert row[0, at] != 1, "the row given is not changed"


def test_learning_finds_what_tells_pairs_apart() -> None:
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(400, len(SIGNALS))).astype(np.float32)
    rows[:, -1] = 0
    same = rows[:, 0] + 0.1 * draw.normal(size=400) > 0
    judge = learn_judge(rows, same, np.ones(400, np.float32), Bars(matter=0, topic=-2))
    assert ((judge.whole.odds(rows) > 0) == same).mean() > 0.95
    assert judge.whole.weights[-1] == 0
    assert judge.bare.weights[SIGNALS.index("place_cover")] == 0


def test_the_judge_that_comes_with_the_product(tmp_path: Path) -> None:
    judge = Judge.open()
    assert judge.bars.matter > judge.bars.topic
    (tmp_path / "weights.json").write_text(judge.model_dump_json(), encoding="utf-8")
    assert Judge.open(tmp_path / "weights.json") == judge
    with pytest.raises(ValidationError):
        Line(weights=(1.0,), constant=0)


def test_chance_of_odds() -> None:
    assert chance(0) == 0.5
    assert 0 < chance(-1e9) < 1e-9 < 1 - 1e-9 < chance(1e9) <= 1
