"""How many messages one address may send: a token bucket each, for a bounded number of addresses."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

ADDRESSES = 10_000
"""Addresses remembered; the one unused for longest is forgotten first."""


def address_key(host: str) -> str:
    """What one sender is known by. An IPv6 customer owns a whole /64 network, so that counts as one."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class RateLimiter:
    """Allows ``per_minute`` at once and as many again per minute.

    >>> limiter = RateLimiter(2, clock=lambda: 0.0)
    >>> [limiter.wait_for("a") for _ in range(3)]
    [0, 0, 30]
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_for(self, host: str) -> int:
        """Take one message of ``host``: 0 where it may pass, else the whole seconds to wait."""
        key, now = address_key(host), self._clock()
        left, seen = self._buckets.pop(key, (self._capacity, now))
        left = min(self._capacity, left + (now - seen) * self._per_second)
        passes = left >= 1
        self._buckets[key] = (left - 1 if passes else left, now)
        if len(self._buckets) > ADDRESSES:
            self._buckets.popitem(last=False)
        return 0 if passes else math.ceil((1 - left) / self._per_second)
