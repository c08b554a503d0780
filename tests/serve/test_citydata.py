"""Messages that the choice of tools learns from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from city.pack import CityPack, PackError, load_pack
from serve.citydata import check_messages, messages, other_messages
from tests.conftest import YUNLAN

TOOLS = {"parking.near": None}


@pytest.fixture
def pack(tmp_path: Path) -> CityPack:
    (tmp_path / "citydata/training").mkdir(parents=True)
    return replace(load_pack(YUNLAN), root=tmp_path)


def write(pack: CityPack, *lines: object) -> None:
    told = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    (pack.root / "citydata/training/parking.jsonl").write_text("\n".join(told), encoding="utf-8")


def test_messages_are_read_by_tool(pack: CityPack) -> None:
    write(pack, {"text": "哪里能停", "tool": "parking.near"}, "", {"text": "乱收费", "tool": "-"})
    assert messages(pack) == {"parking.near": ["哪里能停"], "-": ["乱收费"]}
    assert list(check_messages(pack, TOOLS)) == []


@pytest.mark.parametrize("line", ["{", {"text": "x"}, {"text": "", "tool": "-"}, {"text": "x", "tool": "-", "more": 1}])
def test_a_bad_line_is_named(pack: CityPack, line: object) -> None:
    write(pack, {"text": "哪里能停", "tool": "parking.near"}, line)
    with pytest.raises(PackError) as caught:
        messages(pack)
    [problem] = caught.value.problems
    assert (problem.file, problem.where) == ("citydata/training/parking.jsonl", "line 2")
    assert problem.remedy


def test_an_unknown_tool_and_a_message_of_two_are_found(pack: CityPack) -> None:
    write(pack, {"text": "甲", "tool": "parking.nearby"}, {"text": "乙", "tool": "-"}, {"text": "乙", "tool": "?"})
    assert [problem.where for problem in check_messages(pack, TOOLS)] == ["parking.nearby", "乙"]


def test_nothing_is_learnt_from_the_questions_that_test_it() -> None:
    pack = load_pack(YUNLAN)
    asked = {
        str(json.loads(line)["text"]).strip()
        for path in sorted(YUNLAN.glob("evaluation/tool_plans_*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    }
    assert len(asked) >= 250
    heard = messages(pack)
    learnt = {text.strip() for texts in (heard | other_messages(pack, heard)).values() for text in texts}
    assert asked & learnt == set()
