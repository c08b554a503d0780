"""``citydesk workorders``: figures, the supervision list, the auditor's check, and an example history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, day_of, echo_json, moment_of, settings_for

if TYPE_CHECKING:
    from city.pack import CityPack
    from serve.settings import Settings
    from tools.workorders.figures import ContactClock, Group, Rate, Share
    from tools.workorders.model import Event

app = typer.Typer(help="Work orders: what they add up to, who needs looking after, and whether nobody touched them.")

EventsOption = Annotated[
    Path | None, typer.Option("--events", help="Read events from this JSONL file instead of the database.")
]


@app.command("figures")
def figures_(
    since: Annotated[str, typer.Option("--from", help="First day (YYYY-MM-DD); default the first of last month.")] = "",
    to: Annotated[str, typer.Option("--to", help="Last day, included; default the end of the month of --from.")] = "",
    by: Annotated[str, typer.Option(help="none, unit, category, group, top or district.")] = "none",
    as_of: Annotated[str, typer.Option(help="As could be known at the end of this day; default all is read.")] = "",
    trace: Annotated[bool, typer.Option(help="With --json: name the work orders behind every number.")] = False,
    events: EventsOption = None,
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The three rates and the other figures of a period, each with its interval and with what was left out."""
    from city.errors import BadInput
    from tools.workorders.figures import By, figures

    if by not in list(By):
        raise BadInput(f"--by {by!r}: write one of {', '.join(By)}.")
    settings = settings_for(city, home)
    pack = _pack(settings)
    first = day_of(since, "--from") or _last_month()
    last = day_of(to, "--to") or _month_end(first)
    known = day_of(as_of, "--as-of")
    report = figures(
        _events(settings, pack, events),
        (_midnight(pack, first), _midnight(pack, last + timedelta(days=1))),
        contact_due=_contact_clock(settings),
        by=By(by),
        as_of=_midnight(pack, known + timedelta(days=1)) if known else None,
        trace=trace,
    )
    if as_json:
        echo_json(report.model_dump(mode="json"))
        return
    typer.echo(f"{first} to {last}: {report.orders} work orders, {report.events} events")
    for group in (report.total, *report.groups):
        _print_group(group, _name(pack, By(by), group.key) if group is not report.total else "all")


