"""``citydesk tools``: which tools the city offers, one tool from near, calls, the record of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, echo_json, moment_of, settings_for
from serve.cli.tool_common import PostOption, caller_of, circle_of, named, opened, rights_needed

if TYPE_CHECKING:
    from tools.seam.audit import CallRecord, Checked
    from tools.seam.result import ToolResult

app = typer.Typer(help="City tools: list them, look at one, call one, check the record of calls.")

AsOfOption = Annotated[
    str, typer.Option("--as-of", help="The city's moment asked for (ISO, the city's zone), e.g. 2026-11-26T08:30.")
]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="For example parking.near.")]


@app.command("list")
def list_(
    post: PostOption = "",
    every: Annotated[bool, typer.Option("--all", help="Every tool that the pack switches on, whoever may use it.")] = (
        False
    ),
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The tools that a citizen, or a post of staff, may use."""
    from serve.cli.tool_pages import summary

    _, box = opened(city, home)
    try:
        shown = box.every if every else box.offered(caller_of(box.pack, post, "command line"))
    finally:
        box.close()
    if as_json:
        echo_json([summary(one) for one in shown])
        return
    for one in shown:
        rights = ", ".join(rights_needed(one)) or "-"
        circle = "+".join(circle_of(one))
        typer.echo(f"{one.tool.id:<28} {circle:<14} {one.tool.effect:<8} {rights:<20} {one.tool.title}")
    typer.echo(f"{len(shown)} tools")


@app.command()
def show(
    tool: IdArgument,
    as_of: AsOfOption = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One tool: what it takes and how that is heard, what it brings in which units, who may use it, how its feeds
    stand.
    """
    from serve.cli.tool_pages import page, print_page

    _, box = opened(city, home)
    try:
        offered = named(box, tool)
        at = moment_of(as_of, "--as-of", box.pack.city.timezone)
        needed = {dataset.id: dataset for dataset in offered.tool.needs}
        states = [one for one in box.feeds.state(at, needed) if one.dataset in needed]
        if as_json:
            echo_json(page(box, offered, states))
        else:
            print_page(box, offered, states)
    finally:
        box.close()


@app.command()
def call(
    tool: IdArgument,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE", help="What it is asked; or give --json.")
    ] = None,
    given: Annotated[
        str, typer.Option("--json", help="What it is asked, as a JSON object; the result is printed as JSON too.")
    ] = "",
    as_of: AsOfOption = "",
    post: PostOption = "",
    city: CityOption = None,
    home: HomeOption = None,
) -> None:
    """Call a tool and print how it ended, what the city says, the value and its sources. Exit code 1 where the call
    brings no value. The call is recorded.
    """
    from serve.tools import teller

    asked = _asked(arguments or [], given)
    _, box = opened(city, home)
    try:
        caller = caller_of(box.pack, post, "command line")
        result = box.call(tool, asked, caller, moment_of(as_of, "--as-of", box.pack.city.timezone))
        offered = box.get(tool)
        said = teller(box.pack)(offered if offered and offered.allows(caller) else None, result)
    finally:
        box.close()
    if given:
        echo_json(result.model_dump(mode="json") | {"said": said})
    else:
        _print_result(result, said)
    raise typer.Exit(0 if result.is_done else 1)


@app.command()
def log(
    tool: Annotated[str, typer.Option(help="Only calls of this tool.")] = "",
    ending: Annotated[str, typer.Option(help="Only calls that ended so, e.g. not_current.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="How many of the newest to show.")] = 20,
    noted: Annotated[
        str, typer.Option("--noted", metavar="HEAD", help="A head noted earlier; it must still be in the chain.")
    ] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The record of calls: the newest ones, and whether the chain of the whole record holds. Exit code 1 where a line
    was changed, moved, left out or damaged, or the noted head is gone.
    """
    from city.pack import load_pack
    from serve.tools import call_log

    settings = settings_for(city, home)
    kept: list[CallRecord] = []

    def look(record: CallRecord) -> None:
        if tool in ("", record.tool) and ending in ("", record.ending):
            kept.append(record)
            del kept[: -limit or None]

    found = call_log(settings, load_pack(settings.city)).check(look, noted=noted)
    if as_json:
        calls = [one.model_dump(mode="json") for one in kept]
        faults = [fault._asdict() for fault in found.faults]
        echo_json({"calls": calls, "total": found.calls, "head": found.head, "faults": faults})
    else:
        _print_log(kept, found)
    raise typer.Exit(1 if found.faults else 0)


def _asked(pairs: list[str], given: str) -> dict[str, Any]:
    """The arguments of a call. Raises BadInput."""
    import json

    from city.errors import BadInput

    if not given:
        return dict(_pair(text) for text in pairs)
    if pairs:
        raise BadInput("Give KEY=VALUE or --json, not both.")
    try:
        read = json.loads(given)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"--json {given[:80]!r} is not JSON: {error}.") from error
    if not isinstance(read, dict):
        raise BadInput(f"--json {given[:80]!r} is no object: write {{}} around names and values.")
    return read


def _pair(text: str) -> tuple[str, Any]:
    """``key=value``; a list or record is written as JSON. Raises BadInput."""
    import json

    from city.errors import BadInput

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInput(f"{text!r} is no argument: write KEY=VALUE, for example radius=500.")
    if value[:1] not in ("[", "{"):
        return name, value
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}: {value[:80]!r} is not JSON: {error}.") from error


def _print_result(result: ToolResult, said: str) -> None:
    code = f" ({result.code})" if result.code and result.code != result.ending else ""
    typer.echo(f"{result.ending}{code}  {result.ms:.0f} ms  as of {result.now:%Y-%m-%d %H:%M}")
    for text in (said, result.reason):
        if text:
            typer.echo(text)
    if result.is_done:
        echo_json(result.value)
    for source in result.sources:
        at = f", {source.at:%Y-%m-%d %H:%M}" if source.at else ""
        typer.echo(f"source: {source.title} ({source.unit or source.feed}{', outside' if source.outside else ''}{at})")


def _print_log(calls: list[CallRecord], found: Checked) -> None:
    for one in calls:
        who = f"{one.audience}{':' if one.who else ''}{one.who}"
        typer.echo(f"{one.at:%Y-%m-%d %H:%M:%S}  {one.ending:<15}{one.tool:<28}{one.via:<14}{who}  {one.ms:.0f} ms")
    for fault in found.faults:
        typer.echo(f"line {fault.line} {fault.message}" if fault.line else fault.message)
    told = f"{len(found.faults)} faults" if found.faults else "the chain holds"
    typer.echo(f"{found.calls} calls: {told}; head {found.head}")
