from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from knowledge.library import Conflict, ConflictRule, Library, Query
from knowledge.model import Document, Level
from tests.knowledge.library.making import document

Open = Callable[..., Library]
NOW = date(2026, 11, 20)


def rule(name: str, minutes: str, **fields: Any) -> Document:
    return document(name, f"道路停车位应当给予前{minutes}分钟免费停放的优惠。", **fields)


def conflicts(library: Library, as_of: date = NOW) -> list[Conflict]:
    query = Query("道路停车前多少分钟免费", as_of=as_of, region="江省/云市/南县")
    return library.conflicts(library.search(query), as_of=NOW)


def test_the_higher_rank_prevails(opened: Open) -> None:
    province = rule("prov", "30", level=Level.PROVINCIAL_REGULATION, region="江省", valid_from=date(2019, 1, 1))
    city = rule("city", "十五", level=Level.CITY_RULE)
    (conflict,) = conflicts(opened(city, province))
    assert (conflict.higher.meta.id, conflict.lower.meta.id) == ("prov", "city")
    assert conflict.rule is ConflictRule.HIGHER_RANK
    assert conflict.decided
    (difference,) = conflict.differences
    assert [q.words for q in difference.higher] == ["30分钟"]
    assert [q.words for q in difference.lower] == ["十五分钟"]
    for hit, said in ((conflict.higher, difference.higher), (conflict.lower, difference.lower)):
        assert all(hit.provision.text[q.start : q.end] == q.words for q in said)


def test_equal_figures_do_not_conflict(opened: Open) -> None:
    assert conflicts(opened(rule("a", "15"), rule("b", "十五", level=Level.CITY_RULE))) == []


def test_other_matters_do_not_conflict(opened: Open) -> None:
    other = document("b", "道路停车泊位每日巡查不少于30分钟并公示结果。", level=Level.CITY_RULE)
    assert conflicts(opened(rule("a", "15"), other)) == []


def test_fines_for_different_acts_do_not_conflict(opened: Open) -> None:
    """What all fines have in common is learnt from the corpus and says nothing of their matter."""
    one = document("a", "违反规定乱扔生活垃圾的，由城管部门责令改正，处五十元以上二百元以下罚款。")
    two = document("b", "违反规定占道停车的，由城管部门责令改正，处五百元以上一千元以下罚款。", level=Level.CITY_RULE)
    short = document("c", "处一千元以上三千元以下罚款。", level=Level.CITY_RULE)
    acts = "焚烧垃圾 破坏绿地 占用消防通道 私拉电线 张贴广告 乱倒污水 夜间施工 违法建设"
    acts += " 遛狗不牵绳 冒用车位 堵塞排水 损坏路灯"
    formula = "违反规定{}的，由城管部门责令改正，处一百元以上三百元以下罚款。"
    filler = document("d", *(formula.format(act) for act in acts.split()), region="另省")
    library = opened(one, two, short, filler)
    hits = library.search(Query("违反规定罚款多少元", as_of=NOW, region="江省/云市"))
    assert len(hits) == 3
    assert library.conflicts(hits, as_of=NOW) == []


def test_a_guide_is_no_party(opened: Open) -> None:
    assert conflicts(opened(rule("a", "15"), rule("b", "30", level=Level.GUIDE))) == []


def test_versions_of_one_work_do_not_conflict(opened: Open) -> None:
    old = rule("p-1", "30", work="p", valid_from=date(2016, 1, 1))
    new = rule("p-2", "15", work="p", valid_from=date(2024, 1, 1))
    assert conflicts(opened(old, new)) == []


def test_what_is_no_longer_in_force_does_not_conflict(opened: Open) -> None:
    old = rule("a", "30", valid_to=date(2025, 1, 1))
    library = opened(old, rule("b", "15", level=Level.CITY_RULE))
    assert conflicts(library, as_of=date(2024, 6, 1)) == []


def test_texts_for_different_regions_do_not_conflict(opened: Open) -> None:
    library = opened(rule("a", "30", region="江省/云市"), rule("b", "15", region="江省/水市"))
    found = [
        hit
        for region in ("江省/云市", "江省/水市")
        for hit in library.search(Query("道路停车免费", as_of=NOW, region=region))
    ]
    assert len(found) == 2
    assert library.conflicts(found, as_of=NOW) == []


@pytest.mark.parametrize(
    ("one", "other", "rule_", "higher"),
    [
        ({"valid_from": date(2020, 1, 1)}, {"valid_from": date(2025, 1, 1)}, ConflictRule.NEWER, "b"),
        (
            {"valid_from": date(2025, 1, 1), "region": "江省/云市/南县"},
            {"valid_from": date(2020, 1, 1)},
            ConflictRule.SPECIAL,
            "a",
        ),
        (
            {"valid_from": date(2020, 1, 1), "region": "江省/云市/南县"},
            {"valid_from": date(2025, 1, 1)},
            ConflictRule.AUTHORITY_DECIDES,
            None,
        ),
        ({"issuer": "甲局"}, {"issuer": "乙局"}, ConflictRule.AUTHORITY_DECIDES, None),
        (
            {"level": Level.DEPARTMENT_RULE},
            {"level": Level.CITY_REGULATION},
            ConflictRule.AUTHORITY_DECIDES,
            None,
        ),
        ({"level": Level.POLICY}, {"level": Level.CITY_RULE}, ConflictRule.HIGHER_RANK, "b"),
    ],
)
def test_the_rule_of_the_legislation_law(
    opened: Open, one: dict[str, Any], other: dict[str, Any], rule_: ConflictRule, higher: str | None
) -> None:
    (conflict,) = conflicts(
        opened(rule("a", "30", **{"issuer": "市政府", **one}), rule("b", "15", **{"issuer": "市政府", **other}))
    )
    assert conflict.rule is rule_
    assert conflict.decided is (higher is not None)
    assert higher is None or conflict.higher.meta.id == higher


def test_a_shared_topic_lowers_the_bar(opened: Open) -> None:
    one = document("a", "机动车在道路泊位停放，前15分钟不收取费用。", topics=["停车"])
    other = document("b", "道路泊位停放前30分钟免收停车费用。", level=Level.CITY_RULE, topics=["停车"])
    assert len(conflicts(opened(one, other))) == 1
