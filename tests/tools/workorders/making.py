"""Commands for tests: a work order brought to any place of the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tools.workorders.acts import Act
from tools.workorders.machine import Command
from tools.workorders.model import Role

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
CLOCK = {"sign_due": (NOW + timedelta(days=1)).isoformat(), "due_at": LATER.isoformat(), "due_rule": "yl-2026/normal"}
PAYLOADS: dict[Act, dict[str, Any]] = {
    Act.START: {
        "city": "yunlan",
        "kind": "help",
        "title": "路灯不亮",
        "narrative": "幸福路三盏路灯不亮",
        "place": {"text": "幸福路"},
        "parties": [{"role": "caller", "phone": "⟦phone1⟧"}],
    },
    Act.ANSWER: {"text": "按规定……", "provisions": ["yl-parking-2024#15"]},
    Act.REDIRECT: {"code": "N01", "text": "要走法院", "channel": "12368"},
    Act.REFUSE: {"code": "N10", "text": "违法的事不能办"},
    Act.LINK_REPEAT: {"main": "YL-20261101-000001-A"},
    Act.MERGE: {"main": "YL-20261101-000001-A"},
    Act.DISPATCH: {"lead": "city_urban", "co": ["city_power"], "duty_item": "light-01", **CLOCK},
    Act.ASK_RETURN: {"proposed": "city_power", "basis": "职责清单", "by": LATER.isoformat()},
    Act.DESIGNATE: {"unit": "city_power", **CLOCK},
    Act.CONTACT: {"method": "phone"},
    Act.NEED_INFO: {"question": "第几盏？", "until": LATER.isoformat()},
    Act.PAUSE: {"code": "need_material"},
    Act.GIVE_INFO: {"text": "第三盏"},
    Act.ADD_FACTS: {"text": "又坏了一盏"},
    Act.ASK_EXTENSION: {"new_due": (LATER + timedelta(days=5)).isoformat(), "due_rule": "yl-2026/extension"},
    Act.GRANT_EXTENSION: {
        "new_due": (LATER + timedelta(days=5)).isoformat(),
        "due_rule": "yl-2026/extension",
        "told_at": NOW.isoformat(),
    },
    Act.ASK_TERMINATE: {"code": "N11"},
    Act.SPLIT: {"children": ["YL-20261126-000099-Z"]},
    Act.REPLY: {"result": "solved", "text": "已修好", "children_explained": ["YL-20261126-000099-Z"]},
    Act.BOUNCE: {"due_at": LATER.isoformat(), "due_rule": "yl-2026/rework"},
    Act.UNSOLVED: {"due_at": LATER.isoformat(), "due_rule": "yl-2026/rework"},
    Act.SOLVED: {"solved": "yes", "satisfaction": 5},
    Act.UNREACHABLE: {"attempts": 3, "methods": 2},
    Act.REOPEN: {"ground": "new_facts"},
    Act.EMERGENCY: {"line": "119", "what": "冒烟"},
    Act.RAISE_EMERGENCY: {"line": "120", "what": "有人受伤"},
}
ROLES: dict[Act, Role] = {
    Act.SCREEN: Role.SYSTEM,
    Act.INFO_TIMEOUT: Role.TIMER,
    Act.ACCEPT: Role.DISPATCHER,
    Act.DISPATCH: Role.DISPATCHER,
    Act.SIGN: Role.UNIT_CLERK,
    Act.CONTACT: Role.UNIT_CLERK,
    Act.REPLY: Role.UNIT_HEAD,
    Act.REVIEW: Role.QC,
    Act.PASS: Role.QC,
    Act.SOLVED: Role.CALLBACK,
}
TO_CLOSED = (
    Act.START, Act.SUBMIT, Act.SCREEN, Act.ACCEPT, Act.DISPATCH, Act.SIGN, Act.CONTACT, Act.REPLY, Act.REVIEW, Act.PASS,
    Act.SOLVED,
)  # fmt: skip


def command(act: Act, role: Role | None = None, reason: str = "", at: datetime = NOW, **payload: Any) -> Command:
    return Command(
        act=act,
        actor="test",
        role=role or ROLES.get(act, Role.CITIZEN),
        at=at,
        payload={**PAYLOADS.get(act, {}), **payload},
        reason=reason,
    )
