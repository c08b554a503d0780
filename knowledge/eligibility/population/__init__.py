"""Synthetic populations: many invented firms or residents, for matching in bulk and for measuring it.

What a city's subjects are like is data of its pack (``eligibility/population``); nothing here knows a fact by name.
Polars and numpy are imported only inside this package.
"""

from knowledge.eligibility.population.drawing import BLOCK, draw
from knowledge.eligibility.population.writing import write

__all__ = ["BLOCK", "draw", "write"]
