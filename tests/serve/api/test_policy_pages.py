"""The pages about policies as a browser without JavaScript sees them: list, one policy, a check to its end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from agents.context import House
from knowledge.eligibility.eligibility import Eligibility
from serve.app import create_app
from serve.settings import Settings
from tests.serve.staged import StagedDesk, running, unhurried

ELDER = "yl-pol-elderage"
HOSTILE = '"><script>alert(1)</script><b x="'
ANSWERS: dict[str, str] = {
    "person.birth_date": "1943-02-11",
    "person.hukou_in_city": "yes",
    "person.hukou_moved_in": "no",
    "person.social_aid": "none",
}


@pytest.fixture(scope="module")
def client(settings: Settings, house: House) -> Iterator[httpx.Client]:
    """A browser before a real server."""
    app = create_app(unhurried(settings), StagedDesk(house))
    with running(app) as base, httpx.Client(base_url=base, timeout=30, headers={"accept": "text/html"}) as made:
        yield made


@pytest.fixture
def rules(house: House) -> Eligibility:
    assert house.policies
    return house.policies


def soup(reply: httpx.Response) -> BeautifulSoup:
    assert reply.status_code == 200, reply.text[:400]
    return BeautifulSoup(reply.text, "html.parser")


def state_in(page: BeautifulSoup) -> dict[str, Any]:
    field = page.select_one("form[method=post] input[name=state]")
    assert field is not None
    found: dict[str, Any] = json.loads(str(field["value"]))
    return found


def told(page: BeautifulSoup) -> str:
    main = page.select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def send(client: httpx.Client, page: BeautifulSoup, **fields: Any) -> BeautifulSoup:
    """Press a button of the page's form."""
    form = page.select_one("form[method=post]")
    assert form is not None
    state = form.select_one("input[name=state]")
    assert isinstance(state, Tag)
    return soup(client.post(str(form["action"]), data={"state": str(state["value"]), **fields}))


def is_question(page: BeautifulSoup) -> bool:
    return page.select_one("form.question") is not None


def to_the_end(client: httpx.Client, page: BeautifulSoup, answers: dict[str, str]) -> tuple[BeautifulSoup, list[str]]:
    """Answer what is known and skip the rest."""
    asked: list[str] = []
    while is_question(page):
        asked.append(state_in(page)["asking"])
        assert len(asked) <= 5
        given = answers.get(asked[-1])
        page = send(client, page, **({"value": given} if given else {"skip": "1"}))
    return page, asked


def posted(client: httpx.Client, state: Any, **fields: Any) -> httpx.Response:
    text = state if isinstance(state, str) else json.dumps(state)
    return client.post("/policies/check", data={"state": text, **fields})


def test_the_list_shows_every_policy_in_force_for_firms_and_people(client: httpx.Client) -> None:
    page = soup(client.get("/policies"))
    links = [str(link["href"]) for link in page.select(".policy-list a")]
    listed = client.get("/api/policies").json()
    assert sorted(links) == sorted(f"/policies/{one['id']}" for one in listed)
    assert len(page.select("main h2")) == 2
    firms = soup(client.get("/policies", params={"subject": "firm"}))
    assert len(firms.select(".policy-list a")) == sum(one["subject"] == "firm" for one in listed)
    assert len(soup(client.get("/policies", params={"subject": "dog"})).select(".policy-list a")) == len(listed)


def test_a_search_finds_by_title_summary_and_topic_and_says_when_nothing_is_found(client: httpx.Client) -> None:
    found = soup(client.get("/policies", params={"q": " 高龄津贴 "}))
    assert [link.text for link in found.select(".policy-list a")] == ["高龄津贴"]
    field = found.select_one("#q")
    assert field is not None
    assert field["value"] == "高龄津贴"
    none = soup(client.get("/policies", params={"q": "没有这样的政策"}))
    assert none.select(".policy-list a") == []
    assert "没有" in told(none)


