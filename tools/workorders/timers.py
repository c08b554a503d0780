"""What happens by itself when a time is over; the server looks every minute.

Safe to run in several processes at once: each step has a key of its own, so that it is done once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from city.errors import Refused, TryAgain
from tools.workorders.acts import Act, NeedInfo
from tools.workorders.machine import Command
from tools.workorders.model import Role, State, WorkOrder
from tools.workorders.store import Store

_AT_ONCE = 500
ACTOR = "clock"


def ring(store: Store, now: datetime) -> list[str]:
    """Do what is due at ``now``; the numbers of the work orders that it was done to.

    An order that waits for the citizen goes to review once the day until which they could answer is over.
    """
    done = []
    for order, until in list(_unanswered(store)):
        if until > now:
            continue
        command = Command(Act.INFO_TIMEOUT, ACTOR, Role.TIMER, now, reason=f"{until.isoformat()}")
        try:
            store.act(order.number, command, key=f"timeout-{order.number}-{order.version}", version=order.version)
        except (Refused, TryAgain):  # the citizen, or another process, was faster
            continue
        done.append(order.number)
    return done


def _unanswered(store: Store) -> Iterator[tuple[WorkOrder, datetime]]:
    for order in store.find(status=[State.WAIT_CITIZEN], limit=_AT_ONCE):
        asked = [event for event in store.events(order.number) if event.act == Act.NEED_INFO]
        if asked:
            yield order, NeedInfo.model_validate(asked[-1].payload).until
