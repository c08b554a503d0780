"""An ending that needs no specialist: fixed words, the gate's code, the numbers to call."""

from __future__ import annotations

from collections.abc import Sequence

from agents.outcomes import Outcome
from agents.state import Json


def ending(
    outcome: Outcome,
    route: str,
    said: Sequence[str],
    *,
    code: str | None = None,
    lines: Sequence[str] = (),
    alerts: Sequence[str] = (),
    specialist: str | None = None,
) -> Json:
    """The working-space entry that makes the graph go straight to the reply."""
    return {
        "outcome": outcome.value,
        "route": route,
        "said": list(said),
        "code": code,
        "lines": list(lines),
        "alerts": list(alerts),
        "specialists": [specialist] if specialist else [],
    }
