"""``/desk/policies``: lists of who may get what, looked at and confirmed by a person before anybody is told.

Only the hotline's supervisor confirms or refuses; the auditor looks. The lists are those that `citydesk policy find`
made in the installation's home.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from city.errors import BadInput, CityDeskError, Refused
from knowledge.eligibility.book import tell_number
from knowledge.eligibility.finding import (
    Decision,
    Manifest,
    decide,
    decisions,
    digest,
    read_manifest,
    sample,
)
from serve.api.problems import ApiError
from serve.desk.forms import FormDep
from serve.desk.html import desk_page
from serve.desk.inbox import moment
from serve.desk.room import Clerk, ClerkDep
from serve.desk.staff import Post
from serve.policies import lists_folder

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
LOOKING = frozenset({Post.SUPERVISOR, Post.AUDITOR})


class Listed(NamedTuple):
    """One list as the overview shows it."""

    name: str
    manifest: Manifest | None
    decision: Decision | None
    made: str
    listed: int
    fault: str


def _folder(clerk: Clerk) -> Path:
    if clerk.staff.post not in LOOKING:
        raise ApiError(403, "not_yours", clerk.front.say("desk_not_now"))
    return lists_folder(clerk.front.settings.home, clerk.pack)


def _chosen(clerk: Clerk, name: str) -> Path:
    """The folder of one list. The name is looked for among those that are there, so that none leads elsewhere."""
    found = next((folder for folder in _folders(_folder(clerk)) if folder.name == name), None)
    if found is None:
        raise ApiError(404, "not_found", clerk.front.say("api_not_found"))
    return found


def _folders(root: Path) -> list[Path]:
    return [one for one in root.iterdir() if one.is_dir() and one.name[0] != "."] if root.is_dir() else []


@router.get("/desk/policies")
def lists(clerk: ClerkDep) -> HTMLResponse:
    """Every list, the newest first."""
    found = [_listed(clerk, one) for one in _folders(_folder(clerk))]
    found.sort(key=lambda one: one.manifest.made_at.isoformat() if one.manifest else "", reverse=True)
    return desk_page(clerk, "policies.html", lists=found)


def _listed(clerk: Clerk, folder: Path) -> Listed:
    try:
        manifest, said = read_manifest(folder), decisions(folder)
    except CityDeskError as error:
        return Listed(folder.name, None, None, "", 0, str(error))
    count = sum(one.listed for one in manifest.policies)
    return Listed(folder.name, manifest, said[-1] if said else None, moment(clerk, manifest.made_at), count, "")


@router.get("/desk/policies/{name}")
def one_list(clerk: ClerkDep, name: str, wrong: str = "") -> HTMLResponse:
    """What was matched with what, how it came out, and rows to look at."""
    folder = _chosen(clerk, name)
    try:
        manifest, said = read_manifest(folder), decisions(folder)
    except CityDeskError as error:
        raise ApiError(409, "broken_list", clerk.front.say("desk_list_broken", fault=str(error))) from error
    return desk_page(
        clerk,
        "policy_list.html",
        name=name,
        manifest=manifest,
        made=moment(clerk, manifest.made_at),
        said=[(one, moment(clerk, one.at)) for one in said],
        rows=sample(folder),
        titles={one.policy: one.title for one in manifest.policies},
        worth={one.policy: tell_number(one.worth, "money", "元") for one in manifest.policies},
        changed=digest(folder) != manifest.digest,
        may_decide=clerk.staff.post is Post.SUPERVISOR,
        wrong=wrong == "1",
    )


@router.post("/desk/policies/{name}")
def settle(clerk: ClerkDep, name: str, form: FormDep) -> Response:
    """The supervisor's word on a list, with a reason."""
    folder = _chosen(clerk, name)
    if clerk.staff.post is not Post.SUPERVISOR:
        raise ApiError(403, "not_yours", clerk.front.say("desk_not_now"))
    word = "confirmed" if form.text("word") == "confirm" else "refused"
    try:
        decide(
            folder,
            "confirmed" if word == "confirmed" else "refused",
            by=clerk.staff.name,
            post=clerk.staff.post.value,
            reason=form.text("reason"),
            now=clerk.now(),
        )
    except (BadInput, Refused):
        return RedirectResponse(f"/desk/policies/{name}?wrong=1", 303)
    return RedirectResponse(f"/desk/policies/{name}", 303)
