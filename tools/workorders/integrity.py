"""The auditor's check: chains, rows, and numbers that ought to be there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from city.errors import BadInput
from city.schema import Record
from tools.workorders.machine import GENESIS, digest
from tools.workorders.model import Event
from tools.workorders.number import read_number
from tools.workorders.store import Store

_PARTS = re.compile(r"^(?P<day>[A-Z0-9]{2,6}-\d{8})-(?P<running>\d{6})-.$")


class Fault(Record):
    """One thing that must not be; ``order`` is a work order, or the day whose numbers have a gap."""

    order: str
    message: str


class Integrity(Record):
    """What was looked at and what was wrong."""

    orders: int
    events: int
    faults: tuple[Fault, ...]


def check_store(store: Store) -> Integrity:
    """Check every work order of a store: its chain, and that its row is what its events add up to."""
    found = check_events(store.all_events())
    named = {fault.order for fault in found.faults}
    message = "its row is not what its events add up to; make the row again from the events"
    rows = tuple(Fault(order=name, message=message) for name in store.faults() if name not in named)
    return Integrity(orders=found.orders, events=found.events, faults=(*found.faults, *rows))


def check_events(events: Iterable[Event]) -> Integrity:
    """Check the chains of work orders whose events come in any mixture, and that no running number of a day is left
    out before the last. A work order that is gone altogether shows in no chain, only in its missing number.
    """
    chains: dict[str, _Chain] = defaultdict(_Chain)
    count = 0
    for count, event in enumerate(events, 1):  # noqa: B007  # the last count is how many there were
        chains[event.order].add(event)
    faults = [
        Fault(order=name, message=f"event {chain.length + 1} was changed, moved or left out; restore it from a copy")
        for name, chain in chains.items()
        if chain.broken or chain.waiting
    ]
    return Integrity(orders=len(chains), events=count, faults=(*faults, *_gaps(chains)))


@dataclass
class _Chain:
    """The chain of one work order as far as it holds. Events that come before their turn wait for it."""

    length: int = 0
    last: str = GENESIS
    broken: bool = False
    waiting: dict[int, Event] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        if event.seq <= self.length or event.seq in self.waiting:
            self.broken = True
        self.waiting[event.seq] = event
        while not self.broken and (following := self.waiting.pop(self.length + 1, None)):
            if following.previous != self.last or following.hash != digest(following):
                self.broken = True
            else:
                self.length, self.last = following.seq, following.hash


def _gaps(names: Iterable[str]) -> list[Fault]:
    running: dict[str, set[int]] = defaultdict(set)
    faults = []
    for name in names:
        parts = _PARTS.match(name)
        if parts is None or not _valid(name):
            faults.append(Fault(order=name, message="is no work order number; compare it with a copy"))
        else:
            running[parts["day"]].add(int(parts["running"]))
    for day, seen in sorted(running.items()):
        gone = sorted(set(range(1, max(seen) + 1)) - seen)
        if gone:
            message = (
                f"the numbers {', '.join(f'{number:06d}' for number in gone)} are missing; restore them from a copy"
            )
            faults.append(Fault(order=day, message=message))
    return faults


def _valid(name: str) -> bool:
    try:
        return read_number(name) == name
    except BadInput:
        return False
