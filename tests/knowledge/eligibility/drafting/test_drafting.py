from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from city.errors import BadInput
from knowledge.eligibility.cells import Space
from knowledge.eligibility.drafting.benefits import Given
from knowledge.eligibility.drafting.conditions import Found
from knowledge.eligibility.drafting.drafting import DRAFTS, NEVER, Draft, Drafter, day_of, lost_quotes
from knowledge.eligibility.drafting.wording import read_draft_words
from knowledge.eligibility.drafting.writing import written
from knowledge.eligibility.eligibility import Eligibility
from tests.knowledge.eligibility import making as small
from tests.knowledge.eligibility.drafting.making import YUNLAN, book, document, documents, drafted, drafter


def test_a_text_becomes_a_rule() -> None:
    rule = drafted("qh-water-2025").rule
    facts = [one["fact"] for one in rule["conditions"]]
    assert facts == ["firm.kind", "firm.opened_on", "firm.turnover", "firm.blacklisted", "firm.licensed_on",
                     "firm.place", "firm.trade", "firm.staff"]  # fmt: skip
    assert [one.get("amount") for one in rule["benefits"]] == [
        "firm.meter_cost * 20%",
        20000,
        50000,
        "p4",
        "firm.saved * 3",
    ]
    assert rule["parameters"]["p4"]["values"][0]["table"] == {"nation": 500000, "province": 200000}
    assert rule["exclusions"][0]["with"] == ["qh-cloud"]
    assert rule["quota"][0]["amount"] == 200
    assert rule["id"] == "qh-water"


@pytest.mark.parametrize("name", ["qh-water-2025", "qh-care-2025", "qh-odd-2025", "qh-cloud-2024"])
def test_every_draft_loads_compiles_and_quotes_its_text(name: str) -> None:
    draft = drafted(name)
    assert drafter().compiled(draft).id == draft.policy.id
    assert lost_quotes(draft, documents()[name]) == []


def test_what_was_not_mapped_stands_in_the_notes() -> None:
    notes = drafted("qh-water-2025").notes
    assert all(note.startswith("待补：") for note in notes)
    for words in ("吉祥如意指数", "弄虚作假", "外星补贴"):
        assert any(words in note for note in notes)


def test_a_text_that_says_nothing_holds_for_nobody() -> None:
    draft = drafted("qh-odd-2025")
    root = drafter().compiled(draft).root
    assert draft.rule["conditions"] == [NEVER]
    assert Space(book(), [root]).solve(root) is not None, "only the formula stands in the way"
    assert any("什么时候" in note for note in draft.notes)


def test_the_subject_is_told_by_the_text_unless_it_is_given() -> None:
    assert drafted("qh-care-2025").rule["subject"] == "person"
    assert drafted("qh-care-2025", "firm").rule["subject"] == "firm"


def test_conditions_of_one_benefit_only() -> None:
    rule = drafted("qh-care-2025").rule
    assert [len(one["when"]) for one in rule["benefits"]] == [2, 3]
    assert set(rule["conditions"][0]) == {"any", "clause"}, "one benefit at least"


def test_a_contradiction_is_noted() -> None:
    text = "# 丙办法\n\n## 一、条件\n营业收入500万元以上，营业收入不足100万元。\n\n## 二、标准\n奖励1万元。\n"
    assert any("矛盾" in note for note in drafter().draft(document("qh-both-2025", text)).notes)


def test_a_fact_is_gated_by_what_it_depends_on() -> None:
    text = "# 丁办法\n\n## 一、条件\n节水设备投资额5万元以上。\n\n## 二、标准\n奖励1万元。\n"
    made = drafter().draft(document("qh-gate-2025", text), "firm")
    assert [one["fact"] for one in made.rule["conditions"]] == ["firm.meters", "firm.meter_cost"]


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ({"fact": "firm.in_city", "is": True, "clause": "在本市登记注册"}, ""),
        ({"fact": "firm.in_city", "is": True, "clause": "在火星登记"}, "does not stand in the text"),
        ({"fact": "firm.nothing", "is": True, "clause": "在本市登记注册"}, "there is no fact"),
        ({"fact": "firm.place", "under": ["moon"], "clause": "东岭区"}, "not in the list"),
        ({"fact": "person.hukou", "is": True, "clause": "在本市登记注册"}, "no fact about a firm"),
    ],
)
def test_what_is_wrong_with_a_condition(condition: dict[str, object], fault: str) -> None:
    told = drafter().fault(documents()["qh-water-2025"], "firm", condition)
    assert (fault in told) if fault else told == ""


def test_what_is_wrong_with_a_benefit() -> None:
    text = documents()["qh-water-2025"]
    good = Given("节水率20%以上的，一次性奖励5万元", "奖励", amount="50000")
    assert drafter().fault_of_benefit(text, "firm", good) == ""
    for bad, fault in (
        (Given("没有这句话", "奖励", amount=1), "does not stand"),
        (Given(good.quote, "奖励", amount="firm.gold * 2"), "there is no fact"),
        (Given(good.quote, "奖励", amount="import os"), "cannot be read"),
        (Given(good.quote, "奖励", by="firm.grade", table={"moon": 1.0}), "moon"),
        (Given(good.quote, "奖励", [Found({}, 1.0, "月亮")], amount=1), "月亮"),
    ):
        assert fault in drafter().fault_of_benefit(text, "firm", bad)


def test_a_draft_that_is_no_rule_says_where() -> None:
    with pytest.raises(BadInput, match="qh-x-2025"):
        _ = Draft("qh-x-2025", {"id": "x", "notes": []}).policy


def test_the_first_day_of_a_text() -> None:
    assert day_of(documents()["qh-water-2025"]) == date(2025, 3, 1)


def test_a_draft_is_evaluated_for_nobody(tmp_path: Path) -> None:
    """Neither in drafts/, which is not read, nor among the rules before a person has signed it."""
    texts = small.write_pack(tmp_path)
    small.sign_all(tmp_path, small.book_of(tmp_path, texts), texts)
    small.write_text(tmp_path, "tp-elder-2025")
    made = Drafter(small.book_of(tmp_path, texts), read_draft_words(YUNLAN), {})
    draft = made.draft(texts["tp-elder-2025"], "person")
    draft.rule["id"] = "tp-drafted"
    small.write(tmp_path / DRAFTS / "tp-drafted.yaml", written(draft, texts["tp-elder-2025"]))
    opened = _open(tmp_path)
    assert "tp-drafted" not in opened.every.policies
    small.write(tmp_path / "eligibility/rules/tp-drafted.yaml", written(draft, texts["tp-elder-2025"]))
    opened = _open(tmp_path)
    assert "tp-drafted" in opened.every.policies
    assert "tp-drafted" not in opened.book.policies
    assert "tp-drafted" not in {rule.id for rule in opened.rules(small.DAY)}


def _open(root: Path) -> Eligibility:
    documents = small.documents_of(root).values()
    return Eligibility.open(root, documents, places=small.PLACES, units=small.UNITS, today=small.DAY)
