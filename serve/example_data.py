"""The made-up data of an example city, written where its feeds look for them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from city.errors import BadInput, Refused
from city.pack import CityPack
from serve.settings import Settings
from serve.tools import feeds_folder
from tools.feeds.world import Maker, World, maker_of, rooms_of

NOTE = "example.json"
"""Beside the files: which of them are made up, and how."""
_KEPT = ".kept"
_MONTHS_BACK, _MONTHS_AHEAD = 18, 2
SEED = 7


def makers(root: Path, chosen: list[str]) -> dict[str, Maker]:
    """The rooms and what makes their files. Raises BadInput for a room without recipe or maker."""
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


def usual_days(today: date) -> tuple[date, date]:
    """The first day, and the day after the last: 18 months back, and ahead to the end of next month."""
    return _month(today, -_MONTHS_BACK), _month(today, _MONTHS_AHEAD)


def _month(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=years, month=month + 1, day=1)


def note_of(target: Path) -> dict[str, Any]:
    """What an earlier run wrote there: room → files. Raises BadInput where the note is damaged."""
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


def refuse_others(target: Path, note: dict[str, Any]) -> None:
    """Raises Refused where the folder holds a file that no earlier run wrote: it may be the city's own."""
    ours = {name for one in note["rooms"].values() for name in one["files"]} | {NOTE}
    for path in sorted(target.rglob("*")) if target.is_dir() else ():
        name = path.relative_to(target).as_posix()
        if path.is_file() and name not in ours and not name.startswith(f"{_KEPT}/"):
            raise Refused(
                f"{str(target)!r} holds {name!r}, which is no example data: name an empty folder, or write --force to "
                "mix them."
            )


def write(
    world: World,
    rooms: Mapping[str, Maker],
    target: Path,
    note: dict[str, Any],
    report: Callable[[str, float], None],
) -> dict[str, dict[str, Any]]:
    """Each room's files anew; what an earlier run wrote for it is taken away first."""
    made: dict[str, dict[str, Any]] = {}
    for done, (room, make) in enumerate(rooms.items()):
        report(room, 0.0)
        begun = time.perf_counter()
        _take_away(target, room, note)
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
        report("all", (done + 1) / len(rooms))
    return made


def _write(target: Path, note: dict[str, Any]) -> None:
    """Say beside the files that they are made up."""
    told = {"made_up": True, "about": "Example data of CityDesk: nothing in these files is real.", **note}
    (target / NOTE).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_missing(settings: Settings, pack: CityPack, today: date, report: Callable[[str, float], None]) -> list[str]:
    """The rooms whose example data were made, because there were none or they end before ``today``.

    Nothing is done where the pack has no recipes, or where the folder holds data that are not made up.
    """
    target, known = feeds_folder(settings, pack), rooms_of(pack.root)
    note = note_of(target)
    try:
        refuse_others(target, note)
    except Refused:
        return []
    ends = {room: date.fromisoformat(one.get("until", "1970-01-01")) for room, one in note["rooms"].items()}
    rooms = makers(pack.root, old) if (old := [room for room in known if ends.get(room, date.min) <= today]) else {}
    since, until = usual_days(today)
    write(World.of(pack, since=since, until=until, seed=SEED), rooms, target, note, report)
    return list(rooms)


def _take_away(target: Path, room: str, note: dict[str, Any]) -> None:
    """What an earlier run wrote for the room; nothing outside its folder, whatever the note names."""
    inside = (target / room).resolve()
    for name in note["rooms"].get(room, {}).get("files", []):
        path = target / str(name)
        if path.resolve().is_relative_to(inside) and path.is_file():
            path.unlink()
