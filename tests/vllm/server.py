"""Start and stop the real vLLM server (its CPU build, in an environment of its own) as a city would launch it.

The server is a process group on a free port of 127.0.0.1; whoever started it, however that one ends, takes it along.

Example::

    with start(model, folder, {"max_num_seqs": 2}) as server:
        httpx.get(f"{server.url}/models")
        server.metrics()["num_requests_running"]
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx

from tests.conftest import ROOT

PYTHON = ROOT / ".venv-vllm" / "bin" / "python"
"""The Makefile installs it there."""
MODEL = "city-llm"
READY_SECONDS = 240
STOP_SECONDS = 20

Flag = bool | int | float | str | dict[str, object] | list[str]

FLAGS: dict[str, Flag] = {
    "served_model_name": MODEL,
    "dtype": "float32",  # as the weights are stored; any CPU has it
    "max_model_len": 8192,
    "max_num_seqs": 32,
    "max_num_batched_tokens": 4096,
    "max_num_queued_reqs": 96,
    "enforce_eager": True,
    "reasoning_parser": "qwen3",
    "default_chat_template_kwargs": {"enable_thinking": False},
    "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
    "scheduling_policy": "priority",
    "enable_prompt_tokens_details": True,
    "enable_force_include_usage": True,
    "enable_request_id_headers": True,
    "sse_keep_alive_interval": 15,
    "disable_access_log_for_endpoints": "/health,/metrics",
}
"""As a city launches vLLM, in small: names as on its command line, with underscores."""

SURROUNDINGS = {
    "VLLM_CPU_KVCACHE_SPACE": "1",  # GiB
    "VLLM_HTTP_TIMEOUT_KEEP_ALIVE": "120",  # seconds; the client's is shorter
    "VLLM_MAX_N_SEQUENCES": "16",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "TOKENIZERS_PARALLELISM": "false",
}


def arguments(flags: dict[str, Flag]) -> list[str]:
    """Flags as words of a command line: True is the bare flag, False leaves it out, a dict is JSON."""
    words: list[str] = []
    for name, value in flags.items():
        flag = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words += [flag] * value
        elif isinstance(value, list):
            words += [flag, *value]
        else:
            words += [flag, json.dumps(value) if isinstance(value, dict) else str(value)]
    return words


def read_metrics(text: str) -> dict[str, float]:
    """vLLM's figures by name without ``vllm:`` and ``_total``, summed over their labels; no buckets of histograms."""
    figures: defaultdict[str, float] = defaultdict(float)
    for name, value in re.findall(r"^vllm:(\w+?)(?:_total)?(?:\{[^\n]*\})? (\S+)$", text, re.MULTILINE):
        if not name.endswith(("_bucket", "_created")):
            figures[name] += float(value)
    return dict(figures)


@dataclass
class Server:
    """A running server; leaving its ``with`` block stops it."""

    url: str
    """Where the OpenAI-compatible API is; ends in /v1."""
    process: subprocess.Popen[bytes]
    log: Path
    model: str = MODEL
    _ended: bool = False

    @property
    def root(self) -> str:
        """Where /health and /metrics are."""
        return self.url.removesuffix("/v1")

    def metrics(self) -> dict[str, float]:
        """What the server counts now: ``num_requests_running``, ``prefix_cache_hits`` …"""
        return read_metrics(httpx.get(f"{self.root}/metrics", timeout=10, trust_env=False).text)

    def log_tail(self, lines: int = 40) -> str:
        """The last lines of what the server wrote."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def kill(self) -> None:
        """End it at once, children and all, as a machine that fails."""
        if not self._ended:
            with suppress(ProcessLookupError):  # all of it may have ended by itself
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._ended = True

    def stop(self) -> None:
        """End it in good order where it obeys within STOP_SECONDS; nothing of it is left. Again is harmless."""
        try:
            self.process.terminate()
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end_with_parent() -> None:
    """Runs in the server before it starts: it is terminated when the tests' process ends, however that comes."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG


def start(
    model: Path,
    folder: Path,
    flags: dict[str, Flag] | None = None,
    *,
    environment: dict[str, str] | None = None,
    python: Path = PYTHON,
) -> Server:
    """Start vLLM on ``model`` and wait until it is healthy; log and caches lie in ``folder``.

    ``flags`` are laid over FLAGS, ``environment`` over SURROUNDINGS. Raises RuntimeError with the log's tail where the
    server ends or is not ready within READY_SECONDS; nothing of it is left then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    words = arguments({"model": str(model), "host": "127.0.0.1", "port": port, **FLAGS, **(flags or {})})
    caches = {name: str(folder / "cache") for name in ("HF_HOME", "VLLM_CACHE_ROOT", "VLLM_CONFIG_ROOT")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    log = folder / "server.log"
    with log.open("wb") as written:
        # In its own folder: `-m` looks there first, and packages of this repository must not hide others of their name.
        process = subprocess.Popen(  # noqa: S603
            [str(python), "-m", "vllm.entrypoints.openai.api_server", *words],
            cwd=folder,
            env=kept | SURROUNDINGS | caches | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    server = Server(f"http://127.0.0.1:{port}/v1", process, log)
    try:
        _wait_until_healthy(server)
    except BaseException:
        server.kill()
        raise
    return server


def _wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"vLLM ended with {server.process.returncode} while starting:\n{server.log_tail()}")
        with suppress(httpx.TransportError):
            if httpx.get(f"{server.root}/health", timeout=5, trust_env=False).is_success:
                return
        time.sleep(0.2)
    raise RuntimeError(f"vLLM was not ready within {READY_SECONDS} s:\n{server.log_tail()}")
