"""A bench over the example city."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agents.context import House
from eval.hotlinebench.stage import Bench, DeskOf

MakeBench = Callable[[DeskOf], Bench]


@pytest.fixture
def bench(filing_house: House, tmp_path: Path) -> Bench:
    """The bench with the product's desk."""
    assert filing_house.orders is not None
    return Bench(filing_house, filing_house.orders, tmp_path)


@pytest.fixture
def bench_with(filing_house: House, tmp_path: Path) -> MakeBench:
    """A bench with another desk."""

    def make(desk_of: DeskOf) -> Bench:
        assert filing_house.orders is not None
        return Bench(filing_house, filing_house.orders, tmp_path, desk_of)

    return make
