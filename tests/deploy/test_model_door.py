"""The proxy before the models, run for real: five paths, streams at once, a caller who leaves frees the server."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from city.models import ModelChoice, ProfileName
from serve.launch.deploying import nginx_pools
from serve.launch.servers import servers_of
from tests.conftest import YUNLAN
from tests.deploy.proxying import BEAT, NGINX, Upstream, nginx, placed, serving
from tests.tools.mcp.making import free_port

NAMES = ("vllm-chat-0", "vllm-chat-1", "vllm-batch-0", "vllm-embed-0", "vllm-rerank-0")
CHAT = "/vllm-chat-0/v1/chat/completions"
ALLOWED = {
    CHAT: "POST",
    "/vllm-chat-1/v1/chat/completions": "POST",
    "/vllm-batch-0/v1/chat/completions": "POST",
    "/vllm-embed-0/v1/embeddings": "POST",
    "/vllm-rerank-0/v1/rerank": "POST",
    "/vllm-chat-0/v1/models": "GET",
    "/vllm-embed-0/v1/models": "GET",
    "/vllm-chat-0/version": "GET",
}
FORBIDDEN = (
    "/",
    "/invocations",
    "/tokenize",
    "/detokenize",
    "/docs",
    "/openapi.json",
    "/redoc",
    "/metrics",
    "/health",
    "/ping",
    "/load",
    "/server_info",
    "/sleep",
    "/wake_up",
    "/is_sleeping",
    "/scale_elastic_ep",
    "/reset_prefix_cache",
    "/collective_rpc",
    "/inference/v1/generate",
    "/pooling",
    "/classify",
    "/score",
    "/rerank",
    "/v1",
    "/v1/",
    "/v1/completions",
    "/v1/responses",
    "/v1/messages",
    "/v1/score",
    "/v2/rerank",
    "/v1/audio/transcriptions",
    "/v1/load_lora_adapter",
    "/v1/unload_lora_adapter",
    "/v1/models/city-llm",
    "/v1/chat/completions/",
    "/v1/chat/completions/render",
    "/V1/chat/completions",
    "//v1/chat/completions/x",
    "/v1/chat/completions;x",
    "/v1/embeddings",
    "/v1/rerank",
)
ELSEWHERE = (
    "/v1/chat/completions",
    "/v1/models",
    "/version",
    "/vllm-chat-2/v1/chat/completions",
    "/vllm-chat-00/v1/models",
    "/vllm-embed-0/v1/chat/completions",
    "/vllm-rerank-0/v1/embeddings",
    "/vllm-chat-0/vllm-chat-1/v1/models",
    "/127.0.0.1:8000/v1/models",
)


@dataclass
class Door:
    """The proxy's two ports and the servers behind it."""

    url: str
    watch: str
    port: int
    behind: dict[str, Upstream]

    def reached(self) -> int:
        """Requests that came through to any server."""
        return sum(len(one.asked) for one in self.behind.values())


def pools(behind: dict[str, Upstream]) -> str:
    """The file of eight cards, of which the servers behind play two replicas, a batch server and both small ones."""
    models = ModelChoice.load(YUNLAN)
    assert models is not None
    mine = [one for one in servers_of(models, ProfileName.EIGHT) if one.name in NAMES]
    return nginx_pools(mine, {name: one.address for name, one in behind.items()})


