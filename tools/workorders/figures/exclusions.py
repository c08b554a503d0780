"""What is left out of the three rates by rule. Nothing silently: every rate also comes with all of it in."""

from __future__ import annotations

from enum import StrEnum

from tools.workorders.acts import Act
from tools.workorders.figures.story import Call, Charge, Story
from tools.workorders.model import Kind, Result

_MALICIOUS = "N15"


class Exclusion(StrEnum):
    """Why something is left out (section 10). Where several apply the first one here is named: counts add up."""

    WITHDRAWN = "withdrawn"
    MALICIOUS = "malicious"
    MERGED = "merged"
    NOT_DUTY = "not_duty"
    OBSTACLE = "obstacle"
    DECLINED = "declined_contact"
    UNREACHABLE = "unreachable"


class RateName(StrEnum):
    """The rates of section 10; questions and suggestions have a resolution rate of their own."""

    RESPONSE = "response"
    RESOLUTION = "resolution"
    RESOLUTION_CONSULT = "resolution_consult"
    RESOLUTION_SUGGESTION = "resolution_suggestion"
    SATISFACTION = "satisfaction"


RESOLUTION_OF: dict[Kind, RateName] = {
    Kind.HELP: RateName.RESOLUTION,
    Kind.COMPLAINT: RateName.RESOLUTION,
    Kind.REPORT: RateName.RESOLUTION,
    Kind.CONSULT: RateName.RESOLUTION_CONSULT,
    Kind.SUGGESTION: RateName.RESOLUTION_SUGGESTION,
    Kind.PRAISE: RateName.RESOLUTION_SUGGESTION,
}

# A withdrawn, merged or terminated matter is not called back.
_HEARD = frozenset({Exclusion.NOT_DUTY, Exclusion.OBSTACLE, Exclusion.UNREACHABLE})
LEFT_OUT: dict[RateName, frozenset[Exclusion]] = {
    # An obstacle to solving the matter is none to speaking with the citizen.
    RateName.RESPONSE: frozenset(Exclusion) - {Exclusion.OBSTACLE},
    RateName.RESOLUTION: _HEARD,
    RateName.RESOLUTION_CONSULT: _HEARD,
    RateName.RESOLUTION_SUGGESTION: _HEARD,
    RateName.SATISFACTION: _HEARD,
}
"""Which exclusion bears on which rate; a city may say otherwise in its settings."""


def of_charge(story: Story, charge: Charge) -> set[Exclusion]:
    """What keeps a unit's turn out of the response rate.

    ``not_duty``: the hotline agreed to the return, or a reviewed reply or a termination said so. ``merged``: the main
    work order carries the duty from then on. ``declined_contact``: the citizen wanted no reply. ``unreachable``: the
    call-back after this turn reached nobody who could confirm the contact.
    """
    found = set[Exclusion]()
    if charge.ended_by is Act.WITHDRAW:
        found.add(Exclusion.WITHDRAWN)
    if charge.ended_by is Act.MERGE:
        found.add(Exclusion.MERGED)
    if charge.ended_by is Act.APPROVE_TERMINATE:
        found |= _terminated(story)
    if charge.ended_by is Act.AGREE_RETURN or any(call.result is Result.NOT_DUTY for call in charge.calls):
        found.add(Exclusion.NOT_DUTY)
    if not story.expects_reply:
        found.add(Exclusion.DECLINED)
    if charge.calls and not charge.calls[-1].solved:
        found.add(Exclusion.UNREACHABLE)
    return found


def of_call(call: Call) -> set[Exclusion]:
    """What keeps a call-back out of the resolution and satisfaction rates.

    ``obstacle`` and ``not_duty``: the reply said that it cannot be done now, or is not the unit's, and passed review.
    """
    found = set[Exclusion]()
    if not call.solved:
        found.add(Exclusion.UNREACHABLE)
    if call.result is Result.CANNOT_NOW:
        found.add(Exclusion.OBSTACLE)
    if call.result is Result.NOT_DUTY:
        found.add(Exclusion.NOT_DUTY)
    return found


def _terminated(story: Story) -> set[Exclusion]:
    """An N-code says that the matter was not to be handled; a citizen who does not answer is no exclusion."""
    if story.termination_code == _MALICIOUS:
        return {Exclusion.MALICIOUS}
    return {Exclusion.NOT_DUTY} if story.termination_code.startswith("N") else set()
