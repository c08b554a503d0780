"""``citydesk feeds example``: the made-up data of an example city, written where its feeds look for them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, day_of, echo_json, progress_bar, settings_for

if TYPE_CHECKING:
    from datetime import date

    from tools.feeds.world import Maker, World

NOTE = "example.json"
"""Beside the files: which of them are made up, and how."""
_KEPT = ".kept"
_MONTHS_BACK, _MONTHS_AHEAD = 18, 2


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
    from serve.tools import feeds_folder
    from tools.feeds.world import World

    settings = settings_for(city, home)
    pack = load_pack(settings.city)
    makers = _makers(pack.root, [name.strip() for name in rooms.split(",") if name.strip()])
    target = folder or feeds_folder(settings, pack)
    begin, end = _days(since, until)
    world = World.of(pack, since=begin, until=end, seed=seed)
    note = _note(target)
    if not force:
        _refuse_others(target, note)
    made = _make(world, makers, target, note, quiet=as_json)
    told = {"folder": str(target), "since": begin, "until": end, "seed": seed, "rooms": made}
    if as_json:
        echo_json(told)
        return
    for room, one in made.items():
        typer.echo(f"{room:<14} {one['files']:>4} files {one['bytes'] / 1e6:>8.1f} MB {one['seconds']:>6.1f} s")
    typer.echo(f"{pack.city.name_en}, {begin} to before {end}, seed {seed}, in {target}")
    typer.echo("All of these data are made up: no person, measurement or event in them is real.")


def _makers(root: Path, chosen: list[str]) -> dict[str, Maker]:
    """The rooms and what makes their files. Raises BadInput for a room without recipe or maker."""
    from city.errors import BadInput
    from tools.feeds.world import maker_of, rooms_of

    known = rooms_of(root)
    if unknown := [name for name in chosen if name not in known]:
        raise BadInput(f"--rooms: the pack has no world/{unknown[0]}.yaml; it has {', '.join(known) or 'none'}.")
    found: dict[str, Maker] = {}
    for name in chosen or known:
        maker = maker_of(name)
        if maker is None:
            raise BadInput(
                f"world/{name}.yaml: there is no tools/{name}/example.py with `make` → correct the file's name."
            )
        found[name] = maker
    if not found:
        raise BadInput(f"{str(root)!r} has no recipe of example data → name a pack with world/*.yaml.")
    return found


def _days(since: str, until: str) -> tuple[date, date]:
    from datetime import date

    from city.errors import BadInput

    today = date.today()
    begin = day_of(since, "--since") or _month(today, -_MONTHS_BACK)
    end = day_of(until, "--until") or _month(today, _MONTHS_AHEAD)
    if end <= begin:
        raise BadInput(f"--until {end} is not after --since {begin}: write a later day.")
    return begin, end


def _month(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=years, month=month + 1, day=1)


def _note(target: Path) -> dict[str, Any]:
    """What an earlier run wrote there: room → files. Raises BadInput where the note is damaged."""
    from city.errors import BadInput

    path = target / NOTE
    if not path.is_file():
        return {"rooms": {}}
    try:
        note: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not all(isinstance(one["files"], list) for one in note["rooms"].values()):
            raise ValueError("rooms without files")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{str(path)!r} is no note of example data ({error}) → delete it, or name another folder."
        ) from error
    return note


def _refuse_others(target: Path, note: dict[str, Any]) -> None:
    """Raises Refused where the folder holds a file that no earlier run wrote: it may be the city's own."""
    from city.errors import Refused

    ours = {name for one in note["rooms"].values() for name in one["files"]} | {NOTE}
    for path in sorted(target.rglob("*")) if target.is_dir() else ():
        name = path.relative_to(target).as_posix()
        if path.is_file() and name not in ours and not name.startswith(f"{_KEPT}/"):
            raise Refused(
                f"{str(target)!r} holds {name!r}, which is no example data: name an empty folder, or write --force to "
                "mix them."
            )


def _make(
    world: World, makers: dict[str, Maker], target: Path, note: dict[str, Any], *, quiet: bool
) -> dict[str, dict[str, Any]]:
    """Each room's files anew; what an earlier run wrote for it is taken away first."""
    made: dict[str, dict[str, Any]] = {}
    with progress_bar(quiet) as report:
        for done, (room, make) in enumerate(makers.items()):
            report(room, 0.0)
            begun = time.perf_counter()
            for name in note["rooms"].get(room, {}).get("files", []):
                (target / name).unlink(missing_ok=True)
            target.mkdir(parents=True, exist_ok=True)
            make(world, target)
            files = sorted(path for path in (target / room).rglob("*") if path.is_file())
            report(room, 1.0)
            made[room] = {
                "files": len(files),
                "bytes": sum(path.stat().st_size for path in files),
                "seconds": round(time.perf_counter() - begun, 1),
            }
            names = [path.relative_to(target).as_posix() for path in files]
            days = {"since": str(world.since), "until": str(world.until), "seed": world.seed}
            note["rooms"][room] = {**days, "files": names}
            _write(target, note)
            report("all", (done + 1) / len(makers))
    return made


def _write(target: Path, note: dict[str, Any]) -> None:
    """Say beside the files that they are made up."""
    told = {"made_up": True, "about": "Example data of CityDesk: nothing in these files is real.", **note}
    (target / NOTE).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
