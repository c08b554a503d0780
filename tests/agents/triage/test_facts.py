from __future__ import annotations

import pytest

from agents.context import House
from agents.dispatch.suggestion import Suggestion
from agents.triage.draft import MOST_QUESTIONS, Petition, Spot
from agents.triage.facts import (
    chosen,
    completeness,
    gaps,
    is_bare_place,
    missing,
    moved,
    next_question,
    own_phone,
    phone_in,
    spot_of,
    whereabouts,
)
from city.intake import Intake
from city.privacy import mask
from tests.conftest import YUNLAN
from tools.workorders.leaves import Leaf
from tools.workorders.model import Kind

NIGHT = Leaf(code="090101", definition="夜间施工", questions=("place", "time", "object", "photo"), examples=("吵",))


@pytest.fixture(scope="module")
def intake() -> Intake:
    return Intake.load(YUNLAN)


def petition(*said: str, **changes: object) -> Petition:
    sure = Suggestion(category="090101", category_confidence=0.9, confidence=0.9)
    return Petition.model_validate(
        {"id": "1", "kind": Kind.HELP, "said": list(said), "suggestion": sure.model_dump(mode="json"), **changes}
    )


def test_only_public_names_go_into_a_place(house: House) -> None:
    spot = spot_of(house.gazetteer, "沧浦区解放新村3栋501室")
    assert (spot.text, spot.district) == ("解放新村", "cangpu")


@pytest.mark.parametrize("answer", ["沧浦区", "是沧浦的那个", "1"])
def test_a_torn_place_is_settled_by_name_or_number(house: House, answer: str) -> None:
    torn = spot_of(house.gazetteer, "阳光花园")
    assert torn.choices == ["cangpu", "yuncheng"]
    settled = chosen(house.gazetteer, house.pack, torn, answer)
    assert settled is not None
    assert (settled.district, settled.street, settled.choices) == ("cangpu", "cangpu_cangpu", [])


@pytest.mark.parametrize("answer", ["不知道", "3", "云城区和沧浦区都有"])
def test_what_settles_nothing_leaves_it_torn(house: House, answer: str) -> None:
    assert chosen(house.gazetteer, house.pack, spot_of(house.gazetteer, "阳光花园"), answer) is None


def test_what_is_told_is_not_missing(intake: Intake) -> None:
    bare = petition("工地很吵")
    assert missing(bare, intake, NIGHT) == ["place", "time", "contact"]
    told = petition("昨晚十一点多解放新村旁边的工地很吵", spot=Spot(text="解放新村", district="cangpu").model_dump())
    assert missing(told, intake, NIGHT) == ["contact"]


def test_an_unsure_category_asks_for_nothing_of_its_own(intake: Intake) -> None:
    unsure = Suggestion(category="120101", category_confidence=0.2, confidence=0.2)
    doubtful = petition("有件事", suggestion=unsure.model_dump(mode="json"))
    assert doubtful.category == ""
    assert missing(doubtful, intake, None) == ["place", "contact"]


def test_one_of_at_most_three_questions_is_kept_for_the_contact(intake: Intake) -> None:
    bare = petition("有点吵")
    asked: list[str] = []
    while fact := next_question(bare, intake, NIGHT):
        asked.append(fact)
        bare = bare.model_copy(update={"asked": asked})
    assert asked[-1] == "contact"
    assert len(asked) <= MOST_QUESTIONS
    assert gaps(bare, intake, NIGHT)


def test_who_wants_no_call_leaves_no_gap(intake: Intake) -> None:
    assert "contact" not in gaps(petition("吵", anonymous=True), intake, NIGHT)


def test_a_phone_is_known_by_its_token() -> None:
    masked = mask("我叫王小明，电话13900001234")
    assert phone_in(masked.vault, masked.text) == "⟦手机1⟧"
    assert phone_in(masked.vault, "没有") == ""


def test_a_stored_place_is_read_by_dispatch() -> None:
    assert whereabouts(Spot(text="x")).district == ""
    found = whereabouts(Spot(text="x", district="cangpu", street="cangpu_cangpu"))
    assert (found.district, found.street) == ("cangpu", "cangpu_cangpu")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("我电话13800000001，路灯坏了", True),
        ("路灯坏了，电话13800000001", True),
        ("老板跑了。我叫李梅，电话13800000001", True),
        ("请联系我13800000001", True),
        ("13800000001，路灯坏了", True),
        ("my phone is 13800000001", True),
        ("他的电话13800000001", False),
        ("中介老板叫张三，电话13800000001", False),
        ("我给老板打电话13800000001没人接", False),
    ],
)
def test_only_a_number_given_as_ones_own_is_taken_unasked(intake: Intake, text: str, own: bool) -> None:
    masked = mask(text)
    assert bool(own_phone(masked.vault, intake, masked.text)) is own


def test_a_district_moves_a_name_that_lies_there_too(house: House) -> None:
    here = spot_of(house.gazetteer, "沧浦区阳光花园")
    there = moved(house.gazetteer, here, "云城区的")
    assert (there.text, there.district) == ("阳光花园", "yuncheng")
    assert moved(house.gazetteer, here, "澜东新区").district == "landong"


def test_a_bare_place_is_little_more_than_its_name(house: House) -> None:
    assert is_bare_place(house.gazetteer, "云城区的")
    assert not is_bare_place(house.gazetteer, "云城区的路灯也坏了")


def test_without_a_story_only_the_matter_is_missing(intake: Intake) -> None:
    assert missing(petition(), intake, NIGHT) == ["matter"]


def test_completeness_counts_what_is_told(intake: Intake) -> None:
    assert completeness(petition("吵"), intake) == 1
    full = petition(
        "昨晚十一点多解放新村旁边的工地又打桩，连着三天了，找过物业",
        spot=Spot(text="解放新村", district="cangpu").model_dump(),
        demand="希望停工",
        contact="⟦手机1⟧",
    )
    assert completeness(full, intake) == 8
