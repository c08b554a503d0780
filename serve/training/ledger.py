"""Work orders as their events tell them, read once, with every chain checked on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from city.errors import Refused
from serve.training.records import Chain, Step
from tools.workorders.acts import Act, Start
from tools.workorders.integrity import check_events
from tools.workorders.model import Event
from tools.workorders.store import Store

_TOLD = frozenset(
    {
        Act.START, Act.DISPATCH, Act.DESIGNATE, Act.SIGN, Act.ASK_RETURN, Act.AGREE_RETURN, Act.REPLY, Act.PASS,
        Act.ANSWER, Act.MERGE, Act.LINK_REPEAT, Act.SPLIT, Act.EMERGENCY, Act.RAISE_EMERGENCY,
    }
)  # fmt: skip
"""What is kept of a work order; the other events are checked and let go."""


@dataclass
class Story:
    """One work order: its telling events in order, and the hash of its last one."""

    order: str
    events: list[Event] = field(default_factory=list)
    last: str = ""

    @property
    def filed(self) -> Start:
        """What was filed."""
        return Start.model_validate(self.events[0].payload)

    def did(self, *acts: Act) -> bool:
        """Whether one of these acts was done."""
        return any(event.act in acts for event in self.events)


@dataclass
class Ledger:
    """Every work order by its number, and what was checked."""

    stories: dict[str, Story] = field(default_factory=dict)
    events: int = 0

    def reading(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass events on and keep what they tell."""
        for event in events:
            story = self.stories.setdefault(event.order, Story(event.order))
            story.last = event.hash
            if event.act in _TOLD:
                story.events.append(event)
            self.events += 1
            yield event

    @property
    def chain(self) -> Chain:
        """What the whole adds up to."""
        lines = "".join(f"{name} {story.last}\n" for name, story in sorted(self.stories.items()))
        return Chain(orders=len(self.stories), events=self.events, head=hashlib.sha256(lines.encode()).hexdigest())


def read_ledger(source: Store | Iterable[Event]) -> Ledger:
    """The ledger of a store or of events. Raises Refused where a chain is broken, a number is missing, or a store's row
    is not what its events add up to: nobody learns from a record that was touched.
    """
    ledger = Ledger()
    is_store = isinstance(source, Store)
    found = check_events(ledger.reading(source.all_events() if isinstance(source, Store) else source))
    faults = [f"{fault.order}: {fault.message}" for fault in found.faults]
    if isinstance(source, Store) and not faults:
        faults = [f"{name}: its row is not what its events add up to" for name in source.faults()]
    if faults:
        where = "citydesk workorders verify" + ("" if is_store else " --events FILE")
        raise Refused(f"The record was touched ({faults[0]}; {len(faults)} in all): `{where}` names every place.")
    return ledger


def step(event: Event) -> Step:
    """An event as provenance names it."""
    return Step(seq=event.seq, act=event.act, role=event.role, at=event.at, hash=event.hash)
