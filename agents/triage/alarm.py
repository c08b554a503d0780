"""An emergency leaves a record for the shift, whatever the citizen does next.

The citizen is shown the numbers to call and fills in nothing. Staff see the record at the top of their desk until one
of them takes it over (Beijing art. 29). It is no work order in place of the call.
"""

from __future__ import annotations

import asyncio
from typing import Any

from agents.context import TurnContext
from agents.gate import GateDecision
from agents.triage.facts import phone_in, spot_of
from city.errors import CityDeskError
from tools.workorders.acts import Act
from tools.workorders.machine import Command
from tools.workorders.model import Party, Place, Role, State

_WHAT_CHARS = 400


async def record(context: TurnContext, decision: GateDecision, text: str, known: str) -> tuple[str, str]:
    """Open a record for the emergency told in ``text`` (masked), or add to the one that is open in this talk.

    ``known`` is that one's number, or nothing. Returns the number, and why there is none.
    """
    if context.house.orders is None or not context.remembered:
        return known, "no work orders are kept here"
    try:
        return await asyncio.to_thread(_record, context, decision, text, known), ""
    except CityDeskError as error:  # the numbers to call must reach the citizen even where nothing can be written
        return known, str(error)


def _record(context: TurnContext, decision: GateDecision, text: str, known: str) -> str:
    orders = context.house.orders
    assert orders is not None  # noqa: S101  # asked by the caller
    actor, at = f"talk:{context.thread}", orders.now()
    told = context.vault.unmask(text)[:_WHAT_CHARS]
    if known and orders.store.get(known).status is State.EMERGENCY_XFER:
        key = f"{actor}-{known}-{orders.store.get(known).version}"
        orders.store.act(known, Command(Act.ADD_FACTS, actor, Role.CITIZEN, at, {"text": told}), key=key)
        return known
    spot = spot_of(context.house.gazetteer, context.cleaned)
    phone = context.vault.unmask(phone_in(context.vault, text))
    start = {
        "city": context.house.pack.city.id,
        "kind": "help",
        "title": context.say("alarm_title", place=spot.text)[:60],
        "narrative": told,
        "urgency": "critical",
        "place": Place(**spot.model_dump(exclude={"choices"})).model_dump(mode="json") if spot.text else None,
        "parties": [Party(role="caller", phone=phone).model_dump(mode="json")] if phone else [],
    }
    key = f"alarm-{context.thread}-{at.timestamp()}"
    order = orders.store.start(Command(Act.START, actor, Role.SYSTEM, at, start), key=f"{key}-start")
    gaps = {"gaps": [*([] if spot.text else ["place"]), *([] if phone else ["contact"])]}
    packet = {"line": (decision.lines or ("110",))[0], "what": told, "where": spot.text}
    steps: tuple[tuple[Act, Role, dict[str, Any]], ...] = (
        (Act.SUBMIT, Role.CITIZEN, gaps),
        (Act.SCREEN, Role.SYSTEM, {}),
        (Act.EMERGENCY, Role.SYSTEM, packet),
    )
    for act, role, payload in steps:
        orders.store.act(order.number, Command(act, actor, role, at, payload), key=f"{key}-{act.value}")
    return order.number