def test_one_policy_tells_who_gets_what_when_and_by_which_words(client: httpx.Client, house: House) -> None:
    page = soup(client.get(f"/policies/{ELDER}"))
    text = told(page)
    for part in ("高龄津贴", "具有本市户籍", "社会保障卡账户", "0600-55664150", "户籍地街道（镇）便民服务中心"):
        assert part in text
    links = page.select("a.cite")
    assert links
    for link in links:
        assert link.text.strip("「」 ") in client.get(str(link["href"])).text
    check = page.select_one('a[href^="/policies/check"]')
    assert check is not None
    assert state_in(soup(client.get(str(check["href"]))))["policies"] == [ELDER]


def test_every_policy_has_a_page(client: httpx.Client) -> None:
    for one in client.get("/api/policies").json():
        page = soup(client.get(f"/policies/{one['id']}"))
        head = page.select_one("h1")
        assert head is not None
        assert head.text == one["title"]


@pytest.mark.parametrize("name", ["yl-pol-none", "check2", "..%2f..%2fetc%2fpasswd", "%3Cscript%3E"])
def test_an_unknown_policy_is_a_page_that_is_not_found(client: httpx.Client, name: str) -> None:
    reply = client.get(f"/policies/{name}")
    assert reply.status_code == 404
    assert "<script>" not in reply.text


def test_who_does_not_say_for_whom_is_asked(client: httpx.Client) -> None:
    page = soup(client.get("/policies/check"))
    links = [str(link["href"]) for link in page.select("main .choices a")]
    assert links == ["/policies/check?subject=firm", "/policies/check?subject=person"]
    assert [state_in(soup(client.get(link)))["subject"] for link in links] == ["firm", "person"]
    assert not is_question(soup(client.get("/policies/check", params={"subject": "dog", "policy": "none"})))


def test_a_person_checks_one_policy_to_the_end(client: httpx.Client, house: House) -> None:
    page, asked = to_the_end(client, soup(client.get(f"/policies/check?policy={ELDER}")), ANSWERS)
    assert set(asked) <= ANSWERS.keys()
    assert [head.text for head in page.select(".policy-card h2")] == ["高龄津贴"]
    text = told(page)
    assert "2026-11-20" in text
    assert "1943年2月11日" in text
    assert house.pack.say("policies_not_a_decision") in text


@pytest.mark.parametrize("subject", ["firm", "person"])
def test_skipping_everything_ends_after_five_questions_with_what_is_missing(client: httpx.Client, subject: str) -> None:
    page, asked = to_the_end(client, soup(client.get(f"/policies/check?subject={subject}")), {})
    assert len(set(asked)) == 5
    assert page.select(".policy-card") == []
    assert page.select('main ul a[href^="/policies/yl-pol-"]')
    more = send(client, page)
    assert is_question(more)
    assert state_in(more)["asking"] not in asked


def test_a_firm_is_answered_with_every_kind_of_field(client: httpx.Client, rules: Eligibility) -> None:
    """Each type of fact can be filled in and is read back."""
    values = {"boolean": "yes", "money": "1,200,000", "ratio": "3.5", "integer": "30", "number": "2.5",
              "date": "2024-03-01"}  # fmt: skip
    seen = set()
    for fact in (one for one in rules.every.facts.values() if one.question and one.type.value not in seen):
        kind = fact.type.value
        listed = rules.every.lists.get(fact.list)
        codes = [entry.code for entry in listed.entries] if listed else list(fact.options)
        value: Any = values.get(kind) or (codes[:2] if kind == "choices" else codes[0])
        state = {"subject": fact.subject, "asking": fact.id, "asked": [fact.id]}
        page = soup(posted(client, state, value=value))
        held = state_in(page)["facts"][fact.id]
        expected: dict[str, Any] = {"boolean": True, "money": 1_200_000, "ratio": 0.035, "integer": 30, "number": 2.5,
                    "date": "2024-03-01", "choice": codes and codes[0], "choices": sorted(codes[:2])}  # fmt: skip
        assert held == pytest.approx(expected[kind]) if kind == "ratio" else held == expected[kind], fact.id
        seen.add(kind)
    assert seen >= {"boolean", "money", "integer", "date", "choice", "choices"}


