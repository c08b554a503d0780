from __future__ import annotations

from tests.serve.desk.conftest import Enter, Served
from tests.serve.desk.visiting import fields_of, soup
from tools.petitions.warnings import Rule, Warnings

RULE = Rule(id="lamp", words=("不亮",), acknowledge_minutes=60, level="urgent")


def test_a_warning_waits_for_somebody_and_stays_taken(served: Served, enter: Enter) -> None:
    matters = served.orders.matters
    matters._warnings = Warnings([RULE])
    served.screened("a")
    desk = enter("dispatcher")
    page = desk.http.get("/desk/topics")
    assert "未诉先办预警" in page.text
    form = soup(page).select_one("form[action='/desk/warnings']")
    assert form is not None
    assert len(matters.warnings()) == 1
    assert desk.http.post("/desk/warnings", data=fields_of(form)).status_code == 303
    again = enter("supervisor").http.get("/desk/topics")
    assert "已认领" in again.text
    assert "我来跟进" not in again.text
    kept = served.store.notices()
    assert [(one["rule"], bool(one["acknowledged_at"])) for one in kept] == [("lamp", True)]


def test_the_same_caller_again_is_said_to_the_clerk(served: Served, enter: Enter) -> None:
    first = served.screened("a")
    served.clock.on(hours=2)
    second = served.screened("b")
    page = enter("dispatcher").order(second.number)
    assert first.number in page.text
    assert "由您判断" in page.text or "同一件事" in page.text
