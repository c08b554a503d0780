"""The simulated model server is itself held to what it stands for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from random import Random
from typing import Any

import pytest

from eval.servers.answers import by_schema
from eval.servers.profiles import PROFILES, Profile
from eval.servers.running import InThread, in_process, in_thread
from eval.servers.stepping import PrefixCache
from eval.servers.troubles import Kind, Trouble

_ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "问"}]}


@pytest.fixture
def server() -> Iterator[InThread]:
    with in_thread() as running:
        yield running


def _sent(port: int, body: dict[str, Any] | None = None, path: str = "/v1/chat/completions") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _asked(server: InThread, **more: Any) -> tuple[int, str]:
    return _sent(server.server.port, _ASKED | more)


def test_a_whole_answer_has_the_form_of_the_api(server: InThread) -> None:
    status, told = _asked(server)
    answer = json.loads(told)
    assert (status, answer["object"], answer["model"]) == (200, "chat.completion", "m")
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["choices"][0]["message"]["content"].endswith("。〔1〕\n")
    assert answer["usage"]["total_tokens"] == answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"]


def test_a_stream_says_the_same_in_events(server: InThread) -> None:
    server.server.texts.extend(["一二三四五六七"] * 2)
    whole = json.loads(_asked(server)[1])
    _, told = _asked(server, stream=True, stream_options={"include_usage": True})
    events = [line.removeprefix("data: ") for line in told.split("\n\n") if line]
    assert events.pop() == "[DONE]"
    parts = [json.loads(event) for event in events]
    said = "".join(part["choices"][0]["delta"].get("content", "") for part in parts if part["choices"])
    assert said == whole["choices"][0]["message"]["content"]
    assert parts[-1]["usage"]["completion_tokens"] == whole["usage"]["completion_tokens"] == 3
    assert {part["object"] for part in parts} == {"chat.completion.chunk"}


def test_a_text_is_cut_at_max_tokens(server: InThread) -> None:
    server.server.texts.append("字" * 90)
    choice = json.loads(_asked(server, max_tokens=4)[1])["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("字" * 12, "length")


def test_the_same_seed_says_the_same() -> None:
    said = []
    for _ in range(2):
        with in_thread(seed=5) as running:
            said.append(json.loads(_asked(running)[1])["choices"][0]["message"]["content"])
    assert said[0] == said[1]


def test_what_is_told_of_the_server(server: InThread) -> None:
    port = server.server.port
    assert _sent(port, path="/health") == (200, "")
    assert json.loads(_sent(port, path="/v1/models")[1])["data"][0]["id"] == "m"
    assert _sent(port, path="/nothing")[0] == 404
    _asked(server)
    lines = _sent(port, path="/metrics")[1].splitlines()
    assert 'vllm:num_requests_running{model_name="m"} 0.0' in lines
    assert 'vllm:num_requests_waiting{model_name="m"} 0.0' in lines
    assert 'vllm:request_success_total{model_name="m"} 1.0' in lines


def test_requests_wait_for_a_slot_and_are_turned_away_beyond_the_queue() -> None:
    profile = Profile(first=0.3, step=0.001, max_num_seqs=2, max_queued=5, answer=(3, 3))
    with in_thread(profile) as running, ThreadPoolExecutor(8) as asking:
        ends = [asking.submit(_asked, running) for _ in range(8)]
        statuses = sorted(end.result()[0] for end in ends)
        assert statuses == [200] * 5 + [503] * 3
        assert running.server.engine.peak == 2


def test_lower_priorities_go_first() -> None:
    profile = Profile(first=0.2, step=0.001, max_num_seqs=1, answer=(1, 1))
    order: list[int] = []

    def ask(priority: int) -> None:
        _asked(running, priority=priority)
        order.append(priority)

    with in_thread(profile) as running, ThreadPoolExecutor(4) as asking:
        first = asking.submit(ask, 0)
        while not running.server.engine.running:
            pass
        rest = [asking.submit(ask, priority) for priority in (10, 5, -10)]
        while len(running.server.engine.waiting) < 3:
            pass
        for end in (first, *rest):
            end.result()
    assert order == [0, -10, 5, 10]


def test_only_whole_blocks_of_the_same_salt_are_cached() -> None:
    cache = PrefixCache()
    prompt = "".join(str(number) for number in range(100))
    known = len(prompt) // 24 * 16
    assert cache.read(prompt, "a") == 0
    assert cache.read(prompt, "a") == known
    assert cache.read(prompt, "b") == 0
    assert cache.read(prompt[:50] + "x" * 100, "a") == 32
    assert cache.read("now " + prompt, "a") == 0


def test_a_server_that_was_killed_comes_back_at_its_port(server: InThread) -> None:
    port = server.server.port
    server.kill()
    with pytest.raises(OSError, match=r".*"):
        _asked(server)
    server.restart()
    assert (_asked(server)[0], server.server.port) == (200, port)


def test_troubles_are_used_up(server: InThread) -> None:
    server.server.troubles.append(Trouble(Kind.PAGE, code=502))
    assert [_asked(server)[0] for _ in range(2)] == [502, 200]
    server.server.always = Trouble(Kind.TOO_MANY)
    assert [_asked(server)[0] for _ in range(2)] == [429, 429]


def test_what_no_answer_can_be_made_of_is_said() -> None:
    with pytest.raises(ValueError, match="no answer"):
        by_schema(Random(1), {"type": "tuple"})  # noqa: S311  # a word to say


def test_the_pace_of_a_card_is_that_of_its_figures() -> None:
    profile = PROFILES["h100"]
    alone, crowded = (profile.step + profile.step_per_running * running for running in (1, 200))
    assert 0.008 < alone < 0.012
    assert 0.020 <= crowded <= 0.030
    prompt = 1200 / profile.prefill_rate + profile.first
    assert 0.06 <= prompt <= 0.16


def test_it_runs_in_a_process_of_its_own() -> None:
    with in_process("quick", model="city") as url:
        port = int(url.split(":")[2].split("/")[0])
        assert _sent(port, _ASKED | {"model": "city"})[0] == 200
        assert _sent(port, _ASKED)[0] == 404
