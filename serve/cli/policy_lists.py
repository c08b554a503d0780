"""``citydesk policy find``, ``confirm``, ``release``, ``profiles``, ``learn``: policies that find people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, echo_json, settings_for
from serve.cli.policy_common import AsOfOption, NameOption, PostOption, opened, opened_pack, subject_named, yuan

if TYPE_CHECKING:
    from knowledge.eligibility.finding import Manifest

_UNTOLD = 10


def find(
    profiles: Annotated[Path, typer.Option("--profiles", help="Profiles: .parquet, .csv or .jsonl.")],
    out: Annotated[Path | None, typer.Option("--out", help="New folder for the list (default: in the home).")] = None,
    policy: Annotated[str, typer.Option("--policy", help="A policy's id, or 'all'.")] = "all",
    subject: Annotated[str, typer.Option(help="firm or person; needed with --policy all.")] = "",
    keep: Annotated[str, typer.Option(help="Statuses to list, with commas.")] = "eligible,likely",
    opt_outs: Annotated[Path | None, typer.Option("--opt-outs", help="CSV of who objects: id, policy?")] = None,
    as_of: AsOfOption = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A file of profiles against one policy or all: a list that a person confirms before anybody is told."""
    from datetime import UTC, datetime

    from city.errors import BadInput
    from knowledge.eligibility.finding import find as run
    from knowledge.eligibility.finding import read_opt_outs
    from knowledge.eligibility.matching import Status
    from knowledge.eligibility.tables import open_source
    from serve.policies import lists_folder

    rules, pack, day = opened_pack(city, as_of)
    try:
        kept = [Status(name.strip()) for name in keep.split(",")]
    except ValueError as error:
        raise BadInput(f"--keep: {error} → use {', '.join(Status)}") from error
    if policy != "all":
        subject = rules.book.policy(policy).subject
    chosen = subject_named(subject)
    compiled = [rule for rule in rules.rules(day, chosen) if policy in ("all", rule.id)]
    if not compiled:
        raise BadInput(f"No signed policy for a {chosen} is in force on {day} under --policy {policy!r}.")
    source = open_source(profiles, chosen, rules.every)
    if out is None:
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{policy if policy != 'all' else chosen}"
        out = lists_folder(settings_for(city, home).home, pack) / name
    with _Counter(as_json) as progress:
        made = run(rules, compiled, source, out, city=pack.city.id, now=datetime.now(UTC), kept=kept,
                   opt_outs=read_opt_outs(opt_outs), progress=progress)  # fmt: skip
    if as_json:
        echo_json(made.model_dump(mode="json"))
    else:
        _tell_list(made, source.ignored, out)


class _Counter:
    """Counts rows on standard error; silent with ``quiet`` or where nobody watches."""

    def __init__(self, quiet: bool):
        import sys

        self._shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Callable[[int], None]:
        return self._tell

    def _tell(self, rows: int) -> None:
        if self._shown:
            typer.echo(f"\r{rows:,} rows", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            typer.echo("", err=True)


def _tell_list(made: Manifest, ignored: tuple[str, ...], out: Path) -> None:
    typer.echo(f"{made.rows:,} profiles read, {made.set_aside:,} set aside (set_aside.csv says why)")
    if ignored:
        more = f" and {len(ignored) - _UNTOLD} more" if len(ignored) > _UNTOLD else ""
        typer.echo(f"columns that are no facts: {', '.join(ignored[:_UNTOLD])}{more}")
    for one in made.policies:
        counts = ", ".join(f"{name} {count:,}" for name, count in one.by_status.items())
        gone = f", {one.opted_out:,} objected" if one.opted_out else ""
        typer.echo(f"{one.policy:<28} listed {one.listed:>8,} worth {yuan(one.worth):>14}  ({counts}{gone})")
    typer.echo(f"A proposal, in {out}. Look at it, then: citydesk policy confirm {out} --by NAME --reason …")


def confirm(
    folder: Annotated[Path, typer.Argument(help="Folder of a list.")],
    by: NameOption,
    reason: Annotated[str, typer.Option(help="Why, in a few words.")],
    post: PostOption = "",
    refuse: Annotated[bool, typer.Option("--refuse", help="Say no to the list.")] = False,
) -> None:
    """A person's word on a list: nobody is told anything before it."""
    from datetime import UTC, datetime

    from knowledge.eligibility.finding import decide

    made = decide(folder, "refused" if refuse else "confirmed", by=by, post=post, reason=reason, now=datetime.now(UTC))
    typer.echo(f"{made.decision} by {made.by}: {folder}")


def release(
    folder: Annotated[Path, typer.Argument(help="Folder of a confirmed list.")],
    out: Annotated[Path, typer.Option("--out", help="CSV for what tells people (an app, SMS …).")],
    city: CityOption = None,
) -> None:
    """Hand a confirmed list on. Refused where it was not confirmed, or anything has changed since."""
    from knowledge.eligibility.finding import release as rows

    rules, day = opened(city, "")
    count = 0
    released = list(rows(folder, rules, day))
    with out.open("wb") as file:
        for number, part in enumerate(released):
            part.write_csv(file, include_header=number == 0, include_bom=number == 0)
            count += part.height
    typer.echo(f"{count:,} rows released to {out}")


def profiles(
    subject: Annotated[str, typer.Argument(help="firm or person.")],
    out: Annotated[Path, typer.Option("--out", help="A .parquet file.")],
    count: Annotated[int, typer.Option(help="How many.")] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same profiles.")] = 1,
    as_of: AsOfOption = "",
    city: CityOption = None,
) -> None:
    """Draw made-up profiles of the example city, with realistic gaps, to try things on."""
    from knowledge.eligibility.population import write

    rules, pack, day = opened_pack(city, as_of)
    rows = write(rules.every, pack.root, subject_named(subject), count, seed, day, out)
    typer.echo(f"{rows:,} profiles of a {subject} in {out}")


def learn(
    files: Annotated[list[Path], typer.Argument(help="Profiles of firms and of persons, .parquet.")],
    as_of: AsOfOption = "",
    city: CityOption = None,
) -> None:
    """Learn from profiles how answers are spread, so that questions are asked in a better order."""
    import polars as pl

    from city.errors import BadInput
    from knowledge.eligibility.priors import learn as spread
    from knowledge.eligibility.priors import load, save

    rules, pack, day = opened_pack(city, as_of)
    found: dict[str, Any] = {}
    for path in files:
        if not path.is_file():
            raise BadInput(f"{str(path)!r} is not there → name a file of profiles")
        try:
            table = pl.read_parquet(path)
        except pl.exceptions.PolarsError as error:
            raise BadInput(f"{str(path)!r} cannot be read: {error} → name a .parquet file of profiles") from error
        found |= spread(rules.every, table)
    # What these files do not speak of is kept: firms and persons may be learnt apart.
    kept = {name: prior for name, prior in load(pack.root, day).items() if name in rules.every.facts}
    typer.echo(f"{len(found)} facts learnt into {save(pack.root, kept | found, day)}")
