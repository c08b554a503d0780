from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import YUNLAN
from tools.workorders.example import ExampleHistory
from tools.workorders.leaves import load_leaves
from tools.workorders.model import Event

UNTIL = date(2026, 11, 25)


def made(orders: int, seed: int = 7, months: int = 18) -> ExampleHistory:
    return ExampleHistory(YUNLAN, code="YL", orders=orders, months=months, until=UNTIL, seed=seed)


@pytest.fixture(scope="session")
def history() -> ExampleHistory:
    """A thousand work orders of the example city."""
    if not load_leaves(YUNLAN):
        pytest.skip("the example city describes no leaves yet")
    return made(1_000)


@pytest.fixture(scope="session")
def lives(history: ExampleHistory) -> list[list[Event]]:
    return list(history)
