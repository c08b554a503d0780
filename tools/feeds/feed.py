"""``feeds/*.yaml`` of a pack: each feed says where a dataset lies and how to read it in standard columns."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from city.schema import Record


class FileSource(Record):
    """A file or a pattern of files, relative to the installation's feed folder, then to the pack."""

    kind: Literal["csv", "parquet", "json", "geojson", "gtfs", "xlsx"]
    path: str = Field(description="e.g. parking/free/*.parquet")
    encoding: str = Field(default="utf-8", description="csv only; many offices still export gb18030")
    delimiter: str = Field(default=",", max_length=1)
    records: str = Field(default="", description="json only: the member that holds the list, e.g. data.rows")


class HttpSource(Record):
    """A file fetched over HTTP. It is kept; where fetching fails the kept copy serves until it is not current."""

    kind: Literal["http"]
    url: str = Field(pattern=r"^https?://")
    format: Literal["csv", "parquet", "json", "geojson", "gtfs"]
    every: timedelta = Field(default=timedelta(minutes=5), description="not fetched more often than this")
    timeout_s: float = Field(default=5.0, gt=0, le=60)
    headers: dict[str, str] = Field(default_factory=dict, description="${NAME} takes the value of a variable")
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", max_length=1)
    records: str = ""


class SqlSource(Record):
    """A table or view of a database, read only."""

    kind: Literal["sql"]
    url: str = Field(description="SQLAlchemy URL; ${NAME} takes the value of a variable")
    table: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$")
    timeout_s: float = Field(default=5.0, gt=0, le=60)


AnySource = Annotated[FileSource | HttpSource | SqlSource, Field(discriminator="kind")]


def _columns(value: Any) -> Any:  # what YAML gave
    return {name: ({"from": given} if isinstance(given, str) else given) for name, given in (value or {}).items()}


class ColumnMap(Record):
    """How a standard column is made of the city's own: its name, its values' words, its scale, its form of time."""

    from_: str | None = Field(default=None, alias="from", description="the city's column, or a path a.b in JSON")
    value: str | int | float | bool | None = Field(default=None, description="the same for every row")
    words: dict[str, str | int | float | bool] = Field(default_factory=dict, description="the city's value → standard")
    times: float = Field(default=1.0, description="multiply, e.g. 0.001 for metres given, kilometres asked")
    format: str = Field(default="", description="strptime form of a day or time, where it is not ISO 8601")


class Feed(Record):
    """One feed: the dataset it provides and where from."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_.-]*$")
    dataset: str
    title: str
    unit: str = Field(default="", description="the unit that keeps the data")
    source: AnySource
    fresh_for: timedelta | None = Field(
        default=None, gt=timedelta(0), description="older rows are not current; None: a register without history"
    )
    every: str = Field(default="", description="how often it is renewed, in words for the data catalogue")
    zone: str = Field(default="", description="zone of times without one; empty: the city's")
    columns: Annotated[dict[str, ColumnMap], BeforeValidator(_columns)] = Field(default_factory=dict)
    visibility: Literal["public", "internal"] = "public"
    about: str = Field(default="", description="what it is, for the data catalogue")
