from __future__ import annotations

from eval.place import Place
from eval.suites.masking.suite import SUITE
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "masking"


async def test_a_number_is_hidden_and_an_order_number_stays(place: Place) -> None:
    cases, names = cases_of(NAME, place), SUITE.open(place)
    told = next(c for c in cases.values() if [one["type"] for one in c.expect["spans"]] == ["mobile"])
    hidden = await put(NAME, names, told)
    assert (hidden.values["hidden"], hidden.values["missed"], hidden.values["untouched"]) == (1, 0, None)
    order = next(c for c in cases.values() if "工单号" in c.given["text"] and not c.expect["spans"])
    kept = await put(NAME, names, order)
    assert (kept.values["untouched"], kept.values["hidden"], kept.values["wrong"]) == (1, None, 0)


def test_what_stays_and_what_is_taken_for_data_is_told(place: Place) -> None:
    cases = cases_of(NAME, place)
    told = next(c for c in cases.values() if [one["type"] for one in c.expect["spans"]] == ["mobile"])
    span = told.expect["spans"][0]
    half = {**span, "end": span["end"] - 1}
    scored = judge(NAME, told, {"spans": [half], "masked": ""})
    assert (scored.values["hidden"], scored.values["missed"], scored.values["wrong"]) == (0, 1, 0)
    two = [{**span, "end": span["start"] + 4}, {**span, "start": span["start"] + 4}]
    assert judge(NAME, told, {"spans": two, "masked": ""}).values["hidden"] == 1
    calm = next(c for c in cases.values() if not c.expect["spans"])
    scored = judge(NAME, calm, {"spans": [{"start": 0, "end": 2, "type": "name"}], "masked": "⟦姓名1⟧"})
    assert (scored.values["untouched"], scored.values["wrong"]) == (0, 1)
    assert "is taken for name" in scored.why


def test_a_surname_with_a_title_may_be_hidden_or_not(place: Place) -> None:
    cases = cases_of(NAME, place)
    case = next(c for c in cases.values() if any(one.get("optional") for one in c.expect["spans"]))
    must = [one for one in case.expect["spans"] if not one.get("optional")]
    for spans in (must, case.expect["spans"]):
        values = judge(NAME, case, {"spans": spans, "masked": ""}).values
        assert (values["missed"], values["wrong"]) == (0, 0)


def test_marks_fit_their_texts(place: Place) -> None:
    from city.privacy import SPAN_TYPES

    cases = cases_of(NAME, place)
    assert len(cases) >= 150
    assert sum(not case.expect["spans"] for case in cases.values()) >= 60
    for case in cases.values():
        ends = 0
        for one in case.expect["spans"]:
            assert one["type"] in SPAN_TYPES
            assert ends <= one["start"] < one["end"] <= len(case.given["text"])
            ends = one["end"]
