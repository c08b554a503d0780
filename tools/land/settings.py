"""``land/norms.yaml`` of a pack: what texts say of parcels beside their rows, and what things are called."""

from __future__ import annotations

from pydantic import Field

from city.schema import Record

FILE = "land/norms.yaml"


class Words(Record):
    """An article of a plan and its words."""

    article: str
    quote: str


class PlanNorms(Record):
    """What a control plan says of all its parcels."""

    document: str
    basis: Words = Field(description="which indicators are upper limits, which are lower ones")
    height: Words | None = Field(default=None, description="how height is measured, where the plan says so")
    roads: Words | None = Field(default=None, description="widths of roads")
    widths: dict[str, float] = Field(default_factory=dict, description="road → width of its red lines, metres")


class Source(Record):
    """Where tables stand in the book of rules."""

    setbacks: str
    setback_table: str
    setback_widths: str = Field(description="bounds of the roads' widths: a row each")
    setback_heights: str = Field(description="bounds of the buildings' heights: a column each")
    parking: str
    parking_table: str
    fitting: str
    fitting_table: str


class Norms(Record):
    """The whole file."""

    plans: tuple[PlanNorms, ...] = ()
    titles: dict[str, str] = Field(default_factory=dict, description="document → its title")
    lacks: dict[str, str] = Field(
        default_factory=dict, description="what a check may lack that is no field of a scheme → what it is called"
    )
    kinds: dict[str, tuple[str, ...]] = Field(description="kind of land as people say it → codes")
    labels: dict[str, str] = Field(description="use.amount of the parking table → how it is called")
    units: dict[str, str] = Field(description="amount of the parking table → unit of its rate")
    rules: Source = Field(description="rules of land/checks.yaml that hold the tables")

    def plan(self, document: str | None) -> PlanNorms | None:
        """The norms of a plan."""
        return next((plan for plan in self.plans if plan.document == document), None)

    def is_kind(self, code: str, kind: str) -> bool:
        """Whether a code, or one of a mixed code, is of a kind."""
        return any(one in self.kinds.get(kind, ()) for one in code.split("/"))
