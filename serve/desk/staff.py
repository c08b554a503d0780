"""Who works at the desk, what they see of the work orders, and what they may do to one."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from city.schema import Record
from tools.workorders.acts import Act
from tools.workorders.listing import parts
from tools.workorders.model import Kind, Role, State, WorkOrder
from tools.workorders.table import acts_of


class Post(StrEnum):
    """What somebody is signed in as: the roles of section 2 with a desk, and the auditor, who only looks."""

    AGENT = "agent"
    DISPATCHER = "dispatcher"
    EXPERT = "expert"
    QC = "qc"
    CALLBACK = "callback"
    SUPERVISOR = "supervisor"
    UNIT_CLERK = "unit_clerk"
    UNIT_HEAD = "unit_head"
    DISTRICT_DESK = "district_desk"
    STREET_DESK = "street_desk"
    AUDITOR = "auditor"


UNIT_POSTS = frozenset({Post.UNIT_CLERK, Post.UNIT_HEAD, Post.DISTRICT_DESK, Post.STREET_DESK})
WATCHING = frozenset({Post.SUPERVISOR, Post.AUDITOR, Post.EXPERT, Post.DISTRICT_DESK, Post.STREET_DESK})
"""Who first wants to see everything that is open, not only what waits for them."""

FOR_MACHINE: dict[Act, tuple[Role, frozenset[Post]]] = {
    Act.SCREEN: (Role.SYSTEM, frozenset({Post.AGENT, Post.DISPATCHER})),
    Act.INFO_TIMEOUT: (Role.TIMER, frozenset({Post.DISPATCHER, Post.SUPERVISOR, Post.UNIT_CLERK, Post.UNIT_HEAD})),
}
"""Acts of the machine that a person may set off where it did not: each has a condition that is checked, no choice."""

_ALWAYS = frozenset(
    {Act.MERGE, Act.RAISE_EMERGENCY, Act.ADD_FACTS, Act.URGE, Act.ACKNOWLEDGE, Act.SPLIT, Act.OBJECT, Act.WITHDRAW}
)
"""Acts that are possible nearly everywhere, and so say nothing about whose turn it is."""


class Staff(Record):
    """Somebody signed in. ``unit`` is the id of their unit, empty for the hotline's own people."""

    id: str = Field(max_length=120)
    name: str = Field(min_length=1, max_length=20)
    post: Post
    unit: str = ""
    language: str = "zh"

    @property
    def role(self) -> Role | None:
        """The role of the state machine; None for who only looks."""
        return None if self.post is Post.AUDITOR else Role(self.post.value)

    @property
    def of_unit(self) -> bool:
        """Whether they belong to a unit and not to the hotline."""
        return self.post in UNIT_POSTS

    def part(self, order: WorkOrder) -> str:
        """Their unit's part in ``order`` now (lead, co, cc), empty where it has none."""
        return parts(order).get(self.unit, "") if self.unit else ""

    def sees(self, order: WorkOrder) -> bool:
        """The hotline sees all; a unit what it has a part in."""
        return not self.of_unit or bool(self.part(order))

    def sees_caller(self, order: WorkOrder) -> bool:
        """Who filed it: hidden from units where the caller asked for that, and where it is a report of wrongdoing."""
        return not self.of_unit or not (order.confidential or order.kind is Kind.REPORT)

    def acts(self, order: WorkOrder) -> list[Act]:
        """What they may try on ``order``, in the order of the table. Only the lead unit handles a matter."""
        if self.role is None or not self.sees(order):
            return []
        found = acts_of(order.status, self.role)
        if self.of_unit and self.part(order) != "lead":
            return [act for act in found if act is Act.RAISE_EMERGENCY]
        return found + [act for act, (role, posts) in FOR_MACHINE.items() if self._for(act, role, posts, order.status)]

    def _for(self, _act: Act, role: Role, posts: frozenset[Post], status: State) -> bool:
        return self.post in posts and _act in acts_of(status, role)

    def turn_in(self) -> frozenset[State]:
        """The states in which the next step is theirs."""
        if self.role is None:
            return frozenset()
        return frozenset(state for state in State if set(acts_of(state, self.role)) - _ALWAYS)

    @property
    def acknowledges(self) -> bool:
        """Whether they take over emergencies."""
        return self.post in {Post.AGENT, Post.SUPERVISOR}
