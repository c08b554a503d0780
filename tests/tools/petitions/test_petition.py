"""The records."""

from __future__ import annotations

from datetime import datetime

import pytest
from pydantic import ValidationError

from tools.petitions.petition import Petition, Placement


def test_a_time_needs_a_zone() -> None:
    with pytest.raises(ValidationError):
        Petition(id="a", title="x", at=datetime(2025, 1, 1))  # the case under test


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValidationError):
        Placement.model_validate({"kind": "maybe"})
