"""What the gate does to a file of messages: rates by route, recall where routes are expected, and speed.

``python -m eval.gate FILE.jsonl [--gate FOLDER] [--show N]`` reads one object per line with ``text`` (or
``title`` and ``detail``), and optionally ``history`` and ``expect`` (an object with any of ``route, kind,
code, lines, alerts, flags, secondary``). The route ``calm`` stands for every route but emergency and crisis.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from agents.gate import Gate, GateContext, GateDecision, OpenMatter, Route
from agents.gate.gate import MAYBE
from agents.gate.training import train_second_opinion

DEFAULT_GATE = Path(__file__).resolve().parents[1] / "cities" / "yunlan" / "gate"


CALM = "calm"
RISKY = (Route.EMERGENCY, Route.CRISIS_TALK)


class GateTraining(BaseModel):
    """Chances from which the second opinions raise a message, or only add a word of care."""

    danger_raised_at: float
    danger_torn_at: float
    crisis_raised_at: float
    crisis_torn_at: float


def train_gate(pack: Path) -> GateTraining:
    """Learn the second opinions of the pack's gate anew and store them. Raises BadInput for a broken file."""
    danger, crisis = train_second_opinion(pack)
    return GateTraining(
        danger_raised_at=danger.raise_at,
        danger_torn_at=danger.torn_at,
        crisis_raised_at=crisis.raise_at,
        crisis_torn_at=crisis.torn_at,
    )


class GateMiss(BaseModel):
    """A message whose decision is not the expected one."""

    id: str
    text: str
    field: str
    expected: str
    got: str


class GateReport(BaseModel):
    """Figures over one file. Rates are shares of all messages; milliseconds are per message."""

    messages: int
    routes: dict[str, int]
    kinds: dict[str, int]
    emergency_rate: float
    crisis_rate: float
    by_statistics: int = Field(description="emergencies that the second opinion raised and no rule saw")
    maybe: int = Field(description="messages answered calmly that carry the flag maybe_emergency")
    rules: dict[str, int] = Field(description="how often each danger rule took part in a flagged message")
    expected: int = Field(description="messages that carry an expectation")
    danger_seen: float | None = Field(description="share of expected emergencies and crises routed as either")
    calm_alarmed: float | None = Field(description="share of messages expected calm that were routed as either")
    misses: list[GateMiss]
    median_ms: float
    worst_ms: float


def run_gate(path: Path, gate: Gate | None = None) -> GateReport:
    """Decide every message of ``path`` and count. Raises OSError or ValueError for a file that is not JSON
    lines."""
    gate = gate or Gate.open(DEFAULT_GATE)
    routes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    times: list[float] = []
    misses: list[GateMiss] = []
    expected = by_statistics = maybe = 0
    seen: dict[bool, list[bool]] = {True: [], False: []}
    for number, row in enumerate(_rows(path), 1):
        text = message_of(row)
        began = time.perf_counter()
        decision = gate.decide(text, _context(row))
        times.append((time.perf_counter() - began) * 1000)
        routes[decision.route] += 1
        kinds[decision.kind] += 1
        by_statistics += decision.decided_by == "statistics"
        maybe += MAYBE in decision.flags and decision.route not in RISKY
        if decision.route in RISKY:
            rules.update({match.rule for match in decision.matched})
        if "expect" in row:
            expected += 1
            if "route" in row["expect"]:
                seen[row["expect"]["route"] in RISKY].append(decision.route in RISKY)
            misses.extend(_misses(str(row.get("id", number)), text, row["expect"], decision))
    total = max(1, len(times))
    times.sort()
    return GateReport(
        messages=len(times),
        routes=dict(routes.most_common()),
        kinds=dict(kinds.most_common()),
        emergency_rate=routes[Route.EMERGENCY] / total,
        crisis_rate=routes[Route.CRISIS_TALK] / total,
        by_statistics=by_statistics,
        maybe=maybe,
        rules=dict(rules.most_common()),
        expected=expected,
        danger_seen=_share(seen[True]),
        calm_alarmed=_share(seen[False]),
        misses=misses,
        median_ms=times[len(times) // 2] if times else 0.0,
        worst_ms=times[-1] if times else 0.0,
    )


def _share(hits: list[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def message_of(row: Mapping[str, Any]) -> str:
    """The words of one row: its ``text``, or its ``title`` and ``detail`` as one message."""
    if "text" in row:
        return str(row["text"])
    return f"{row.get('title', '')}。{row.get('detail', '')}"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _context(row: dict[str, Any]) -> GateContext:
    return GateContext(
        history=tuple(row.get("history", ())),
        role=row.get("role", "citizen"),
        open_matters=tuple(OpenMatter.model_validate(matter) for matter in row.get("open_matters", ())),
    )


def _misses(name: str, text: str, expect: dict[str, Any], decision: GateDecision) -> list[GateMiss]:
    misses = []
    for field, wanted in expect.items():
        if field not in GateDecision.model_fields:
            continue  # what other suites expect of the same file
        got = getattr(decision, field)
        if (field, wanted) == ("route", CALM):
            fits = decision.route not in RISKY
        else:
            fits = set(wanted) <= set(got) if isinstance(wanted, list) else got == wanted
        if not fits:
            misses.append(GateMiss(id=name, text=text, field=field, expected=str(wanted), got=str(got)))
    return misses


def main() -> None:
    """Print the report as JSON, and on request the flagged messages with the words that flagged them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--gate", type=Path, default=DEFAULT_GATE)
    parser.add_argument("--show", type=int, default=0, help="print so many flagged messages")
    options = parser.parse_args()
    gate = Gate.open(options.gate)
    print(run_gate(options.file, gate).model_dump_json(indent=2))
    for row in _rows(options.file):
        decision = gate.decide(message_of(row), _context(row))
        if options.show > 0 and decision.route in RISKY:
            options.show -= 1
            words = " ".join(f"{match.rule}={match.words!r}" for match in decision.matched[:3])
            print(f"{decision.route} {words}\n  {message_of(row)[:200]}")


if __name__ == "__main__":
    main()
