"""``citydesk feeds``: how the city's data stand, what is wrong in them, what one of them holds, example data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, echo_json, moment_of, progress_bar, settings_for
from serve.cli.feeds_example import example

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import polars as pl

    from tools.feeds.dataset import Dataset
    from tools.feeds.examining import Examined
    from tools.feeds.feed import Feed
    from tools.feeds.feeds import Feeds
    from tools.feeds.state import FeedState

app = typer.Typer(help="The city's data: how they stand, what is wrong in them, example data.", no_args_is_help=True)
app.command()(example)

AsOfOption = Annotated[str, typer.Option("--as-of", help="The city's moment (ISO; the city's zone); default now.")]
_WIDEST = 28
"""Cells of a table are cut there."""


class _Opened(NamedTuple):
    feeds: Feeds
    datasets: Mapping[str, Dataset]
    needed: frozenset[str]
    now: datetime
    folder: Path


@app.command("list")
def list_(
    as_of: AsOfOption = "", city: CityOption = None, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """How every dataset stands that a feed provides or a tool of the city needs: fresh, late, missing or broken."""
    opened = _open(city, home, as_of)
    wanted = opened.needed | {feed.dataset for feed in opened.feeds.all}
    states = [one for one in opened.feeds.state(opened.now, opened.datasets) if one.dataset in wanted]
    if as_json:
        echo_json({"now": opened.now, "feeds": [one.model_dump(mode="json") for one in states]})
        return
    heads = ("dataset", "feed", "state", "rows", "newest", "limit", "kept by")
    for line in table([heads, *map(_row, states)]):
        typer.echo(line)
    for one in states:
        if one.problem is not None and one.code != "no_source":
            typer.echo(str(one.problem))
    if lacking := sum(one.code == "no_source" for one in states):
        typer.echo(f"{lacking} have no file or table yet: put it there, or make it up with `citydesk feeds example`")
    counted = {name: sum(one.standing == name for one in states) for name in ("fresh", "late", "missing", "broken")}
    told = ", ".join(f"{count} {name}" for name, count in counted.items())
    typer.echo(f"{len(states)} datasets at {opened.now:%Y-%m-%d %H:%M}: {told}; files in {opened.folder}")


def _row(one: FeedState) -> tuple[str, ...]:
    from tools.feeds.state import words_of

    newest = f"{one.newest:%Y-%m-%d %H:%M}" if one.newest else "-"
    rows = "-" if one.rows is None else f"{one.rows:,}"
    limit = words_of(one.limit) if one.limit else "-"
    return (one.dataset, one.feed or "-", one.standing.value, rows, newest, limit, one.unit or "-")


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[FEED]...", help="Only these; all where left out.")
    ] = None,
    as_of: AsOfOption = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read feeds wholly: bad rows with file, row, column and remedy. Exit code 1 where something has to be mended."""
    opened = _open(city, home, as_of)
    chosen = [_named(opened, name) for name in names or ()] or list(opened.feeds.all)
    found: list[Examined] = []
    with progress_bar(as_json) as report:
        for feed in chosen:
            found += opened.feeds.examine(opened.now, opened.datasets, only=[feed.id])
            report("feeds", len(found) / len(chosen))
    bad = sum(not one.is_sound for one in found)
    if as_json:
        echo_json(
            {"now": opened.now, "feeds": [one.model_dump(mode="json") | {"sound": one.is_sound} for one in found]}
        )
    else:
        for one in found:
            _tell(one)
        typer.echo(f"{len(found)} feeds read: {f'{bad} to be mended' if bad else 'sound'}")
    raise typer.Exit(1 if bad else 0)


