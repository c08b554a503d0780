"""The server itself: the facts about vLLM on which the engine is built, asked of a real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.vllm.conftest import StartVLLM
from tests.vllm.server import Server

pytestmark = pytest.mark.vllm

QUESTION = "怎么办身份证"
SCHEMA = {
    "type": "object",
    "properties": {
        "clause": {"type": "integer", "minimum": 0, "maximum": 99},
        "urgency": {"enum": ["urgent", "normal"]},
        "places": {"type": "array", "items": {"enum": ["东区", "西区", "南区", "北区"]}, "maxItems": 4},
        "emergency": {"type": "boolean"},
    },
    "required": ["clause", "urgency", "places", "emergency"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60, trust_env=False) as opened:
        yield opened


def request(text: str, **fields: object) -> dict[str, Any]:
    return {
        "model": "city-llm",
        "messages": [{"role": "system", "content": "你是市政府的助手。"}, {"role": "user", "content": text}],
        "max_tokens": 200,
        "temperature": 0,
        **fields,
    }


def ask(client: httpx.Client, server: Server, text: str, **fields: object) -> httpx.Response:
    return client.post(f"{server.url}/chat/completions", json=request(text, **fields))


def streamed(client: httpx.Client, server: Server, text: str, **fields: object) -> list[dict[str, Any]]:
    """The events of a stream, which ends with [DONE]."""
    asked = request(text, stream=True, **fields)
    with client.stream("POST", f"{server.url}/chat/completions", json=asked) as answer:
        lines = [line.removeprefix("data: ") for line in answer.iter_lines() if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_it_is_healthy_and_names_its_model(client: httpx.Client, vllm_server: Server) -> None:
    assert client.get(f"{vllm_server.root}/health").status_code == 200
    (model,) = client.get(f"{vllm_server.url}/models").json()["data"]
    assert (model["id"], model["max_model_len"]) == (vllm_server.model, 8192)


def test_a_json_schema_is_enforced_in_its_order_and_without_blanks(client: httpx.Client, vllm_server: Server) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "triage", "schema": SCHEMA}}
    answers = [
        ask(client, vllm_server, text, response_format=form).json() for text in (QUESTION, "路灯坏了", "装修押金")
    ]
    for answer in answers:
        assert answer["choices"][0]["finish_reason"] == "stop"
        content = answer["choices"][0]["message"]["content"]
        said = json.loads(content)
        assert list(said) == SCHEMA["required"]
        assert [type(value) for value in said.values()] == [int, str, list, bool]
        assert said["urgency"] in {"urgent", "normal"}
        assert content == json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    assert len({answer["choices"][0]["message"]["content"] for answer in answers}) > 1


def test_an_unknown_field_is_ignored_without_a_word(client: httpx.Client, vllm_server: Server) -> None:
    """``guided_choice`` was vLLM's own before 0.12: whoever still sends it gets free text and no error."""
    plain = ask(client, vllm_server, QUESTION).json()["choices"][0]["message"]["content"]
    answer = ask(client, vllm_server, QUESTION, guided_choice=["是", "否"], no_such_field=1)
    assert answer.status_code == 200
    assert answer.json()["choices"][0]["message"]["content"] == plain
    assert plain not in {"是", "否"}
    today = ask(client, vllm_server, QUESTION, structured_outputs={"choice": ["是", "否"]}).json()
    assert today["choices"][0]["message"]["content"] in {"是", "否"}


def test_a_stream_has_pieces_and_counts_what_was_cached(client: httpx.Client, vllm_server: Server) -> None:
    before = vllm_server.metrics()
    text = "楼上天天半夜拖椅子，希望有人管管。" * 20
    first, second = (streamed(client, vllm_server, text, min_tokens=8) for _ in range(2))
    pieces = [event["choices"][0]["delta"].get("content") or "" for event in first if event["choices"]]
    assert len([piece for piece in pieces if piece]) >= 4
    whole = ask(client, vllm_server, text, min_tokens=8).json()
    assert "".join(pieces) == whole["choices"][0]["message"]["content"]
    usages = [events[-1]["usage"] for events in (first, second)]
    assert usages[0]["completion_tokens"] == whole["usage"]["completion_tokens"]
    cached = [usage["prompt_tokens_details"]["cached_tokens"] for usage in usages]
    assert cached[0] < cached[1]
    assert usages[1]["prompt_tokens"] - 16 <= cached[1] < usages[1]["prompt_tokens"]
    after = vllm_server.metrics()
    assert after["prefix_cache_hits"] - before["prefix_cache_hits"] >= cached[1]
    assert after["num_requests_running"] == after["num_requests_waiting"] == 0


def test_thinking_is_off_unless_asked_for_and_told_apart(client: httpx.Client, vllm_server: Server) -> None:
    off = ask(client, vllm_server, QUESTION).json()
    assert off["choices"][0]["message"]["reasoning"] is None
    on = ask(client, vllm_server, QUESTION, chat_template_kwargs={"enable_thinking": True}).json()
    assert on["choices"][0]["message"]["reasoning"]
    assert on["usage"]["prompt_tokens"] < off["usage"]["prompt_tokens"]


def test_an_answer_carries_the_request_id(client: httpx.Client, vllm_server: Server) -> None:
    answer = client.post(
        f"{vllm_server.url}/chat/completions", json=request(QUESTION), headers={"X-Request-Id": "turn-7"}
    )
    assert answer.headers["X-Request-Id"] == "turn-7"
    assert answer.json()["id"] == "chatcmpl-turn-7"


def test_an_unknown_model_is_404(client: httpx.Client, vllm_server: Server) -> None:
    answer = ask(client, vllm_server, QUESTION, model="someone-else")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)


def test_an_input_too_long_is_400(client: httpx.Client, vllm_server: Server) -> None:
    answer = ask(client, vllm_server, "路灯坏了。" * 9000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)
    assert "8192" in answer.json()["error"]["message"]


def test_a_second_server_takes_other_flags_and_leaves_nothing_behind(
    client: httpx.Client, start_vllm: StartVLLM
) -> None:
    with start_vllm(served_model_name="other", max_model_len=64) as server:
        assert client.get(f"{server.url}/models").json()["data"][0]["id"] == "other"
        assert ask(client, server, "路灯坏了" * 50, model="other").status_code == 400
    with pytest.raises(httpx.ConnectError):
        client.get(f"{server.root}/health")
    assert server.process.returncode is not None
