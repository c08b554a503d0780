"""``GET /api/provisions/{id}``: what a citation stands on, as the public may read it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from agents.context import House
from city.errors import NotFound
from knowledge.library import Library
from knowledge.model import Metadata, Provision
from serve.api.front import FrontDep
from serve.api.problems import ApiError, Problem

router = APIRouter(prefix="/api", tags=["provisions"])

State = Literal["in_force", "repealed", "not_yet"]


class Validity(BaseModel):
    """When a document applies; ``valid_to`` is the first day on which it no longer does."""

    valid_from: date | None
    valid_to: date | None
    state: State


class Near(BaseModel):
    """A provision to go on reading at. ``article`` may be empty where the text has no numbers."""

    id: str
    article: str


class Version(Validity):
    """Another version of the same rule, and where it says the same (None where it does not)."""

    document: str
    title: str
    doc_no: str
    provision: Near | None


class ReferenceView(BaseModel):
    """A cross-reference: where it stands in the text, and the provision it leads to where the public may read it."""

    start: int
    end: int
    words: str
    target: str | None


class Span(BaseModel):
    """A stretch of the text, half-open, in characters of ``text``."""

    start: int
    end: int


class ProvisionView(Validity):
    """A provision with everything a reader needs to judge it."""

    id: str
    document: str
    title: str
    article: str
    path: list[str]
    level: str
    issuer: str
    doc_no: str
    published_on: date | None
    text: str
    offset: int = Field(description="where the text begins in its document, in characters")
    span: Span | None = Field(description="the cited stretch, where one was asked for and lies inside")
    previous: Near | None
    next: Near | None
    versions: list[Version]
    references: list[ReferenceView]
    snapshot: str


def _validity(meta: Metadata, today: date) -> Validity:
    state: State = "repealed"
    if meta.in_force(today):
        state = "in_force"
    elif meta.valid_from is None or meta.valid_from > today:
        state = "not_yet"
    return Validity(valid_from=meta.valid_from, valid_to=meta.valid_to, state=state)


def _near(provision: Provision | None) -> Near | None:
    return Near(id=provision.id, article=provision.article) if provision else None


def _span(provision: Provision, start: int | None, end: int | None) -> Span | None:
    """The asked span of the document, relative to the provision and cut to it."""
    if start is None or end is None:
        return None
    first, last = max(start, provision.start) - provision.start, min(end, provision.end) - provision.start
    return Span(start=first, end=last) if first < last else None


def _versions(library: Library, provision: Provision, today: date) -> list[Version]:
    return [
        Version(
            **_validity(match.meta, today).model_dump(),
            document=match.meta.id,
            title=match.meta.title,
            doc_no=match.meta.doc_no,
            provision=_near(match.provision),
        )
        for match in library.other_versions(provision)
    ]


def _references(library: Library, provision: Provision, today: date) -> list[ReferenceView]:
    readable = {other.id for other in library.referred(provision, as_of=today)}
    return [
        ReferenceView(
            start=ref.start - provision.start,
            end=ref.end - provision.start,
            words=ref.words,
            target=ref.target if ref.target in readable else None,
        )
        for ref in provision.references
    ]


def view(house: House, today: date, name: str, start: int | None, end: int | None) -> ProvisionView:
    """The provision ``name`` for the public. Raises NotFound, also for what only staff may read."""
    library = house.library
    provision = library.get(name)
    meta = library.meta(provision.document)
    near = library.neighbours(provision)
    return ProvisionView(
        **_validity(meta, today).model_dump(),
        id=provision.id,
        document=meta.id,
        title=meta.title,
        article=provision.article,
        path=list(provision.path),
        level=meta.level.value,
        issuer=meta.issuer,
        doc_no=meta.doc_no,
        published_on=meta.published_on,
        text=provision.text,
        offset=provision.start,
        span=_span(provision, start, end),
        previous=_near(next((other for other in near if other.start < provision.start), None)),
        next=_near(next((other for other in near if other.start > provision.start), None)),
        versions=_versions(library, provision, today),
        references=_references(library, provision, today),
        snapshot=library.snapshot,
    )


@router.get("/provisions/{name}", responses={404: {"model": Problem}, 422: {"model": Problem}})
def provision(
    name: str,
    front: FrontDep,
    start: Annotated[int | None, Query(ge=0, description="of the cited span, in the document")] = None,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> ProvisionView:
    """A provision by its id; the ``#`` in it is written ``%23``."""
    try:
        return view(front.desk.house, front.desk.today, name, start, end)
    except NotFound as error:
        raise ApiError(404, "no_provision", front.say("api_no_provision")) from error
