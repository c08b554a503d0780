"""What dispatch suggests. A person decides, unless the city has opened a class to more."""

from __future__ import annotations

from pydantic import Field

from city.schema import LegalBasis, Record
from tools.workorders.bands import Band
from tools.workorders.model import Urgency


class Option(Record):
    """A duty item that may carry the matter, and the unit it names at the place. ``confidence`` is in [0, 1]."""

    unit: str = Field(description="id of the unit, empty where the place is still open")
    duty_item: str = ""
    category: str
    confidence: float = Field(ge=0, le=1)


class Suggestion(Record):
    """Lead, co, cc, duty item, basis, clock and how sure all this is. Units and items by their ids."""

    category: str
    category_confidence: float = Field(ge=0, le=1)
    duty_item: str = Field(default="", description="empty where the duty list has none for the category")
    lead: str = ""
    co: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    legal_basis: tuple[LegalBasis, ...] = ()
    clock_class: str = "normal"
    urgency: Urgency = Urgency.NORMAL
    confidence: float = Field(ge=0, le=1, description="that the lead is right, as often as it says so")
    band: Band = Band.PERSON
    others: tuple[Option, ...] = Field(default=(), description="the two next-best units")
    open: tuple[str, ...] = Field(default=(), description="what must be known first: district, street")
    quote: str = Field(default="", description="the words of the message that speak most for it")
