"""What an event changes in a work order. Nothing is checked here: what has happened has happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tools.workorders.acts import (
    Act,
    Called,
    Designate,
    Dispatch,
    Extension,
    Linked,
    Pause,
    Reply,
    Rework,
    Sign,
    Split,
    Start,
    Submit,
    Turned,
    Unsolved,
)
from tools.workorders.model import Assignment, Event, Result, WorkOrder

Changes = dict[str, Any]


def evolve(order: WorkOrder | None, event: Event) -> WorkOrder:
    """``order`` after ``event``; None before the first."""
    if order is None:
        given = Start.model_validate(event.payload)
        return WorkOrder(
            number=event.order,
            status=event.after,
            accepted_at=event.at,
            updated_at=event.at,
            version=event.seq,
            **given.model_dump(),
        )
    change = _CHANGES.get(Act(event.act))
    changes = change(order, event) if change else {}
    return order.model_copy(update={**changes, "status": event.after, "updated_at": event.at, "version": event.seq})


def _submit(order: WorkOrder, event: Event) -> Changes:
    return {"gaps": Submit.model_validate(event.payload).gaps, "accepted_at": event.at}


def _dispatch(order: WorkOrder, event: Event) -> Changes:
    given = Dispatch.model_validate(event.payload)
    turn = order.round + 1
    parts = [(given.lead, "lead"), *((unit, "co") for unit in given.co), *((unit, "cc") for unit in given.cc)]
    sent = tuple(Assignment(unit=unit, role=role, round=turn, sent_at=event.at) for unit, role in parts)
    return {
        "assignments": (*order.assignments, *sent),
        "round": turn,
        "duty_item": given.duty_item,
        "category": given.category or order.category,
        "clock_class": given.clock_class,
        "sign_due": given.sign_due,
        "contact_due": given.first_contact_due,
        "due_at": given.due_at,
        "due_rule": given.due_rule,
        "contacted": False,
    }


def _designate(order: WorkOrder, event: Event) -> Changes:
    given = Designate.model_validate(event.payload)
    turn = order.round + 1
    chosen = Assignment(unit=given.unit, role="lead", round=turn, sent_at=event.at, designated=True)
    released = _lead(order, returned_at=event.at)
    return {
        "assignments": (*released, chosen),
        "round": turn,
        "sign_due": given.sign_due,
        "contact_due": given.first_contact_due,
        "due_at": given.due_at,
        "due_rule": given.due_rule,
    }


def _lead(order: WorkOrder, **changes: Any) -> tuple[Assignment, ...]:
    """The assignments with the present lead's changed."""
    lead = order.lead
    return tuple(a.model_copy(update=changes) if a is lead else a for a in order.assignments)


def _sign(order: WorkOrder, event: Event) -> Changes:
    due = Sign.model_validate(event.payload).first_contact_due
    return {"assignments": _lead(order, signed_at=event.at), "contact_due": due or order.contact_due}


def _contact(order: WorkOrder, event: Event) -> Changes:
    return {"assignments": _lead(order, contacted_at=event.at), "contacted": True}


def _agree_return(order: WorkOrder, event: Event) -> Changes:
    return {"assignments": _lead(order, returned_at=event.at)}


def _extend(order: WorkOrder, event: Event) -> Changes:
    given = Extension.model_validate(event.payload)
    return {"due_at": given.new_due, "due_rule": given.due_rule, "extensions": order.extensions + 1}


def _pause(order: WorkOrder, event: Event) -> Changes:
    return {"paused_at": event.at, "paused_until": Pause.model_validate(event.payload).until}


def _resume(order: WorkOrder, event: Event) -> Changes:
    """The due time moves on by the time that the clock stood."""
    if order.paused_at is None:
        return {}
    stood = stood_for(order.paused_at, order.paused_until, event.at)
    moved = {"due_at": order.due_at + stood} if order.due_at else {}
    return {**moved, "paused_at": None, "paused_until": None}


def stood_for(since: datetime, until: datetime | None, at: datetime) -> timedelta:
    """How long a clock stood that was stopped at ``since`` and goes on at ``at``, ``until`` at the latest."""
    return max(timedelta(0), min(at, until or at) - since)


def _reply(order: WorkOrder, event: Event) -> Changes:
    given = Reply.model_validate(event.payload)
    return {"result": given.result, "reply": given.text}


def _rework(order: WorkOrder, event: Event) -> Changes:
    given = (Unsolved if event.act == Act.UNSOLVED else Rework).model_validate(event.payload)
    # A second handling begins with speaking to the citizen again.
    return {
        "due_at": given.due_at,
        "due_rule": given.due_rule,
        "reworks": order.reworks + 1,
        "contacted": False,
        "result": None,
    }


def _solved(order: WorkOrder, event: Event) -> Changes:
    heard = Called.model_validate(event.payload).solved
    return {"result": Result.PARTLY if heard == "partly" else order.result}


_CHANGES: dict[Act, Callable[[WorkOrder, Event], Changes]] = {
    Act.SUBMIT: _submit,
    Act.REDIRECT: lambda order, event: {"reason_code": Turned.model_validate(event.payload).code},
    Act.REFUSE: lambda order, event: {"reason_code": Turned.model_validate(event.payload).code},
    Act.LINK_REPEAT: lambda order, event: {"main": Linked.model_validate(event.payload).main},
    Act.MERGE: lambda order, event: {"main": Linked.model_validate(event.payload).main},
    Act.DISPATCH: _dispatch,
    Act.DESIGNATE: _designate,
    Act.SIGN: _sign,
    Act.CONTACT: _contact,
    Act.ASK_RETURN: lambda order, event: {"returns": order.returns + 1},
    Act.AGREE_RETURN: _agree_return,
    Act.GRANT_EXTENSION: _extend,
    Act.SPLIT: lambda order, event: {"children": (*order.children, *Split.model_validate(event.payload).children)},
    Act.PAUSE: _pause,
    Act.GIVE_INFO: _resume,
    Act.INFO_TIMEOUT: _resume,
    Act.REPLY: _reply,
    Act.BOUNCE: _rework,
    Act.UNSOLVED: _rework,
    Act.SOLVED: _solved,
    Act.UNREACHABLE: lambda order, event: {"unreached": True},
    Act.REOPEN: lambda order, event: {"assignments": _lead(order, returned_at=event.at), "unreached": False},
    Act.EMERGENCY: lambda order, event: {"emergency": True, "acknowledged_at": None},
    Act.RAISE_EMERGENCY: lambda order, event: {"emergency": True, "acknowledged_at": None},
    Act.ACKNOWLEDGE: lambda order, event: {"acknowledged_at": event.at},
}
