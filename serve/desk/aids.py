"""What the machine puts beside a reply: a draft to begin with, and what to look at before it goes out."""

from __future__ import annotations

from typing import NamedTuple

from agents.replies.checks import Checked, check_reply
from agents.replies.drafting import draft_reply
from serve.desk.steps.base import Case
from tools.workorders.model import Result


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
