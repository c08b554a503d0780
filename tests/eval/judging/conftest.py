"""What tests of judging share: a judge's server, and a place to keep judgements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from city.outbound import allow_model_requests
from eval.judging.endpoint import Endpoint
from eval.runs.cache import Cache
from eval.servers.running import InThread
from tests.eval.judging.lexical import MODEL, LexicalJudge


@pytest.fixture
def server(_no_model_requests: None) -> Iterator[InThread]:
    allow_model_requests(True)
    running = InThread(LexicalJudge())
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def endpoint(server: InThread) -> Endpoint:
    return Endpoint(server.server.url, MODEL, "none")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    opened = Cache(tmp_path / "cache.sqlite")
    yield opened
    opened.close()
