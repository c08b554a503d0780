"""A model server on this machine, for the tests that mean to call one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from city.outbound import allow_model_requests
from tests.knowledge.pooling import Pooling, pooling


@pytest.fixture
def server() -> Iterator[Pooling]:
    """A server that behaves well until told otherwise; calls are let out while it runs."""
    allow_model_requests(True)
    with pooling() as state:
        yield state
