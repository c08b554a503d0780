from __future__ import annotations

import pytest

from agents.triage.following import Wish, follows, numbers_in, stars, wish
from city.intake import Intake
from tests.conftest import TODAY, YUNLAN
from tools.workorders.number import number

ORDER = number("YL", TODAY, 17)


@pytest.fixture(scope="module")
def intake() -> Intake:
    return Intake.load(YUNLAN)


@pytest.mark.parametrize("form", [ORDER, ORDER.replace("-", ""), ORDER.lower(), ORDER.replace("-", " ")])
def test_a_number_is_read_however_it_is_written(form: str) -> None:
    assert numbers_in(f"查一下{form}办得怎么样") == ([ORDER], False)


def test_a_number_with_a_wrong_digit_is_known_to_be_wrong() -> None:
    assert numbers_in(ORDER.replace("000017", "000071")) == ([], True)
    assert numbers_in("电话0600-55012345，2026年11月20日") == ([], False)


@pytest.mark.parametrize("text", ["身份证110101199003071234", "身份证11010119900307123X", "卡号6222021234567890123"])
def test_a_card_is_no_order(text: str) -> None:
    assert numbers_in(text) == ([], False)


def test_a_number_that_lacks_its_end_is_wrong() -> None:
    assert numbers_in(ORDER.replace("-", "")[:-1]) == ([], True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我的工单怎么样了", Wish.PROGRESS),
        ("怎么还没人来，催一下", Wish.URGE),
        ("补充一下，昨天又停了", Wish.ADD),
        ("撤回工单", Wish.WITHDRAW),
        ("修好了，谢谢", Wish.SOLVED),
        ("说是解决了，其实没人来过", Wish.UNSOLVED),
        ("我不服，凭什么不受理", Wish.OBJECT),
        ("门口的路灯坏了", None),
    ],
)
def test_a_wish_is_read_from_plain_words(intake: Intake, text: str, wanted: Wish | None) -> None:
    assert wish(intake, text) is wanted


def test_a_long_story_or_a_stranger_follows_nothing(intake: Intake) -> None:
    assert follows(intake, "催一下", known=True)
    assert not follows(intake, "催一下", known=False)
    assert follows(intake, f"{ORDER}催一下", known=False)
    assert not follows(intake, "小区门口的路灯坏了半个月一直没人修，" * 4, known=True)


def test_a_rating_is_a_number_of_stars_or_points() -> None:
    assert [stars(text) for text in ("给5分", "三星吧", "4星", "满意")] == [5, None, 4, None]
