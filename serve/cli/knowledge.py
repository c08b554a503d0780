"""``citydesk knowledge``: build, train, search, withdraw, compare."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, day_of, echo_json, progress_bar, settings_for

if TYPE_CHECKING:
    from knowledge.library import Store

app = typer.Typer(help="Build, train, search, publish, withdraw and compare a city's knowledge.", no_args_is_help=True)
ByOption = Annotated[str, typer.Option("--by", help="Who does this (for the record).")]


def _store(city: Path | None, home: Path | None) -> Store:
    from city.pack import load_pack
    from serve.library import store_of

    settings = settings_for(city, home)
    return store_of(settings, load_pack(settings.city))


@app.command()
def build(
    city: CityOption = None,
    home: HomeOption = None,
    publish: Annotated[bool, typer.Option(help="Let the new snapshot serve at once.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Read the pack's documents, build a snapshot and publish it. The same input gives the same snapshot."""
    from serve.building import build_knowledge
    from serve.orders import learn_dispatch

    settings = settings_for(city, home)
    with progress_bar(as_json) as report:
        info = build_knowledge(settings, publish=publish, progress=report)
        if publish:
            learn_dispatch(settings, report)
    if as_json:
        echo_json(info.model_dump(mode="json"))
    else:
        state = "published" if publish else "built, not published"
        typer.echo(f"snapshot {info.id}: {info.documents} documents, {info.provisions} provisions, {state}")


@app.command()
def train(
    city: CityOption = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the model (default: where city.yaml says).")] = None,
    as_json: JsonOption = False,
) -> None:
    """Train the static embedding on the pack's own corpus (extra 'models'), then build again."""
    from serve.building import train_embedding

    settings = settings_for(city)
    with progress_bar(as_json) as report:
        folder = train_embedding(settings, out, progress=report)
    echo_json({"embedding": str(folder)}) if as_json else typer.echo(
        f"trained: {folder}; now `citydesk knowledge build`"
    )


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What to look for.")],
    role: Annotated[str, typer.Option(help="citizen or staff.")] = "citizen",
    as_of: Annotated[str, typer.Option("--as-of", help="Day (YYYY-MM-DD), default today.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search the published provisions."""
    from city.errors import BadInput
    from city.pack import load_pack
    from knowledge.library import Query
    from serve.library import open_library

    if role not in {"citizen", "staff"}:
        raise BadInput(f"--role {role!r} is not known: use citizen or staff.")
    day = day_of(as_of, "--as-of") or date.today()  # a command run by hand
    settings = settings_for(city, home)
    pack = load_pack(settings.city)
    query = Query(text=text, as_of=day, region=pack.city.region, role=role, limit=limit)
    hits = open_library(settings, pack).search(query)
    if hits and hits[0].without:
        typer.echo(f"searched without: {', '.join(hits[0].without)} (its model is out of reach)", err=True)
    if as_json:
        echo_json([{"provision": h.provision.id, "title": h.meta.title, "article": h.provision.article,
                    "score": round(h.score, 4), "text": h.provision.text} for h in hits])  # fmt: skip
        return
    for hit in hits:
        typer.echo(f"{hit.score:.3f}  {hit.provision.id}  《{hit.meta.title}》{hit.provision.article}")
        typer.echo("       " + hit.provision.text.strip().replace("\n", " ")[:90])


@app.command()
def withdraw(
    name: Annotated[str, typer.Argument(help="Document or provision id.")],
    reason: Annotated[str, typer.Option(help="Why (for the record).")],
    by: ByOption,
    city: CityOption = None,
    home: HomeOption = None,
) -> None:
    """Take a document or provision out of every index at once."""
    _store(city, home).withdraw(name, reason=reason, by=by)
    typer.echo(f"withdrawn: {name}")


@app.command()
def restore(
    name: Annotated[str, typer.Argument(help="Document or provision id.")],
    reason: Annotated[str, typer.Option(help="Why (for the record).")],
    by: ByOption,
    city: CityOption = None,
    home: HomeOption = None,
) -> None:
    """Undo a withdrawal."""
    _store(city, home).restore(name, reason=reason, by=by)
    typer.echo(f"restored: {name}")


@app.command()
def publish(snapshot: str, by: ByOption = "cli", city: CityOption = None, home: HomeOption = None) -> None:
    """Let a snapshot serve."""
    _store(city, home).publish(snapshot, by=by)
    typer.echo(f"published: {snapshot}")


@app.command()
def rollback(by: ByOption = "cli", city: CityOption = None, home: HomeOption = None) -> None:
    """Let the snapshot before the current one serve again."""
    typer.echo(f"published: {_store(city, home).rollback(by=by).snapshot}")


@app.command()
def history(city: CityOption = None, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every publish and roll back, oldest first."""
    store = _store(city, home)
    rows = store.history()
    if as_json:
        echo_json({"current": store.current(), "history": [row.model_dump(mode="json") for row in rows]})
        return
    for row in rows:
        typer.echo(f"{row.at:%Y-%m-%d %H:%M:%S}  {row.action:<8}  {row.snapshot}  by {row.by}")


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="Snapshot id.")],
    after: Annotated[str, typer.Argument(help="Snapshot id (default: the published one).")] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What changed between two snapshots."""
    from knowledge.library import diff as compare

    store = _store(city, home)
    found = compare(store, before, after or store.current() or before)
    if as_json:
        echo_json(found.model_dump(mode="json"))
    else:
        for document in found.added:
            typer.echo(f"added    {document}")
        for document in found.removed:
            typer.echo(f"removed  {document}")
        for change in found.changed:
            typer.echo(f"changed  {change.id}")
        if not (found.added or found.removed or found.changed):
            typer.echo("no difference")
