"""Complaints about answers, kept append-only in one file that only its owner may read."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from knowledge.library.durable import locked
from knowledge.library.journal import Journal


class Complaint(BaseModel):
    """What a citizen says is wrong with an answer."""

    model_config = ConfigDict(frozen=True)

    id: str
    at: datetime
    thread: str
    reason: str
    answer: str = ""


def _utc() -> datetime:
    return datetime.now(UTC)


class ComplaintsFile:
    """The complaints in ``path``, hash-chained: one changed or removed later shows. ``now`` is the clock."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = _utc) -> None:
        self.path = path
        self._now = now

    def add(self, thread: str, reason: str, answer: str = "") -> Complaint:
        """Keep a complaint; it is on disk when this returns."""
        at = self._now()
        number = f"{at:%Y%m%d}-{secrets.token_hex(4)}"
        complaint = Complaint(id=number, at=at, thread=thread, reason=reason, answer=answer)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.path.with_suffix(".lock"), wait=True, busy="another complaint is being written"):
            self.path.touch(mode=0o600)
            Journal(self.path).append(complaint.model_dump(mode="json"))
        return complaint

    def read(self) -> list[Complaint]:
        """Every complaint, oldest first. Raises BadInput where the file was changed by hand."""
        return [Complaint.model_validate(record) for record in Journal(self.path).read()]