def standing(behind: dict[str, Upstream], monitoring: Path) -> tuple[Door, list[str]]:
    """A door before the servers behind, and its configuration."""
    port, watch = free_port(), free_port()
    door = placed((NGINX / "model-door.conf").read_text(encoding="utf-8"), {8080: port, 8090: watch})
    door = door.replace("/etc/nginx/citydesk/monitoring.conf", str(monitoring))
    return Door(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{watch}", port, behind), [door, pools(behind)]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    with serving(*NAMES) as behind:
        made, parts = standing(behind, NGINX / "monitoring.conf")
        with nginx(folder / "nginx", *parts, port=made.port):
            yield made


@pytest.fixture(autouse=True)
def _forget(door: Door) -> None:
    for upstream in door.behind.values():
        upstream.asked.clear()
        upstream.headers.clear()
        upstream.left.clear()
        upstream.sent = 0


@pytest.mark.parametrize("path", ALLOWED)
def test_what_is_allowed_reaches_the_server_it_names(door: Door, path: str) -> None:
    answer = httpx.request(ALLOWED[path], door.url + path, content=b"{}" if ALLOWED[path] == "POST" else None)
    _, name, rest = path.split("/", 2)
    assert (answer.status_code, answer.text) == (200, name)
    assert door.behind[name].asked == [(ALLOWED[path], f"/{rest}")]
    assert door.reached() == 1


@pytest.mark.parametrize("path", [*(f"/vllm-chat-0{path}" for path in FORBIDDEN), *FORBIDDEN, *ELSEWHERE])
def test_everything_else_is_not_there(door: Door, path: str) -> None:
    assert httpx.get(door.url + path).status_code == 404
    assert httpx.post(door.url + path, content=b'{"messages": []}').status_code == 404
    assert door.reached() == 0


@pytest.mark.parametrize("path", ALLOWED)
def test_a_path_takes_its_own_method_only(door: Door, path: str) -> None:
    for method in {"GET", "POST", "PUT", "DELETE"} - {ALLOWED[path]}:
        assert httpx.request(method, door.url + path).status_code == 405
    assert door.reached() == 0


@pytest.mark.parametrize(
    "raw",
    [
        "/vllm-chat-0/metrics/../v1/models",
        "/vllm-chat-0/metrics/%2e%2e/v1/models",
        "/metrics/..//vllm-chat-0/v1/models",
        "/vllm-chat-0/v1/./models?x=1",
        "/vllm-chat-0/%761/models",
    ],
)
def test_a_path_with_dots_arrives_as_what_was_allowed(door: Door, raw: str) -> None:
    """A server that sorts by the beginning of a path must not see another one than the proxy did."""
    with socket.create_connection(("127.0.0.1", door.port)) as line:
        line.sendall(f"GET {raw} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert {asked for one in door.behind.values() for asked in one.asked} == {("GET", "/v1/models")}


@pytest.mark.parametrize(
    "body", [b'{"stream": true}', b'{"stream": true, "whole": true}'], ids=["chunked", "to the end"]
)
def test_a_stream_comes_event_by_event(door: Door, body: bytes) -> None:
    with httpx.stream("POST", door.url + CHAT, content=body) as answer:
        events = answer.iter_raw()
        arrived = [(next(events), time.monotonic()) for _ in range(4)]
        sent = sum(one.sent for one in door.behind.values())
    assert arrived[0][0] == b"data: 0\n\n"
    assert arrived[3][1] - arrived[0][1] > 2 * BEAT
    assert sent < 8
    assert door.behind["vllm-chat-0"].left.wait(timeout=3)  # and the next test begins with nothing under way


def test_a_caller_who_leaves_ends_the_servers_stream(door: Door) -> None:
    with httpx.stream("POST", door.url + CHAT, content=b'{"stream": true}') as answer:
        next(answer.iter_raw())
    asked = door.behind["vllm-chat-0"]
    assert asked.left.wait(timeout=3)
    assert asked.sent < 30


def test_a_caller_who_hangs_up_before_the_first_word_does_too(door: Door) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(door.url + CHAT, content=b'{"late": true}', timeout=0.3)
    assert door.behind["vllm-chat-0"].left.wait(timeout=2)


def test_a_body_beyond_any_context_is_refused_before_a_server(door: Door) -> None:
    assert httpx.post(door.url + CHAT, content=b"x" * (4 * 1024 * 1024 + 1)).status_code == 413
    assert door.reached() == 0
    assert httpx.post(door.url + CHAT, content=b"x" * 3_000_000).status_code == 200


def test_request_ids_and_the_key_pass(door: Door) -> None:
    sent = {"X-Request-Id": "turn-7", "Authorization": "Bearer k"}
    httpx.post(door.url + CHAT, content=b"{}", headers=sent)
    (seen,) = door.behind["vllm-chat-0"].headers
    assert (seen["x-request-id"], seen["authorization"]) == ("turn-7", "Bearer k")


def test_each_server_can_be_watched_from_the_monitoring_network(door: Door) -> None:
    for page in ("metrics", "health"):
        assert httpx.get(f"{door.watch}/vllm-chat-1/{page}").text == "vllm-chat-1"
    assert door.behind["vllm-chat-1"].asked == [("GET", "/metrics"), ("GET", "/health")]
    for path in ("/metrics", "/vllm-chat-1/v1/models", "/vllm-chat-1/", "/vllm-chat-9/metrics"):
        assert httpx.get(door.watch + path).status_code == 404


def test_others_cannot_watch(tmp_path: Path, door: Door) -> None:
    monitoring = tmp_path / "monitoring.conf"
    text = (NGINX / "monitoring.conf").read_text(encoding="utf-8")
    assert "allow 127.0.0.1;" in text
    monitoring.write_text(text.replace("allow 127.0.0.1;", ""), encoding="utf-8")
    made, parts = standing(door.behind, monitoring)
    with nginx(tmp_path / "nginx", *parts, port=made.port):
        assert httpx.get(f"{made.watch}/vllm-chat-0/metrics").status_code == 403
        assert httpx.get(f"{made.watch}/vllm-chat-0/health").status_code == 403
    assert door.reached() == 0


def test_a_server_that_is_gone_is_an_error_at_once_and_the_others_answer(tmp_path: Path, door: Door) -> None:
    """The application turns to another one: nothing is tried behind its back."""
    gone = Upstream("vllm-chat-1", port=free_port())
    made, parts = standing({**door.behind, gone.name: gone}, NGINX / "monitoring.conf")
    with nginx(tmp_path / "nginx", *parts, port=made.port):
        for _ in range(3):
            assert httpx.post(f"{made.url}/vllm-chat-1/v1/chat/completions", content=b"{}").status_code == 502
        assert httpx.post(made.url + CHAT, content=b"{}").text == "vllm-chat-0"
    assert door.reached() == 1
