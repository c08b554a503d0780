"""Clauses: where quotes stand, which version has them, and fingerprints of what is quoted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from knowledge.eligibility.clauses import clauses_of, hashes, locate, pick, quoted, text_hash
from tests.knowledge.eligibility.making import DAY, TECH, rule, small_documents

DOCUMENTS = small_documents()
TECH_2026 = DOCUMENTS["tp-tech-2026"]


def test_a_quote_is_a_span_of_the_documents_text_inside_one_provision() -> None:
    clause = locate(TECH_2026, "登记满365日")
    assert clause is not None
    assert clause.provision == "tp-tech-2026#s1"
    assert TECH_2026.text[clause.start : clause.end] == "登记满365日"


@pytest.mark.parametrize("quote", ["登记满366日", "可以申请。\n\n二、", "绿色资金"])
def test_words_that_stand_nowhere_or_across_provisions_are_not_found(quote: str) -> None:
    assert locate(TECH_2026, quote) is None


def test_every_place_that_quotes_is_found_with_its_path() -> None:
    found = dict(quoted(rule(TECH)))
    assert found["parameters.share.values[1]"] == ("研发费用占比不低于3%",)
    assert found["conditions[2]"] == ("研发费用占比不低于2%", "研发费用占比不低于3%")
    assert found["benefits[1].when[0]"] == ("职工10人以上",)
    assert found["exclusions[0]"] == ("与绿色企业补贴不能同时享受",)
    assert found["materials[0]"] == ("营业执照（市场局已掌握）",)
    assert found["window"] == ("每年5月1日至6月30日申报",)
    assert len(found) == 13


def test_quotes_of_nested_conditions_and_cases_are_found_too() -> None:
    inner = {"fact": "firm.in_city", "is": True, "clause": "甲"}
    raw: dict[str, Any] = {
        "conditions": [
            {"any": [{"not": inner}, {"count": {"at_least": 1, "of": [{**inner, "clause": ["乙", "丙"]}]}}]}
        ],
        "benefits": [
            {"id": "sum", "name": "奖", "amount": [{"when": {**inner, "clause": "丁"}, "pay": 1, "clause": "戊"}]}
        ],
    }
    assert dict(quoted(rule(raw))) == {
        "conditions[0].any[0].not": ("甲",),
        "conditions[0].any[1].count.of[0]": ("乙", "丙"),
        "benefits[0].amount[0].when": ("丁",),
        "benefits[0].amount[0]": ("戊",),
    }


def test_a_quote_is_found_in_the_newest_version_that_has_it() -> None:
    found, lost = clauses_of(rule(TECH), DOCUMENTS)
    assert lost == []
    places = {clause.quote: clause.document for _, clause in found}
    assert places["研发费用占比不低于2%"] == "tp-tech-2024"
    assert places["研发费用占比不低于3%"] == "tp-tech-2026"
    assert places["登记满365日"] == "tp-tech-2026"


def test_quotes_that_stand_nowhere_are_lost_with_their_path() -> None:
    raw = {"conditions": [{"fact": "firm.in_city", "is": True, "clause": ["在本市登记", "在外地登记"]}]}
    found, lost = clauses_of(rule(raw), DOCUMENTS)
    assert [clause.quote for _, clause in found] == ["在本市登记"]
    assert lost == [("conditions[0]", "在外地登记")]


def test_another_policys_text_does_not_count() -> None:
    raw = {"documents": ["tp-elder-2025"], "window": {"always": True, "clause": "在本市登记"}}
    assert clauses_of(rule(raw), DOCUMENTS)[1] == [("window", "在本市登记")]
    assert clauses_of(rule({"documents": ["tp-none"], "window": {"always": True, "clause": "全年"}}), DOCUMENTS)[1]


def test_fingerprints_cover_the_provisions_that_are_quoted_and_no_others() -> None:
    raw = {"window": {"always": True, "clause": "每年5月1日至6月30日申报"}}
    assert hashes(rule(raw), DOCUMENTS) == {"tp-tech-2026#s3": text_hash(TECH_2026.provisions[2])}
    assert hashes(rule({}), DOCUMENTS) == {}


def test_a_fingerprint_is_of_words_not_of_blanks() -> None:
    provision = TECH_2026.provisions[0]
    spaced = provision.model_copy(update={"text": f"  {provision.text}\n".replace("，", "， ")})
    other = provision.model_copy(update={"text": provision.text.replace("365", "366")})
    assert text_hash(spaced) == text_hash(provision)
    assert text_hash(other) != text_hash(provision)


@pytest.mark.parametrize(
    ("quotes", "day", "document"),
    [
        (["登记满365日"], DAY, "tp-tech-2026"),
        (["登记满365日"], date(2025, 6, 1), "tp-tech-2024"),
        (["登记满365日"], date(2030, 1, 1), "tp-tech-2026"),
        (["研发费用占比不低于2%", "研发费用占比不低于3%"], DAY, "tp-tech-2026"),
        (["研发费用占比不低于3%", "研发费用占比不低于2%"], date(2025, 6, 1), "tp-tech-2024"),
        (["研发费用占比不低于2%"], DAY, "tp-tech-2024"),  # only the old version says so
        (["登记满365日"], date(2020, 1, 1), "tp-tech-2026"),  # in force on no such day: any will do
        (["说不出来"], DAY, None),
        ([], DAY, None),
    ],
)
def test_a_quote_is_shown_in_the_version_of_the_day(quotes: list[str], day: date, document: str | None) -> None:
    clause = pick(quotes, rule(TECH), DOCUMENTS, day)
    assert (clause and clause.document) == document
