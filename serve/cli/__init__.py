"""The command line ``citydesk``. Every import that costs time happens inside the command that needs it."""

from __future__ import annotations

from serve.cli.main import main

__all__ = ["main"]
