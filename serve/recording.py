"""Turns kept for replay: a file a day, readable by its owner only, gone after so many days. No personal data."""

from __future__ import annotations

import logging
import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from agents.recording import TurnRecord

log = logging.getLogger("citydesk.serve")


class DayFiles:
    """A `Recorder` into ``folder``: ``2026-11-27.jsonl``. Those older than ``days`` go when a new one begins."""

    def __init__(self, folder: Path, days: int) -> None:
        self._folder, self._days = folder, days
        self._lock, self._day = threading.Lock(), date.min

    def keep(self, record: TurnRecord) -> None:
        """Add one turn. A disk that is full or gone is logged, and the talk goes on."""
        try:
            with self._lock:
                self._begin(datetime.now(UTC).date())
                path = self._folder / f"{self._day.isoformat()}.jsonl"
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
                with os.fdopen(handle, "ab") as file:
                    file.write(record.model_dump_json().encode() + b"\n")
        except OSError as error:
            log.error("a turn of thread %s was not recorded: %s", record.thread, error)

    def _begin(self, day: date) -> None:
        if day == self._day:
            return
        self._day = day
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        oldest = (day - timedelta(days=self._days)).isoformat()
        for path in self._folder.glob("????-??-??.jsonl"):
            if path.stem < oldest:
                path.unlink(missing_ok=True)
