from __future__ import annotations

from typing import Any

from knowledge.eligibility.drafting.cases import cases
from knowledge.eligibility.profiles import read_profile
from tests.knowledge.eligibility.drafting.making import book, drafted, drafter


def made(name: str) -> list[dict[str, Any]]:
    return cases(drafter(), drafted(name))


def on(rows: list[dict[str, Any]], fact: str, value: object) -> list[dict[str, Any]]:
    return [row for row in rows if row["facts"].get(fact) == value]


def test_each_bound_is_just_met_and_just_missed() -> None:
    rows = made("qh-water-2025")
    assert {row["status"] for row in on(rows, "turnover", 4_999_999.99)} == {"not"}
    assert "eligible" in {row["status"] for row in on(rows, "turnover", 5_000_000)}
    assert {row["status"] for row in on(rows, "opened_on", "2024-03-02")} == {"not"}
    assert "eligible" in {row["status"] for row in on(rows, "opened_on", "2024-03-01")}
    assert {row["status"] for row in on(rows, "staff", 300)} == {"not"}
    assert "eligible" in {row["status"] for row in on(rows, "staff", 299)}


def test_each_fact_is_left_out_of_a_case_that_fits() -> None:
    first = made("qh-water-2025")[0]
    assert first["status"] == "eligible"
    assert set(first["unknown"]) == set(first["facts"])
    assert first["unknown"]["turnover"] == {"status": "needs_facts", "missing": ["turnover"]}
    assert first["unknown"]["blacklisted"] == "likely", "taken for granted until it is checked"


def test_every_case_waits_for_a_person_and_can_be_read() -> None:
    for row in made("qh-water-2025") + made("qh-care-2025"):
        assert row["to_confirm"] is True
        subject = "firm" if row["policy"] == "qh-water" else "person"
        assert read_profile({"subject": subject, "facts": row["facts"]}, book()).values


def test_no_two_cases_are_the_same() -> None:
    rows = made("qh-care-2025")
    assert len({str(sorted(row["facts"].items())) for row in rows}) == len(rows) > 0


def test_a_draft_that_nobody_can_fulfil_has_no_cases() -> None:
    assert made("qh-odd-2025") == []
