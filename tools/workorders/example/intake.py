"""The hotline's part of a work order's life: from arrival to a unit, an answer, a refusal or an emergency line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tools.workorders.acts import Act
from tools.workorders.example.desk import Aside, Desk, OverError
from tools.workorders.example.script import longest
from tools.workorders.example.town import provisions
from tools.workorders.model import Role, Urgency

_URGENCY = {"critical": Urgency.CRITICAL, "utilities": Urgency.URGENT}
_TITLE = 60


def take_in(desk: Desk) -> None:
    """From arrival until the matter is accepted for dispatch. Raises OverError where it ends before."""
    _file(desk)
    if desk.matter.repeat and desk.matter.main:
        desk.wait(minutes=desk.dice.about(desk.minutes.answer))
        desk.do(Act.LINK_REPEAT, Role.AGENT, agent(desk), {"main": desk.matter.main.number})
        raise OverError
    if desk.matter.emergency:
        _emergency(desk)
    elif not desk.matter.steady:
        _answer_or_turn(desk)
    _accept(desk)


def agent(desk: Desk) -> str:
    """An agent on shift."""
    return f"agent-{desk.matter.place_in_row % 24 + 1:02d}"


def dispatcher(desk: Desk) -> str:
    """A dispatcher on shift."""
    return f"dispatcher-{desk.matter.place_in_row % 5 + 1}"


def _file(desk: Desk) -> None:
    matter, town = desk.matter, desk.town
    people, caller = town.script.people, matter.caller
    category = town.categories[matter.category]
    party: dict[str, Any] = {"role": "caller", "name": caller.name, "phone": caller.phone}
    if caller.anonymous:
        party = {"role": "caller", "anonymous": True}
    start = {
        "city": town.pack.city.id,
        "kind": matter.kind,
        "title": f"{matter.place.text} {category.name}"[:_TITLE],
        "narrative": matter.text,
        "demand": desk.dice.one(town.script.words.demands.get(matter.kind, ("",))),
        "category": matter.category,
        "urgency": _URGENCY.get(desk.clock_class, Urgency.NORMAL),
        "confidential": desk.dice.happens(people.confidential.get(matter.kind, 0.0)),
        "expects_reply": not desk.dice.happens(people.no_reply),
        "place": matter.place.model_dump(mode="json"),
        "parties": [party],
        "parent": matter.parent.number if matter.parent else "",
    }
    desk.do(Act.START, Role.AGENT, agent(desk), start)
    desk.wait(minutes=desk.dice.about(3))
    desk.do(Act.SUBMIT, Role.AGENT, agent(desk))
    desk.wait(minutes=desk.dice.about(desk.minutes.screen))
    desk.do(Act.SCREEN, Role.SYSTEM, "citydesk")


def _emergency(desk: Desk) -> None:
    """Handed to an emergency line; most are accepted afterwards so that a unit mends what caused it."""
    work, words = desk.town.script.desk_work, desk.town.script.words
    line = longest(work.emergency_lines, desk.category, "110")
    packet = {"line": line, "what": desk.dice.one(words.emergencies), "where": desk.matter.place.text}
    desk.do(Act.EMERGENCY, Role.SYSTEM, "citydesk", packet)
    desk.wait(seconds=desk.dice.spread(work.acknowledge_seconds))
    desk.do(Act.ACKNOWLEDGE, Role.AGENT, agent(desk))
    if not desk.matter.steady and desk.dice.happens(work.emergency_only):
        raise OverError


def _answer_or_turn(desk: Desk) -> None:
    work, draw = desk.town.script.desk_work, desk.dice.between(0, 1)
    for turned in work.turned:
        if any(desk.category.startswith(code) for code in turned.categories):
            if draw < turned.share:
                _turn(desk, Act(turned.act), turned.code)
                return
            draw -= turned.share
    if desk.dice.happens(work.answered.get(desk.matter.kind, 0.0)):
        _answer(desk)


def _turn(desk: Desk, act: Act, code: str) -> None:
    """Refused or sent elsewhere. Who objects gets a person, who may think otherwise."""
    work, refusal = desk.town.script.desk_work, desk.town.refusals[code]
    channel = "；".join(f"{c.name} {c.phone or c.address or c.link}" for c in refusal.channels)
    told = {"code": code, "text": refusal.reason, "channel": channel}
    if act is Act.REDIRECT and not channel:
        act = Act.REFUSE
    desk.wait(minutes=desk.dice.about(desk.minutes.answer))
    desk.do(act, Role.AGENT, agent(desk), told)
    if not desk.dice.happens(work.objected):
        raise OverError
    desk.wait(hours=desk.dice.about(5))
    desk.do(Act.OBJECT, Role.CITIZEN, "citizen")
    desk.until(desk.hours.after(desk.now, desk.dice.about(4)))
    if not desk.dice.happens(work.overturned):
        desk.do(act, Role.AGENT, agent(desk), told)
        raise OverError


def _answer(desk: Desk) -> None:
    """Answered at once, where a duty names provisions to stand on."""
    town = desk.town
    items = town.duties(desk.category, desk.now.date())
    based = [name for item in items[:1] for name in provisions(item)]
    if not based:
        return
    unit = town.units.get(town.lead(items[0], desk.matter.place))
    text = desk.words(
        town.script.words.answers,
        matter=town.categories[desk.category].name,
        unit=unit.name if unit else "",
        place=desk.matter.place.text,
    )
    desk.wait(minutes=desk.dice.about(desk.minutes.answer))
    desk.do(Act.ANSWER, Role.AGENT, agent(desk), {"text": text, "provisions": based[:3]})
    if not desk.dice.happens(town.script.desk_work.answer_objected):
        raise OverError
    desk.wait(hours=desk.dice.about(3))
    desk.do(Act.OBJECT, Role.CITIZEN, "citizen")


def _accept(desk: Desk) -> None:
    work = desk.town.script.desk_work
    if not desk.matter.emergency and desk.dice.happens(work.hard) and not desk.real_time:
        desk.wait(minutes=desk.dice.about(desk.minutes.accept))
        desk.do(Act.HARD, Role.DISPATCHER, dispatcher(desk))
        desk.until(desk.hours.after(desk.now, desk.dice.about(3)))
    desk.wait(minutes=desk.dice.about(desk.minutes.accept))
    desk.do(Act.ACCEPT, Role.DISPATCHER, dispatcher(desk))


def citizen_meanwhile(desk: Desk) -> None:
    """What a citizen may do while a unit has the matter: add, urge, withdraw, tell of a danger."""
    work, words, dice = desk.town.script.unit_work, desk.town.script.words, desk.dice
    due = desk.seen.due_at
    if due is None:
        return

    def some_time() -> datetime:
        return desk.now + dice.between(0.1, 0.9) * (due - desk.now)

    if dice.happens(work.adds_facts):
        facts = {"text": dice.one(words.facts)}
        desk.later(Aside(some_time(), Act.ADD_FACTS, Role.CITIZEN, "citizen", facts))
    if dice.happens(work.urges.normal):
        desk.later(Aside(some_time(), Act.URGE, Role.CITIZEN, "citizen"))
    if dice.happens(work.late_alarm):
        at, line = some_time(), longest(desk.town.script.desk_work.emergency_lines, desk.category, "110")
        packet = {"line": line, "what": dice.one(words.emergencies), "where": desk.matter.place.text}
        desk.later(Aside(at, Act.RAISE_EMERGENCY, Role.CITIZEN, "citizen", packet))
        desk.later(Aside(at + _seconds(desk), Act.ACKNOWLEDGE, Role.AGENT, agent(desk)))
    if not desk.matter.steady and dice.happens(work.withdraw):
        reason = dice.one(words.reasons.withdraw)
        desk.later(Aside(some_time(), Act.WITHDRAW, Role.CITIZEN, "citizen", reason=reason))


def _seconds(desk: Desk) -> timedelta:
    return timedelta(seconds=desk.dice.spread(desk.town.script.desk_work.acknowledge_seconds))
