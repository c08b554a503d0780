"""``citydesk feeds example``: the made-up data of an example city, written where its feeds look for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, day_of, echo_json, progress_bar, settings_for

if TYPE_CHECKING:
    from datetime import date


def example(
    folder: Annotated[Path | None, typer.Argument(help="Where to; the settings' feed folder where left out.")] = None,
    since: Annotated[str, typer.Option(help="First day; 18 months before this month where left out.")] = "",
    until: Annotated[str, typer.Option(help="The day after the last; two months ahead where left out.")] = "",
    rooms: Annotated[str, typer.Option(help="Only these, separated by commas, e.g. parking,schools.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another city life.")] = 7,
    force: Annotated[bool, typer.Option("--force", help="Write although the folder holds other files.")] = False,
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write example data for every room that the pack has a recipe for. Nothing in them is real."""
    from city.pack import load_pack
    from serve.example_data import makers, note_of, refuse_others, write
    from serve.tools import feeds_folder
    from tools.feeds.world import World

    settings = settings_for(city, home)
    pack = load_pack(settings.city)
    chosen = makers(pack.root, [name.strip() for name in rooms.split(",") if name.strip()])
    target = folder or feeds_folder(settings, pack)
    begin, end = _days(since, until)
    world = World.of(pack, since=begin, until=end, seed=seed)
    note = note_of(target)
    if not force:
        refuse_others(target, note)
    with progress_bar(as_json) as report:
        made = write(world, chosen, target, note, report)
    told = {"folder": str(target), "since": begin, "until": end, "seed": seed, "rooms": made}
    if as_json:
        echo_json(told)
        return
    for room, one in made.items():
        typer.echo(f"{room:<14} {one['files']:>4} files {one['bytes'] / 1e6:>8.1f} MB {one['seconds']:>6.1f} s")
    typer.echo(f"{pack.city.name_en}, {begin} to before {end}, seed {seed}, in {target}")
    typer.echo("All of these data are made up: no person, measurement or event in them is real.")


def _days(since: str, until: str) -> tuple[date, date]:
    from datetime import date

    from city.errors import BadInput
    from serve.example_data import usual_days

    first, last = usual_days(date.today())
    begin, end = day_of(since, "--since") or first, day_of(until, "--until") or last
    if end <= begin:
        raise BadInput(f"--until {end} is not after --since {begin}: write a later day.")
    return begin, end
