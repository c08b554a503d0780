"""What a feed cannot give, apart from what is wrong with its file (``city.pack.PackError``, ``city.errors.BadInput``).

``code`` chooses the sentence that the reader gets, ``fields`` fill it; the message is for staff and logs.
"""

from __future__ import annotations

from datetime import datetime

from city.errors import BadInput, NotFound
from city.pack import Problem


class NoData(NotFound):
    """Nothing is known of what was asked: no feed, no row, outside the time kept."""

    def __init__(self, message: str, *, code: str = "no_data", **fields: str) -> None:
        super().__init__(message)
        self.code, self.fields = code, fields


class NotCurrent(NotFound):
    """The newest value is older than the feed's limit: it may not be told as the present."""

    def __init__(self, message: str, *, title: str, at: datetime) -> None:
        super().__init__(message)
        self.code, self.title, self.at = "not_current", title, at
        self.fields = {"title": title, "at": at.isoformat(timespec="minutes")}


class FeedFault(BadInput):
    """A source cannot be read. ``problem`` names the pack's file, the place in it, and the remedy."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
