"""What memory said to the questions asked last.

A turn asks the same of several days and levels, and citizens ask the same as others. What memory recalls depends on
the question alone, and takes most of the time of a search.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from knowledge.index.memory import Recalled

_MOST, _BYTES = 256, 32 << 20
"""Questions kept, and about how much they may take together."""
_ARRAYS = 4
"""Arrays over all remembered questions that one answer of memory holds."""

Key = tuple[str, bytes | None]
"""The normalised question and the bytes of its vector."""


class Recalls:
    """The last answers of one memory of ``size`` questions. Threads share it; nobody may change what it holds."""

    def __init__(self, size: int) -> None:
        self._most = max(1, min(_MOST, _BYTES // (_ARRAYS * 4 * max(1, size))))
        self._kept: OrderedDict[Key, Recalled] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Recalled | None:
        """What was said, None where it is not kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Key, recalled: Recalled) -> None:
        """Keep it; the one that was asked for longest ago goes."""
        with self._lock:
            self._kept[key] = recalled
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
