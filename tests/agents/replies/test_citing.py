from __future__ import annotations

import pytest

from agents.context import House
from agents.replies.citing import Cited, citations_in, standing
from tests.conftest import TODAY

NOISE = "云澜市环境噪声污染防治条例"


def test_titles_and_articles_are_read_once_each() -> None:
    text = f"依据《{NOISE}》第十四条、《{NOISE}》第十四条和《民法典》。"
    assert citations_in(text) == [Cited(NOISE, "第十四条"), Cited("民法典")]


@pytest.mark.parametrize("article", ["第十四条", "第14条", ""])
def test_what_is_in_force_is_found_however_its_number_is_written(house: House, article: str) -> None:
    found = standing(Cited(NOISE, article), house.library, TODAY)
    assert found.state == "in_force"
    assert bool(found.provision) == bool(article)


@pytest.mark.parametrize("cited", [Cited(NOISE, "第九百条"), Cited("从来没有的条例", "第一条")])
def test_what_is_not_there_is_unknown(house: House, cited: Cited) -> None:
    assert standing(cited, house.library, TODAY).state == "unknown"
