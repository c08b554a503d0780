"""What the commands about policies share: options, the opened rules, amounts in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import day_of, settings_for

if TYPE_CHECKING:
    from datetime import date

    from city.pack import CityPack
    from knowledge.eligibility.eligibility import Eligibility
    from knowledge.eligibility.facts import Subject

AsOfOption = Annotated[str, typer.Option("--as-of", help="The day asked for (YYYY-MM-DD); today where left out.")]
ProfileOption = Annotated[Path, typer.Option("--profile", help="A profile, JSON.")]
NameOption = Annotated[str, typer.Option("--by", help="The name of the person who answers for it.")]
PostOption = Annotated[str, typer.Option("--post", help="The person's office.")]
DraftsOption = Annotated[bool, typer.Option("--drafts", help="Also rules that nobody signed yet (for staff).")]


def opened(city: Path | None, as_of: str, *, drafts: bool = False) -> tuple[Eligibility, date]:
    """The rules and the day asked for."""
    rules, _, day = opened_pack(city, as_of, drafts=drafts)
    return rules, day


def opened_pack(city: Path | None, as_of: str, *, drafts: bool = False) -> tuple[Eligibility, CityPack, date]:
    """The rules, the pack and the day asked for; with ``drafts`` also rules that nobody signed."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from city.pack import load_pack
    from serve.policies import open_policies

    day = day_of(as_of, "--as-of") or datetime.now(UTC).date()
    pack = load_pack(settings_for(city).city)
    rules = open_policies(pack, day)
    return (replace(rules, book=rules.every) if drafts else rules), pack, day


def yuan(value: float) -> str:
    """An amount as people write it."""
    from knowledge.eligibility.book import tell_number

    return tell_number(value, "money", "元")


def subject_named(name: str) -> Subject:
    """The kind of subject that an option names. Raises BadInput."""
    from city.errors import BadInput

    if name == "firm":
        return "firm"
    if name == "person":
        return "person"
    raise BadInput(f"--subject {name!r}: write firm or person.")
