"""``/api/policies``: the policies in force, one profile against them, and one policy explained.

The same functions answer the command line, the pages and the talk.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from city.errors import BadInput, NotFound
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.explaining import Explanation
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.profiles import Profile, read_profile
from knowledge.eligibility.reporting import Report, report
from serve.api.front import Front, FrontDep
from serve.api.problems import ApiError, FieldProblem, Limited, Problem

router = APIRouter(prefix="/api/policies", tags=["policies"])
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
_WRONG: dict[int | str, dict[str, Any]] = {**_MISSING, 422: {"model": Problem}}


class PolicyView(BaseModel):
    """A policy as a list shows it."""

    id: str
    subject: Subject
    title: str
    summary: str
    documents: list[str]
    topics: list[str]


class ProfileGiven(BaseModel):
    """A profile: facts by id, by the end of the id, or by label; a fact that is left out is unknown."""

    model_config = ConfigDict(extra="forbid")

    subject: Subject
    facts: dict[str, Any] = Field(default_factory=dict)


class MatchGiven(BaseModel):
    """A profile and the day asked for."""

    model_config = ConfigDict(extra="forbid")

    profile: ProfileGiven
    as_of: date | None = None


def rules_of(front: Front) -> Eligibility:
    """The city's rules. Raises ApiError 404 where it keeps none."""
    rules = front.desk.house.policies
    if rules is None:
        raise ApiError(404, "no_policies", front.say("api_no_policies"))
    return rules


def profile_of(front: Front, rules: Eligibility, given: ProfileGiven) -> Profile:
    """The profile. Raises ApiError 422 naming every fact that is wrong."""
    try:
        return read_profile(given.model_dump(), rules.every)
    except BadInput as error:
        fields = [_field(line) for line in str(error).splitlines()]
        raise ApiError(422, "bad_profile", front.say("api_bad_profile"), fields=fields) from error


def _field(line: str) -> FieldProblem:
    _, _, rest = line.partition(": ")
    name, _, problem = rest.partition(": ")
    return FieldProblem(field=name, problem=problem or rest)


def policy_views(rules: Eligibility, as_of: date, subject: Subject | None = None) -> list[PolicyView]:
    """The policies in force."""
    return [
        PolicyView(
            id=policy.id,
            subject=policy.subject,
            title=policy.title,
            summary=policy.summary,
            documents=[meta.id for meta in rules.book.standing(policy, as_of)],
            topics=list(policy.topics),
        )
        for policy in rules.book.in_force(as_of, subject)
    ]


@router.get("", responses=_MISSING)
def policies(front: FrontDep, subject: Subject | None = None, as_of: date | None = None) -> list[PolicyView]:
    """Every policy that is in force and whose rule is signed."""
    return policy_views(rules_of(front), as_of or front.desk.today, subject)


@router.get("/facts", responses=_MISSING)
def facts(front: FrontDep, subject: Subject | None = None) -> list[dict[str, Any]]:
    """The facts that a profile may hold: type, unit, codes, question."""
    found = rules_of(front).every.facts.values()
    return [
        fact.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for fact in found
        if subject in (None, fact.subject)
    ]


@router.post("/match", responses=_WRONG)
def match(given: MatchGiven, front: FrontDep, _limited: Limited) -> Report:
    """One profile against every policy: what fits, what it comes to, what to ask next."""
    rules = rules_of(front)
    return report(rules, profile_of(front, rules, given.profile), given.as_of or front.desk.today)


@router.get("/{name}", responses=_MISSING)
def policy(name: str, front: FrontDep, as_of: date | None = None) -> Explanation:
    """One policy clause by clause, for nobody in particular."""
    return explained(front, name, None, as_of)


@router.post("/{name}/explain", responses=_WRONG)
def explain(name: str, given: MatchGiven, front: FrontDep, _limited: Limited) -> Explanation:
    """One policy for one profile: why it fits or not, and what would change that."""
    return explained(front, name, given.profile, given.as_of)


def explained(front: Front, name: str, given: ProfileGiven | None, as_of: date | None) -> Explanation:
    """One policy in full. Raises ApiError 404 for one that is not there, 422 for a profile of another subject."""
    rules = rules_of(front)
    try:
        known = rules.book.policy(name)
    except NotFound as error:
        raise ApiError(404, "no_policy", front.say("api_no_policy")) from error
    if given is not None and given.subject != known.subject:
        field = FieldProblem(field="subject", problem=f"this policy is for a {known.subject}")
        raise ApiError(422, "bad_profile", front.say("api_bad_profile"), fields=[field])
    profile = profile_of(front, rules, given) if given else Profile(known.subject, {})
    return rules.explain(name, profile, as_of or front.desk.today)
