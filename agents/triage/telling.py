"""Where a work order stands, in words for the citizen who filed it."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from agents.context import TurnContext
from tools.workorders.acts import Act
from tools.workorders.model import Event, State, WorkOrder

TOLD = frozenset(
    {
        Act.SUBMIT,
        Act.ANSWER,
        Act.REDIRECT,
        Act.REFUSE,
        Act.DISPATCH,
        Act.DESIGNATE,
        Act.SIGN,
        Act.CONTACT,
        Act.NEED_INFO,
        Act.PAUSE,
        Act.GRANT_EXTENSION,
        Act.REPLY,
        Act.UNSOLVED,
        Act.SOLVED,
        Act.REOPEN,
        Act.MERGE,
        Act.WITHDRAW,
        Act.APPROVE_TERMINATE,
        Act.URGE,
        Act.ADD_FACTS,
    }
)
"""What a citizen is told of: steps of the work, not of the offices among themselves."""
_LAST = 5
_DUE_SHOWN = frozenset(
    {State.DISPATCHED, State.SIGNED, State.IN_PROGRESS, State.EXT_REQ, State.REWORK, State.RETURN_REQ, State.DISPUTED,
     State.WAIT_CITIZEN}
)  # fmt: skip


def status(context: TurnContext, order: WorkOrder, events: Sequence[Event], *, own: bool) -> list[str]:
    """Lines: the state, who handles it until when, the last steps, the reply. Only ``own`` sees more than the state."""
    label = context.say(f"state_{order.status.value}")
    if not own:
        return [context.say("order_state_only", number=order.number, state=label)]
    lines = [context.say("order_state", number=order.number, title=order.title, state=label)]
    unit = context.house.pack.unit(order.lead.unit) if order.lead else None
    if unit and order.due_at and order.status in _DUE_SHOWN:
        lines.append(context.say("order_due", unit=unit.name, due=moment(context, order.due_at)))
    for event in [e for e in events if Act(e.act) in TOLD][-_LAST:]:
        lines.append(context.say("order_step", at=moment(context, event.at), step=context.say(f"act_{event.act}")))
    if order.main:
        lines.append(context.say("order_main", number=order.main))
    if order.reply and order.status not in (State.REWORK, State.REOPENED):
        lines.append(context.say("order_reply", reply=order.reply))
    return lines


def moment(context: TurnContext, at: datetime) -> str:
    """A time as the reader writes it, in the city's own zone."""
    local = at.astimezone(ZoneInfo(context.house.pack.city.timezone))
    if context.language == "en":
        return f"{local.day} {month_abbr[local.month]} {local.year} {local:%H:%M}"
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