@app.command()
def supervision(
    now: Annotated[str, typer.Option(help="At this instant (ISO, with zone); default now.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 50,
    events: EventsOption = None,
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which work orders somebody must look after now, why, since when, and how firmly."""
    from tools.workorders.figures import supervision as listed
    from tools.workorders.scheme import load_scheme

    settings = settings_for(city, home)
    pack = _pack(settings)
    at = moment_of(now, "--now", pack.city.timezone)
    lights = load_scheme(settings.city).deadlines.lights
    clock = _contact_clock(settings)
    entries = listed(_events(settings, pack, events), at, contact_due=clock, lights=lights)
    if as_json:
        echo_json([{**e.model_dump(mode="json"), "level": e.level.name.lower()} for e in entries[:limit]])
        return
    for entry in entries[:limit]:
        level, hours = entry.level.name.lower(), f"{entry.hours:.1f} h"
        typer.echo(f"{level:<10}{entry.rule:<28}{entry.order:<24}{hours:>10}  ×{entry.count}  {entry.unit}")
    typer.echo(f"{len(entries)} entries, {len({entry.order for entry in entries})} work orders")


@app.command()
def verify(
    events: EventsOption = None, city: CityOption = None, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """For the auditor: every chain unbroken, every row what its events add up to, no number left out. Exit code 1 where
    something is wrong.
    """
    from serve.orders import open_store
    from tools.workorders.integrity import check_events, check_store

    settings = settings_for(city, home)
    pack = _pack(settings)
    if events:
        found = check_events(read_events(events))
    else:
        store = open_store(settings, pack)
        found = check_store(store)
        store.close()
    if as_json:
        echo_json(found.model_dump(mode="json"))
    else:
        for fault in found.faults:
            typer.echo(f"{fault.order}: {fault.message}")
        typer.echo(f"{found.orders} work orders, {found.events} events: {len(found.faults) or 'no'} fault(s)")
    raise typer.Exit(1 if found.faults else 0)


@app.command()
def example(
    orders: Annotated[int, typer.Option(min=1, help="How many work orders.")] = 3_000,
    months: Annotated[int, typer.Option(min=1, help="Over how many months.")] = 18,
    until: Annotated[str, typer.Option(help="The last day (YYYY-MM-DD); default yesterday.")] = "",
    seed: Annotated[int, typer.Option(help="The same seed gives the same history.")] = 7,
    out: Annotated[Path | None, typer.Option(help="Write JSONL here instead of into the database.")] = None,
    city: CityOption = None,
    home: HomeOption = None,
) -> None:
    """Make up a history of work orders from the city pack, for demonstrations, training and tests."""
    from serve.orders import code_of, store_url
    from tools.workorders.example import ExampleHistory, write_jsonl, write_store

    settings = settings_for(city, home)
    pack = _pack(settings)
    last = day_of(until, "--until") or date.today() - timedelta(days=1)
    history = ExampleHistory(settings.city, code=code_of(pack), orders=orders, months=months, until=last, seed=seed)
    for name in history.town.missing_classes:
        typer.echo(f"no leaves yet, left out: {name}", err=True)
    target = str(out) if out else store_url(settings, pack)
    count = write_jsonl(history, out) if out else write_store(history, target)
    typer.echo(f"{len(history.matters)} work orders, {count} events written to {target}")


def _pack(settings: Settings) -> CityPack:
    from city.pack import load_pack

    return load_pack(settings.city)


def _events(settings: Settings, pack: CityPack, path: Path | None) -> Iterable[Event]:
    from serve.orders import open_store

    if path:
        yield from read_events(path)
        return
    store = open_store(settings, pack)
    try:
        yield from store.all_events()
    finally:
        store.close()


def read_events(path: Path) -> Iterable[Event]:
    """The events of a JSONL file. Raises BadInput for a line that is none."""
    from pydantic import ValidationError

    from city.errors import BadInput
    from tools.workorders.model import Event

    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            yield Event.model_validate_json(line)
        except ValidationError as error:
            raise BadInput(f"{str(path)!r}: line {number} is no event; restore the file from a copy") from error


def _contact_clock(settings: Settings) -> ContactClock:
    from tools.workorders.calendar import WorkCalendar
    from tools.workorders.figures import ContactClock
    from tools.workorders.scheme import load_scheme

    return ContactClock(load_scheme(settings.city).deadlines, WorkCalendar.load(settings.city))


def _midnight(pack: CityPack, day: date) -> datetime:
    from zoneinfo import ZoneInfo

    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(pack.city.timezone))


def _last_month() -> date:
    return (date.today().replace(day=1) - timedelta(days=1)).replace(day=1)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _name(pack: CityPack, by: str, key: str) -> str:
    """What people call a group."""
    if by == "unit":
        unit = pack.unit(key)
        return f"{unit.name} ({key})" if unit else key or "no unit yet"
    if by == "district":
        return next((d.name for d in pack.districts if d.id == key), key or "no district")
    return key or "no category"


def _print_group(group: Group, name: str) -> None:
    typer.echo(f"\n{name}")
    for rate_name, rate in group.rates.items():
        if rate.everything.denominator:
            typer.echo(f"  {rate_name:<24}{_share(rate.kept)}   {_whole(rate)}")
    for share_name, share in group.shares.items():
        if share.denominator:
            typer.echo(f"  {share_name:<24}{_share(share)}")
    for spread_name, spread in group.spreads.items():
        if spread.count:
            values = f"median {spread.median:.2f} {spread.unit}, p90 {spread.p90:.2f} {spread.unit}"
            typer.echo(f"  {spread_name:<24}{values}, n {spread.count}")


def _share(share: Share) -> str:
    if share.value is None or share.low is None or share.high is None:
        return f"{'–':>6}"
    few = "" if share.ranked else "  (too few to rank)"
    interval = f"[{share.low:5.1%}–{share.high:5.1%}]"
    return f"{share.value:6.1%} {interval:<16} {share.numerator:g}/{share.denominator}{few}"


def _whole(rate: Rate) -> str:
    left = ", ".join(f"{left.reason} {left.count}" for left in rate.left_out)
    value = f"{rate.everything.value:.1%}" if rate.everything.value is not None else "–"
    return f"all in: {value}; left out: {left}" if left else "nothing left out"
