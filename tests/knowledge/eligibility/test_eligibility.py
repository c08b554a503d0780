from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from city.errors import NotFound
from city.pack.problems import PackError
from knowledge.eligibility.asking import Prior
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.priors import save
from tests.knowledge.eligibility.making import (
    DAY,
    TECH,
    book_of,
    documents_of,
    sign_all,
    write,
    write_pack,
    write_text,
)
from tests.knowledge.eligibility.making_profiles import MAKER, good, less, open_pack, signed_pack, small_rules


def ids(rules: Eligibility, day: date = DAY, *, drafts: bool = False) -> list[str]:
    return [rule.id for rule in rules.rules(day, drafts=drafts)]


def test_what_is_signed_counts_for_citizens() -> None:
    assert ids(small_rules()) == ["tp-elder", "tp-green", "tp-tech"]
    assert [rule.id for rule in small_rules().rules(DAY, "firm")] == ["tp-green", "tp-tech"]
    assert ids(small_rules(), date(2024, 6, 1)) == ["tp-tech"]


def test_nobody_is_told_of_what_is_not_signed(tmp_path: Path) -> None:
    write_pack(tmp_path)
    rules = open_pack(tmp_path)
    assert ids(rules) == []
    assert ids(rules, drafts=True) == ["tp-elder", "tp-green", "tp-tech"]
    assert rules.match(good(), DAY) == []
    with pytest.raises(NotFound, match="no policy 'tp-tech'"):
        rules.explain("tp-tech", good(), DAY)


def test_a_rule_or_a_text_that_changed_since_counts_no_more(tmp_path: Path) -> None:
    signed_pack(tmp_path)
    write(tmp_path / "eligibility/rules/tp-tech.yaml", {**TECH, "cap": 5})
    write_text(
        tmp_path, "tp-elder-2025", "一、具有本市户籍，年满80岁的老人，每月200元，以后再说。\n\n二、本津贴全年受理。\n"
    )
    rules = open_pack(tmp_path)
    assert ids(rules) == ["tp-green"]
    documents = documents_of(tmp_path)
    sign_all(tmp_path, book_of(tmp_path, documents), documents)
    assert ids(open_pack(tmp_path)) == ["tp-elder", "tp-green", "tp-tech"]


def test_files_with_problems_are_not_opened(tmp_path: Path) -> None:
    write_pack(tmp_path)
    write(tmp_path / "eligibility/rules/tp-tech.yaml", {**TECH, "titel": "x"})
    with pytest.raises(PackError, match=r"tp-tech\.yaml"):
        open_pack(tmp_path)


def test_words_that_are_missing_are_named(tmp_path: Path) -> None:
    write_pack(tmp_path)
    (tmp_path / "eligibility/words.yaml").unlink()
    with pytest.raises(PackError, match=r"words\.yaml"):
        open_pack(tmp_path)


def test_matching_explaining_and_taking_together() -> None:
    rules, profile = small_rules(), good(**MAKER)
    found = rules.match(profile, DAY)
    assert [one.policy for one in found] == ["tp-tech", "tp-green"]
    assert rules.together(found, profile).chosen == ("tp-tech",)
    assert rules.explain("tp-tech", profile, DAY, found[0]) == rules.explain("tp-tech", profile, DAY)
    assert [one.policy for one in rules.match(profile, DAY, ["tp-green"])] == ["tp-green"]


def test_questions_are_chosen_by_the_priors_of_the_pack(tmp_path: Path) -> None:
    signed_pack(tmp_path)
    open_ = less(good(), "in_city", "registered_on")
    for rare, first in (("firm.in_city", "firm.in_city"), ("firm.registered_on", "firm.registered_on")):
        young = (date(2026, 6, 1),) if rare == "firm.registered_on" else (date(2000, 1, 1),)
        share = 0.01 if rare == "firm.in_city" else 0.99
        save(tmp_path, {"firm.in_city": Prior({"true": share}), "firm.registered_on": Prior(quantiles=young)}, DAY)
        question = open_pack(tmp_path).asker(DAY, "firm", ["tp-tech"]).next(open_)
        assert question is not None
        assert question.fact == first


def test_an_asker_is_for_the_rules_named() -> None:
    question = small_rules().asker(DAY, "firm", ["tp-green"]).next(less(good(), "in_city"))
    assert question is not None
    assert question.policies == ("tp-green",)
    assert small_rules().asker(DAY, "firm", []).next(good()) is None


def test_listeners_and_askers_are_made_once() -> None:
    rules = small_rules()
    assert rules.listener("firm") is rules.listener("firm")
    assert rules.listener("firm") is not rules.listener("person")
    assert rules.asker(DAY, "firm") is rules.asker(DAY, "firm")
    assert rules.explainer is rules.explainer
