"""What a citizen wants of a work order that is filed: read from their words, and done where the order allows it."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import Any, NamedTuple

from agents.orders import Orders
from city.errors import BadInput
from city.intake import Intake
from tools.workorders.acts import Act
from tools.workorders.model import Role, State, WorkOrder
from tools.workorders.number import read_number
from tools.workorders.table import acts_of

# Digits alone in one run are a person's number or a card's, never taken for the number of an order.
_CODE = r"(?<![A-Za-z0-9])(?:(?=\d{0,5}[A-Za-z])[A-Za-z0-9]{2,6}[-— ]?|\d{2,6}[-—])"
_NUMBER = re.compile(_CODE + r"\d{8}[-— ]?\d{6}[-— ]?[A-Za-z0-9](?![A-Za-z0-9])")
_ALMOST = re.compile(_CODE + r"20\d\d[01]\d[0-3]\d[-— ]?\d{3,}")
"""A number of which something is missing or too much: code, day, and some more digits."""
_SHORT = 60
"""A longer message tells a matter of its own, whatever words of following it holds."""
_STARS = re.compile(r"([1-5])\s*(?:分|星)")


class Wish(StrEnum):
    """What is wanted."""

    PROGRESS = "progress"
    URGE = "urge"
    ADD = "add"
    WITHDRAW = "withdraw"
    SOLVED = "solved"
    UNSOLVED = "unsolved"
    OBJECT = "object"


# What is rarer and says more is looked for first: "没解决，催一下" is about not being solved.
_READ = (Wish.WITHDRAW, Wish.OBJECT, Wish.UNSOLVED, Wish.SOLVED, Wish.ADD, Wish.URGE, Wish.PROGRESS)


def numbers_in(text: str) -> tuple[list[str], bool]:
    """The order numbers in ``text``, and whether something looks like one and is none."""
    found, wrong = [], False
    for match in _NUMBER.finditer(text):
        try:
            found.append(read_number(match[0]))
        except BadInput:
            wrong = True
    return list(dict.fromkeys(found)), wrong or (not found and _ALMOST.search(text) is not None)


def wish(intake: Intake, text: str) -> Wish | None:
    """What ``text`` wants of a filed order; None where it wants nothing of one."""
    return next((one for one in _READ if intake.mentions(one.value, text)), None)


def follows(intake: Intake, text: str, known: bool) -> bool:
    """Whether ``text`` is about a filed order. ``known``: this talk has filed one."""
    numbers, wrong = numbers_in(text)
    if numbers:
        return True
    if len(text) > _SHORT:
        return False
    if wrong or (known and intake.says("submit", text)):  # sent twice: told where the order stands, never filed twice
        return True
    wanted = wish(intake, text)
    return wanted is not None and (known or wanted is Wish.PROGRESS)


def names_order(intake: Intake, text: str) -> bool:
    """Whether a short message speaks of a filed order by its number or as one, whoever filed it and wherever."""
    return len(text) <= _SHORT and (bool(numbers_in(text)[0]) or intake.mentions("named", text))


class Step(NamedTuple):
    """An act with what it brings."""

    act: Act
    payload: dict[str, Any]
    reason: str = ""


def step(orders: Orders, order: WorkOrder, wanted: Wish, text: str) -> Step | None:
    """What the wish comes to at this order; None where it only wants to know, or nothing can be done now."""
    made = _step(orders, order, wanted, text)
    return made if made and made.act in acts_of(order.status, Role.CITIZEN) else None


def _step(orders: Orders, order: WorkOrder, wanted: Wish, text: str) -> Step | None:
    match wanted:
        case Wish.URGE:
            return Step(Act.URGE, {}, text)
        case Wish.ADD:
            return Step(Act.GIVE_INFO if order.status is State.WAIT_CITIZEN else Act.ADD_FACTS, {"text": text})
        case Wish.WITHDRAW:
            return Step(Act.WITHDRAW, {}, text)
        case Wish.SOLVED:
            return Step(Act.SOLVED, {"solved": "yes", "method": "web", "satisfaction": stars(text)})
        case Wish.UNSOLVED if order.status is State.CLOSED:
            return Step(Act.REOPEN, {"ground": "false_closing"}, text)
        case Wish.UNSOLVED:
            due = orders.rework_due(orders.now())
            told = {
                "due_at": due.at,
                "due_rule": due.rule,
                "solved": "no",
                "method": "web",
                "satisfaction": stars(text),
            }
            return Step(Act.UNSOLVED, told, text)
        case Wish.OBJECT:
            return Step(Act.OBJECT, {}, text)
        case _:
            return None


def stars(text: str) -> int | None:
    """A rating from 1 to 5 given in so many words; None where none is."""
    found = _STARS.search(text)
    return int(found[1]) if found else None


def key_of(thread: str, order: WorkOrder, made: Step, text: str) -> str:
    """The same message on the same state of an order is done once, however often it is sent."""
    told = f"{thread}|{order.number}|{order.version}|{made.act.value}|{text}"
    return "talk-" + hashlib.sha256(told.encode()).hexdigest()[:40]
