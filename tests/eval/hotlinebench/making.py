"""Tasks, replies and talks for the tests of HotlineBench."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.hotlinebench.asked import Asked
from eval.hotlinebench.citizen import Heard
from eval.hotlinebench.tasks import Task

Json = dict[str, Any]
PHONE = "13900001234"
SITE: Json = {
    "id": "site",
    "specialist": "petition",
    "about": "a site at night",
    "goal": "停工",
    "persona": {"typos": "none"},
    "opening": ["沧浦区阳光花园旁边的工地昨晚十一点多还在打桩，吵得老人睡不着，希望管管"],
    "facts": {"contact": {"say": [PHONE]}},
    "expect": {"turns": {"opening": {"outcome": "filed"}}, "orders": [{"category": "0901", "phone": PHONE}]},
}


def task(**changed: Any) -> Task:
    """The task of a site at night, with some fields changed."""
    return Task.model_validate({**SITE, **changed})


def heard(name: str = "", text: str = "？", *options: str, waits: bool = False) -> Heard:
    """A reply that asks for ``name``."""
    return Heard(text, Asked(name, waits), options)


def turn(**changed: Any) -> Json:
    """One turn of a talk, as the bench notes it."""
    return {
        "step": "opening",
        "thread": "main",
        "at": "2026-11-20T10:00:00+08:00",
        "citizen": "路灯坏了",
        "meant": "says",
        "fact": "",
        "asked": "",
        "waits": False,
        "filed": [],
        "label": "已答复",
        "orders": [],
        "outcome": "answered",
        "route": "A0_ANSWER",
        "code": None,
        "specialists": ["regulation"],
        "text": "免费十五分钟。[1]",
        "options": [],
        "lines": [],
        "degraded": False,
        "unshown": [],
        "citations": [cited()],
        "shown": [],
        **changed,
    }


def cited(**changed: Any) -> Json:
    """A citation."""
    return {
        "provision": "yl-parking-2024#15",
        "document": "yl-parking-2024",
        "quote": "十五分钟",
        "source": "十五分钟",
        "rests_on": [],
        **changed,
    }


def order(**changed: Any) -> Json:
    """An order as it stands at the end of a talk."""
    return {
        "number": "YL-20261120-000001-J",
        "before": False,
        "status": "dispatched",
        "kind": "help",
        "category": "090101",
        "title": "阳光花园 工地夜间施工",
        "narrative": "夜里打桩",
        "sensitivity": ["elderly"],
        "gaps": [],
        "place": {"text": "阳光花园", "district": "cangpu", "street": "cangpu_cangpu"},
        "parties": [{"role": "caller", "phone": PHONE, "name": "", "anonymous": False}],
        "assignments": [{"unit": "cangpu_urban_mgmt", "role": "lead", "returned_at": None}],
        "sign_due": "2026-11-23T23:59:59+08:00",
        "contact_due": None,
        "due_at": "2026-12-05T10:30:00+08:00",
        "paused_until": None,
        "acknowledged_at": None,
        "confidential": False,
        "events": [event("start"), event("submit"), event("screen"), event("accept"), event("dispatch")],
        **changed,
    }


def event(act: str, **payload: Any) -> Json:
    """An event of an order."""
    return {"act": act, "at": "2026-11-20T10:00:00+08:00", "payload": payload}


def talk(*turns: Json, orders: tuple[Json, ...] = (), **changed: Any) -> Json:
    """What a bench brings."""
    made: Mapping[str, Any] = {"ended": "done", "undone": [], "faults": []}
    return {"turns": list(turns), "orders": list(orders), **made, **changed}
