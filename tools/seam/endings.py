"""How a call of a tool ends when it brings no value. Each is another sentence to the reader, and none is a number.

::

    CityDeskError
    ├── Refused   └── NotAllowed      the caller may not use the tool, or see that row
    ├── NotFound  ├── NoData          nothing is known of what was asked              (tools.feeds.errors)
    │             └── NotCurrent      something is known, but too old to be told as the present
    └── BadInput  └── CannotCompute   the question has no answer of this kind: too few values, a place outside …

Each has a ``code`` that chooses the sentence the reader gets (``endings`` of the tool in the pack, else ``tool_<code>``
of the pack's wording), and ``fields`` that fill it::

    raise CannotCompute("fewer than 14 days of series 'A12'", code="too_few_days", days="14")
"""

from __future__ import annotations

from enum import StrEnum

from city.errors import BadInput, Refused
from tools.feeds.errors import NoData, NotCurrent

__all__ = ["CannotCompute", "Ending", "NoData", "NotAllowed", "NotCurrent"]


class Ending(StrEnum):
    """The named ending of one call."""

    DONE = "done"
    PROPOSED = "proposed"
    NOT_ALLOWED = "not_allowed"
    NO_DATA = "no_data"
    NOT_CURRENT = "not_current"
    CANNOT_COMPUTE = "cannot_compute"


class NotAllowed(Refused):
    """The caller may not do this. The message says which right is missing, and nothing of what is behind it."""

    def __init__(self, message: str, *, code: str = "not_allowed", **fields: str) -> None:
        super().__init__(message)
        self.code, self.fields = code, fields


class CannotCompute(BadInput):
    """There are data, but the question has no answer of this kind. The message says why and what to ask instead."""

    def __init__(self, message: str, *, code: str = "cannot_compute", **fields: str) -> None:
        super().__init__(message)
        self.code, self.fields = code, fields
