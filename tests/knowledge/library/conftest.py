from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.library import Library, Store
from knowledge.model import Document

Open = Callable[..., Library]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def opened(store: Store) -> Open:
    """Build and publish documents and open a library over them."""

    def open_(*documents: Document) -> Library:
        store.publish(store.build(documents).id)
        return Library.open(store, embedder=None)

    return open_
