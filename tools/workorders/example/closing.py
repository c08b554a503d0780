"""Review, call-back, second handling, and opening again."""

from __future__ import annotations

from typing import Any

from tools.workorders.acts import Act
from tools.workorders.example.desk import Desk
from tools.workorders.example.dispatching import again, supervisor
from tools.workorders.example.handling import contact, handle, reply
from tools.workorders.example.script import Heard
from tools.workorders.model import Kind, Result, Role


def close(desk: Desk) -> None:
    """From the reply until the work order is closed for good."""
    _until_closed(desk)
    closing = desk.town.script.closing
    if desk.dice.happens(closing.reopened):
        _open_again(desk)
        handle(desk)
        _until_closed(desk)


def _until_closed(desk: Desk) -> None:
    _review(desk)
    while desk.seen.status.value == "callback":
        _call(desk)


def _review(desk: Desk) -> None:
    """Somebody reads the reply; an empty one goes back."""
    closing, reasons = desk.town.script.closing, desk.town.script.words.reasons
    qc = f"qc-{desk.matter.place_in_row % 4 + 1}"
    careless = 1.6 - desk.quality().care
    while True:
        desk.until(desk.hours.after(desk.now, desk.dice.spread(closing.review_hours)))
        desk.do(Act.REVIEW, Role.QC, qc)
        desk.wait(minutes=desk.dice.about(12))
        if desk.seen.reworks or not desk.dice.happens(closing.bounced * careless):
            desk.do(Act.PASS, Role.QC, qc)
            return
        desk.do(Act.BOUNCE, Role.QC, qc, desk.clock(rework=True), desk.words(reasons.bounce))
        _second_handling(desk)


def _second_handling(desk: Desk) -> None:
    pace = desk.quality().pace
    desk.until(desk.hours.after(desk.now, desk.dice.about(4 * pace)))
    contact(desk)
    desk.until(desk.hours.after(desk.now, desk.dice.about(12 * pace)))
    reply(desk)


def _call(desk: Desk) -> None:
    """The call-back: nobody there, solved, or back to the unit."""
    closing, dice = desk.town.script.closing, desk.dice
    desk.until(desk.hours.after(desk.now, dice.spread(closing.call_hours)))
    caller = f"callback-{desk.matter.place_in_row % 6 + 1}"
    if desk.matter.caller.anonymous or dice.happens(closing.unreachable):
        rules = desk.town.scheme.deadlines.callback
        desk.until(desk.hours.after(desk.now, 8.5 * (rules.over_days - 1)))
        desk.do(Act.UNREACHABLE, Role.CALLBACK, caller, {"attempts": rules.attempts, "methods": rules.methods})
        return
    heard = _heard(desk)
    told: dict[str, Any] = {"solved": heard, "satisfaction": _rating(desk, heard)}
    if dice.happens(closing.by_message):
        told["method"] = "sms"
    if heard == "yes" or (heard == "partly" and desk.matter.kind not in (Kind.COMPLAINT, Kind.REPORT)):
        desk.do(Act.SOLVED, Role.CALLBACK, caller, told)
        return
    _back(desk, caller, told)


def _back(desk: Desk, caller: str, told: dict[str, Any]) -> None:
    """Not solved: handled once more; from the second time on the supervisor decides, and not for ever."""
    deadlines, closing = desk.town.scheme.deadlines, desk.town.script.closing
    if desk.seen.reworks >= max(closing.most_second_handlings, deadlines.most_reworks):
        reason = desk.words(desk.town.script.words.reasons.close_unsolved)
        desk.do(Act.CLOSE_UNSOLVED, Role.SUPERVISOR, supervisor(desk), told, reason)
        return
    second = desk.seen.reworks >= min(2, deadlines.most_reworks)
    role, actor = (Role.SUPERVISOR, supervisor(desk)) if second else (Role.CALLBACK, caller)
    reason = desk.words(desk.town.script.words.reasons.unsolved)
    desk.do(Act.UNSOLVED, role, actor, {**told, **desk.clock(rework=True)}, reason)
    _second_handling(desk)
    _review(desk)


def _heard(desk: Desk) -> Heard:
    """What the citizen says: after a careful unit's reply less often no."""
    result = desk.seen.result or Result.EXPLAINED
    weights = dict(desk.town.script.closing.heard[result])
    weights["no"] = weights.get("no", 0.0) * (2.2 - 1.6 * desk.quality().care)
    if desk.seen.reworks:
        weights["no"] /= 2
    return desk.dice.weighted(weights)


def _rating(desk: Desk, heard: Heard) -> int | None:
    closing = desk.town.script.closing
    return desk.dice.at_place(closing.ratings[heard]) + 1 if desk.dice.happens(closing.rated) else None


def _open_again(desk: Desk) -> None:
    closing, words = desk.town.script.closing, desk.town.script.words
    ground = desk.dice.weighted(closing.grounds)
    desk.wait(days=desk.dice.between(1, 12))
    desk.do(Act.REOPEN, Role.CITIZEN, "citizen", {"ground": ground}, desk.words(words.reasons.reopen[ground]))
    again(desk)
