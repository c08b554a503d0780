"""The dispatch that people settled on, as the events of a work order tell it."""

from __future__ import annotations

from dataclasses import dataclass

from agents.orders import MACHINE
from serve.training.ledger import Story
from serve.training.records import LeftOut
from tools.workorders.acts import Act
from tools.workorders.model import Event, Result


@dataclass
class Decision:
    """A person's dispatch or designation that a unit signed. ``unit`` and ``duty_item`` are ids; ``verdict`` is what
    the record says became of the machine's suggestion (accepted, edited, rejected), empty where it says nothing.
    """

    event: Event
    unit: str
    duty_item: str
    basis: Event
    signed: Event | None = None
    contested: bool = False

    @property
    def verdict(self) -> str:
        """What became of the suggestion, by the record."""
        helper, _, rest = self.event.assisted_by.partition("/")
        return rest.rpartition(" ")[2] if helper == "dispatch" else ""

    @property
    def steps(self) -> list[Event]:
        """The events that it rests on beside the filing, in their order."""
        found = {event.seq: event for event in (self.basis, self.event, self.signed) if event is not None}
        return [found[seq] for seq in sorted(found)]


def settled(story: Story) -> Decision | LeftOut:
    """The last dispatch of a work order that a unit signed and nobody contested, or why there is none to learn from."""
    held: Decision | None = None
    returned = False
    for event in story.events:
        match event.act:
            case Act.DISPATCH:
                payload = event.payload
                held = Decision(event, str(payload["lead"]), str(payload["duty_item"]), basis=event)
            case Act.DESIGNATE if held is not None:
                held = Decision(event, str(event.payload["unit"]), held.duty_item, basis=held.basis)
            case Act.SIGN if held is not None:
                held.signed = event
            case Act.ASK_RETURN if held is not None:
                held.contested = returned = True  # also where the return is refused later: nobody can say who was right
            case Act.REPLY if held is not None:
                held.contested = held.contested or event.payload["result"] == Result.NOT_DUTY
            case _:
                pass
    return _judged(held, returned)


def _judged(held: Decision | None, returned: bool) -> Decision | LeftOut:
    if held is None:
        return LeftOut.PENDING
    if held.event.actor == MACHINE:
        return LeftOut.BY_MACHINE
    if held.contested:
        return LeftOut.SENT_BACK if returned and held.signed is None else LeftOut.CONTESTED
    return held if held.signed else LeftOut.PENDING
