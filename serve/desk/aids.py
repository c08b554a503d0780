"""What the machine puts beside a reply: a draft to begin with, and what to look at before it goes out."""

from __future__ import annotations

from typing import NamedTuple

from agents.replies.checks import Checked, check_reply
from agents.replies.drafting import draft_reply
from serve.desk.steps.base import Case
from tools.workorders.model import Result

_NAMED = 3


class Shown(NamedTuple):
    """Something to look at in a reply, in words. ``stop``: not to be sent like this without a second look."""

    text: str
    stop: bool


def draft(case: Case) -> str:
    """A reply to begin with, its blanks in 【】; nobody sends it but a person."""
    order = case.order
    item = next((one for one in case.pack.duties if one.id == order.duty_item), None)
    day = case.clerk.front.desk.today
    return draft_reply(order, item, case.pack, case.house.library, day, case.staff.language).text


def check(case: Case, text: str, result: Result | None) -> list[Shown]:
    """What to look at in ``text``; nothing where the pack brings no words to look by."""
    phrases = case.clerk.room.phrases
    if phrases is None or not text:
        return []
    given = Checked(
        order=case.order,
        events=case.events,
        text=text,
        result=result,
        day=case.clerk.front.desk.today,
        pack=case.pack,
        library=case.house.library,
        phrases=phrases,
    )
    return [Shown(case.say(f"check_{one.code}", words=one.words), one.weight == "stop") for one in check_reply(given)]


def placed(case: Case) -> str:
    """Whether the order repeats what was filed before it, in words; empty where it is new."""
    found = case.orders.matters.placed(case.order)
    if not found.of:
        return ""
    numbers = "、".join(found.of[:_NAMED])
    if found.kind == "repeat":
        facts = "、".join(f"“{fact.quote}”" for fact in found.new_facts[:_NAMED])
        key = "desk_placed_repeat" if facts else "desk_placed_repeat_nothing"
        return case.say(key, numbers=numbers, **({"facts": facts} if facts else {}))
    return case.say(f"desk_placed_{found.kind}", numbers=numbers)
