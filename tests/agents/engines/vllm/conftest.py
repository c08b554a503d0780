"""Simulated model servers, for the tests that mean to call one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from city.outbound import allow_model_requests
from eval.servers.running import InThread, in_thread
from tests.agents.engines.vllm.making import client_for, completed


@pytest.fixture(autouse=True)
def _our_servers_may_be_called(_no_model_requests: None) -> None:
    allow_model_requests(True)


@pytest.fixture(scope="session", autouse=True)
def _the_sdk_is_warm() -> None:
    """Its first request builds its types for half a second, which no test means to time."""
    with in_thread() as running:
        asyncio.run(_asked_once(running))


async def _asked_once(running: InThread) -> None:
    async with client_for(running) as client:
        await completed(client, 20.0)


@pytest.fixture
def server() -> Iterator[InThread]:
    """A server that behaves well until told otherwise."""
    with in_thread() as running:
        yield running


@pytest.fixture
def other() -> Iterator[InThread]:
    """A second replica."""
    with in_thread(seed=1) as running:
        yield running
