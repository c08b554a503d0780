from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from city.pack.problems import PackError
from tests.conftest import YUNLAN
from tools.workorders.leaves import FOLDER, load_leaves
from tools.workorders.scheme import CATEGORIES, DEADLINES, load_scheme

TREE = {
    "scheme": "x",
    "classes": [
        {
            "code": "01",
            "name": "路",
            "children": [
                {
                    "code": "0101",
                    "name": "灯",
                    "children": [{"code": "010101", "name": "灭"}, {"code": "010102", "name": "闪"}],
                }
            ],
        },
    ],
}
CLOCKS = {"id": "x", "version": "1", "source": "-", "classes": {"default": {"handle": "5wd"}}, "real_time": []}


def leaf(code: str, **differs: Any) -> dict[str, Any]:
    return {"code": code, "definition": "路灯", "examples": ["{place}的灯不亮"], **differs}


def pack(root: Path, *leaves: Any, name: str = "01.yaml") -> Path:
    for file, data in ((CATEGORIES, TREE), (DEADLINES, CLOCKS), (f"{FOLDER}/{name}", list(leaves))):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return root


def test_leaves_are_read_by_code_with_their_neighbours(tmp_path: Path) -> None:
    found = load_leaves(pack(tmp_path, leaf("010101", excludes=["闪 → 010102", "别的"]), leaf("010102")))
    assert list(found) == ["010101", "010102"]
    assert found["010101"].neighbours == ("010102",)


def test_a_pack_without_leaves_has_none(tmp_path: Path) -> None:
    assert load_leaves(tmp_path) == {}


@pytest.mark.parametrize(
    ("leaves", "name", "said"),
    [
        ([leaf("010101")], "01.yaml", "010102: is missing"),
        ([leaf("010101"), leaf("010102"), leaf("010102")], "01.yaml", "described twice"),
        ([leaf("010101"), leaf("010102"), leaf("020101")], "01.yaml", "no leaf of the class 01"),
        ([leaf("010101", excludes=["x → 990101"]), leaf("010102")], "01.yaml", "990101, which the tree does not hold"),
        ([leaf("010101", examples=["{name}的灯"]), leaf("010102")], "01.yaml", "'name'"),
        ([leaf("010101", examples=["{place的灯"]), leaf("010102")], "01.yaml", "brace"),
        ([leaf("010101", examples=[]), leaf("010102")], "01.yaml", "examples"),
        ([leaf("010101", questions=["colour"]), leaf("010102")], "01.yaml", "questions"),
        ([leaf("010101")], "lights.yaml", "'lights' is no top class"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, leaves: list[Any], name: str, said: str) -> None:
    with pytest.raises(PackError) as raised:
        load_leaves(pack(tmp_path, *leaves, name=name))
    assert said in "\n".join(map(str, raised.value.problems))


def test_the_example_citys_leaves_load() -> None:
    found = load_leaves(YUNLAN)
    if not found:
        pytest.skip("the example city describes no leaves yet")
    known = {category.code for _, _, category in load_scheme(YUNLAN).categories.paths()}
    assert found.keys() <= known
