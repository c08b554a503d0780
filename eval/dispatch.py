"""How often dispatch names the right unit.

Cases are JSONL: ``text``, ``expect`` with ``unit`` (id), ``duty_item`` and ``also`` (units that may lead as well), and
``hard``. Dispatch alone is measured, without the gate: what must never come this far is another suite's matter.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from agents.dispatch.dispatcher import Dispatcher
from city.gazetteer import Gazetteer
from eval.articles import read_rows

_BINS = 10


def run_dispatch(cases: Path, dispatcher: Dispatcher, gazetteer: Gazetteer, day: date) -> dict[str, Any]:
    """Unit top-1 and top-3, duty item, calibration, for all cases and for the hard ones."""
    rows = list(read_rows(cases))
    begun = time.perf_counter()
    made = [dispatcher.suggest(row["text"], gazetteer.locate(row["text"]), day) for row in rows]
    spent = time.perf_counter() - begun
    told = [
        {
            "first": _is_right(row, [s.lead] if s else []),
            "three": _is_right(row, [s.lead, *(other.unit for other in s.others)] if s else []),
            "item": bool(s and s.duty_item == row["expect"]["duty_item"]),
            "confidence": s.confidence if s else 0.0,
            "hard": bool(row.get("hard")),
            "open": bool(s and s.open),
        }
        for row, s in zip(rows, made, strict=True)
    ]
    report = {"all": _figures(told), "hard": _figures([one for one in told if one["hard"]])}
    return {
        "cases": len(rows),
        **report,
        "place_open": sum(one["open"] for one in told),
        "ms_per_case": round(1000 * spent / max(1, len(rows)), 2),
        "misses": [
            {"id": row["id"], "expect": row["expect"]["unit"], "got": s.lead if s else "", "category": s.category}
            for row, s, one in zip(rows, made, told, strict=True)
            if s and not one["first"]
        ],
    }


def _is_right(row: dict[str, Any], units: Sequence[str]) -> bool:
    return bool({row["expect"]["unit"], *row["expect"].get("also", [])} & set(units))


def _figures(told: Sequence[dict[str, Any]]) -> dict[str, float]:
    if not told:
        return {}
    right = np.array([one["first"] for one in told], float)
    sure = np.array([one["confidence"] for one in told])
    return {
        "n": len(told),
        "unit_top1": round(float(right.mean()), 4),
        "unit_top3": round(float(np.mean([one["three"] for one in told])), 4),
        "duty_item": round(float(np.mean([one["item"] for one in told])), 4),
        "calibration_error": round(_calibration(right, sure), 4),
    }


def _calibration(right: np.ndarray[Any, Any], sure: np.ndarray[Any, Any]) -> float:
    """Mean gap between confidence and share of right ones, over bins of equal width."""
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))