def test_each_kind_of_question_has_a_field_with_a_name(client: httpx.Client, rules: Eligibility) -> None:
    kinds = {one.type: one for one in rules.every.facts.values() if one.question}
    for fact in kinds.values():
        state = {"subject": fact.subject, "asking": fact.id, "asked": [fact.id]}
        page = soup(posted(client, state, value="%"))
        assert page.select_one(".wrong") is not None
        legend = page.select_one("legend")
        assert legend is not None
        assert fact.question in legend.text
        field = page.select_one("[name=value]")
        assert field is not None
        named = field.name == "button" or field.find_parent("label") is not None
        assert named or page.select_one(f'label[for="{field["id"]}"]') is not None
        assert bool(page.select_one(".hint")) or not fact.hint


def test_a_sensitive_question_says_what_it_is_for(client: httpx.Client, rules: Eligibility) -> None:
    fact = next(
        one for one in rules.every.facts.values() if one.sensitivity == "sensitive" and one.type.value == "boolean"
    )
    page = soup(posted(client, {"subject": fact.subject, "asking": fact.id, "asked": [fact.id]}, value="?"))
    assert "敏感个人信息" in told(page)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("firm.revenue", "很多"),
        ("firm.revenue", "-5"),
        ("firm.revenue", "1e400"),
        ("firm.revenue", "nan"),
        ("firm.revenue", HOSTILE),
        ("firm.type", "dog"),
        ("firm.type", HOSTILE),
        ("firm.registered_on", "gestern"),
        ("firm.registered_on", "2026-02-30"),
        ("firm.registered_in_city", "vielleicht"),
        ("firm.revenue", "9" * 600),
        ("firm.receiving", HOSTILE),
    ],
)
def test_a_bad_value_is_told_at_the_field_and_nothing_is_taken(client: httpx.Client, fact: str, value: str) -> None:
    page = soup(posted(client, {"subject": "firm", "asking": fact, "asked": [fact]}, value=value))
    alert = page.select_one('form.question [role="alert"]')
    assert alert is not None
    assert "→" in alert.text
    state = state_in(page)
    assert (state["asking"], state["facts"], state["asked"]) == (fact, {}, [fact])
    assert page.select_one("main script") is None
    assert send(client, page, skip="1").select_one(".wrong") is None


def test_the_number_of_the_question_does_not_change_with_a_mistake(client: httpx.Client) -> None:
    state = {"subject": "firm", "asking": "firm.revenue", "asked": ["firm.revenue"]}
    page = soup(posted(client, state, value="viel"))
    assert "1" in told(page).split("5")[0]
    assert state_in(page)["asked"] == ["firm.revenue"]


def test_enough_shows_the_result_at_once(client: httpx.Client) -> None:
    page = send(client, soup(client.get("/policies/check?subject=person")), stop="1")
    assert not is_question(page)
    assert "2026-11-20" in told(page)


def test_who_does_not_fit_sees_why_and_what_would_change(client: httpx.Client) -> None:
    state = {
        "subject": "person",
        "policies": [ELDER],
        "facts": {"person.birth_date": "1980-02-11", "person.hukou_in_city": True},
    }
    page = soup(posted(client, state, stop="1"))
    card = page.select_one(".policy-card")
    assert card is not None
    assert "✗" in card.text
    assert "年龄不低于80周岁" in card.text
    assert card.select("a.cite")


