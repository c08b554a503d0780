"""What holds for every suite, whoever wrote it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from city.errors import BadInput, NotFound
from eval.metrics import HOW
from eval.suite import Case, SuiteConfig, find, names
from tests.conftest import ROOT, YUNLAN

SUITES = ROOT / "eval" / "suites"
ALL = names()
MOST_LINES = 400


def test_every_folder_is_a_suite() -> None:
    folders = {path.name for path in SUITES.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(ALL)
    assert {"gate", "answers", "dispatch", "tool_plans", "policy_matching", "time_and_level"} <= folders


@pytest.mark.parametrize("name", ALL)
def test_its_config_is_valid_and_its_figures_can_be_made(name: str) -> None:
    config = find(name).config
    assert any("\u4e00" <= char <= "\u9fff" for char in config.title)
    assert config.about.endswith(".")
    assert any(spec.guard for spec in config.figures.values())
    for figure, spec in config.figures.items():
        assert spec.how in HOW, (figure, spec.how)
        HOW[spec.how].check(spec.of, spec.options)
        assert not (spec.guard and spec.timed), figure


@pytest.mark.parametrize("name", ALL)
def test_its_files_are_there(name: str) -> None:
    found = find(name)
    assert [path for path in found.config.data if not (YUNLAN / path).exists()] == []
    assert [path for path in found.config.own if not (found.folder / path).exists()] == []
    assert not (found.config.small and found.config.shared), "the small set needs nothing beside the project"


@pytest.mark.parametrize("name", ALL)
def test_it_imports_no_other_suite_and_its_files_are_short(name: str) -> None:
    for path in (SUITES / name).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") < MOST_LINES, path
        tree = ast.parse(text)
        imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
        others = {module for module in imported if module.startswith("eval.suites.")}
        assert {module for module in others if module.split(".")[2] != name} == set(), path


@pytest.mark.parametrize("name", ALL)
def test_it_says_in_one_line_what_it_asks(name: str) -> None:
    docstring = ast.get_docstring(ast.parse((SUITES / name / "__init__.py").read_text(encoding="utf-8")))
    assert docstring
    assert "\n" not in docstring


def test_a_name_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="answers, "):
        find("nothing_like_it")


def test_a_config_that_is_wrong_names_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Is it broken?"""\n', encoding="utf-8")
    (folder / "suite.yaml").write_text("title: 坏\nabout: Nothing.\nfigures: {x: {title: 甲}}\n", encoding="utf-8")
    monkeypatch.setattr("eval.suite._FOLDER", tmp_path)
    find.cache_clear()
    try:
        with pytest.raises(BadInput, match=r"suite\.yaml: figures\.x\.of"):
            find("broken")
    finally:
        find.cache_clear()


def test_cases_and_configs_refuse_fields_that_there_are_not() -> None:
    with pytest.raises(ValueError, match="extra"):
        Case.model_validate({"id": "a", "given": {}, "expected": {}})
    with pytest.raises(ValueError, match="extra"):
        SuiteConfig.model_validate({"title": "甲", "about": "x", "figures": {}, "sliced": []})
