"""What of a petition is meant for people: clauses that give orders to the machine stay in it, and decide nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.gate import Gate

_CLAUSE = re.compile(r"[^，,、：:]+[，,、：:]?")


def without_orders(gate: Gate, said: Sequence[str]) -> str:
    """The messages of a petition, a line each, less the clauses that give orders; empty where nothing else is said."""

    def injects(text: str) -> bool:
        return "injection" in gate.decide(text).flags

    meant = [c[0] for text in said if injects(text) for c in _CLAUSE.finditer(text) if not injects(c[0])]
    return "\n".join([text for text in said if not injects(text)] + meant)
