"""One switch makes a real call of a model over the network impossible: tests turn it off for the whole run."""

from __future__ import annotations

from city.errors import Refused

_allowed = True


def allow_model_requests(allowed: bool) -> None:
    """Set whether a model may be called over the network from now on in this process."""
    global _allowed  # the switch is meant to be global: no code path may miss it
    _allowed = allowed


def require_model_requests() -> None:
    """Raise Refused where real model calls are switched off."""
    if not _allowed:
        raise Refused("Real model calls are switched off here; use ScriptedEngine or EmbeddedEngine.")
