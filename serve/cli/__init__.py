"""The command line ``citydesk``. Every import that costs time happens inside the command that needs it."""

from __future__ import annotations

import os

# Set before NumPy is first imported: one small product per request has nothing to share among threads, and threads
# that spin while they wait cost a turn more than three times its own work on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from serve.cli.main import main

__all__ = ["main"]