def _tell(one: Examined) -> None:
    rows = "" if one.state.rows is None else f", {one.state.rows:,} rows"
    typer.echo(f"{one.state.feed} ({one.state.dataset}): {'sound' if one.is_sound else 'to be mended'}{rows}")
    for problem in [*([one.state.problem] if one.state.problem else []), *one.problems]:
        typer.echo(f"    {problem}")
    for bad in one.bad:
        typer.echo(f"    {bad}")
    for note in one.notes:
        typer.echo(f"    note: {note}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="FEED", help="A feed's id, or the dataset's.")],
    rows: Annotated[int, typer.Option(min=0, max=1_000, help="How many rows to show.")] = 5,
    as_of: AsOfOption = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One feed: its columns and what they are made of, and its first rows; of a history its newest ones."""
    opened = _open(city, home, as_of)
    feed = _named(opened, name)
    dataset = opened.datasets.get(feed.dataset)
    (state,) = [one for one in opened.feeds.state(opened.now, opened.datasets) if one.feed == feed.id]
    columns = [_column(feed, dataset, column) for column in dataset.named] if dataset else []
    frame = _rows(opened, dataset, state, rows) if dataset and state.rows else None
    if as_json:
        shown = [] if frame is None else [_plain(row) for row in frame.to_dicts()]
        echo_json({"state": state.model_dump(mode="json"), "columns": columns, "rows": shown})
        return
    typer.echo(f"{feed.id}  {feed.title}  {feed.about}".rstrip())
    typer.echo(f"{feed.dataset}, {feed.source.kind}, kept by {feed.unit or '-'}, {feed.visibility}, {feed.origin}")
    typer.echo("  ".join(_row(state)[2:6]))
    if state.problem:
        typer.echo(str(state.problem))
    if columns:
        typer.echo("")
        heads = ("column", "type", "title", "unit", "made of")
        for line in table([heads, *((c["name"], c["type"], c["title"], c["unit"], c["made_of"]) for c in columns)]):
            typer.echo(line)
    if frame is not None:
        typer.echo("")
        for line in table([frame.columns, *(map(_text, row) for row in frame.iter_rows())]):
            typer.echo(line)


def _column(feed: Feed, dataset: Dataset, name: str) -> dict[str, Any]:
    """A standard column, and in words what the feed makes it of."""
    column, given = dataset.named[name], feed.columns.get(name)
    if given is not None and given.value is not None:
        made = f"always {given.value!r}"
    else:
        made = (given.from_ if given else None) or name
        if given is not None:
            made += f" × {given.times:g}" if given.times != 1 else ""
            made += f" as {given.format}" if given.format else ""
            made += f" ({len(given.words)} words)" if given.words else ""
    need = "" if column.required else "?"
    return {"name": name, "type": f"{column.type}{need}", "title": column.title, "unit": column.unit, "made_of": made}


def _rows(opened: _Opened, dataset: Dataset, state: FeedState, most: int) -> pl.DataFrame | None:
    """The first rows; of a history the newest ones."""
    from datetime import timedelta

    if dataset.form == "gtfs":
        return None
    if not dataset.time:
        return opened.feeds.table(dataset, opened.now, internal=True)[0].head(most)
    if state.newest is None:
        return None
    for span in (timedelta(hours=1), timedelta(days=40), timedelta(days=40_000)):
        since, until = state.newest - span, opened.now + timedelta(days=1)
        found, _ = opened.feeds.between(dataset, since, until, opened.now, {}, None, internal=True)
        if found.height >= most:
            break
    return found.tail(most).reverse()


def _named(opened: _Opened, name: str) -> Feed:
    """Raises NotFound naming the nearest ids."""
    import difflib

    from city.errors import NotFound

    for feed in opened.feeds.all:
        if name in (feed.id, feed.dataset):
            return feed
    near = difflib.get_close_matches(name, [feed.id for feed in opened.feeds.all], 3, 0.4)
    raise NotFound(
        f"The city has no feed {name!r}; {'nearest: ' + ', '.join(near) if near else 'see `citydesk feeds list`'}."
    )


def _open(city: Path | None, home: Path | None, as_of: str) -> _Opened:
    from city.pack import load_pack
    from serve.toolpacks import known_datasets
    from serve.tools import feeds_folder
    from tools.feeds.feeds import Feeds
    from tools.seam.finding import every_tool
    from tools.seam.packed import read_told

    settings = settings_for(city, home)
    pack = load_pack(settings.city)
    now = moment_of(as_of, "--as-of", pack.city.timezone)
    tools, told, folder = every_tool(), read_told(pack.root), feeds_folder(settings, pack)
    needed = frozenset(dataset.id for id in told if id in tools for dataset in tools[id].needs)
    return _Opened(Feeds.open(pack, folder), known_datasets(), needed, now, folder)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(value) if isinstance(value, bytes) else value for name, value in row.items()}


def _text(value: object) -> str:
    """A cell: times to the minute, shapes as WKT."""
    from datetime import datetime

    if value is None:
        return "-"
    if isinstance(value, bytes):
        import shapely

        return str(shapely.from_wkb(value).wkt)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:.6g}" if isinstance(value, float) and abs(value) < 1e5 else str(value)


def table(rows: Iterable[Sequence[str] | Iterable[str]]) -> list[str]:
    """Rows as lines with aligned columns; Chinese characters are two wide."""
    from rich.cells import cell_len, set_cell_size

    cells = [[_cut(str(cell)) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(set_cell_size(c, w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]


def _cut(text: str) -> str:
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= _WIDEST else set_cell_size(text, _WIDEST - 1).rstrip() + "…"
