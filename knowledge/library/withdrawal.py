"""What is withdrawn. The append-only record of withdrawals *is* the list: one write does both, so neither
can lag.

Every search asks for the list again; unless the file changed, that costs one ``stat``. A file that cannot
be read stops the search (fail closed) rather than bringing withdrawn text back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from city.errors import BadInput, Refused
from knowledge.library.journal import Journal


class Withdrawal(BaseModel):
    """One withdrawal or restoration of a document or provision."""

    model_config = ConfigDict(frozen=True)

    action: Literal["withdraw", "restore"]
    id: str
    reason: str
    by: str
    at: datetime


class Withdrawn(BaseModel):
    """What is withdrawn at one moment. ``stamp`` differs whenever the list does."""

    model_config = ConfigDict(frozen=True)

    stamp: tuple[int, int, int] = (0, 0, 0)
    entries: dict[str, Withdrawal] = {}

    def covers(self, provision: str) -> bool:
        """Whether the provision is withdrawn, itself or with its document."""
        return provision in self.entries or provision.partition("#")[0] in self.entries


class Withdrawals:
    """The list kept in a journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known = Withdrawn()

    def now(self) -> Withdrawn:
        """What is withdrawn now. Raises ``BadInput`` when the record is damaged."""
        stamp = self._journal.stamp()
        known = self._known
        if stamp == known.stamp:
            return known
        entries: dict[str, Withdrawal] = {}
        for entry in self.record_of_all():
            if entry.action == "withdraw":
                entries[entry.id] = entry
            else:
                entries.pop(entry.id, None)
        # Stamped before reading: what is appended meanwhile gives another stamp and is read at the next call.
        self._known = Withdrawn(stamp=stamp, entries=entries)
        return self._known

    def record_of_all(self) -> list[Withdrawal]:
        """Every withdrawal and restoration, oldest first."""
        return [Withdrawal.model_validate(record) for record in self._journal.read()]

    def record(self, action: Literal["withdraw", "restore"], name: str, *, reason: str, by: str, at: datetime) -> None:
        """Append one. The caller holds the store's lock."""
        if not reason.strip() or not by.strip():
            raise BadInput(f"to {action} {name!r}, give a reason and the person who decided it")
        if (name in self.now().entries) == (action == "withdraw"):
            raise Refused(f"{name!r} is {'already' if action == 'withdraw' else 'not'} withdrawn")
        entry = Withdrawal(action=action, id=name, reason=reason, by=by, at=at)
        self._journal.append(entry.model_dump(mode="json"))
