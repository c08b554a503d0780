from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from city.intake import FILE, Intake
from city.pack.problems import PackError
from tests.conftest import YUNLAN


@pytest.fixture(scope="module")
def intake() -> Intake:
    return Intake.load(YUNLAN)


@pytest.mark.parametrize("text", ["提交", "好的，提交吧。", "对的，没问题", "嗯，可以", "OK", "Yes, submit please"])
def test_a_short_yes_files(intake: Intake, text: str) -> None:
    assert intake.says("submit", text)


@pytest.mark.parametrize("text", ["提交的材料要几份", "不提交", "好的那家店还在放歌", "", "等等再提交"])
def test_a_sentence_that_holds_the_word_does_not(intake: Intake, text: str) -> None:
    assert not intake.says("submit", text)


def test_no_word_both_files_and_drops(intake: Intake) -> None:
    assert not any(intake.says("submit", word) for word in intake.cancel)
    assert not any(intake.says("cancel", word) for word in intake.submit)


def test_what_is_told_is_not_asked(intake: Intake) -> None:
    assert intake.tells("time", "昨晚十一点还在响")
    assert intake.tells("amount", "卡里还有四千块")
    assert not intake.tells("time", "楼道里堆了东西")


def test_a_reason_counts_only_where_the_city_says(intake: Intake) -> None:
    found = intake.sensitive("家里老人和孩子都冻着")
    assert {"elderly", "minor"} <= found
    assert intake.reasons(found, "030402")
    assert not intake.reasons(found, "140101")


def test_matters_of_offices_lie_nowhere(intake: Intake) -> None:
    assert intake.needs_place("090101")
    assert not intake.needs_place("120101")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("demandd", ["请"], "demandd"),
        ("stated", {"time": ["("]}, "regular expression"),
        ("submit", [], "at least one word"),
        ("cancel", "取消", "cancel"),
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path: Path, field: str, value: object, says: str) -> None:
    told = yaml.safe_load((YUNLAN / FILE).read_text("utf-8"))
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(yaml.safe_dump({**told, field: value}, allow_unicode=True), "utf-8")
    with pytest.raises(PackError, match=says):
        Intake.load(tmp_path)


def test_a_pack_without_the_file_is_told_so(tmp_path: Path) -> None:
    shutil.copy(YUNLAN / "city.yaml", tmp_path)
    with pytest.raises(PackError, match="is missing"):
        Intake.load(tmp_path)
