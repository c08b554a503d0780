"""Growth against a year before: as it is published, or computed where values of two years compare.

Published growth is at constant prices or of the same firms; it is not what two published values give, and is never
replaced by that. Computed growth takes both values as they stand now, so that corrections count.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tools.economy.catalogue import Span, months_later
from tools.economy.figures import Figures

_YEAR = -12


class Growth(NamedTuple):
    """Growth in per cent, or change in points for rates and indices; ``before`` is the value it is measured by."""

    percent: float | None
    points: float | None
    before: float | None


NONE = Growth(None, None, None)


def growth(figures: Figures, area: str, month: date, span: Span) -> Growth:
    """Growth of a figure against a year before; nothing where it is not known."""
    one, now = figures.indicator, figures.get(area, month, span)
    if now is None:
        return NONE
    past = figures.get(area, months_later(month, _YEAR), span)
    before = past.value if past else None
    if one.in_points:
        change = None if now.value is None or before is None else round(now.value - before, one.digits)
        return Growth(None, change, before)
    if one.growth == "official":
        return Growth(now.growth, None, None)
    if now.value is None or not before:
        return NONE
    return Growth(round(100 * (now.value / before - 1), 1), None, before)
