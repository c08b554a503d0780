"""One real vLLM server for the session, and more with other flags. Only on request: they take 25 s and 3 GB each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.vllm.server import PYTHON, Flag, Server, start
from tests.vllm.tiny import make_tiny


class StartVLLM(Protocol):
    """Starts a server with flags laid over the usual ones; ``with`` stops it, the end of the session in any case."""

    def __call__(self, *, environment: dict[str, str] | None = None, **flags: Flag) -> Server: ...


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests that start a server alone unless ``-m`` names them."""
    if "vllm" in config.option.markexpr:
        return
    for item in items:
        if item.get_closest_marker("vllm"):
            item.add_marker(pytest.mark.skip(reason="starts a real vLLM server: make test-vllm"))


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model's folder."""
    return make_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def start_vllm(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartVLLM]:
    """How a test starts a server of its own, say ``start_vllm(max_num_queued_reqs=2)``."""
    if not PYTHON.exists():
        pytest.fail(f"no vLLM at {PYTHON}: `make test-vllm` installs it", pytrace=False)
    with ExitStack() as running:

        def begin(*, environment: dict[str, str] | None = None, **flags: Flag) -> Server:
            folder = tmp_path_factory.mktemp("vllm")
            return running.enter_context(start(tiny_model, folder, flags, environment=environment))

        yield begin


@pytest.fixture(scope="session")
def vllm_server(start_vllm: StartVLLM) -> Server:
    """The server that tests share, launched as a city would."""
    return start_vllm()
