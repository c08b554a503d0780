"""The embedded engine: every task solved by rules and by statistics learnt from the pack. No weights to download."""

from agents.engines.embedded.engine import EmbeddedEngine
from agents.engines.embedded.statistics import Statistics

__all__ = ["EmbeddedEngine", "Statistics"]
