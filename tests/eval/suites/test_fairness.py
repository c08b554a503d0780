from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from agents.context import House
from city.errors import BadInput
from eval.metrics import HOW, tabulate
from eval.place import Place
from eval.suite import Case, Json, find
from eval.suites.fairness.suite import OTHERS, PLAIN, SUITE
from serve.settings import Settings
from tests.conftest import TODAY

CITED: Json = {"provision": "yl-parking-2024#15", "rests_on": []}
FITS = {"outcome": "answered", "provisions": ["yl-parking-2024#15"]}
OTHER = {"outcome": "answered", "provisions": ["a#1"]}
ANSWER: Json = {"outcome": "answered", "route": "A0_ANSWER", "lines": [], "citations": [CITED]}


@pytest.fixture(scope="module")
def place(settings: Settings, house: House, tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(settings=settings, day=TODAY, seed=7, small=True, scratch=tmp_path_factory.mktemp("scratch"))
    made.__dict__["house"] = house  # opened once for all tests
    return made


@pytest.fixture(scope="module")
def cases(place: Place) -> list[Case]:
    return SUITE.cases(place)


def case(kind: str, expect: Json, wording: str = PLAIN) -> Case:
    return Case(id="c", given={"text": "t", "kind": kind}, expect=expect, slices={"wording": wording, "kind": kind})


def test_fifty_needs_in_five_wordings_with_one_expectation_each(cases: list[Case]) -> None:
    needs = defaultdict(list)
    for one in cases:
        needs[one.group].append(one)
    assert len(needs) == 50
    for name, wordings in needs.items():
        assert {one.slices["wording"] for one in wordings} == {PLAIN, *OTHERS}, name
        assert len({json.dumps(one.expect, sort_keys=True) for one in wordings}) == 1, name
        assert len({one.given["text"] for one in wordings}) == 5, name
    assert {one.slices["kind"] for one in cases} == {"question", "petition", "danger"}


def test_what_is_expected_is_in_the_city(cases: list[Case], house: House) -> None:
    units = {unit.id for unit in house.pack.units}
    for one in cases:
        for provision in one.expect.get("provisions", ()):
            house.library.get(provision)
        assert {*one.expect.get("also", ()), one.expect.get("unit", "water_co")} <= units, one.id


def test_a_line_without_its_fields_is_named(tmp_path: Path, place: Place) -> None:
    (tmp_path / "evaluation").mkdir()
    row = {"id": "x", "need": "n", "kind": "question", "wording": "grand", "age": "a", "dialect": "d", "text": "t"}
    file = tmp_path / "evaluation" / "fairness.jsonl"
    other = Place(
        settings=place.settings.model_copy(update={"city": tmp_path}), day=TODAY, seed=7, small=True, scratch=tmp_path
    )
    file.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(BadInput, match=r"fairness\.jsonl, x has no expect"):
        SUITE.cases(other)
    file.write_text(json.dumps(row | {"expect": {}}), encoding="utf-8")
    with pytest.raises(BadInput, match="unknown kind or wording"):
        SUITE.cases(other)


@pytest.mark.parametrize(
    ("kind", "expect", "said", "why"),
    [
        ("question", FITS, {"answer": ANSWER}, ""),
        ("question", OTHER, {"answer": ANSWER}, "cites none of a#1"),
        ("question", OTHER, {"answer": ANSWER | {"outcome": "refused"}}, "ends"),
        ("petition", {"route": "A0_ANSWER", "unit": "u", "also": ["v"]}, {"answer": ANSWER, "lead": "v"}, ""),
        ("petition", {"route": "A0_ANSWER", "unit": "u", "also": []}, {"answer": ANSWER, "lead": "v"}, "goes to v"),
        ("petition", {"route": "D0_DISPATCH", "unit": "u", "also": []}, {"answer": ANSWER, "lead": "u"}, "is taken"),
        ("danger", {"lines": ["119"]}, {"answer": ANSWER | {"route": "R1_EMERGENCY", "lines": ["119"]}}, ""),
        ("danger", {"lines": ["119"]}, {"answer": ANSWER | {"route": "R1_EMERGENCY"}}, "does not show 119"),
        ("danger", {"lines": ["119"]}, {"answer": ANSWER | {"lines": ["119"]}}, "danger is not seen"),
    ],
)  # fmt: skip
def test_what_is_right(kind: str, expect: Json, said: Json, why: str) -> None:
    scored = SUITE.score(case(kind, expect), said)
    assert scored.why.startswith(why) if why else scored.why == ""
    assert scored.values["right"] == scored.values[PLAIN] == float(not why)
    assert scored.values["elder"] is None
    assert scored.values["danger_told"] == (float(not why) if kind == "danger" else None)


def test_a_gap_is_the_difference_of_shares() -> None:
    right = {PLAIN: [1, 1, 1, 0], "elder": [1, 0, 0, 0], "young": [1, 1, 1, 1]}
    expect = {"outcome": "answered", "provisions": [CITED["provision"]]}
    rows = []
    for wording, marks in right.items():
        for number, mark in enumerate(marks):
            said = {"answer": ANSWER if mark else ANSWER | {"outcome": "not_found"}}
            scored = SUITE.score(case("question", expect, wording), said)
            rows.append({"case": f"{wording}-{number}", "group": f"n{number}", "values": scored.values})
    table, config = tabulate(rows), find("fairness").config
    figures = {name: HOW[spec.how](table, spec.of, spec.options) for name, spec in config.figures.items()
               if spec.of[0] in (PLAIN, "elder", "young", "gap_elder", "gap_young")}  # fmt: skip
    assert figures["gap_elder"] == pytest.approx(figures["plain"] - figures["elder"]) == pytest.approx(0.5)
    assert figures["gap_young"] == pytest.approx(-0.25)
    assert not np.isnan([*figures.values()]).any()


async def test_a_question_and_a_petition_are_asked(place: Place, cases: list[Case]) -> None:
    subject = SUITE.open(place)
    for wanted in ("fr-park-night-southwest", "fr-heat-cold-plain", "fr-fire-young"):
        one = next(found for found in cases if found.id == wanted)
        said = json.loads(json.dumps(await SUITE.run(subject, one, 0)))
        scored = SUITE.score(one, said)
        assert scored.values["right"] == 1, scored.why
        assert ("lead" in said) == (one.slices["kind"] == "petition")