@pytest.mark.parametrize(
    "state",
    [
        "",
        "{",
        "[]",
        "null",
        "1",
        "[" * 20_000,
        {},
        {"subject": "dog"},
        {"subject": "firm", "hidden": 1},
        {"subject": "firm", "policies": ["yl-pol-none"]},
        {"subject": "firm", "policies": [HOSTILE]},
        {"subject": "firm", "policies": [ELDER]},
        {"subject": "firm", "asking": "person.hukou_in_city"},
        {"subject": "firm", "facts": {"firm.revenue": "viel"}},
        {"subject": "firm", "facts": {"firm.revenue": -1}},
        {"subject": "firm", "facts": {"firm.type": HOSTILE}},
        {"subject": "firm", "facts": {"person.birth_date": "1940-01-01"}},
        {"subject": "firm", "asked": "firm.revenue"},
        {"subject": "firm", "before": "x"},
        '{"subject": "firm", "facts": {"firm.revenue": NaN}}',
        '{"subject": "firm", "facts": {"firm.revenue": 1e999}}',
    ],
)
@pytest.mark.parametrize("fields", [{}, {"stop": "1"}, {"value": "1"}])
def test_a_tampered_state_is_refused_without_a_stack_trace(
    client: httpx.Client, state: Any, fields: dict[str, str]
) -> None:
    reply = posted(client, state, **fields)
    assert reply.status_code == 400
    assert "Traceback" not in reply.text
    assert "<script>alert" not in reply.text


@pytest.mark.parametrize(
    ("state", "value"),
    [
        ({"subject": "firm", "asking": "firm.none"}, "yes"),
        ({"subject": "firm", "asking": HOSTILE, "asked": [HOSTILE]}, "yes"),
        ({"subject": "firm", "before": 99}, "1"),
        ({"subject": "firm", "before": -99}, "1"),
        ({"subject": "firm", "facts": {"firm.none": HOSTILE}}, "1"),
        ({"subject": "person", "asking": "person.age"}, "82"),
    ],
)
def test_a_state_that_fits_together_badly_breaks_nothing(
    client: httpx.Client, state: dict[str, Any], value: str
) -> None:
    for fields in ({"value": value}, {"skip": "1"}, {"stop": "1"}, {}):
        reply = posted(client, state, **fields)
        assert reply.status_code in {200, 400}, fields
        assert "Traceback" not in reply.text
        assert "<script>alert" not in reply.text


@pytest.mark.parametrize("body", [b"\xff\xfe", b"state=%FF", b"", b"state", b"value=1"])
def test_a_body_that_is_no_form_is_refused(client: httpx.Client, body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = client.post("/policies/check", content=body, headers=headers)
    assert reply.status_code == 400
    assert "Traceback" not in reply.text


def test_hostile_words_are_only_words(client: httpx.Client) -> None:
    page = soup(client.get("/policies", params={"q": HOSTILE}))
    field = page.select_one("#q")
    assert field is not None
    assert field["value"] == HOSTILE
    assert page.select_one("main script") is None
    reply = client.get("/policies/check", params={"subject": HOSTILE, "policy": HOSTILE, "lang": HOSTILE})
    assert "<script>alert" not in reply.text


def test_pages_are_not_kept_and_bring_no_script_of_their_own(client: httpx.Client) -> None:
    reply = client.get(f"/policies/check?policy={ELDER}")
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["cache-control"] == "no-store"
    page = soup(reply)
    assert page.select("main script, main [onclick]") == []


def test_english_readers_get_english_words_and_keep_them_to_the_end(client: httpx.Client, house: House) -> None:
    listed = soup(client.get("/policies?lang=en"))
    assert "Check my case" in told(listed)
    links = [str(link["href"]) for link in listed.select("main a")]
    assert all("lang=en" in link or link.startswith("#") for link in links)
    one = soup(client.get(f"/policies/{ELDER}?lang=en"))
    assert "What it gives" in told(one)
    page = soup(client.get("/policies/check?subject=person&lang=en"))
    assert "Question 1 of 5 at most" in told(page)
    while is_question(page):
        page = send(client, page, skip="1")
    assert "Still needed to tell" in told(page)
    assert "not a decision" in told(page)
    assert all("lang=en" in str(link["href"]) for link in page.select('main a[href^="/policies"]'))
    html = page.select_one("html")
    assert html is not None
    assert html["lang"] == "en"
