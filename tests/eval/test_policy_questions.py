from __future__ import annotations

from pathlib import Path

import pytest

from eval.policy_questions import QuestionReport, run_questions
from knowledge.eligibility.eligibility import Eligibility
from tests.knowledge.eligibility.making import DAY
from tests.knowledge.eligibility.making_profiles import signed_pack, write_ways

COUNT = 25


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Eligibility]:
    """The small pack, signed, with ways of drawing profiles."""
    root = tmp_path_factory.mktemp("pack")
    rules = signed_pack(root)
    write_ways(root)
    return root, rules


@pytest.fixture(scope="module")
def report(pack: tuple[Path, Eligibility]) -> QuestionReport:
    root, rules = pack
    return run_questions(rules, root, DAY, count=COUNT, seed=3)


def test_every_policy_is_decided_for_every_profile(report: QuestionReport) -> None:
    assert report.profiles == 2 * COUNT
    assert report.one_policy.decisions == COUNT * 3  # two policies for firms, one for persons
    assert report.all_policies.decisions == COUNT * 2


def test_the_best_order_takes_no_more_than_the_written_one(report: QuestionReport) -> None:
    for asked in (report.one_policy, report.all_policies):
        assert 0 < asked.best <= asked.relevant <= asked.written
        assert asked.fewer_than_written == pytest.approx(1 - asked.best / asked.written, abs=0.01)
        assert asked.fewer_than_relevant == pytest.approx(1 - asked.best / asked.relevant, abs=0.01)


def test_more_policies_take_more_questions(report: QuestionReport) -> None:
    assert report.all_policies.best > report.one_policy.best


def test_the_same_seed_gives_the_same(pack: tuple[Path, Eligibility], report: QuestionReport) -> None:
    root, rules = pack
    assert run_questions(rules, root, DAY, count=COUNT, seed=3) == report
    assert run_questions(rules, root, DAY, count=COUNT, seed=4) != report


def test_nothing_is_asked_before_a_policy_is_in_force(pack: tuple[Path, Eligibility]) -> None:
    from datetime import date

    root, rules = pack
    found = run_questions(rules, root, date(2023, 1, 1), count=2, seed=1)
    assert (found.one_policy.decisions, found.one_policy.best, found.all_policies.best) == (0, 0.0, 0.0)
    assert found.all_policies.fewer_than_written == 0.0
