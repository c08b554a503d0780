"""The three rates of section 10. Each function yields the cases of one work order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tools.workorders.acts import Act
from tools.workorders.figures.cases import Case, Counting
from tools.workorders.figures.exclusions import RESOLUTION_OF, RateName, of_call, of_charge
from tools.workorders.figures.story import Charge, Story

_TO_ANOTHER = (Act.AGREE_RETURN, Act.DESIGNATE)


def response(story: Story, counting: Counting) -> Iterator[Case]:
    """Response rate: turns of lead units in which the citizen was contacted inside ``first_contact_due``, out of all
    turns whose first contact was due.

    A turn belongs to the period in which its first contact was due. It counts for the unit that had the matter. A turn
    that went to another unit before that instant never became due; one that was returned after it did, and is listed
    as ``not_duty``. A contact counts when it is logged in time and no call-back of the turn denies it.
    """
    for charge in story.charges:
        due = counting.contact_due(charge)
        if due is None or due > counting.now or _gone(charge, due):
            continue
        logged = charge.contacted_at is not None and charge.contacted_at <= due
        denied = any(call.contacted is False for call in charge.calls)
        left_out = frozenset(of_charge(story, charge))
        yield Case(RateName.RESPONSE, due, charge.unit, float(logged and not denied), left_out)


def _gone(charge: Charge, due: datetime) -> bool:
    """Whether the matter lay with another unit before ``due``."""
    return charge.ended_by in _TO_ANOTHER and charge.ended_at is not None and charge.ended_at < due


def resolution(story: Story, counting: Counting) -> Iterator[Case]:
    """Resolution rate: call-backs answered "solved" (half solved counts ``settings.partly``), out of all call-backs.

    A case is a call-back and belongs to the period in which it was made; a matter that was handled twice has two.
    "Unsure" is an answer and not a solution. A call-back that reached nobody has no answer: with exclusions it is not
    counted, without them it counts as not solved. Help, complaints and reports are counted together, questions and
    suggestions (with praise) each apart.
    """
    worth = {"yes": 1.0, "partly": counting.settings.partly}
    for call in story.calls:
        name = RESOLUTION_OF[story.kind]
        yield Case(name, call.at, call.charge.unit, worth.get(call.solved, 0.0), frozenset(of_call(call)))


def satisfaction(story: Story, counting: Counting) -> Iterator[Case]:
    """Satisfaction rate: ratings of at least ``settings.satisfied_from``, out of all ratings given, at the instant of
    the call-back. Who was not reached or gave no rating is in neither number.
    """
    for call in story.calls:
        if call.satisfaction is not None:
            score = float(call.satisfaction >= counting.settings.satisfied_from)
            yield Case(RateName.SATISFACTION, call.at, call.charge.unit, score, frozenset(of_call(call)))
