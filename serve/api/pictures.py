"""Charts of an answer as pictures: drawn where the answer leaves the house, so that talks keep only the values."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from agents.contract import DataShown
from tools.charts import Chart, svg


def drawn(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as JSON with ``svg`` beside each chart (empty where there is none)."""
    data = [{**shown, "svg": _svg(shown.get("chart"))} for shown in answer.get("data", [])]
    return {**answer, "data": data}


def picture(shown: DataShown) -> Markup:
    """The chart for a template. The drawing escapes every text that it holds."""
    return Markup(_svg(shown.chart))  # noqa: S704  # made by tools.charts, which escapes


def _svg(chart: dict[str, Any] | None) -> str:
    return svg(Chart.model_validate(chart)) if chart else ""
