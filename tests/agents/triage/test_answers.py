from __future__ import annotations

import json

import pytest

from agents.context import House
from agents.triage.answers import is_bare_answer, is_thanks
from agents.triage.following import names_order
from tests.conftest import YUNLAN


@pytest.mark.parametrize("text", [
    "⟦手机1⟧", "我姓⟦姓名1⟧，手机⟦手机2⟧", "那个我不清楚", "就她两个人", "大概前天晚上",
    "解放新村", "不留，谢谢",
])  # fmt: skip
def test_what_holds_nothing_but_an_answer_is_one(filing_house: House, text: str) -> None:
    orders = filing_house.orders
    assert orders is not None
    assert is_bare_answer(orders.intake, filing_house.gazetteer, text)


@pytest.mark.parametrize("text", ["两个人掉下去了", "不清楚，他不动了", "⟦手机1⟧，快来人", "我不要了，都不要了"])
def test_what_tells_more_is_none(filing_house: House, text: str) -> None:
    orders = filing_house.orders
    assert orders is not None
    assert not is_bare_answer(orders.intake, filing_house.gazetteer, text)


def test_no_known_emergency_looks_like_an_answer_or_asks_about_an_order(filing_house: House) -> None:
    orders = filing_house.orders
    assert orders is not None
    files = sorted((YUNLAN / "evaluation").glob("emergency_*.jsonl"))
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    told = [row["text"] for row in rows if row.get("text")]
    assert len(told) > 200
    for text in told:
        assert not is_bare_answer(orders.intake, filing_house.gazetteer, text), text
        assert not names_order(orders.intake, text), text


@pytest.mark.parametrize(("text", "wanted"), [
    ("多谢您了", True), ("好的，多谢，再见", True), ("行，辛苦你们", True), ("好的", False), ("提交，谢谢", False),
    ("谢谢，可是路灯还没亮", False), ("感谢你们修好了水管", False),
])  # fmt: skip
def test_thanks_alone_are_thanks(filing_house: House, text: str, wanted: bool) -> None:
    orders = filing_house.orders
    assert orders is not None
    assert is_thanks(orders.intake, text) is wanted
