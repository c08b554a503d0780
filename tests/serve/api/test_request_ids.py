"""Every response names its request, and no caller writes into our logs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.context import House
from agents.engines.base import Engine, I, O, Task
from agents.engines.calls import Call
from city.tracking import request_id
from serve.api.request_ids import FORM, HEADER, id_of
from serve.app import create_app
from serve.settings import Settings
from tests.serve.staged import CRASH, StagedDesk, running, unhurried

OURS = re.compile("[0-9a-f]{24}")


@pytest.fixture(scope="module")
def client(settings: Settings, house: House) -> Iterator[httpx.Client]:
    """A caller of a real server."""
    with (
        running(create_app(unhurried(settings), StagedDesk(house))) as base,
        httpx.Client(base_url=base, timeout=30) as made,
    ):
        yield made


class Overhearing:
    """The engine of the house, noting for which requests it works."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.heard = engine.name, set[str]()
        self._engine = engine

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        self.heard.add(request_id())
        return await self._engine.decide(task, given, call)

    def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncIterator[str]:
        self.heard.add(request_id())
        return self._engine.write(task, given, call)


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_the_engine_works_under_the_id_of_the_request(settings: Settings, house: House, accept: str) -> None:
    engine = Overhearing(house.engine)
    desk = StagedDesk(replace(house, engine=engine))
    with running(create_app(unhurried(settings), desk)) as base:
        headers = {"accept": accept, "x-request-id": "turn-0007"}
        reply = httpx.post(f"{base}/api/chat", json={"text": "路边停车怎么收费"}, headers=headers, timeout=60)
    assert reply.status_code == 200
    assert engine.heard == {"turn-0007"}


@pytest.mark.parametrize("path", ["/", "/api/city", "/nowhere", "/static/js/main.js", "/api/provisions/none"])
def test_every_response_names_its_request(client: httpx.Client, path: str) -> None:
    first, second = (client.get(path).headers["x-request-id"] for _ in range(2))
    assert OURS.fullmatch(first)
    assert first != second
    assert client.get(path, headers={"x-request-id": "gateway-2026.11_27"}).headers["x-request-id"] == (
        "gateway-2026.11_27"
    )


def test_failures_are_named_too(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    named = {"x-request-id": "turn-0007", "accept": "application/json"}
    for reply in (
        client.post("/api/chat", content=b"{", headers=named),
        client.post("/api/chat", content=b"x" * 200_000, headers=named),
        client.post("/api/chat", json={"text": CRASH}, headers=named),
    ):
        assert reply.status_code >= 400
        assert reply.headers.get_list("x-request-id") == ["turn-0007"]
    assert "failed" in caplog.text


@pytest.mark.parametrize(
    "given_id", ["short", "x" * 65, "turn 0007", "-urn-0007", "turn-0007;rm", "{request}", "轮次第七"]
)
def test_what_is_no_id_is_replaced(client: httpx.Client, given_id: str) -> None:
    told = client.get("/api/city", headers={b"x-request-id": given_id.encode()}).headers["x-request-id"]
    assert OURS.fullmatch(told)


def test_two_ids_are_none(client: httpx.Client) -> None:
    both = [("x-request-id", "turn-0007"), ("x-request-id", "turn-0008")]
    assert OURS.fullmatch(client.get("/api/city", headers=both).headers["x-request-id"])


@given(st.binary(max_size=80))
def test_whatever_is_sent_an_id_is_one_word_of_plain_characters(sent: bytes) -> None:
    name = id_of({"headers": [(HEADER, sent)]})
    assert FORM.fullmatch(name)
    assert name == sent or OURS.fullmatch(name.decode())
