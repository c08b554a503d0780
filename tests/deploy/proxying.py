"""A real nginx before small servers that remember what reached them."""

from __future__ import annotations

import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import ROOT

NGINX = ROOT / "deploy" / "nginx"
BEAT = 0.1
"""Seconds between the events of a stream."""
BEATS = 100
"""Events of a stream that nobody ends: longer than any test waits."""


@dataclass
class Upstream:
    """A server behind the proxy: what was asked of it, and when its streams ended because nobody listened."""

    name: str
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    sent: int = 0

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"


def _hung_up(line: socket.socket, within: float) -> bool:
    """Whether the other side closes while it waits for the first word."""
    readable, _, _ = select.select([line], [], [], within)
    return bool(readable) and line.recv(1, socket.MSG_PEEK) == b""


def _events(*, chunked: bool) -> Iterator[bytes]:
    """A stream's events, as chunks or as they are."""
    for number in range(BEATS):
        event = f"data: {number}\n\n".encode()
        yield b"%x\r\n%s\r\n" % (len(event), event) if chunked else event


def _handler(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("content-length", 0))))

        def _answer(self, body: bytes) -> None:
            upstream.asked.append((self.command, self.path))
            upstream.headers.append({name.lower(): value for name, value in self.headers.items()})
            if b'"late"' in body and _hung_up(self.connection, within=1.5):
                upstream.left.set()
                self.close_connection = True
                return
            if b'"stream"' in body:
                self._stream(chunked=b'"whole"' not in body)
                return
            text = upstream.name.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def _stream(self, *, chunked: bool) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Connection", "close")))
            self.end_headers()
            try:
                for event in _events(chunked=chunked):
                    self.wfile.write(event)
                    self.wfile.flush()
                    upstream.sent += 1
                    time.sleep(BEAT)
            except OSError:  # the proxy has closed: nobody listens any more
                upstream.left.set()
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            return None

    return Handler


@contextmanager
def serving(*names: str) -> Iterator[dict[str, Upstream]]:
    """Servers on free ports of this machine, by name."""
    found: dict[str, Upstream] = {}
    running: list[ThreadingHTTPServer] = []
    for name in names:
        upstream = found[name] = Upstream(name)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(upstream))
        server.daemon_threads = True
        upstream.port = server.server_port
        running.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield found
    finally:
        for server in running:
            server.shutdown()
            server.server_close()


@contextmanager
def nginx(folder: Path, *parts: str, port: int) -> Iterator[None]:
    """nginx with these pieces of its http block, ready at ``port``; the test skips where there is none."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("no nginx here: apt-get install nginx-light")
    folder.mkdir()
    temporary = "\n".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    http = "\n".join(["access_log off;", temporary, *parts])
    for name in (
        "client_body",
        "proxy",
    ):  # files, no folders: where nginx would write what was said to a disk, it fails
        (folder / name).touch()
    text = f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log info;\nworker_processes 1;\n"
    text += f"events {{ worker_connections 256; }}\nhttp {{\n{http}\n}}\n"
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # noqa: S603
    try:
        _wait(process, port)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _wait(process: subprocess.Popen[str], port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"nginx ended: {process.communicate()[1]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail("nginx does not listen")


def placed(text: str, ports: dict[int, int]) -> str:
    """A configuration of ``deploy/`` with its ports put on this machine."""
    for port, mine in ports.items():
        assert f"listen {port}" in text, port
        text = text.replace(f"listen {port}", f"listen 127.0.0.1:{mine}")
    return text
