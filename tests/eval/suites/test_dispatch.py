from __future__ import annotations

from agents.dispatch.dispatcher import Dispatcher
from city.gazetteer import Gazetteer
from eval.place import Place
from eval.suites.dispatch.suite import Subject, urgent_items
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "dispatch"


async def test_a_petition_goes_to_its_unit(place: Place, dispatcher: Dispatcher) -> None:
    subject = Subject(dispatcher, Gazetteer.of(place.pack), place.day)
    found = await put(NAME, subject, cases_of(NAME, place)["dp-001"])
    assert (found.values["right"], found.values["strict"], found.values["sent"]) == (1, 1, "right")
    assert 0 < found.values["confidence"] <= 1
    assert found.scored.why == ""


def test_what_a_wrong_unit_costs_depends_on_where_it_is(place: Place) -> None:
    case = cases_of(NAME, place)["dp-001"]
    right, district = case.expect["unit"], case.expect["district"]
    said = {"duty_item": "", "category": "", "confidence": 0.5, "place_open": False}
    told = {
        "other_district": {**said, "lead": "cangpu_urban_mgmt", "units": [right], "district": "cangpu"},
        "among_three": {**said, "lead": "housing", "units": ["housing", right], "district": ""},
        "elsewhere": {**said, "lead": "housing", "units": ["housing"], "district": district},
        "nobody": {**said, "lead": "", "units": [], "district": ""},
    }
    for sent, one in told.items():
        scored = judge(NAME, case, one)
        assert (scored.values["sent"], scored.values["right"]) == (sent, 0)
        assert right in scored.why
    assert judge(NAME, case, told["among_three"]).values["among_three"] == 1
    assert judge(NAME, case, told["elsewhere"]).values["among_three"] == 0


def test_a_unit_that_may_lead_as_well_is_right_but_not_strictly(place: Place) -> None:
    case = next(case for case in cases_of(NAME, place).values() if case.expect["also"])
    said = {"lead": case.expect["also"][0], "units": [], "duty_item": "", "category": "", "confidence": 1.0}
    scored = judge(NAME, case, {**said, "district": "", "place_open": False})
    assert (scored.values["right"], scored.values["strict"]) == (1, 0)


def test_matters_of_the_urgent_clock_are_urgent(place: Place) -> None:
    items = urgent_items(place.pack)
    assert "pp-wall" in items
    assert "nz-site-night" not in items
