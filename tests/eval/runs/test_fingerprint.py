"""What changes a hash asks again, what does not is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from city.fingerprint import of_files, of_pack
from eval.runs.fingerprint import of_code

SUITE = '''"""A suite."""
from agents.desk import ask


class Toy:
    async def run(self, subject, case, trial):
        from tools.late import late
        return ask(case) + late()

    def score(self, case, said):
        from eval.metrics.texts import f1
        return f1(said)
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in {
        "eval/__init__.py": "",
        "eval/suites/__init__.py": "",
        "eval/suites/toy/__init__.py": "",
        "eval/suites/toy/suite.py": SUITE,
        "eval/metrics/__init__.py": "",
        "eval/metrics/texts.py": "def f1(said): return 1",
        "agents/__init__.py": "",
        "agents/desk.py": "from city.words import WORDS\ndef ask(case): return WORDS",
        "agents/other.py": "OTHER = 1",
        "city/__init__.py": "",
        "city/words.py": "WORDS = 1",
        "city/words.yaml": "a: 1",
        "tools/__init__.py": "",
        "tools/late.py": "def late(): return 1",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def _hash(tree: Path) -> str:
    """As a new process would see it."""
    from eval.runs import fingerprint

    for kept in (fingerprint._module, fingerprint._plain, fingerprint._imports):
        kept.cache_clear()
    return of_code("eval.suites.toy.suite", tree)


@pytest.mark.parametrize(
    "name", ["agents/desk.py", "city/words.py", "city/words.yaml", "tools/late.py", "agents/__init__.py"]
)
def test_what_a_suite_runs_changes_its_hash(tree: Path, name: str) -> None:
    before = _hash(tree)
    path = tree / name
    path.write_text(path.read_text(encoding="utf-8") + "\n# more", encoding="utf-8")
    assert _hash(tree) != before


@pytest.mark.parametrize("name", ["agents/other.py", "eval/metrics/texts.py"])
def test_what_it_does_not_run_or_only_judges_with_does_not(tree: Path, name: str) -> None:
    before = _hash(tree)
    path = tree / name
    path.write_text(path.read_text(encoding="utf-8") + "\n# more", encoding="utf-8")
    assert _hash(tree) == before


def test_a_better_judge_asks_nothing_again_and_another_run_does(tree: Path) -> None:
    before, path = _hash(tree), tree / "eval/suites/toy/suite.py"
    path.write_text(SUITE.replace("return f1(said)", "return f1(said) * 2"), encoding="utf-8")
    assert _hash(tree) == before
    asked = "\n    async def judge(self, judge, case, said):\n        return await judge.answer(said)\n"
    path.write_text(SUITE + asked, encoding="utf-8")
    assert _hash(tree) == before
    path.write_text(SUITE.replace("ask(case) + late()", "ask(case)"), encoding="utf-8")
    assert _hash(tree) != before


def test_a_packs_test_data_are_not_part_of_the_system(tmp_path: Path) -> None:
    for name in ("city.yaml", "evaluation/cases.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a", encoding="utf-8")
    before = of_pack(tmp_path)
    (tmp_path / "evaluation/cases.jsonl").write_text("b", encoding="utf-8")
    assert of_pack(tmp_path) == before
    (tmp_path / "city.yaml").write_text("b", encoding="utf-8")
    assert of_pack(tmp_path) != before


def test_names_and_contents_both_count(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("12", encoding="utf-8")
    (tmp_path / "b").write_text("3", encoding="utf-8")
    before = of_files([tmp_path], tmp_path)
    (tmp_path / "a").write_text("1", encoding="utf-8")
    (tmp_path / "b").write_text("23", encoding="utf-8")
    assert of_files([tmp_path], tmp_path) != before
