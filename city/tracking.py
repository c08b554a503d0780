"""The id of the request under way, by which the logs of all who work on it are joined.

It lies in the context of the task that serves the request and so reaches every task and thread started from there.
"""

from __future__ import annotations

from contextvars import ContextVar

_ID: ContextVar[str] = ContextVar("request id", default="")


def request_id() -> str:
    """The id of the request under way; empty where none is, as in a command."""
    return _ID.get()


def track(name: str) -> None:
    """What this task does from now on is done for the request ``name``."""
    _ID.set(name)
