"""A simulated model server beside its caller: in a thread, where a test can reach into it, or in its own process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from eval.servers.model import SimulatedServer
from eval.servers.profiles import PROFILES, Profile

T = TypeVar("T")
_ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE = 20.0


class InThread:
    """A server in a thread of its own, which lives through `kill` and `restart`. Its ``server`` may be read from
    outside, and its troubles and texts appended to.
    """

    def __init__(self, server: SimulatedServer):
        self.server = server
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="model-server")
        self._thread.start()
        self._call(server.open())

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def kill(self) -> None:
        """Break everything off and stop listening."""
        self._call(self.server.kill())

    def restart(self) -> None:
        """Listen again at the same port."""
        self._call(self.server.open())

    def close(self) -> None:
        """End the thread."""
        self.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()


@contextmanager
def in_thread(profile: Profile = PROFILES["quick"], **settings: Any) -> Iterator[InThread]:
    """A running server; settings as of `SimulatedServer`."""
    running = InThread(SimulatedServer(profile, **settings))
    try:
        yield running
    finally:
        running.close()


@contextmanager
def in_process(profile: str = "h100", *, model: str = "m", seed: int = 0) -> Iterator[str]:
    """A server in a process of its own; its URL."""
    command = [sys.executable, "-m", "eval.servers.model", "--profile", profile, "--model", model, "--seed", str(seed)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own module
    try:
        assert process.stdout is not None  # noqa: S101  # a pipe was asked for
        line = process.stdout.readline()
        if not line.startswith("ready at "):
            raise RuntimeError("the simulated server did not start: run it by hand to see why")
        yield line.removeprefix("ready at ").strip()
    finally:
        process.terminate()
        process.wait(_PATIENCE)
        if process.stdout is not None:
            process.stdout.close()
