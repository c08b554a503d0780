"""The state machine as one table: from where, by which act, to where, by whom, under which guards.

Section 5 of the hotline's specification. What is not in the table cannot be done. The names of guards are functions of
``tools.workorders.guards``.
"""

from __future__ import annotations

from typing import NamedTuple

from tools.workorders.acts import Act
from tools.workorders.model import ENDED, Role, State

S = State
R = Role
HOTLINE = frozenset({R.AGENT, R.DISPATCHER, R.SUPERVISOR})
ANYONE = frozenset(Role)
PEOPLE = ANYONE - {R.SYSTEM, R.TIMER}


class Transition(NamedTuple):
    """One row. ``after`` of None leaves the state as it is."""

    after: State | None
    roles: frozenset[Role]
    guards: tuple[str, ...] = ()


def _roles(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


def _everywhere(act: Act, row: Transition, states: frozenset[State]) -> dict[tuple[State | None, Act], Transition]:
    return {(state, act): row for state in states}


_FOR_CITIZEN = frozenset({R.CITIZEN, R.AGENT})
"""Who says it: the citizen, or an operator to whom the citizen says it on the phone."""
_NOT_SUBMITTED = frozenset({S.DRAFT})
_OPEN = frozenset(State) - ENDED - _NOT_SUBMITTED
_HANDLED = frozenset({S.REPLIED, S.REVIEW, S.CALLBACK, S.REWORK})
_BEFORE_REPLY = _OPEN - _HANDLED - {S.EMERGENCY_XFER}

TABLE: dict[tuple[State | None, Act], Transition] = {
    (None, Act.START): Transition(S.DRAFT, _roles(R.CITIZEN, R.HELPER, R.AGENT, R.SYSTEM)),
    (S.DRAFT, Act.SUBMIT): Transition(S.SUBMITTED, _roles(R.CITIZEN, R.HELPER, R.AGENT), ("facts_or_gaps",)),
    (S.SUBMITTED, Act.SCREEN): Transition(S.SCREENING, _roles(R.SYSTEM)),
    (S.SCREENING, Act.EMERGENCY): Transition(S.EMERGENCY_XFER, _roles(R.SYSTEM, R.AGENT)),
    (S.SCREENING, Act.ANSWER): Transition(S.ANSWERED, _roles(R.AGENT), ("cites_something",)),
    (S.SCREENING, Act.REDIRECT): Transition(S.REDIRECTED, _roles(R.AGENT), ("names_channel",)),
    (S.SCREENING, Act.REFUSE): Transition(S.NOT_ACCEPTED, _roles(R.AGENT), ("channel_where_due",)),
    (S.SCREENING, Act.LINK_REPEAT): Transition(S.MERGED, _roles(R.AGENT), ("other_main",)),
    (S.SCREENING, Act.HARD): Transition(S.PRE_CONSULT, _roles(R.DISPATCHER)),
    (S.SCREENING, Act.ACCEPT): Transition(S.ACCEPTED, _roles(R.DISPATCHER)),
    (S.PRE_CONSULT, Act.ACCEPT): Transition(S.ACCEPTED, _roles(R.DISPATCHER)),
    (S.ANSWERED, Act.OBJECT): Transition(S.SCREENING, _FOR_CITIZEN, ("said_by_citizen",)),
    (S.REDIRECTED, Act.OBJECT): Transition(S.SCREENING, _FOR_CITIZEN, ("said_by_citizen",)),
    (S.NOT_ACCEPTED, Act.OBJECT): Transition(S.SCREENING, _FOR_CITIZEN, ("said_by_citizen",)),
    (S.ACCEPTED, Act.DISPATCH): Transition(S.DISPATCHED, _roles(R.DISPATCHER), ("due_ahead", "duty_named")),
    (S.REOPENED, Act.DISPATCH): Transition(S.DISPATCHED, _roles(R.DISPATCHER), ("due_ahead", "duty_named")),
    (S.DISPATCHED, Act.SIGN): Transition(S.SIGNED, _roles(R.UNIT_CLERK, R.UNIT_HEAD)),
    (S.DISPATCHED, Act.ASK_RETURN): Transition(
        S.RETURN_REQ, _roles(R.UNIT_CLERK, R.UNIT_HEAD), ("not_designated", "within_return_window", "other_unit")
    ),
    (S.RETURN_REQ, Act.AGREE_RETURN): Transition(S.ACCEPTED, _roles(R.DISPATCHER)),
    (S.RETURN_REQ, Act.REJECT_RETURN): Transition(S.DISPATCHED, _roles(R.DISPATCHER), ("reason_given",)),
    (S.RETURN_REQ, Act.DISPUTE): Transition(S.DISPUTED, _roles(R.DISPATCHER), ("returned_before",)),
    (S.DISPUTED, Act.DESIGNATE): Transition(S.DISPATCHED, _roles(R.SUPERVISOR), ("due_ahead",)),
    (S.SIGNED, Act.CONTACT): Transition(S.IN_PROGRESS, _roles(R.UNIT_CLERK, R.UNIT_HEAD)),
    (S.IN_PROGRESS, Act.NEED_INFO): Transition(S.WAIT_CITIZEN, _roles(R.UNIT_CLERK), ("until_ahead",)),
    (S.WAIT_CITIZEN, Act.PAUSE): Transition(None, _roles(R.DISPATCHER, R.SUPERVISOR), ("pause_known", "not_paused")),
    (S.WAIT_CITIZEN, Act.GIVE_INFO): Transition(S.IN_PROGRESS, _roles(R.CITIZEN, R.HELPER, R.AGENT)),
    (S.WAIT_CITIZEN, Act.INFO_TIMEOUT): Transition(S.TERM_REVIEW, _roles(R.TIMER)),
    (S.IN_PROGRESS, Act.ASK_EXTENSION): Transition(
        S.EXT_REQ, _roles(R.UNIT_HEAD), ("before_due", "reason_given", "later_due", "extension_left")
    ),
    (S.EXT_REQ, Act.GRANT_EXTENSION): Transition(
        S.IN_PROGRESS, _roles(R.SUPERVISOR, R.DISPATCHER), ("citizen_told", "later_due", "second_by_supervisor")
    ),
    (S.EXT_REQ, Act.DENY_EXTENSION): Transition(S.IN_PROGRESS, _roles(R.SUPERVISOR, R.DISPATCHER), ("reason_given",)),
    (S.IN_PROGRESS, Act.ASK_TERMINATE): Transition(S.TERM_REVIEW, _roles(R.UNIT_HEAD), ("reason_given",)),
    (S.TERM_REVIEW, Act.APPROVE_TERMINATE): Transition(S.TERMINATED, HOTLINE - {R.AGENT}, ("reason_given",)),
    (S.TERM_REVIEW, Act.DENY_TERMINATE): Transition(S.IN_PROGRESS, HOTLINE - {R.AGENT}, ("reason_given",)),
    (S.IN_PROGRESS, Act.SPLIT): Transition(None, _roles(R.DISPATCHER), ("new_children",)),
    (S.IN_PROGRESS, Act.REPLY): Transition(S.REPLIED, _roles(R.UNIT_HEAD), ("contacted", "children_answered")),
    (S.REWORK, Act.REPLY): Transition(S.REPLIED, _roles(R.UNIT_HEAD), ("contacted", "children_answered")),
    (S.REWORK, Act.CONTACT): Transition(None, _roles(R.UNIT_CLERK, R.UNIT_HEAD)),
    (S.REPLIED, Act.REVIEW): Transition(S.REVIEW, _roles(R.QC)),
    (S.REVIEW, Act.BOUNCE): Transition(S.REWORK, _roles(R.QC), ("reason_given", "due_ahead")),
    (S.REVIEW, Act.PASS): Transition(S.CALLBACK, _roles(R.QC)),
    (S.CALLBACK, Act.SOLVED): Transition(S.CLOSED, _roles(R.CALLBACK, R.CITIZEN), ("heard_solved",)),
    (S.CALLBACK, Act.UNSOLVED): Transition(
        S.REWORK, _roles(R.CALLBACK, R.SUPERVISOR, R.CITIZEN), ("due_ahead", "rework_left")
    ),
    (S.CALLBACK, Act.CLOSE_UNSOLVED): Transition(S.CLOSED, _roles(R.SUPERVISOR), ("reason_given", "rework_used_up")),
    (S.CALLBACK, Act.UNREACHABLE): Transition(S.CLOSED, _roles(R.CALLBACK), ("tried_enough",)),
    (S.CLOSED, Act.REOPEN): Transition(S.REOPENED, _roles(R.CITIZEN, R.SUPERVISOR), ("reason_given",)),
    (S.EMERGENCY_XFER, Act.ACKNOWLEDGE): Transition(None, _roles(R.AGENT, R.SUPERVISOR)),
    (S.EMERGENCY_XFER, Act.ACCEPT): Transition(S.ACCEPTED, _roles(R.DISPATCHER), ("emergency_acknowledged",)),
    **_everywhere(Act.MERGE, Transition(S.MERGED, _roles(R.DISPATCHER), ("other_main",)), _BEFORE_REPLY),
    **_everywhere(
        Act.WITHDRAW, Transition(S.WITHDRAWN, _FOR_CITIZEN, ("safety_not_at_stake", "said_by_citizen")), _BEFORE_REPLY
    ),
    **_everywhere(Act.RAISE_EMERGENCY, Transition(None, ANYONE), _OPEN - {S.EMERGENCY_XFER}),
    **_everywhere(Act.ADD_FACTS, Transition(None, _roles(R.CITIZEN, R.HELPER, R.AGENT)), _OPEN),
    **_everywhere(Act.URGE, Transition(None, _roles(R.CITIZEN, R.HELPER, R.AGENT, R.SUPERVISOR)), _OPEN),
}
"""Every allowed step. An emergency raised later leaves the work order where it is: somebody must still handle it."""

for _state in _OPEN - {S.EMERGENCY_XFER}:
    # What was raised on the way is acknowledged where it stands.
    TABLE[_state, Act.ACKNOWLEDGE] = Transition(None, _roles(R.AGENT, R.SUPERVISOR), ("emergency_open",))


def acts_of(state: State | None, role: Role) -> list[Act]:
    """What somebody in ``role`` may try in ``state``; guards may still refuse."""
    return [act for (before, act), row in TABLE.items() if before == state and role in row.roles]
