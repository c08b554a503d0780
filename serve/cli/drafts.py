"""``citydesk policy draft``: a draft rule from a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import CityOption, settings_for

if TYPE_CHECKING:
    from knowledge.eligibility.facts import Subject


def draft(
    document: Annotated[str, typer.Argument(help="Id of a policy text of the pack.")],
    out: Annotated[Path | None, typer.Option("--out", help="The draft's file; none: eligibility/drafts/.")] = None,
    subject: Annotated[str, typer.Option(help="firm or person; told by the text where left out.")] = "",
    engine: Annotated[str, typer.Option(help="embedded (patterns), or vllm (CITYDESK_MODEL_URL).")] = "embedded",
    replace: Annotated[bool, typer.Option("--replace", help="Write over a draft that is there.")] = False,
    city: CityOption = None,
) -> None:
    """Draft a rule from a policy text, with test cases, for a person to check, complete and sign."""
    from city.errors import BadInput
    from serve.drafting import draft_rule

    settings = settings_for(city)
    if subject not in ("", "firm", "person"):
        raise BadInput(f"--subject {subject!r}: write firm or person.")
    chosen: Subject | None = None if not subject else "firm" if subject == "firm" else "person"
    made = draft_rule(settings, document, subject=chosen, engine=engine, out=out, replace=replace)
    typer.echo(f"{made.rule}: {made.conditions} conditions, {made.benefits} benefits, {made.open} points open")
    typer.echo(f"{made.cases_file}: {made.cases} cases to confirm")
    for problem in made.problems:
        typer.echo(f"! {problem}")
    typer.echo(
        "A draft, read for nobody. Complete it, move it to eligibility/rules, then citydesk policy check and sign."
    )
