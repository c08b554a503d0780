"""Guards: why a step that the table allows may still be refused. Each returns the reason, or None.

A guard sees the work order before the act, the act's payload, who acts, and when. Limits that differ between cities are
in ``Rules``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from city.schema import Record
from tools.workorders.model import Kind, Role, WorkOrder


class Rules(Record):
    """What differs between cities, from the pack's deadline profile."""

    most_reworks: int = 3
    most_extensions: int = 2
    dispute_after: int = 2
    pauses: frozenset[str] = frozenset()
    callback_attempts: int = 3
    callback_methods: int = 2
    channels_needed: frozenset[str] = frozenset({"N01", "N02", "N03", "N04", "N05", "N06", "N12", "N14", "N16"})


@dataclass(frozen=True)
class Given:
    """What a guard looks at."""

    order: WorkOrder | None
    payload: Any
    role: Role
    reason: str
    at: datetime
    rules: Rules


Guard = Callable[[Given], str | None]


def _order(given: Given) -> WorkOrder:
    assert given.order is not None  # noqa: S101  # the table starts a work order with no guard
    return given.order


def facts_or_gaps(given: Given) -> str | None:
    """Place and contact are there, or were asked for and left open."""
    order, asked = _order(given), set(given.payload.gaps)
    missing = [] if order.place else ["place"]
    missing += [] if any(p.phone or p.anonymous for p in order.parties) else ["contact"]
    left = [name for name in missing if name not in asked]
    return f"ask for {', '.join(left)} first, or name it among the gaps" if left else None


def cites_something(given: Given) -> str | None:
    """A direct answer stands on provisions."""
    return None if given.payload.provisions else "an answer names the provisions it stands on"


def names_channel(given: Given) -> str | None:
    """Sent elsewhere with a place to go."""
    return None if given.payload.channel else "say where the citizen is to go: a name with a phone or an address"


def channel_where_due(given: Given) -> str | None:
    """Some refusals are void without the right channel (section 3.2)."""
    needed = given.payload.code in given.rules.channels_needed
    return f"{given.payload.code} needs a channel" if needed and not given.payload.channel else None


def other_main(given: Given) -> str | None:
    """A work order is not merged into itself or into its own part."""
    order = _order(given)
    return "name another work order" if given.payload.main in {order.number, *order.children} else None


def due_ahead(given: Given) -> str | None:
    """Due times lie ahead and never move back but by a new round."""
    return None if given.payload.due_at > given.at else "the due time must lie ahead"


def duty_named(given: Given) -> str | None:
    """A dispatch rests on an item of the duty list, or says why it does not."""
    return None if given.payload.duty_item or given.reason else "name the duty item, or give the reason why none fits"


def not_designated(given: Given) -> str | None:
    """A designated unit cannot send the work order back (Weifang art. 22)."""
    lead = _order(given).lead
    return "a designated unit cannot return the work order" if lead and lead.designated else None


def within_return_window(given: Given) -> str | None:
    """Later means keep it."""
    return "the return window is over" if given.at > given.payload.by else None


def other_unit(given: Given) -> str | None:
    """A return proposes somebody else."""
    lead = _order(given).lead
    return "propose another unit" if lead and given.payload.proposed == lead.unit else None


def reason_given(given: Given) -> str | None:
    """Said why."""
    return None if given.reason.strip() else "give the reason"


def returned_before(given: Given) -> str | None:
    """A dispute is for units that go on returning; what comes before is decided by the dispatcher."""
    needed = given.rules.dispute_after
    return None if _order(given).returns >= needed else f"decide it yourself; return number {needed} goes to the review"


def until_ahead(given: Given) -> str | None:
    """The citizen has time to answer."""
    return None if given.payload.until > given.at else "the day until which the citizen may answer must lie ahead"


def pause_known(given: Given) -> str | None:
    """A clock stands only for reasons that the city's rules list."""
    return (
        None if given.payload.code in given.rules.pauses else f"{given.payload.code!r} is no reason to stop the clock"
    )


def not_paused(given: Given) -> str | None:
    """A clock that stands cannot be stopped again."""
    return "the clock stands already" if _order(given).paused_at else None


