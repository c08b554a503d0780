from __future__ import annotations

import pytest
from pydantic import ValidationError

from agents.dispatch.suggestion import Suggestion
from tools.workorders.bands import Band


def test_a_suggestion_survives_the_talks_state() -> None:
    made = Suggestion(category="090101", category_confidence=0.9, lead="u", confidence=0.8)
    assert Suggestion.model_validate(made.model_dump(mode="json")) == made
    assert made.band is Band.PERSON


def test_confidence_is_a_probability() -> None:
    with pytest.raises(ValidationError):
        Suggestion(category="090101", category_confidence=0.9, confidence=1.2)
