"""The public proxy, run for real: TLS, whose address counts, streams at once."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.deploy.proxying import BEAT, NGINX, Upstream, nginx, placed, serving
from tests.tools.mcp.making import free_port


@dataclass
class Front:
    """The proxy's addresses, the application behind it, and the certificate to trust."""

    https: str
    http: str
    app: Upstream
    trust: ssl.SSLContext


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for this machine in ``folder``, and who trusts it."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl here: apt-get install openssl")
    command = (
        f"{program} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    files = ["-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)  # noqa: S603
    return ssl.create_default_context(cafile=str(folder / "tls.crt"))


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    trust = certificate(folder)
    secure, plain = free_port(), free_port()
    with serving("app") as behind:
        text = placed((NGINX / "citydesk.conf").read_text(encoding="utf-8"), {443: secure, 80: plain})
        text = text.replace("app:8600", behind["app"].address).replace("/etc/nginx/tls", str(folder))
        text = text.replace("/etc/nginx/citydesk", str(NGINX))
        with nginx(folder / "nginx", text, port=secure):
            yield Front(f"https://127.0.0.1:{secure}", f"http://127.0.0.1:{plain}", behind["app"], trust)


@pytest.fixture(autouse=True)
def _forget(front: Front) -> None:
    front.app.asked.clear()
    front.app.headers.clear()
    front.app.left.clear()
    front.app.sent = 0


def test_plain_http_is_sent_to_tls(front: Front) -> None:
    answer = httpx.get(f"{front.http}/policies?x=1")
    assert answer.status_code == 308
    assert answer.headers["location"] == "https://127.0.0.1/policies?x=1"
    assert front.app.asked == []


def test_a_page_comes_over_tls_and_says_so(front: Front) -> None:
    answer = httpx.get(f"{front.https}/policies?x=1", verify=front.trust)
    assert (answer.status_code, answer.text) == (200, "app")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "nginx/" not in answer.headers["server"]
    assert front.app.asked == [("GET", "/policies?x=1")]
    assert front.app.headers[0]["x-forwarded-proto"] == "https"


def test_a_caller_cannot_choose_the_address_it_is_counted_by(front: Front) -> None:
    httpx.post(f"{front.https}/api/chat", content=b"{}", headers={"X-Forwarded-For": "9.9.9.9"}, verify=front.trust)
    assert front.app.headers[0]["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/api/chat", "/v1/chat/completions"])
def test_a_turn_streams_and_ends_with_its_reader(front: Front, path: str) -> None:
    with httpx.stream("POST", front.https + path, content=b'{"stream": true}', verify=front.trust) as answer:
        events = answer.iter_raw()
        arrived = [(next(events), time.monotonic()) for _ in range(4)]
    assert arrived[0][0] == b"data: 0\n\n"
    assert arrived[3][1] - arrived[0][1] > 2 * BEAT
    assert front.app.left.wait(timeout=3)
    assert front.app.sent < 30


def test_a_long_message_passes_through_memory(front: Front) -> None:
    """There is no folder for bodies: where the proxy wanted to write one, this would be an error."""
    assert httpx.post(f"{front.https}/api/chat", content=b"x" * 120_000, verify=front.trust).status_code == 200


def test_what_is_far_too_large_does_not_reach_the_application(front: Front) -> None:
    answer = httpx.post(f"{front.https}/api/chat", content=b"x" * 200_000, verify=front.trust)
    assert answer.status_code == 413
    assert front.app.asked == []


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_health_is_for_the_monitoring_network(front: Front, tmp_path: Path, path: str) -> None:
    assert httpx.get(front.https + path, verify=front.trust).status_code == 200
    (tmp_path / "monitoring.conf").write_text("deny all;\n", encoding="utf-8")
    trust, secure, plain = certificate(tmp_path), free_port(), free_port()
    text = placed((NGINX / "citydesk.conf").read_text(encoding="utf-8"), {443: secure, 80: plain})
    text = text.replace("app:8600", front.app.address).replace("/etc/nginx/tls", str(tmp_path))
    with nginx(tmp_path / "nginx", text.replace("/etc/nginx/citydesk", str(tmp_path)), port=secure):
        assert httpx.get(f"https://127.0.0.1:{secure}{path}", verify=trust).status_code == 403
        assert httpx.get(f"https://127.0.0.1:{secure}/", verify=trust).status_code == 200
