"""``POST /api/complaints``: a citizen says that an answer is wrong; a person looks at it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from agents.steps.screen import clean
from serve.api.chat import THREAD
from serve.api.front import FrontDep
from serve.api.problems import Limited, Problem

router = APIRouter(prefix="/api", tags=["complaints"])

# Cleaned first: characters that cannot be seen, or be written to a file at all, are no reason.
Reason = Annotated[str, AfterValidator(clean), StringConstraints(min_length=1, max_length=2000)]
Words = Annotated[str, AfterValidator(clean), StringConstraints(max_length=8000)]


class ComplaintRequest(BaseModel):
    """A complaint about an answer of a talk."""

    model_config = ConfigDict(extra="forbid")

    thread: str = Field(pattern=THREAD)
    reason: Reason
    answer: Words = Field(default="", description="the words complained about")


class ComplaintReceipt(BaseModel):
    """That it was kept, and under which number."""

    id: str


@router.post("/complaints", status_code=201, responses={s: {"model": Problem} for s in (400, 413, 422, 429)})
def complain(given: ComplaintRequest, front: FrontDep, _limited: Limited) -> ComplaintReceipt:
    """Keep a complaint."""
    return ComplaintReceipt(id=front.complaints.add(given.thread, given.reason, given.answer).id)
