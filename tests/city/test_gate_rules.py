import shutil
from pathlib import Path

import pytest

from city.errors import BadInput
from city.gate_rules import CODES, check_gate_rules, load_gate_rules

GATE = Path(__file__).resolve().parents[2] / "cities" / "yunlan" / "gate"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GATE, tmp_path / "gate"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_example_city_has_no_problem() -> None:
    assert check_gate_rules(GATE) == []
    assert set(load_gate_rules(GATE).refusals) == set(CODES)


def test_a_refusal_without_channel_is_named(folder: Path) -> None:
    spoil(
        folder / "refusals.yaml",
        "  channels:\n    - {name: 人民法院诉讼服务热线",
        "  channels: []\n  x:\n    - {name: 人民法院",
    )
    (folder / "refusals.yaml").write_text(
        (folder / "refusals.yaml").read_text(encoding="utf-8").split("  x:")[0]
        + "  legal_basis: [x]\n  script_version: 1\n",
        encoding="utf-8",
    )
    problems = check_gate_rules(folder)
    assert any(p.file == "refusals.yaml" and p.path == "N01.channels" and p.remedy for p in problems)
    assert any(p.path == "N16" for p in problems)


def test_an_unknown_concept_is_named(folder: Path) -> None:
    spoil(folder / "rules_1_emergency.yaml", "all: [fire]", "all: [fyre]")
    assert [(p.file, p.path) for p in check_gate_rules(folder)] == [("rules_1_emergency.yaml", "fire")]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "lines.yaml").unlink()
    with pytest.raises(BadInput, match=r"lines\.yaml"):
        load_gate_rules(folder)


def test_repairs_keep_the_length(folder: Path) -> None:
    spoil(folder / "characters.yaml", "着伙: 着火", "着伙: 着火了")
    assert [p.path for p in check_gate_rules(folder)] == ["words.着伙"]
