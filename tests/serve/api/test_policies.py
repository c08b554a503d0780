"""Policies over the API: listed, matched, explained; what is wrong is named field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from agents.context import House
from knowledge.eligibility.signing import signed
from serve.app import create_app
from serve.settings import Settings
from tests.serve.staged import StagedDesk, running, unhurried

ELDER = "yl-pol-elderage"
OLD: dict[str, Any] = {
    "hukou_in_city": True,
    "hukou_moved_in": False,
    "social_aid": "none",
    "receiving": [],
    "birth_date": "1943-02-11",
}


@pytest.fixture(scope="module")
def client(settings: Settings, house: House) -> Iterator[httpx.Client]:
    """A caller of a real server."""
    app = create_app(unhurried(settings), StagedDesk(house))
    with running(app) as base, httpx.Client(base_url=base, timeout=30) as made:
        yield made


def person(**facts: Any) -> dict[str, Any]:
    return {"profile": {"subject": "person", "facts": facts}}


def test_policies_in_force_are_listed_by_subject_and_day(client: httpx.Client, house: House) -> None:
    assert house.policies
    every = client.get("/api/policies").json()
    assert len(every) > 30
    firms = client.get("/api/policies", params={"subject": "firm"}).json()
    people = client.get("/api/policies", params={"subject": "person"}).json()
    assert {one["subject"] for one in firms} == {"firm"}
    assert len(firms) + len(people) == len(every)
    assert {one["id"] for one in every} <= house.policies.book.policies.keys()
    elder = next(one for one in people if one["id"] == ELDER)
    assert elder["title"] == "高龄津贴"
    assert elder["documents"] == ["yl-pol-elderage-2026"]
    old = client.get("/api/policies", params={"as_of": "2021-06-01"}).json()
    assert {one["id"] for one in old} < {one["id"] for one in every}
    assert client.get("/api/policies", params={"as_of": "1999-01-01"}).json() == []


@pytest.mark.parametrize(
    ("query", "field"),
    [({"subject": "dog"}, "subject"), ({"as_of": "yesterday"}, "as_of"), ({"as_of": "2026-13-01"}, "as_of")],
)
def test_a_wrong_query_is_named(client: httpx.Client, query: dict[str, str], field: str) -> None:
    reply = client.get("/api/policies", params=query)
    assert reply.status_code == 422
    assert [one["field"] for one in reply.json()["fields"]] == [field]


def test_facts_tell_how_a_profile_is_written(client: httpx.Client) -> None:
    every = client.get("/api/policies/facts").json()
    people = client.get("/api/policies/facts", params={"subject": "person"}).json()
    assert 0 < len(people) < len(every)
    birth = next(one for one in people if one["id"] == "person.birth_date")
    assert birth["type"] == "date"
    assert birth["question"]


def test_a_profile_is_matched_with_every_policy(client: httpx.Client) -> None:
    made = client.post("/api/policies/match", json={**person(**OLD), "as_of": "2026-11-26"}).json()
    line = next(one for one in made["policies"] if one["policy"] == ELDER)
    assert line["status"] == "eligible"
    assert made["as_of"] == "2026-11-26"
    assert ELDER in made["take"]
    assert made["total"] >= 80 * 12
    assert made["question"]["question"]
    assert all(one["status"] != "not" for one in made["policies"])


def test_facts_may_be_named_by_id_or_label_and_null_is_unknown(client: httpx.Client) -> None:
    short = client.post("/api/policies/match", json=person(birth_date="1943-02-11")).json()
    full = client.post("/api/policies/match", json=person(**{"person.birth_date": "1943-02-11"})).json()
    label = client.post("/api/policies/match", json=person(出生日期="1943-02-11", social_aid=None)).json()
    assert short == full == label


def test_an_empty_profile_is_promised_nothing(client: httpx.Client) -> None:
    made = client.post("/api/policies/match", json=person()).json()
    assert {one["status"] for one in made["policies"]} == {"needs_facts"}
    assert (made["take"], made["total"]) == ([], 0)


def test_every_wrong_fact_is_named(client: httpx.Client) -> None:
    facts = {"birth_date": "11.2.1943", "hukou_in_city": "ja", "no_such": 1, "social_aid": "gold", "receiving": "x"}
    for path in ("/api/policies/match", f"/api/policies/{ELDER}/explain"):
        reply = client.post(path, json=person(**facts))
        assert reply.status_code == 422
        told = reply.json()
        assert told["error"] == "bad_profile"
        fields = {one["field"]: one["problem"] for one in told["fields"]}
        assert fields.keys() == {f"facts.{name}" for name in facts}
        assert all("→" in problem for problem in fields.values())
        assert told["message"]
        assert told["message_en"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"profile": {"subject": "dog"}}, "profile.subject"),
        ({"profile": {"facts": {}}}, "profile.subject"),
        ({"profile": {"subject": "firm", "fact": {}}}, "profile.fact"),
        ({**person(), "day": "2026-01-01"}, "day"),
        ({**person(), "as_of": "soon"}, "as_of"),
        ({}, "profile"),
    ],
)
def test_a_body_of_other_shape_is_named(client: httpx.Client, body: dict[str, Any], field: str) -> None:
    reply = client.post("/api/policies/match", json=body)
    assert reply.status_code == 422
    assert field in [one["field"] for one in reply.json()["fields"]]


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"\xff\xfe", b'{"profile": {"subject": "person", "facts": {"birth_date": NaN}}}']
)
def test_what_is_not_such_json_is_refused_without_a_stack_trace(client: httpx.Client, content: bytes) -> None:
    reply = client.post("/api/policies/match", content=content, headers={"content-type": "application/json"})
    assert reply.status_code in {400, 422}
    assert "Traceback" not in reply.text


def test_numbers_beyond_reason_are_refused(client: httpx.Client) -> None:
    firm = {"profile": {"subject": "firm", "facts": {"revenue": 1e300, "rd_expense": 10**400}}}
    reply = client.post("/api/policies/match", json=firm)
    assert reply.status_code == 422
    assert {one["field"] for one in reply.json()["fields"]} == {"facts.revenue", "facts.rd_expense"}


def test_a_policy_is_explained_for_nobody_in_particular(client: httpx.Client) -> None:
    made = client.get(f"/api/policies/{ELDER}").json()
    assert made["status"] == "needs_facts"
    assert made["document"] == "yl-pol-elderage-2026"
    assert made["materials"]
    assert (
        client.get(f"/api/policies/{ELDER}", params={"as_of": "2023-05-01"}).json()["document"]
        == "yl-pol-elderage-2021"
    )


def test_a_policy_is_explained_for_a_profile_with_clauses_and_what_would_change(
    client: httpx.Client, house: House
) -> None:
    young = client.post(f"/api/policies/{ELDER}/explain", json=person(**{**OLD, "birth_date": "1980-02-11"})).json()
    assert young["status"] == "not"
    assert young["changes"]
    quotes = [step["clause"] for step in young["steps"] if step["clause"]]
    assert quotes
    for quote in quotes:
        provision = house.library.get(quote["provision"])
        assert provision.text[quote["start"] - provision.start : quote["end"] - provision.start] == quote["quote"]
    old = client.post(f"/api/policies/{ELDER}/explain", json={**person(**OLD), "as_of": "2026-11-26"}).json()
    assert {one["id"]: one["amount"] for one in old["benefits"] if one["status"] == "eligible"} == {
        "monthly": 80,
        "backpay": 480,
    }
    before = client.post(f"/api/policies/{ELDER}/explain", json={**person(**OLD), "as_of": "2024-11-26"}).json()
    assert next(one for one in before["benefits"] if one["status"] == "eligible")["amount"] == 50


def test_a_profile_of_another_subject_is_refused(client: httpx.Client) -> None:
    reply = client.post(f"/api/policies/{ELDER}/explain", json={"profile": {"subject": "firm", "facts": {}}})
    assert reply.status_code == 422
    assert [one["field"] for one in reply.json()["fields"]] == ["subject"]


@pytest.mark.parametrize("name", ["yl-pol-none", "yl-pol-elderage-2026", "..", "%00", "高龄津贴", "a" * 500])
def test_an_unknown_policy_is_not_found(client: httpx.Client, name: str) -> None:
    assert client.get(f"/api/policies/{name}").status_code == 404
    assert client.post(f"/api/policies/{name}/explain", json=person()).status_code in {404, 405}


def test_a_rule_that_nobody_signed_is_neither_listed_nor_explained(settings: Settings, house: House) -> None:
    assert house.policies
    rules = house.policies
    fewer = [one for one in rules.signatures if one.policy != ELDER]
    unsigned = replace(rules, book=signed(rules.every, fewer, rules.documents))
    app = create_app(unhurried(settings), StagedDesk(replace(house, policies=unsigned)))
    with running(app) as base, httpx.Client(base_url=base, timeout=30) as client:
        assert ELDER not in {one["id"] for one in client.get("/api/policies").json()}
        assert client.get(f"/api/policies/{ELDER}").status_code == 404
        assert client.get(f"/policies/{ELDER}").status_code == 404
        made = client.post("/api/policies/match", json=person(**OLD)).json()
        assert ELDER not in {one["policy"] for one in made["policies"]}


def test_a_city_without_rules_has_neither(settings: Settings, house: House) -> None:
    app = create_app(unhurried(settings), StagedDesk(replace(house, policies=None)))
    with running(app) as base, httpx.Client(base_url=base, timeout=30) as client:
        for path in ("/api/policies", "/api/policies/facts", f"/api/policies/{ELDER}"):
            reply = client.get(path)
            assert (reply.status_code, reply.json()["error"]) == (404, "no_policies")
        assert client.post("/api/policies/match", json=person()).status_code == 404
        for path in ("/policies", "/policies/check", f"/policies/{ELDER}"):
            assert client.get(path, headers={"accept": "text/html"}).status_code == 404
        assert client.post("/policies/check", data={"state": "{}"}).status_code == 404
        assert "/policies" not in client.get("/").text
