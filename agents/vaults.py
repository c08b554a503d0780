"""Where a talk's masked values are kept: apart from the checkpoints, so that these hold no personal data."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Protocol

from city.privacy import Vault


class Vaults(Protocol):
    """Keeps one vault per talk."""

    def load(self, thread: str) -> Vault:
        """The vault of a talk; an empty one where there is none yet."""

    def save(self, thread: str, vault: Vault) -> None:
        """Keep a vault."""


class MemoryVaults:
    """Vaults that end with the process."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def load(self, thread: str) -> Vault:
        """The vault of a talk."""
        return Vault.from_json(self._kept[thread]) if thread in self._kept else Vault()

    def save(self, thread: str, vault: Vault) -> None:
        """Keep a vault."""
        self._kept[thread] = vault.to_json()


class SqliteVaults:
    """Vaults in an SQLite file readable by its owner only."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        path.chmod(0o600)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA busy_timeout=5000")
        self._db.execute("CREATE TABLE IF NOT EXISTS vault (thread TEXT PRIMARY KEY, kept TEXT NOT NULL)")

    def load(self, thread: str) -> Vault:
        """The vault of a talk."""
        with self._lock:
            row = self._db.execute("SELECT kept FROM vault WHERE thread = ?", (thread,)).fetchone()
        return Vault.from_json(row[0]) if row else Vault()

    def save(self, thread: str, vault: Vault) -> None:
        """Keep a vault; an empty one is not written."""
        if not vault:
            return
        with self._lock:
            self._db.execute(
                "INSERT INTO vault VALUES (?, ?) ON CONFLICT (thread) DO UPDATE SET kept = excluded.kept",
                (thread, vault.to_json()),
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()
