"""Where a matter lies, who is to be called, what is still missing: read from the citizen's words by rules."""

from __future__ import annotations

from agents.triage.draft import MOST_QUESTIONS, Petition, Spot
from city.gazetteer import Gazetteer, Whereabouts
from city.gazetteer import Spot as Place
from city.intake import Intake
from city.pack import CityPack
from city.privacy import Vault
from tools.workorders.leaves import Leaf
from tools.workorders.model import Kind

PHONES = frozenset({"mobile", "landline"})
_AROUND_PLACE = 3
_WHAT_CHARS = 8
_UNSEARCHED = frozenset({Kind.PRAISE, Kind.SUGGESTION})
"""Kinds in which nothing has to be looked into, so that no particulars are asked for."""
_NOT_ASKED = frozenset({"place", "photo"})
"""Facts of a leaf that are asked for on their own account, or cannot be given in a chat yet."""


def spot_of(gazetteer: Gazetteer, text: str) -> Spot:
    """The place that ``text`` (unmasked) names; only public names go into it."""
    found = gazetteer.locate(text)
    if found.spot is None:
        names = found.candidates[0].name if found.candidates else ""
        return Spot(text=names, choices=sorted({spot.district for spot in found.candidates}))
    spot = found.spot
    return Spot(
        text=spot.name,
        district=spot.district,
        street=spot.street,
        latitude=spot.latitude,
        longitude=spot.longitude,
    )


def chosen(gazetteer: Gazetteer, pack: CityPack, spot: Spot, text: str) -> Spot | None:
    """``spot`` in the district that the citizen chose among its choices, by name or by number; None for neither."""
    named = {place.district for mention in gazetteer.mentions(text) for place in mention.spots}
    fitting = [district for district in spot.choices if district in named]
    number = text.strip().strip("第个。.，")
    if not fitting and number.isdigit() and 1 <= int(number) <= len(spot.choices):
        fitting = [spot.choices[int(number) - 1]]
    if len(fitting) != 1:
        return None
    name = next(d.name for d in pack.districts if d.id == fitting[0])
    found = spot_of(gazetteer, f"{name}{spot.text}")
    return found if found.district == fitting[0] else spot.model_copy(update={"district": fitting[0], "choices": []})


def phone_in(vault: Vault, text: str) -> str:
    """The token of the first phone number in a masked text, or nothing."""
    return next((token for kind, token in vault.held(text) if kind in PHONES), "")


def own_phone(vault: Vault, intake: Intake, text: str) -> str:
    """The token of the phone number that the writer of a masked text gives as their own; nothing where the numbers in
    it may be somebody else's, such as the number of whom they complain about."""
    for kind, token in vault.held(text):
        if kind in PHONES and intake.tells("contact", text[: text.index(token) + len(token)]):
            return token
    return ""


def moved(gazetteer: Gazetteer, spot: Spot, text: str) -> Spot:
    """The place that corrects ``spot``: the one ``text`` names, or the same name in the district it names."""
    found = spot_of(gazetteer, text)
    namesake = spot_of(gazetteer, f"{found.text}{spot.text}") if found.text and spot.text else found
    return (
        namesake
        if is_district(gazetteer, found.text) and (namesake.text, namesake.district) == (spot.text, found.district)
        else found
    )


def narrowed(gazetteer: Gazetteer, spot: Spot, text: str) -> Spot:
    """``spot``, or the place in it that ``text`` names where only a district was known."""
    if not is_district(gazetteer, spot.text):
        return spot
    found = spot_of(gazetteer, f"{spot.text}{text}")
    return found if found.district == spot.district else spot


def is_district(gazetteer: Gazetteer, name: str) -> bool:
    """Whether ``name`` is a whole district's."""
    return any(place.kind == "district" for mention in gazetteer.mentions(name) for place in mention.spots)


def is_bare_place(gazetteer: Gazetteer, text: str) -> bool:
    """Whether the message is hardly more than a place: "云城区的"."""
    named = "".join(mention.name for mention in gazetteer.mentions(text))
    return bool(named) and len(text) - len(named) <= _AROUND_PLACE


def whereabouts(spot: Spot) -> Whereabouts:
    """A stored spot as dispatch reads it."""
    if not spot.district:
        return Whereabouts(spot.text)
    return Whereabouts(
        spot.text,
        Place("street", spot.street, spot.text, spot.district, spot.street, spot.latitude, spot.longitude),
    )


def missing(petition: Petition, intake: Intake, leaf: Leaf | None) -> list[str]:
    """Facts that the category calls for and nobody has told, the one that matters most first."""
    category = petition.category
    if not petition.said:
        return ["matter"]
    found: list[str] = []
    if petition.spot.choices:
        found.append("district")
    elif intake.needs_place(category) and not (petition.spot.text or "place" in petition.answers):
        found.append("place")
    wanted = leaf.questions if leaf and petition.kind not in _UNSEARCHED else ()
    said = petition.narrative
    found += [fact for fact in wanted if fact not in _NOT_ASKED and not _told(petition, intake, fact, said)]
    if not (petition.contact or petition.anonymous):
        found.append("contact")
    return found


def _told(petition: Petition, intake: Intake, fact: str, said: str) -> bool:
    return bool(petition.answers.get(fact)) or intake.tells(fact, said)


def next_question(petition: Petition, intake: Intake, leaf: Leaf | None) -> str:
    """The fact to ask for now, each once and at most three in all; empty where it is time to show the draft. What
    happened is asked until it is told: nothing can be filed without it.

    One question is kept for the contact: a matter on which nobody can be called back is the harder to settle.
    """
    if not petition.said:
        return "matter"
    left = MOST_QUESTIONS - len(petition.asked)
    open_facts = [fact for fact in missing(petition, intake, leaf) if fact not in petition.asked]
    if not open_facts or left <= 0:
        return ""
    if left == 1 and "contact" in open_facts:
        return "contact"
    return open_facts[0]


def completeness(petition: Petition, intake: Intake) -> int:
    """How many of section 4.7's points are told: who, when, where, what, its course, demand, contact, reply."""
    said = petition.narrative
    points = (
        intake.tells("object", said) or intake.tells("people", said),
        intake.tells("time", said) or bool(petition.answers.get("time")),
        bool(petition.spot.text or petition.answers.get("place")),
        len(said) >= _WHAT_CHARS,
        intake.tells("history", said) or intake.tells("frequency", said),
        bool(petition.demand),
        bool(petition.contact) or petition.anonymous,
        petition.expects_reply,
    )
    return sum(points)


def gaps(petition: Petition, intake: Intake, leaf: Leaf | None) -> list[str]:
    """What stays open when the draft is filed."""
    return [fact for fact in missing(petition, intake, leaf) if fact != "contact" or not petition.anonymous]