def before_due(given: Given) -> str | None:
    """An extension is asked for in time: before the due time, or earlier where the city's clocks say so."""
    due, by = _order(given).due_at, given.payload.ask_by
    if due and given.at > due:
        return "the due time is over; it cannot be extended"
    return f"it had to be asked for until {by:%Y-%m-%d %H:%M}" if by and given.at > by else None


def later_due(given: Given) -> str | None:
    """An extension moves the due time forward."""
    due = _order(given).due_at
    return "the new due time must be later" if due and given.payload.new_due <= due else None


def citizen_told(given: Given) -> str | None:
    """No extension behind the citizen's back (Beijing art. 15)."""
    return None if given.payload.told_at else "tell the citizen of the extension first, and when that was"


def extension_left(given: Given) -> str | None:
    """No more extensions than the city's rules know."""
    used_up = _order(given).extensions >= given.rules.most_extensions
    return f"no more than {given.rules.most_extensions} extensions are allowed" if used_up else None


def second_by_supervisor(given: Given) -> str | None:
    """A second extension is the supervisor's."""
    second = _order(given).extensions >= 1 and given.role is not Role.SUPERVISOR
    return "a second extension needs the supervisor" if second else None


def new_children(given: Given) -> str | None:
    """Each part is a work order of its own, named once."""
    order = _order(given)
    taken = {order.number, *order.children}
    return "name new parts, each once" if taken & set(given.payload.children) else None


def contacted(given: Given) -> str | None:
    """Nobody is answered without having been spoken to, unless they want no reply."""
    order = _order(given)
    return None if order.contacted or not order.expects_reply else "log the contact with the citizen first"


def children_answered(given: Given) -> str | None:
    """Every part is explained in the reply of the whole."""
    open_parts = set(_order(given).children) - set(given.payload.children_explained)
    return f"say what became of {', '.join(sorted(open_parts))}" if open_parts else None


def heard_solved(given: Given) -> str | None:
    """What the call-back heard closes it; a complaint or report is not closed on a half answer."""
    strict = _order(given).kind in (Kind.COMPLAINT, Kind.REPORT)
    allowed = {"yes"} if strict else {"yes", "partly"}
    return None if given.payload.solved in allowed else "not solved: send it back for a second handling"


def rework_left(given: Given) -> str | None:
    """From the second unsolved call-back on, the supervisor decides whether it goes back."""
    if given.role is Role.SUPERVISOR:
        return None
    reworks = _order(given).reworks
    most = min(2, given.rules.most_reworks)
    return f"after {most} second handlings the supervisor decides" if reworks >= most else None


def rework_used_up(given: Given) -> str | None:
    """What is not solved is closed only after every second handling that the city's rules know."""
    left = given.rules.most_reworks - _order(given).reworks
    return f"send it back first: {left} second handlings are left" if left > 0 else None


def tried_enough(given: Given) -> str | None:
    """Unreached only after enough tries by more than one method."""
    enough = given.payload.attempts >= given.rules.callback_attempts
    varied = given.payload.methods >= given.rules.callback_methods
    rules = given.rules
    return None if enough and varied else f"{rules.callback_attempts} tries by {rules.callback_methods} methods first"


def emergency_acknowledged(given: Given) -> str | None:
    """Nothing leaves the emergency transfer before a person took it over."""
    return None if _order(given).acknowledged_at else "somebody must acknowledge the emergency first"


def emergency_open(given: Given) -> str | None:
    """There is an alarm to acknowledge."""
    order = _order(given)
    return None if order.emergency and not order.acknowledged_at else "there is no open alarm on this work order"


def said_by_citizen(given: Given) -> str | None:
    """An operator who acts for a caller writes down how the caller said so."""
    by_phone = given.role is Role.AGENT and not given.reason.strip()
    return "write down what the caller said" if by_phone else None


def safety_not_at_stake(given: Given) -> str | None:
    """A citizen may withdraw, but not a danger to others."""
    order = _order(given)
    return "a danger was reported; a person must look at it first" if order.emergency else None
