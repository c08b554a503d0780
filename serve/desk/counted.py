"""The figures of the last minute: counting reads every event, and several people look at once."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from agents.orders import Orders
from tools.workorders.figures import By, ContactClock, Report, figures

KEPT_SECONDS = 60.0


class Counted:
    """Counts the figures of one house, and keeps them for a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, By], tuple[float, Report]] = {}

    def report(self, orders: Orders, days: int, by: By) -> Report:
        """The report of the last ``days`` days."""
        key = (days, by)
        with self._lock:
            made, report = self._kept.get(key, (0.0, None))
            if report is not None and time.monotonic() - made < KEPT_SECONDS:
                return report
            end = orders.now() + timedelta(seconds=1)
            clock = ContactClock(orders.scheme.deadlines, orders.calendar)
            span = (end - timedelta(days=days), end)
            report = figures(orders.store.all_events(), span, contact_due=clock, by=by, as_of=end)
            self._kept[key] = (time.monotonic(), report)
            return report
