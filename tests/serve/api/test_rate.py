"""The bound on messages per address."""

from __future__ import annotations

import pytest

from serve.api import rate
from serve.api.rate import RateLimiter, address_key


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_wait_it_names_is_the_wait_it_needs() -> None:
    clock = Clock()
    limiter = RateLimiter(3, clock)
    assert [limiter.wait_for("a") for _ in range(4)] == [0, 0, 0, 20]
    clock.now = 19.0
    assert limiter.wait_for("a") == 1
    clock.now = 20.0
    assert limiter.wait_for("a") == 0


def test_a_pause_gives_no_more_than_a_minutes_worth() -> None:
    clock = Clock()
    limiter = RateLimiter(2, clock)
    limiter.wait_for("a")
    clock.now = 10_000.0
    assert [limiter.wait_for("a") for _ in range(3)] == [0, 0, 30]


def test_addresses_do_not_share_but_one_ipv6_network_is_one_sender() -> None:
    limiter = RateLimiter(1, Clock())
    assert limiter.wait_for("10.0.0.1") == 0
    assert limiter.wait_for("10.0.0.2") == 0
    assert limiter.wait_for("2001:db8::1") == 0
    assert limiter.wait_for("2001:db8::ffff") > 0
    assert address_key("2001:db8:0:1::1") != address_key("2001:db8::1")
    assert address_key("testclient") == "testclient"


def test_it_remembers_a_bounded_number_of_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "ADDRESSES", 2)
    limiter = RateLimiter(1, Clock())
    for host in ("a", "b", "c"):
        limiter.wait_for(host)
    assert limiter.wait_for("c") > 0
    assert limiter.wait_for("a") == 0
