"""The words of the desk. Templates ask for them by name, too, so their keys are read from the templates."""

from __future__ import annotations

import re
from functools import partial
from typing import Protocol

from city.pack import CityPack
from knowledge.eligibility.matching import Status
from serve.api.html import PAGES
from serve.desk.staff import Post
from tools.workorders.acts import PAYLOADS, Act, Start
from tools.workorders.clocks import CLASSES
from tools.workorders.figures import Exclusion, RateName
from tools.workorders.figures.measures import SHARES
from tools.workorders.model import Kind, Result, Role, State, Urgency
from tools.workorders.table import TABLE

FOLDER = "desk"
_ASKED = re.compile(r"""say\(\s*["']([a-z_0-9]*[a-z0-9])["']""")
LIGHTS = ("green", "amber", "red")
CLOCKS = ("dispatch", "sign", "arrive", "contact", "handle", "callback")
HELPERS = ("dispatch", "retrieval", "reply", "category")
GROUPS = ("todo", "open", "new", "handling", "closing", "done")
SENSITIVE = (
    "minor", "elderly", "disabled", "pregnant", "domestic_violence", "wage_group", "medical", "mass", "media",
    "foreign", "veteran",
)  # fmt: skip
CHOICES = {
    "method": ("phone", "sms", "web", "visit"),
    "solved": ("yes", "partly", "no", "unsure"),
    "heard": ("yes", "no"),
    "ground": ("new_facts", "false_closing", "appeal"),
    "part": ("lead", "co", "cc"),
    "judged": ("accepted", "edited", "rejected"),
    "gap": ("place", "contact"),
    "what": ("narrative", "contact"),
    "share": SHARES,
}


class Say(Protocol):
    """A text of the pack in the reader's language."""

    def __call__(self, key: str, **fields: object) -> str:
        """The text of ``key``."""


def speaker(pack: CityPack, language: str) -> Say:
    """The words in one language."""
    return partial(pack.say, language=language)


def has(pack: CityPack, key: str) -> bool:
    """Whether the pack has a text for ``key``: cities name clock classes and flags of their own."""
    return key in pack.wording["zh"]


def guards() -> set[str]:
    """The names of all guards of the state machine."""
    return {name for row in TABLE.values() for name in row.guards}


def payload_fields() -> set[str]:
    """The names of what acts bring, without those of a new work order."""
    return {name for record in set(PAYLOADS.values()) - {Start} for name in record.model_fields}


def desk_keys() -> set[str]:
    """Every wording key that the desk puts together or that its templates ask for."""
    composed = {
        "post": [post.value for post in Post],
        "role": [role.value for role in Role],
        "act": [act.value for act in Act],
        "state": [state.value for state in State],
        "kind": [kind.value for kind in Kind],
        "urgency": [urgency.value for urgency in Urgency],
        "result": [result.value for result in Result],
        "refused": sorted(guards()),
        "field": sorted(payload_fields()),
        "light": LIGHTS,
        "clock": CLOCKS,
        "helper": HELPERS,
        "group": GROUPS,
        "warning_level": ("normal", "urgent", "critical"),
        "placed": ("duplicate", "repeat", "repeat_nothing", "pursuit", "topic"),
        "class": CLASSES,
        "flag": SENSITIVE,
        "rate": [name.value for name in RateName],
        "left_out": [reason.value for reason in Exclusion],
        "list": ("confirmed", "refused"),
        "list_status": [status.value for status in Status],
        **CHOICES,
    }
    asked = {
        key for path in (PAGES / "templates" / FOLDER).glob("*.html") for key in _ASKED.findall(path.read_text("utf-8"))
    }
    return {f"desk_{form}_{name}" for form, names in composed.items() for name in names} | asked
