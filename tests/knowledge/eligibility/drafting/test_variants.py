from __future__ import annotations

from knowledge.eligibility.drafting.benefits import Given
from knowledge.eligibility.drafting.conditions import Found, Readings
from knowledge.eligibility.drafting.passages import Group
from knowledge.eligibility.drafting.variants import label_of, own_groups, settle
from tests.knowledge.eligibility.drafting.making import passage, words


def found(name: str) -> Found:
    return Found({"fact": name, "is": True}, 0.9, name)


def test_what_is_for_the_other_kind_of_subject_is_noted() -> None:
    made = [Group("conditions", "对象", passages=[passage("居民户3千瓦以上"), passage("工商业项目100千瓦以上")])]
    kept, notes = own_groups(made, "firm", words())
    assert [p.text for group in kept for p in group.passages] == ["工商业项目100千瓦以上"]
    assert "居民户3千瓦以上" in notes[0]


def test_the_name_of_an_item() -> None:
    assert label_of(Group("conditions", "对象", "急难型：", passages=[passage("因火灾受困")])) == "急难型"
    assert label_of(Group("conditions", "对象", "应当符合下列条件：", passages=[passage("甲：乙")])) == ""


def test_conditions_go_into_the_benefit_of_their_name() -> None:
    benefit = Given("护理补贴：每月200元", "护理补贴")
    left = settle([("重度护理补贴", Readings([found("a")])), ("生活补贴", Readings([found("b")], ["注"]))], [benefit])
    assert [one.quote for one in benefit.when] == ["a"]
    assert ([one.quote for one in left.found], left.notes) == (["b"], ["注"])


def test_named_items_without_a_benefit_are_alternatives() -> None:
    left = settle([("甲类", Readings([found("a")])), ("乙类", Readings([found("b")]))], [])
    assert left.found[0].condition == {"any": [found("a").condition, found("b").condition]}
