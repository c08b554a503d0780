"""``feeds/*.yaml`` of a pack: each feed says where a dataset lies and how to read it in standard columns."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, field_validator

from city.schema import Record

TABLES = Literal["csv", "parquet", "json", "jsonl", "geojson", "xlsx"]
Form = Literal["csv", "parquet", "json", "jsonl", "geojson", "xlsx", "gtfs"]


class Layout(Record):
    """How a file is laid out, where its kind leaves that open."""

    encoding: str = Field(default="utf-8", description="csv only; many offices still export gb18030")
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="csv only")
    records: str = Field(default="", description="json only: the member that holds the list, e.g. data.rows")
    sheet: str = Field(default="", description="xlsx only: the sheet's name; empty: the first")
    header: int = Field(
        default=1,
        ge=0,
        le=1_000,
        description="xlsx: the row that holds the columns' names; 0, also in csv: there is none, they are A, B, C …",
    )

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError as error:
            raise ValueError("is no encoding: write utf-8 or gb18030") from error
        return value


class FileSource(Layout):
    """A file or a pattern of files, relative to the installation's feed folder, then to the pack."""

    kind: Form
    path: str = Field(min_length=1, description="e.g. parking/free/*.parquet")

    @field_validator("path")
    @classmethod
    def _inside(cls, value: str) -> str:
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError("lies outside the feed folder: write it relative, without '..'; link other places into it")
        return value


class HttpSource(Layout):
    """A file fetched over HTTP. It is kept; where fetching fails the kept copy serves until it is not current."""

    kind: Literal["http"]
    url: str = Field(pattern=r"^https?://", description="${NAME} takes the value of a variable of the environment")
    format: Form
    every: timedelta = Field(
        default=timedelta(minutes=5), gt=timedelta(0), description="not fetched more often than this"
    )
    keep: timedelta = Field(
        default=timedelta(0), ge=timedelta(0), description="older copies are kept so long, and read as history"
    )
    timeout_s: float = Field(default=5.0, gt=0, le=60)
    most_mb: int = Field(default=50, ge=1, le=2_000, description="a larger answer is refused")
    headers: dict[str, str] = Field(default_factory=dict, description="${NAME} as in the address")


class SqlSource(Record):
    """A table or view of a database, read only."""

    kind: Literal["sql"]
    url: str = Field(description="SQLAlchemy URL; ${NAME} takes the value of a variable of the environment")
    table: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$")
    timeout_s: float = Field(default=5.0, gt=0, le=60)
    every: timedelta = Field(
        default=timedelta(minutes=5), gt=timedelta(0), description="a register is not read again before"
    )


AnySource = Annotated[FileSource | HttpSource | SqlSource, Field(discriminator="kind")]


def _columns(value: Any) -> Any:  # what YAML gave
    return {name: ({"from": given} if isinstance(given, str) else given) for name, given in (value or {}).items()}


def _words(value: Any) -> Any:  # what YAML gave: 1 and 是 are texts in the city's file, whatever YAML makes of them
    if not isinstance(value, dict):
        return value
    return {(str(said).lower() if isinstance(said, bool) else str(said)): made for said, made in value.items()}


class ColumnMap(Record):
    """How a standard column is made of the city's own: its name, its values' words, its scale, its form of time."""

    from_: str | None = Field(
        default=None,
        alias="from",
        description="the city's column; in JSON a path a.b, or /a.b from the top of the document",
    )
    value: str | int | float | bool | None = Field(default=None, description="the same for every row")
    words: Annotated[dict[str, str | int | float | bool], BeforeValidator(_words)] = Field(
        default_factory=dict, description="the city's value → standard"
    )
    times: float = Field(
        default=1.0, allow_inf_nan=False, description="multiply, e.g. 0.001 for metres given, kilometres asked"
    )
    unit: str = Field(
        default="", description="the unit of the city's values, e.g. 厘米; the check says whether `times` fits it"
    )
    format: str = Field(
        default="", description="strptime form of a day or time that is not ISO 8601; epoch or epoch_ms for seconds"
    )


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
    nothing: tuple[str, ...] = Field(default=(), description="values that stand for 'no value', e.g. '-' or 999999")
    columns: Annotated[dict[str, ColumnMap], BeforeValidator(_columns)] = Field(default_factory=dict)
    visibility: Literal["public", "internal"] = "public"
    about: str = Field(default="", description="what it is, for the data catalogue")
    origin: str = Field(default="", exclude=True, description="not written: the file and place it was read from")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            if value:
                ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is no time zone: write e.g. Asia/Shanghai or UTC") from error
        return value
