"""The parts of a city pack, as typed records. ``docs/pack.md`` says which file holds which."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Record(BaseModel):
    """A frozen record that refuses unknown fields, so that a misspelt field is an error and not silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Embedding(Record):
    """Which dense models there are: the pack's own static embedding, and a larger model for search.

    Where the larger one runs (here or behind an endpoint) is the installation's matter.
    """

    static: str = Field(default="", description="folder in the pack that `citydesk knowledge train` wrote")
    model: str = Field(default="", description="name of a model, e.g. BAAI/bge-m3; searches instead of `static`")
    dim: int = Field(default=0, ge=0, description="components kept of the model's vectors; 0: all")
    query_prefix: str | None = Field(default=None, description="put before questions; none: as the model is known for")
    document_prefix: str | None = Field(default=None, description="put before provisions; none: likewise")


class Rerank(Record):
    """A model that reads question and provision together and puts the best hits of a search in order."""

    model: str = Field(min_length=1, description="name of a model, e.g. BAAI/bge-reranker-v2-m3")
    top: int = Field(default=30, ge=2, le=200, description="hits that it reads")
    share: float = Field(default=0.7, gt=0, le=1, description="weight of its score; the rest is the index's own")


class Limits(Record):
    """Bounds of one turn."""

    message_chars: int = Field(default=4_000, ge=100, le=100_000)
    turn_seconds: float = Field(default=20.0, gt=0, le=300)
    hops: int = Field(default=12, ge=6, le=50)
    history_turns: int = Field(default=6, ge=1, le=50)


class City(Record):
    """``city.yaml``: who the city is."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str
    name_en: str
    region: str = Field(description="path from the province down, e.g. 澜江省/云澜市")
    timezone: str = "Asia/Shanghai"
    hotline: str
    hotline_phone: str = ""
    area_code: str = ""
    order_code: str = Field(
        default="", pattern=r"^([A-Z0-9]{2,6})?$", description="letters that begin a work order's number"
    )
    centre: tuple[float, float] = Field(description="(longitude, latitude), WGS-84 degrees")
    corpora: tuple[str, ...] = Field(description="folders whose documents become knowledge")
    embedding: Embedding = Embedding()
    rerank: Rerank | None = Field(default=None, description="last stage of search; none: there is none")
    retrieval: dict[str, float] = Field(default_factory=dict, description="settings of the index, by their names")
    limits: Limits = Limits()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("not a time zone name; write for example Asia/Shanghai") from error
        return value

    @field_validator("centre")
    @classmethod
    def _on_earth(cls, value: tuple[float, float]) -> tuple[float, float]:
        lon, lat = value
        if not -180 <= lon <= 180:
            raise ValueError(f"the longitude {lon} is not within -180 and 180")
        if not -90 <= lat <= 90:
            raise ValueError(f"the latitude {lat} is not within -90 and 90: write longitude first")
        return value


class District(Record):
    """``places/districts.yaml``."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    character: str = ""
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    polygon: tuple[tuple[float, float], ...] = Field(default=(), description="ring of (lon, lat)")


class Community(Record):
    """A community (社区 or 村) of a street."""

    id: str
    name: str
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Street(Record):
    """``places/streets.yaml``: a street office, town or township."""

    id: str
    district: str
    name: str
    unit: str | None = Field(default=None, description="its unit in units/*.yaml")
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    communities: tuple[Community, ...] = ()


class Crossing(Record):
    """Where two roads meet; a pair of roads may meet more than once."""

    with_: str = Field(alias="with")
    with_name: str = Field(default="", description="the other road's name, for the reader of the file")
    district: str
    street: str = ""
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Road(Record):
    """``places/roads.yaml``."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    districts: tuple[str, ...]
    line: tuple[tuple[float, float], ...] = ()
    crossings: tuple[Crossing, ...] = ()


class Landmark(Record):
    """``places/landmarks.yaml``: a hospital, school, estate, park, station …"""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str
    district: str
    street: str = ""
    address: str = ""
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class UnitLevel(StrEnum):
    """Level of a unit (承办单位)."""

    CITY_DEPT = "city_dept"
    DISTRICT_GOV = "district_gov"
    DISTRICT_DEPT = "district_dept"
    STREET_TOWN = "street_town"
    PUBLIC_UTILITY = "public_utility"
    AUTHORISED_ORG = "authorised_org"
    CENTRAL_IN_CITY = "central_in_city"
    EXTERNAL = "external"


class Unit(Record):
    """``units/units.yaml``: a body that answers for something."""

    id: str
    name: str
    short_names: tuple[str, ...] = ()
    level: UnitLevel
    parent: str | None = None
    district: str | None = None
    phone: str = ""
    address: str = ""
    hours: str = ""
    online: str | None = None
    duties_summary: str = ""
    topics: tuple[str, ...] = ()


class LegalBasis(Record):
    """Where a duty comes from; ``document`` is None where the basis is still to be named."""

    document: str | None = None
    article: str | None = None


class AreaHandler(Record):
    """Where or when another unit does the work: in a district or a street, or where the message says certain words.

    All that is given must hold. Words are those by which callers name such a spot: a pavement, a back lane, a park.
    """

    district: str | None = None
    street: str | None = None
    words: tuple[str, ...] = ()
    handler: str

    @model_validator(mode="after")
    def _some_condition(self) -> AreaHandler:
        if self.district is None and self.street is None and not self.words:
            raise ValueError("name a district, a street or words, or leave the exception out")
        return self

    def holds(self, district: str, street: str, text: str) -> bool:
        """Whether the exception applies to a matter at this place (ids) told in these words."""
        return (
            self.district in (None, district)
            and self.street in (None, street)
            and (not self.words or any(word in text for word in self.words))
        )


class DutyItem(Record):
    """``duties/*.yaml``: one item of the duty list (domain specification, section 8)."""

    id: str
    title: str
    description: str
    actions: tuple[str, ...] = ()
    lead_unit: str
    handler: str | None = Field(
        default=None,
        description="unit that does the work; {district} and {street} stand for where the matter lies",
    )
    level: str
    area_rule: str | None = None
    areas: tuple[AreaHandler, ...] = Field(default=(), description="exceptions of `area_rule`, as data")
    legal_basis: tuple[LegalBasis, ...] = ()
    evidence_needed: tuple[str, ...] = ()
    time_limit: str = ""
    excludes: tuple[str, ...] = ()
    co_units: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    source_doc: str | None = ""


class OutcomeWording(Record):
    """``wording/outcomes.yaml``: what an ending is called and what it means to the citizen."""

    label: str
    explanation: str
