"""Which of two documents that disagree prevails.

Source: Legislation Law of the PRC (2023), arts. 98-106: the constitution over all, laws over administrative
regulations, these over local regulations and rules; a local regulation over rules of its own and lower
governments; a province's rule over a city's; among texts of one organ the newer over the older and the
special over the general. What those do not settle (a newer general text against an older special one,
department rules against local texts or against one another, different organs of one rank) an authority
decides, not a program.
"""

from __future__ import annotations

from enum import StrEnum

from knowledge.model import Level, Metadata


class ConflictRule(StrEnum):
    """Why one text prevails, or that nobody here can say."""

    HIGHER_RANK = "higher_rank"
    NEWER = "newer"
    SPECIAL = "special"
    AUTHORITY_DECIDES = "authority_decides"


_L = Level
_LOCAL_RULES = {_L.PROVINCIAL_RULE, _L.CITY_RULE}
_LOCAL_REGULATIONS = {_L.PROVINCIAL_REGULATION, _L.CITY_REGULATION}
# Below every law and rule: measures of administration, plans and texts that only inform.
_BELOW = {_L.NORMATIVE_DOCUMENT, _L.STANDARD, _L.PLAN, _L.POLICY, _L.EMERGENCY_PLAN}
_INFORM = {_L.GUIDE, _L.FAQ}
_UNDER_REGULATIONS = {_L.DEPARTMENT_RULE, *_LOCAL_RULES, *_LOCAL_REGULATIONS, *_BELOW, *_INFORM}

_OVER: dict[Level, set[Level]] = {
    _L.CONSTITUTION: set(Level) - {_L.CONSTITUTION},
    _L.LAW: {_L.ADMIN_REGULATION, _L.JUDICIAL_INTERPRETATION, *_UNDER_REGULATIONS},
    _L.JUDICIAL_INTERPRETATION: {*_BELOW, *_INFORM},
    _L.ADMIN_REGULATION: _UNDER_REGULATIONS,
    _L.DEPARTMENT_RULE: {*_BELOW, *_INFORM},
    _L.PROVINCIAL_REGULATION: {_L.CITY_REGULATION, *_LOCAL_RULES, *_BELOW, *_INFORM},
    _L.PROVINCIAL_RULE: {_L.CITY_RULE, *_BELOW, *_INFORM},
    _L.CITY_REGULATION: {_L.CITY_RULE, *_BELOW, *_INFORM},
    _L.CITY_RULE: {*_BELOW, *_INFORM},
    **dict.fromkeys(_BELOW, _INFORM),
    **{level: set() for level in _INFORM},
}


def outranks(one: Level, other: Level) -> bool:
    """Whether a text of level ``one`` is of higher rank than one of ``other``, for certain."""
    return other in _OVER[one]


def _narrower(one: Metadata, other: Metadata) -> bool:
    """Whether ``one`` is the special text: it is for a part of the other's region."""
    return one.region != other.region and one.region.startswith(f"{other.region}/" if other.region else "")


def prevails(one: Metadata, other: Metadata) -> tuple[ConflictRule, bool]:
    """The rule that settles two texts, and whether ``one`` is the one that prevails.

    With ``AUTHORITY_DECIDES`` neither does, and the flag says nothing.
    """
    if outranks(one.level, other.level):
        return ConflictRule.HIGHER_RANK, True
    if outranks(other.level, one.level):
        return ConflictRule.HIGHER_RANK, False
    if one.issuer != other.issuer or not one.issuer or one.level is not other.level:
        return ConflictRule.AUTHORITY_DECIDES, True
    if one.valid_from is None or other.valid_from is None:
        return ConflictRule.AUTHORITY_DECIDES, True
    for special, general, first in ((one, other, True), (other, one, False)):
        if _narrower(special, general):
            older = special.valid_from < general.valid_from  # type: ignore[operator]  # both checked above
            return (ConflictRule.AUTHORITY_DECIDES, True) if older else (ConflictRule.SPECIAL, first)
    if one.valid_from == other.valid_from:
        return ConflictRule.AUTHORITY_DECIDES, True
    return ConflictRule.NEWER, one.valid_from > other.valid_from
