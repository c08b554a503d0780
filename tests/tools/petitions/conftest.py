"""A stream with a history, once for all; tests that add to it open a copy of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.petitions.town import unrelated
from tools.petitions.keeping import open_stream, save
from tools.petitions.stream import Stream

PROGRESS = ("怎么还没", "办得怎么样")


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a stream of 300 petitions of unrelated people."""
    stream = Stream(progress=PROGRESS)
    stream.extend(unrelated(300))
    stream.settle()
    folder = tmp_path_factory.mktemp("stream")
    save(stream, folder)
    return folder


@pytest.fixture
def stream(saved: Path) -> Stream:
    """That stream, opened for one test."""
    return open_stream(saved)
