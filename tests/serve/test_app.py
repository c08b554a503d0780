"""The HTTP application over the example city."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from agents.context import House
from agents.outcomes import Outcome
from serve.api.chat import is_thread, new_thread
from serve.api.complaints_file import ComplaintsFile
from serve.api.words import outcome_words, page_words
from serve.app import create_app
from serve.settings import Settings
from tests.serve.staged import BUSY, CITED, CRASH, HOSTILE, MARKUP, OLD, SLOW, StagedDesk, running, unhurried

JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def staged(house: House) -> StagedDesk:
    """The desk behind ``client``."""
    return StagedDesk(house)


@pytest.fixture(scope="module")
def client(settings: Settings, staged: StagedDesk) -> Iterator[httpx.Client]:
    """A caller of a real server."""
    with running(create_app(unhurried(settings), staged)) as base, httpx.Client(base_url=base, timeout=30) as made:
        yield made


def events(body: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in body.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and line[0] != ":")
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_turn_streams_checked_text_and_ends_with_the_answer(client: httpx.Client) -> None:
    reply = client.post("/api/chat", json={"text": CITED})
    assert reply.headers["content-type"].startswith("text/event-stream")
    found = events(reply.text)
    told = "".join(data["text"] for name, data in found if name == "text")
    name, final = found[-1]
    assert name == "answer"
    assert told == final["text"]
    assert final["citations"][0]["provision"].startswith("yl-parking-2024#")
    assert is_thread(final["thread"])


def test_json_is_given_to_whom_asks_for_it(client: httpx.Client) -> None:
    got = client.post("/api/chat", json={"text": "着火了，三楼冒烟"}, headers=JSON).json()
    assert got["outcome"] == "emergency"
    assert got["lines"][0] == "119"


def test_a_thread_goes_on_and_only_in_the_servers_form(client: httpx.Client) -> None:
    thread = client.post("/api/chat", json={"text": CITED}, headers=JSON).json()["thread"]
    again = client.post("/api/chat", json={"text": CITED, "thread": thread}, headers=JSON).json()
    assert again["thread"] == thread
    assert client.post("/api/chat", json={"text": CITED, "thread": "1"}).status_code == 422


def test_threads_cannot_be_guessed() -> None:
    made = {new_thread() for _ in range(200)}
    assert len(made) == 200
    assert all(is_thread(thread) for thread in made)


def test_staff_must_sign_in(client: httpx.Client) -> None:
    reply = client.post("/api/chat", json={"text": "内部办法", "role": "staff"})
    assert reply.status_code == 403
    assert "登录" in reply.json()["message"]


@pytest.mark.parametrize(
    ("content", "status", "error"),
    [
        (b"{", 400, "bad_json"),
        (b"", 400, "bad_json"),
        (b"[" * 60_000, 400, "unreadable"),
        ('{"text": "你好"}'.encode("gb18030"), 400, "unreadable"),
        (b'{"text": 1}', 422, "bad_fields"),
        (b'{"text": "a", "colour": 1}', 422, "bad_fields"),
        (b'{"text": "a", "as_of": "soon"}', 422, "bad_fields"),
        (b'{"text": ' + b"9" * 6_000 + b"}", 400, "unreadable"),
        (b'{"text": "' + b"a" * 70_000 + b'"}', 413, "too_large"),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_to_do(
    client: httpx.Client, content: bytes, status: int, error: str
) -> None:
    reply = client.post("/api/chat", content=content, headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["error"]) == (status, error)
    assert reply.json()["message"]
    assert reply.json()["message_en"]
    assert "Traceback" not in reply.text


def test_an_endless_body_without_a_length_is_cut_off(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 4096

    reply = client.post("/api/chat", content=endless())
    assert reply.status_code == 413


@pytest.mark.parametrize("text", ["", "\u200b\u200b", "\u0000", "\\ud800"])
def test_empty_and_invisible_messages_get_a_normal_answer(client: httpx.Client, text: str) -> None:
    body = b'{"text": "\\ud800"}' if text == "\\ud800" else json.dumps({"text": text}).encode()
    reply = client.post("/api/chat", content=body, headers={**JSON, "content-type": "application/json"})
    assert reply.status_code == 200
    assert reply.json()["outcome"] == "invalid_input"


def test_a_fault_in_the_stream_is_told_in_words(client: httpx.Client) -> None:
    for text, error in ((BUSY, "degraded"), (CRASH, "broken")):
        name, problem = events(client.post("/api/chat", json={"text": text}).text)[-1]
        assert (name, problem["error"]) == ("error", error)
        assert "secret" not in json.dumps(problem)


@pytest.mark.parametrize("path", ["/api/chat", "/ask"])
def test_a_crash_is_told_without_a_stack_trace(client: httpx.Client, path: str) -> None:
    if path == "/ask":
        reply = client.post(path, data={"text": CRASH}, headers={"accept": "text/html"})
    else:
        reply = client.post(path, json={"text": CRASH}, headers=JSON)
    assert reply.status_code == 500
    assert "12345" in reply.text
    assert "secret" not in reply.text
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_a_busy_desk_asks_a_json_caller_to_come_back(client: httpx.Client) -> None:
    reply = client.post("/api/chat", json={"text": BUSY}, headers=JSON)
    assert reply.status_code == 503
    assert int(reply.headers["retry-after"]) > 0


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_a_client_that_leaves_cancels_the_turn(client: httpx.Client, staged: StagedDesk, accept: str) -> None:
    staged.begun.clear()
    staged.cancelled.clear()
    leaver = httpx.Client(base_url=client.base_url, timeout=0.5)

    def leave() -> None:
        with pytest.raises(httpx.ReadTimeout):
            leaver.post("/api/chat", json={"text": SLOW}, headers={"accept": accept})
        leaver.close()

    gone = threading.Thread(target=leave)
    gone.start()
    assert staged.begun.wait(20)
    gone.join(20)
    assert staged.cancelled.wait(20)


def test_one_address_may_not_send_without_end(settings: Settings, house: House) -> None:
    few = settings.model_copy(update={"rate_per_minute": 2})
    with running(create_app(few, StagedDesk(house))) as base, httpx.Client(base_url=base) as caller:
        codes = [caller.post("/api/chat", json={"text": CITED}, headers=JSON) for _ in range(3)]
    assert [reply.status_code for reply in codes] == [200, 200, 429]
    assert 0 < int(codes[2].headers["retry-after"]) <= 30
    assert codes[2].headers["retry-after"] in codes[2].json()["message"]


def test_a_citation_opens_with_its_span(client: httpx.Client) -> None:
    cited = client.post("/api/chat", json={"text": CITED}, headers=JSON).json()["citations"][0]
    asked = {"start": cited["start"], "end": cited["end"]}
    got = client.get(f"/api/provisions/{quote(cited['provision'], safe='')}", params=asked).json()
    assert got["text"][got["span"]["start"] : got["span"]["end"]] == cited["quote"]
    assert got["state"] == "in_force"
    assert got["previous"]["id"]
    assert got["next"]["id"]
    assert "yl-parking-2016" in {version["document"] for version in got["versions"]}


def test_a_repealed_version_says_so(client: httpx.Client) -> None:
    cited = client.post("/api/chat", json={"text": OLD}, headers=JSON).json()["citations"][0]
    got = client.get(f"/api/provisions/{quote(cited['provision'], safe='')}").json()
    assert got["state"] == "repealed"
    assert got["valid_to"]
    assert got["span"] is None


def test_references_stand_where_they_are_said(client: httpx.Client, house: House) -> None:
    provisions = house.library.document("yl-parking-2024").provisions
    name = next(p.id for p in provisions if any(r.target for r in p.references))
    got = client.get(f"/api/provisions/{quote(name, safe='')}").json()
    assert any(ref["target"] for ref in got["references"])
    for ref in got["references"]:
        assert got["text"][ref["start"] : ref["end"]] == ref["words"]


def test_what_only_staff_may_read_is_not_found(client: httpx.Client, house: House) -> None:
    inner = house.library.document("yl-dispatch-internal-2024", role="staff").provisions[0]
    for path in ("/api/provisions/", "/provisions/"):
        reply = client.get(path + quote(inner.id, safe=""))
        assert reply.status_code == 404
        assert inner.text[:12] not in reply.text


@pytest.mark.parametrize("name", ["none%231", "%23", "..%2F..%2Fetc", "%00", "a" * 3000])
def test_a_provision_that_is_not_there_is_told_calmly(client: httpx.Client, name: str) -> None:
    reply = client.get(f"/api/provisions/{name}")
    assert reply.status_code == 404
    assert reply.json()["message"]


def test_health_names_snapshot_and_engine(client: httpx.Client, house: House) -> None:
    got = client.get("/healthz").json()
    assert got == {
        "ok": True,
        "city": "yunlan",
        "snapshot": house.library.snapshot,
        "engine": house.engine.name,
    }


def test_the_city_speaks_both_languages(client: httpx.Client, house: House) -> None:
    chinese, english = (client.get("/api/city", params={"lang": lang}).json() for lang in ("zh", "en"))
    assert chinese["words"].keys() == english["words"].keys()
    assert {line["phone"] for line in chinese["lines"]} >= {"110", "119", "120", "12356"}
    assert chinese["outcomes"].keys() == english["outcomes"].keys() == {outcome.value for outcome in Outcome}
    assert client.get("/api/city", params={"lang": "xx"}).json()["language"] == "zh"
    assert page_words(house.pack, "zh") == chinese["words"]


def test_endings_have_the_same_name_in_both_files(house: House) -> None:
    labels = {key: house.pack.say(f"page_outcome_{key}") for key in outcome_words(house.pack, "zh")}
    assert labels == outcome_words(house.pack, "zh")


def test_every_response_keeps_the_page_to_itself(client: httpx.Client) -> None:
    for path in ("/", "/api/city", "/nowhere", "/static/js/main.js", "/openapi.json"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "'unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_the_schema_is_served_and_no_page_that_loads_from_outside(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/chat", "/api/provisions/{name}", "/api/city", "/api/complaints", "/healthz"} <= paths.keys()
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_a_complaint_is_kept_and_numbered(client: httpx.Client, settings: Settings) -> None:
    thread = new_thread()
    given = {"thread": thread, "reason": " 电话不对\ud800 ", "answer": "请打……"}
    body = json.dumps(given).encode()
    reply = client.post("/api/complaints", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 201
    path = settings.home / "yunlan" / "complaints.jsonl"
    kept = ComplaintsFile(path).read()[-1]
    assert (kept.id, kept.thread, kept.reason) == (reply.json()["id"], thread, "电话不对")
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "given", [{"reason": "x"}, {"thread": "1", "reason": "x"}, {"thread": "A" * 22, "reason": " "}]
)
def test_a_complaint_about_nothing_is_refused(client: httpx.Client, given: dict[str, str]) -> None:
    assert client.post("/api/complaints", json=given).status_code == 422


def test_a_plain_form_is_answered_on_a_page(client: httpx.Client) -> None:
    page = client.post("/ask", data={"text": HOSTILE}).text
    assert "&lt;script&gt;" in page
    assert MARKUP not in page
    page = client.post("/ask", data={"text": CITED}).text
    assert 'href="/provisions/yl-parking-2024%23' in page
    page = client.post("/ask?lang=en", data={"text": "着火了，三楼冒烟"}).text
    assert 'href="tel:119"' in page
    assert "Emergency" in page


def test_a_form_in_another_encoding_is_told_so(client: httpx.Client) -> None:
    form = {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"}
    reply = client.post("/ask", content=b"text=%C4%E3%BA%C3", headers=form)
    assert reply.status_code == 400
    assert reply.headers["content-type"].startswith("text/html")
    assert "tel:12345" in reply.text


def test_the_server_opens_its_own_desk(settings: Settings) -> None:
    with running(create_app(settings)) as base:
        got = httpx.post(f"{base}/api/chat", json={"text": "你好"}, headers=JSON, timeout=30).json()
    assert got["outcome"] == "smalltalk"
    assert (settings.home / "yunlan" / "talks" / "threads.sqlite").is_file()
