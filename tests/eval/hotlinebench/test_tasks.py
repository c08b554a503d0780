"""Tasks are read from YAML, and what is wrong in one is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from city.errors import BadInput
from eval.hotlinebench.tasks import FOLDER, Task, either, read, read_all
from tests.conftest import ROOT, YUNLAN
from tests.eval.hotlinebench.making import SITE


def write(folder: Path, name: str, *tasks: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(yaml.safe_dump(list(tasks), allow_unicode=True), encoding="utf-8")
    return folder / name


def test_the_citys_tasks_cover_every_specialist() -> None:
    tasks = read_all(YUNLAN)
    assert {task.specialist for task in tasks} == {
        "petition", "orders", "policy", "planning", "regulation", "service", "citydata", "smalltalk", "human",
        "outside", "emergency", "crisis",
    }  # fmt: skip
    assert all(len(task.opening) > 1 for task in tasks)


def test_the_guides_example_is_a_task() -> None:
    text = (ROOT / "eval/hotlinebench/WRITING.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    assert [Task.model_validate(row).id for row in yaml.safe_load(found[1])] == ["lamp-doorway"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"opening": []}, "opening"),
        ({"mood": "calm"}, "mood"),
        ({"expect": {"turns": {"later": {}}}}, "names 'later'"),
        ({"then": [{"name": "a"}, {"name": "a"}]}, "same name"),
        ({"confirm": []}, "confirm is empty"),
        ({"at": "20. November"}, "at"),
        ({"then": [{"name": "a", "after": "two days"}]}, "then.0.after"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changed: dict[str, object], told: str) -> None:
    path = write(tmp_path, "a.yaml", {**SITE, **changed})
    with pytest.raises(BadInput, match=re.escape(told)) as caught:
        read(path)
    assert "task site" in str(caught.value)


def test_a_time_that_yaml_reads_as_one_is_the_same_moment(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump([SITE], allow_unicode=True) + "  at: 2026-11-20 09:30:00\n", encoding="utf-8")
    assert read(path)[0].at == "2026-11-20 09:30:00"


def test_ids_are_unique_and_files_lie_where_they_belong(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    write(folder / "petition", "a.yaml", SITE)
    write(folder / "petition", "b.yaml", SITE)
    with pytest.raises(BadInput, match="is also in"):
        read_all(tmp_path)
    (folder / "petition/b.yaml").unlink()
    write(folder / "orders", "c.yaml", {**SITE, "id": "other"})
    with pytest.raises(BadInput, match="put it into that folder"):
        read_all(tmp_path)


def test_no_yaml_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- [", encoding="utf-8")
    with pytest.raises(BadInput, match="correct it"):
        read(tmp_path / "a.yaml")


def test_alternatives() -> None:
    assert either("15分钟 | 十五分钟") == ["15分钟", "十五分钟"]
