from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from city.outbound import allow_model_requests
from eval.servers.running import InThread, in_thread
from eval.servers.troubles import Kind, Trouble
from serve.cli.main import app

RUNNER = CliRunner()


@pytest.fixture
def server(_no_model_requests: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[InThread]:
    allow_model_requests(True)
    with in_thread(models=("city-llm",)) as running:
        monkeypatch.setenv("CITYDESK_ENGINE", "vllm")
        monkeypatch.setenv("CITYDESK_MODEL_URL", running.server.url)
        monkeypatch.setenv("CITYDESK_MODEL_NAME", "city-llm")
        yield running


def test_the_embedded_engine_needs_no_server() -> None:
    told = RUNNER.invoke(app, ["engine"])
    assert (told.exit_code, told.output.splitlines()[0].split()[:2]) == (0, ["engine", "embedded"])


def test_a_fit_server_is_told_with_what_it_can_do(server: InThread) -> None:
    told = RUNNER.invoke(app, ["engine"])
    assert told.exit_code == 0, told.output
    assert "serves city-llm" in told.output
    assert "MISSING" not in told.output
    assert told.output.rstrip().endswith("→ used")


def test_a_server_that_ignores_schemas_is_not_used(server: InThread) -> None:
    server.server.always = Trouble(Kind.FREE_TEXT)
    told = RUNNER.invoke(app, ["engine"])
    assert told.exit_code == 1
    assert "MISSING  json schema: response_format is not held to" in told.output
    assert told.output.rstrip().endswith("→ not used")


def test_a_server_that_is_gone_is_told(server: InThread) -> None:
    server.kill()
    told = RUNNER.invoke(app, ["engine", "--json"])
    assert told.exit_code == 1
    [found] = json.loads(told.output)["servers"]
    assert found["models"] == []
    assert server.server.url in found["findings"][0]["told"]
