from __future__ import annotations

from pathlib import Path

import pytest

from agents.engines.tasks import ALL
from city.errors import BadInput, NotFound
from prompts.loader import FOLDER, load_prompt

GOOD = "---\nid: t\nversion: 3\n---\n# system\n你好。\n# user\n请看：{given}\n"


def test_a_prompt_is_read_with_its_version(tmp_path: Path) -> None:
    (tmp_path / "t.md").write_text("\ufeff" + GOOD.replace("\n", "\r\n"), encoding="utf-8")
    prompt = load_prompt("t", tmp_path)
    assert (prompt.id, prompt.version, prompt.system, prompt.user) == ("t", 3, "你好。", "请看：{given}")


def test_only_the_given_placeholder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "t.md").write_text(GOOD.replace("你好。", '写成{"a": 1}和{given}。'), encoding="utf-8")
    system, user = load_prompt("t", tmp_path).messages('{"x": "{given}"}')
    assert system == {"role": "system", "content": '写成{"a": 1}和{given}。'}
    assert user == {"role": "user", "content": '请看：{"x": "{given}"}'}


def test_a_missing_prompt_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"'gone'.*gone\.md"):
        load_prompt("gone", tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "front matter"),
        (b"# system\nx\n# user\n{given}\n", "front matter"),
        (b"---\nid: t\nversion: 1\n# user\n{given}\n", "front matter"),
        (b"---\nid: [\n---\n# system\nx\n# user\n{given}\n", "YAML"),
        (b"---\n- id\n---\n# system\nx\n# user\n{given}\n", "id"),
        (b"---\nid: t\nversion: one\n---\n# system\nx\n# user\n{given}\n", "version"),
        (b"---\nid: t\nversion: 1\nmodel: m\n---\n# system\nx\n# user\n{given}\n", "model"),
        (b"---\nid: t\nversion: 1\n---\n# user\n{given}\n", "system"),
        (b"---\nid: t\nversion: 1\n---\n# system\nx\n", "user"),
        (b"---\nid: other\nversion: 1\n---\n# system\nx\n# user\n{given}\n", "the id must be 't'"),
        (b"---\nid: t\nversion: 1\n---\n# system\n{given}\n# user\nx\n", "needs {given}"),
        ("---\nid: t\nversion: 1\n---\n# system\n你\n# user\n{given}\n".encode("gb18030"), "UTF-8"),
    ],
)
def test_a_malformed_prompt_names_its_file_and_fault(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "t.md").write_bytes(content)
    with pytest.raises(BadInput, match=r"prompts/tasks/t\.md") as caught:
        load_prompt("t", tmp_path)
    assert said in str(caught.value)


def test_every_task_has_its_prompt_and_every_prompt_its_task() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {task.name for task in ALL}
    for task in ALL:
        prompt = load_prompt(task.name)
        assert prompt.id == task.name
        assert prompt.user.count("{given}") == 1


def test_prompts_forbid_following_what_citizens_write() -> None:
    for task in ALL:
        assert "指令" in load_prompt(task.name).system
