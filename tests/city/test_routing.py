from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from city.pack import PackError
from city.routing import any_match, load_routing
from tests.city.pack.making import write
from tests.conftest import YUNLAN

ROUTING: dict[str, Any] = {
    "specialists": {"service": ["材料|怎么办"]},
    "sections": {"materials": ["带什么"]},
    "older_version": ["以前"],
    "asks_when": ["几号"],
    "undecided": ["另行(通知|公布)"],
}


def test_cues_are_read(tmp_path: Path) -> None:
    write(tmp_path / "routing.yaml", ROUTING)
    routing = load_routing(tmp_path)
    assert any_match(routing.specialists["service"], "居住证怎么办")
    assert not any_match(routing.undecided, "另行研究")
    assert not any_match([], "什么")


@pytest.mark.parametrize(
    ("changed", "place", "said"),
    [
        ({"undecided": ["另行(通知"]}, "undecided", "'另行(通知' is not a regular expression"),
        ({"specialists": {"service": ["*"]}}, "specialists", "'*' is not a regular expression"),
        ({"sections": {"materials": ["[a"]}}, "sections", "'[a' is not a regular expression"),
        ({"asks_when": ["(?P<a>x)(?P<a>y)"]}, "asks_when", "not a regular expression"),
        ({"specialists": {"service": "材料"}}, "specialists.service", "valid list"),
        ({"older_version": ["ok", 3]}, "older_version[1]", "valid string"),
        ({"asks_when": [""]}, "asks_when", "every text"),
        ({"undecided": ["通知|"]}, "undecided", "every text"),
        ({"colour": ["x"]}, "colour", "not permitted"),
    ],
)
def test_a_fault_names_file_place_and_remedy(tmp_path: Path, changed: dict[str, Any], place: str, said: str) -> None:
    write(tmp_path / "routing.yaml", {**ROUTING, **changed})
    with pytest.raises(PackError) as caught:
        load_routing(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.where) == ("routing.yaml", place)
    assert said in problem.message
    assert problem.remedy


@pytest.mark.parametrize("missing", sorted(ROUTING))
def test_every_part_is_needed(tmp_path: Path, missing: str) -> None:
    write(tmp_path / "routing.yaml", {k: v for k, v in ROUTING.items() if k != missing})
    with pytest.raises(PackError, match=rf"routing\.yaml: {missing}: .* → add this field"):
        load_routing(tmp_path)


@pytest.mark.parametrize("content", [None, "", "- a\n", "just words", "a: ["])
def test_no_mapping_is_a_problem_of_the_file(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        write(tmp_path / "routing.yaml", content)
    with pytest.raises(PackError) as caught:
        load_routing(tmp_path)
    assert [p.file for p in caught.value.problems] == ["routing.yaml"]
    assert caught.value.problems[0].remedy


def test_the_example_citys_cues_match_what_they_say() -> None:
    routing = load_routing(YUNLAN)
    assert any_match(routing.specialists["planning"], "这块地容积率多少")
    assert any_match(routing.older_version, "旧条例还有效吗")
    assert any_match(routing.undecided, "开工时间另行公布")
    assert any_match(routing.sections["materials"], "要带什么")
