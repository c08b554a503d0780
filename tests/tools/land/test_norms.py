from __future__ import annotations

from datetime import date

import pytest

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tests.tools.land.conftest import TODAY, Town
from tools.land import norms
from tools.land.asking import register
from tools.land.book import Book
from tools.land.register import Version
from tools.land.settings import FILE, Norms


@pytest.fixture(scope="module")
def known() -> Norms:
    return read_record(YUNLAN, FILE, Norms)


def version(town: Town, number: str, day: date = TODAY) -> Version:
    found = register(town.data()).on(number, day)
    assert found is not None
    return found


def test_set_backs_by_the_width_of_the_road(town: Town, book: Book, known: Norms) -> None:
    # yl-cp-huizhan-2025 #15: 会展大道 50 m; yl-techrules-2025 #28: 10, 15, 20 m
    (found,) = norms.setbacks(version(town, "HZ-07"), book, known, TODAY)
    assert (found.road, found.width) == ("会展大道", 50)
    assert [(step.above, step.below, step.metres) for step in found.steps] == [
        (None, 24, 10),
        (24, 60, 15),
        (60, None, 20),
    ]
    assert found.clause is not None
    assert (found.clause.document, found.clause.article) == ("yl-techrules-2025", "28")
    # yl-cp-yuwan-2026 #16: 渔湾路 30 m
    (other,) = norms.setbacks(version(town, "YW-03"), book, known, TODAY)
    assert [step.metres for step in other.steps] == [8, 12, 15]


def test_a_road_whose_width_no_text_has(town: Town, book: Book, known: Norms) -> None:
    (found,) = norms.setbacks(version(town, "GL-14"), book, known, TODAY)
    assert (found.road, found.width, found.steps, found.clause) == ("鼓楼街", None, (), None)


@pytest.mark.parametrize(
    ("number", "day", "rates"),
    [
        # yl-techrules-2025 #46, zone 2; 2018 #42
        ("HZ-07", TODAY, [1.2, 1.3, 1.8, 0.5]),
        ("HZ-07", date(2025, 3, 1), [0.8, 1.0, 1.5, 0.8]),
        ("HZ-03", TODAY, [1.0]),
        # the row of HZ-12 sets 1.5 (2021: 1.0) itself; then the table's hospital
        ("HZ-12", TODAY, [1.5, 1.5]),
        ("HZ-12", date(2025, 3, 1), [1.0, 1.0]),
        ("HZ-22", TODAY, [0.5, 0.5]),
        ("HZ-17", TODAY, []),
    ],
)
def test_parking(town: Town, book: Book, known: Norms, number: str, day: date, rates: list[float]) -> None:
    found = list(norms.parking(version(town, number, day), book, known, day))
    assert [one.rate for one in found] == rates
    assert all(one.unit.startswith("个/") for one in found)


def test_other_articles_once_each(town: Town, book: Book, known: Norms) -> None:
    found = list(norms.others(version(town, "HZ-07"), book, known, TODAY))
    assert [one.article for one in found] == ["15", "18", "17", "12", "19", "21"]
    assert found[1].quotes == ("沿江第一排建筑限高60米", "面宽24米以上部分不大于45米", "江湾路以南不得新建住宅")
    assert {one.title for one in found} == {"澜东新区会展片区控制性详细规划"}
    core = list(norms.others(version(town, "GL-02"), book, known, TODAY))
    assert [(one.document, one.article) for one in core] == [
        ("yl-cp-gulou-2024", "4"),
        ("yl-techrules-2025", "38"),
        ("yl-historic-2019", "10"),
        ("yl-heritageplan-2022", "s2"),
    ]


def test_codes_are_of_kinds(known: Norms) -> None:
    assert known.is_kind("R2/B1", "homes")
    assert known.is_kind("R2/B1", "trade")
    assert not known.is_kind("R22", "homes")
    codes = [code for kind in known.kinds.values() for code in kind]
    assert len(codes) == len(set(codes))


def test_every_document_of_the_book_has_a_title(book: Book, known: Norms) -> None:
    assert book.documents.keys() <= known.titles.keys()
