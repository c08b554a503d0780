"""Side-by-side measurements, run by hand; never a timed test."""

from __future__ import annotations

import os

# As the command line does, and before NumPy is first imported: threads that spin would count as work of a turn.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
