from __future__ import annotations

import pytest

from serve.training.masking import cleaned, doubtful
from tools.workorders.model import Party

CALLER = (Party(role="caller", name="赵小明", phone="13800001234", address="幸福里三单元"),)


def test_values_become_tokens_the_same_in_every_text() -> None:
    clean = cleaned(("我叫赵小明，电话13800001234，路灯不亮", "电话13800001234"), CALLER, ())
    assert clean is not None
    assert clean.texts == ("我叫⟦姓名1⟧，电话⟦手机1⟧，路灯不亮", "电话⟦手机1⟧")
    assert clean.replaced == {"mobile": 2, "name": 1}


@pytest.mark.parametrize(
    "text",
    [
        "小明没在家，赵小明昨天就报过",  # a name without a word beside it that says so
        "打138 0000 1234 也行",
        "号码 0 1 3 8 0 0 0 0 1 2 3 4",
        "加我微信说",
        "给 zhao 发 abc @ 邮箱",
        "就在幸福里三单元门口",
    ],
)
def test_where_masking_is_unsure_there_is_nothing(text: str) -> None:
    clean = cleaned((text,), CALLER, ())
    assert clean is None or not any(said in clean.texts[0] for said in ("赵小明", "1234", "幸福里三单元"))


def test_a_name_that_only_the_record_knows_is_enough_to_leave_it_out() -> None:
    assert cleaned(("赵小明家漏水",), CALLER, ()) is None
    assert cleaned(("隔壁家漏水",), CALLER, ()) is not None


def test_numbers_of_a_matter_are_no_doubt() -> None:
    assert not doubtful("12路公交，3栋，2026年11月2日，罚款1200元，⟦手机1⟧")
    assert doubtful("编号 8000123456")
