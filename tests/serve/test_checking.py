from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from serve.checking import check_everything, spoken_keys
from tests.city.pack.making import write
from tests.conftest import YUNLAN
from tests.serve.small_city import CITY, DOGS, write_rule


def test_both_cities_are_sound(small_city: Path) -> None:
    assert list(map(str, check_everything(small_city))) == []
    assert list(map(str, check_everything(YUNLAN))) == []


def test_keys_put_together_while_running_are_known() -> None:
    keys = spoken_keys()
    assert {"greeting", "not_found", "quote", "guide_section", "api_broken", "page_title"} <= keys
    assert {"empty", "too_long", "bad_encoding", "out_of_time", "degraded"} <= keys
    assert {"emergency_mixed", "crisis", "statutory_intro", "outside_intro", "unlawful_intro"} <= keys
    assert {"secret_privacy_intro", "conflict_rule_newer", "conflict_rule_authority_decides"} <= keys
    assert {"page_outcome_answered", "page_outcome_timed_out"} <= keys


@pytest.mark.parametrize("key", ["out_of_time", "quote", "conflict_rule_newer", "emergency_mixed", "empty"])
def test_a_missing_reply_is_found_before_a_citizen_finds_it(small_city: Path, key: str) -> None:
    for language in ("zh", "en"):
        path = small_city / f"wording/{language}.yaml"
        words = yaml.safe_load(path.read_text(encoding="utf-8"))
        del words[key]
        write(path, words)
    assert [(p.file, p.where) for p in check_everything(small_city)] == [("wording/zh.yaml", key)]


def routing(city: Path, **changed: object) -> None:
    path = city / "routing.yaml"
    write(path, {**yaml.safe_load(path.read_text(encoding="utf-8")), **changed})


def test_a_misspelt_specialist_is_found(small_city: Path) -> None:
    routing(small_city, specialists={"regulations": ["规定"], "service": ["材料"]})
    (problem,) = check_everything(small_city)
    assert (problem.file, problem.where) == ("routing.yaml", "specialists.regulations")
    assert "regulation," in problem.remedy


def test_every_room_reports(small_city: Path) -> None:
    routing(small_city, undecided=["("])
    write(small_city / "lexicon.yaml", [{"say": ["娃"]}])
    write(small_city / "gate/lines.yaml", "- a: [")
    write(small_city / "regulations/bare.md", "没有元数据。")
    write(small_city / "learned/pairs.jsonl", "{")
    write(small_city / "city.yaml", {**CITY, "corpora": ["regulations", "nowhere"]})
    problems = check_everything(small_city)
    files = {p.file for p in problems}
    assert files >= {"city.yaml", "routing.yaml", "lexicon.yaml", "regulations/bare.md", "learned/pairs.jsonl"}
    assert any("lines.yaml" in str(p) for p in problems)
    assert all(p.remedy and p.message for p in problems)


def test_a_pair_of_a_lost_provision_is_found(small_city: Path) -> None:
    pairs = [
        {"question": "犬只登记", "provisions": ["xc-dogs-2024#2"]},
        {"question": "停车几分钟", "provisions": ["xc-parking-2024#2", "xc-parking-2024#99"]},
    ]
    write(small_city / "learned/pairs.jsonl", "\n".join(map(json.dumps, pairs)))
    (problem,) = check_everything(small_city)
    assert problem.file == "learned/pairs.jsonl"
    assert "'xc-parking-2024#99'" in problem.message


def test_the_same_document_twice_is_found(small_city: Path) -> None:
    write_rule(small_city, "xc-dogs-2024", "小城市养犬条例", DOGS)
    shutil.copy(small_city / "regulations/xc-dogs-2024.md", small_city / "regulations/copy.md")
    (problem,) = check_everything(small_city)
    assert "xc-dogs-2024" in str(problem)
    assert problem.where == "id"


@pytest.mark.parametrize("gone", ["gate", "routing.yaml", "wording", "city.yaml", "gate/refusals.yaml"])
def test_a_part_that_is_missing_is_a_problem_and_no_crash(small_city: Path, gone: str) -> None:
    path = small_city / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    problems = check_everything(small_city)
    assert problems
    assert any(Path(gone).name in str(p) for p in problems)


def test_a_folder_that_is_no_pack_is_one_problem(tmp_path: Path) -> None:
    assert [p.message for p in check_everything(tmp_path / "nowhere")] == ["is not a folder"]
