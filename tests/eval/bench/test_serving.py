"""The comparison runs and compares like with like; its figures are read by people, never by a test."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from agents.engines.tasks import WriteGiven
from city.outbound import allow_model_requests
from eval.bench.clients import NAMES, Target, body_of
from eval.bench.serving import Figures, main, phase, prompts
from eval.servers.profiles import PROFILES
from eval.servers.running import InThread, in_thread
from tests.conftest import YUNLAN


@pytest.fixture
def server() -> Iterator[InThread]:
    allow_model_requests(True)
    with in_thread(PROFILES["quick"].model_copy(update={"step": 0.01})) as running:
        yield running


@pytest.fixture(scope="module")
def asked() -> list[WriteGiven]:
    return prompts(YUNLAN, 7)


def test_prompts_are_questions_with_the_provisions_that_answer_them(asked: list[WriteGiven]) -> None:
    assert len(asked) > 50
    assert asked == prompts(YUNLAN, 7)
    assert all(len(one.passages) == 4 and all(passage.sentences for passage in one.passages) for one in asked)


def test_all_clients_ask_the_same(server: InThread, asked: list[WriteGiven]) -> None:
    target = Target(url=server.server.url, model="m", streams=1)
    for name in NAMES:
        made = phase(name, target, asked[:1], 1.0, 0.8)
        assert made.tokens > 10, name
        assert made.first, name
        assert server.server.seen.bodies[-1] == body_of(target, asked[0], server.server.seen.bodies[-1]["cache_salt"])


@pytest.mark.parametrize("name", NAMES)
def test_a_server_that_refuses_ends_the_run(server: InThread, asked: list[WriteGiven], name: str) -> None:
    target = Target(url=server.server.url, model="unknown", streams=2)
    with pytest.raises(Exception, match=r"404|model"):
        phase(name, target, asked[:1], 3.0, 0.5)


def test_the_command_prints_figures_of_every_client(server: InThread, capsys: pytest.CaptureFixture[str]) -> None:
    command = f"--url {server.server.url} --streams 4 --rounds 1 --workers 2 --warm 1.2 --seconds 0.5 --json"
    assert main(command.split()) in (0, 1)
    told = json.loads(capsys.readouterr().out)
    assert told["clients"].keys() == set(NAMES)
    assert all(Figures.model_validate(one).tokens_per_second > 0 for one in told["clients"].values())
    assert told["workers"] == 2
