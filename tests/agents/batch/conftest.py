from __future__ import annotations

import pytest

import agents.batch.working as working


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundredth of a pause, so that no test waits for one."""
    monkeypatch.setattr(working, "FIRST_PAUSE", 0.005)
    monkeypatch.setattr(working, "LONGEST_PAUSE", 0.05)
