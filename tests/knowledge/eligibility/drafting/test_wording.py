from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from city.pack.problems import PackError
from knowledge.eligibility.drafting.wording import FILE, read_draft_words
from tests.knowledge.eligibility.drafting.making import YUNLAN, words


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("奖励对象和条件", "conditions"), ("补贴标准", "benefits"), ("申报时间和名额", "window"),
     ("申报材料", "materials"), ("叠加和排他", "limits"), ("办理程序", "apply"), ("附则", "rest"), ("总则", None)],
)  # fmt: skip
def test_a_heading_tells_what_stands_under_it(heading: str, kind: str | None) -> None:
    assert words().kind_of(heading) == kind


def test_a_pack_without_the_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"drafting\.yaml"):
        read_draft_words(tmp_path)


def test_a_file_without_words_for_conditions_is_refused(tmp_path: Path) -> None:
    raw = yaml.safe_load((YUNLAN / FILE).read_text("utf-8"))
    raw["sections"] = [one for one in raw["sections"] if one["kind"] != "conditions"]
    (tmp_path / "eligibility").mkdir()
    (tmp_path / FILE).write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    with pytest.raises(PackError, match="conditions"):
        read_draft_words(tmp_path)
