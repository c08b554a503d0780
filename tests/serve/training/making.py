"""Work orders made step by step by the state machine, as a store keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from serve.training.ledger import Ledger, Story, read_ledger
from tools.workorders.acts import Act
from tools.workorders.evolve import evolve
from tools.workorders.guards import Rules
from tools.workorders.machine import GENESIS, Command, decide, digest
from tools.workorders.model import Event, Role, WorkOrder
from tools.workorders.number import number

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PLACE = {"text": "鼓楼街道", "district": "yuncheng", "street": "yuncheng_gulou"}
FILED: dict[str, Any] = {
    "city": "yunlan",
    "kind": "help",
    "title": "路灯不亮",
    "narrative": "门口三盏路灯不亮，晚上看不见路",
    "place": PLACE,
    "parties": [{"role": "caller", "name": "赵小明", "phone": "13800001234"}],
}


class Life:
    """One work order under way; every act comes half an hour after the last."""

    def __init__(self, running: int = 1, *, day: int = 0, role: Role = Role.AGENT, **filed: Any) -> None:
        self.now = BEGIN + timedelta(days=day)
        self.number = number("YL", self.now.date(), running)
        self.events: list[Event] = []
        self.order: WorkOrder | None = None
        self.do(Act.START, role, {**FILED, **filed})
        self.do(Act.SUBMIT, role, {"gaps": ["contact"]})
        self.do(Act.SCREEN, Role.SYSTEM, actor="citydesk")

    def do(self, act: Act, role: Role, payload: dict[str, Any] | None = None, *, actor: str = "", **more: str) -> Life:
        """An act by somebody in a role."""
        command = Command(act, actor or f"{role.value}-1", role, self.now, payload or {}, more.pop("reason", "理由"))
        made = replace(command, assisted_by=more.pop("assisted", ""))
        last = self.events[-1].hash if self.events else GENESIS
        event = decide(self.number, self.order, last, made, Rules())
        self.events.append(event)
        self.order = evolve(self.order, event)
        self.now += timedelta(minutes=30)
        return self

    def dispatched(
        self, lead: str = "urban_mgmt", item: str = "uk-lamp", *, actor: str = "dispatcher-1", **more: str
    ) -> Life:
        """Accepted where it has to be, and dispatched."""
        if self.order and self.order.status.value == "screening":
            self.do(Act.ACCEPT, Role.DISPATCHER, actor=actor)
        payload = {"lead": lead, "duty_item": item, "due_rule": "r 1", **self._due()}
        return self.do(Act.DISPATCH, Role.DISPATCHER, payload, actor=actor, **more)

    def signed(self) -> Life:
        """Taken on by the unit."""
        return self.do(Act.SIGN, Role.UNIT_CLERK)

    def sent_back(self, proposed: str = "housing") -> Life:
        """The unit says it is another's."""
        by = (self.now + timedelta(days=1)).isoformat()
        return self.do(Act.ASK_RETURN, Role.UNIT_CLERK, {"proposed": proposed, "basis": "不归我们", "by": by})

    def designated(self, unit: str) -> Life:
        """Decided by the review board."""
        return self.do(Act.DESIGNATE, Role.SUPERVISOR, {"unit": unit, "due_rule": "r 1", **self._due()})

    def replied(self, result: str = "solved") -> Life:
        """Handled and answered."""
        self.do(Act.CONTACT, Role.UNIT_CLERK, {"method": "phone"})
        return self.do(Act.REPLY, Role.UNIT_HEAD, {"result": result, "text": "已经修好。"})

    @property
    def story(self) -> Story:
        """As the ledger tells it."""
        return ledger_of(self).stories[self.number]

    def _due(self) -> dict[str, str]:
        day = self.now + timedelta(days=1)
        return {"sign_due": day.isoformat(), "due_at": (day + timedelta(days=5)).isoformat()}


def ledger_of(*lives: Life) -> Ledger:
    """The ledger of these work orders."""
    return read_ledger(event for life in lives for event in life.events)


def forged(life: Life, place: int) -> list[Event]:
    """Its events with one changed by somebody who can also write hashes, but not those that follow."""
    changed = life.events[place].model_copy(update={"reason": "改过"})
    changed = changed.model_copy(update={"hash": digest(changed)})
    return [*life.events[:place], changed, *life.events[place + 1 :]]
