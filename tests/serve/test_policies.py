from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from city.pack import PackError, load_pack
from serve.policies import check_policies, keeps_policies, open_policies, places_of, policy_texts
from tests.city.pack.making import make_pack
from tests.knowledge.eligibility.making import DAY, TECH, write, write_text
from tests.knowledge.eligibility.making_profiles import MAKER, good, write_city


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city whose policies are signed."""
    return write_city(tmp_path / "city")


def told(city: Path, day: date = DAY) -> list[str]:
    pack = load_pack(city)
    return [str(problem) for problem in check_policies(pack, policy_texts(pack), day)]


def test_a_city_keeps_policies_or_not(city: Path, tmp_path: Path) -> None:
    assert keeps_policies(city)
    assert not keeps_policies(make_pack(tmp_path / "other"))


def test_places_are_districts_before_their_streets(city: Path) -> None:
    assert list(places_of(load_pack(city))) == [
        ("east", "东区", None), ("west", "西区", None), ("east-1", "一街道", "east")
    ]  # fmt: skip


def test_the_rules_of_a_city_are_opened_with_texts_places_and_units(city: Path) -> None:
    pack = load_pack(city)
    rules = open_policies(pack, DAY)
    assert set(rules.documents) == {text.meta.id for text in policy_texts(pack)} == {
        "tp-tech-2024", "tp-tech-2026", "tp-green-2025", "tp-elder-2025",
    }  # fmt: skip
    assert rules.units["market"] == "市场局"
    assert rules.book.lists["places"].codes == ("east", "west", "east-1")
    assert [one.policy for one in rules.match(good(**MAKER), DAY)] == ["tp-tech", "tp-green"]
    assert open_policies(pack, DAY, policy_texts(pack)).documents.keys() == rules.documents.keys()


def test_a_sound_city_has_no_problems(city: Path) -> None:
    assert told(city) == []


def test_what_is_wrong_is_told_with_its_file(city: Path) -> None:
    write(city / "eligibility/rules/tp-tech.yaml", {**TECH, "cap": "nothing"})
    write_text(city, "tp-elder-2025", "一、具有本市户籍，年满80岁的老人。\n\n二、本津贴全年受理。\n")
    problems = told(city)
    assert any("tp-tech.yaml" in one and "cap" in one for one in problems)
    assert any("tp-tech.yaml" in one and "was changed after 李明 signed it" in one for one in problems)
    assert any("tp-elder.yaml" in one and "每月200元" in one for one in problems)


def test_unsigned_rules_are_told(tmp_path: Path) -> None:
    problems = told(write_city(tmp_path / "city", signed=False))
    assert len(problems) == 3
    assert all("is not signed" in one and "citydesk policy sign" in one for one in problems)


def test_broken_signatures_and_words_are_told(city: Path) -> None:
    (city / "eligibility/signatures.jsonl").write_text("{torn\n", "utf-8")
    (problem,) = told(city)
    assert "signatures.jsonl" in problem


def test_rules_that_cannot_be_read_are_not_opened(city: Path) -> None:
    write(city / "eligibility/rules/tp-tech.yaml", {**TECH, "subject": "dog"})
    with pytest.raises(PackError, match=r"tp-tech\.yaml: subject"):
        open_policies(load_pack(city), DAY)
