from __future__ import annotations

from pathlib import Path

import pytest

from city.pack import PackError
from serve.demo import read_script, run_demo
from serve.settings import Settings
from tests.city.pack.making import write
from tests.conftest import YUNLAN


def test_the_example_citys_talks_show_every_kind_of_reader() -> None:
    scenes = read_script(YUNLAN)
    assert {scene.role for scene in scenes} == {"citizen", "staff"}
    assert all(scene.shows and scene.says and all(said.strip() for said in scene.says) for scene in scenes)
    assert any(len(scene.says) > 1 for scene in scenes)
    assert len({scene.shows for scene in scenes}) == len(scenes)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (None, ""),
        ("- a: [", "line 2"),
        ({"shows": "x", "says": ["y"]}, ""),
        ([{"shows": "x"}], "[0].says"),
        ([{"shows": "x", "says": ["y"]}, {"shows": "x", "says": "y"}], "[1].says"),
        ([{"shows": "x", "says": ["y"], "role": "mayor"}], "[0].role"),
        ([{"shows": "x", "says": ["y"], "as_of": "gestern"}], "[0].as_of"),
        ([{"shows": "x", "says": []}], "[0].says"),
    ],
)
def test_a_bad_script_is_told_with_file_place_and_remedy(tmp_path: Path, content: object, place: str) -> None:
    if content is not None:
        write(tmp_path / "demo/questions.yaml", content)
    with pytest.raises(PackError) as caught:
        read_script(tmp_path)
    (problem,) = caught.value.problems
    assert problem.file == "demo/questions.yaml"
    assert problem.where.startswith(place)
    assert problem.remedy


async def test_a_demo_builds_asks_and_shows(small: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    scenes = [
        {"shows": "停车 [b]", "says": ["道路停车几分钟不收费", "那2021年呢？"]},
        {"shows": "紧急", "says": ["我家厨房着火了，烟很大"]},
        {"shows": "方括号", "says": ["你好[/bold][1]"]},
    ]
    write(small.city / "demo/questions.yaml", scenes)
    await run_demo(small)
    out, err = capsys.readouterr()
    assert "4 documents, 7 provisions" in out
    assert (
        out.index("1. 停车") < out.index("十五分钟") < out.index("三十分钟") < out.index("2. 紧急") < out.index("119")
    )
    assert "停车 [b]" in out
    assert "你好[/bold][1]" in out
    assert err == ""
    await run_demo(small)  # talks of one demo do not leak into the next
    again, _ = capsys.readouterr()
    assert again.index("十五分钟") < again.index("三十分钟")
