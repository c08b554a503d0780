"""The errors of CityDesk.

::

    CityDeskError
    ├── BadInput        what was given is wrong: say what, where, and what to do (final)
    │   ├── PackError       a city pack does not load (carries every problem found)
    │   └── DocumentError   a document cannot be read
    ├── NotFound        the thing asked for does not exist (final)
    ├── Refused         a rule forbids it (final)
    └── TryAgain        a passing fault: the same call may go through later

Messages are clear, gentle, short and say what to do next; given values are quoted with ``!r``.
"""

from __future__ import annotations


class CityDeskError(Exception):
    """Base of every error that CityDesk raises on purpose."""


class BadInput(CityDeskError):
    """What was given is wrong; the message names the place and the remedy."""


class DocumentError(BadInput):
    """A document cannot be read: wrong encoding, malformed, too large, encrypted."""


class NotFound(CityDeskError):
    """The thing asked for does not exist."""


class Refused(CityDeskError):
    """A rule forbids what was asked."""


class TryAgain(CityDeskError):
    """A passing fault; the same call may go through later."""
