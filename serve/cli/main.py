"""The commands by name; each lives in the module of its subject."""

from __future__ import annotations

import sys

import typer

from serve.cli import (
    ask,
    check,
    engine,
    evaluate,
    feeds,
    knowledge,
    mask,
    mcp,
    policies,
    serving,
    tools,
    train,
    triage,
    vllm,
    workorders,
)

app = typer.Typer(
    name="citydesk",
    help="CityDesk: ask a city hall and get an answer that can be shown.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("ask")(ask.ask)
app.command("mask")(mask.mask)
app.command("check")(check.check)
app.command("serve")(serving.serve)
app.command("demo")(serving.demo)
app.command("engine")(engine.engine)
app.command("vllm")(vllm.vllm)
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(evaluate.app, name="eval")
app.add_typer(feeds.app, name="feeds")
app.add_typer(mcp.app, name="mcp")
app.add_typer(policies.app, name="policy")
app.add_typer(tools.app, name="tools")
app.add_typer(train.app, name="train")
app.add_typer(triage.app, name="triage")
app.add_typer(workorders.app, name="workorders")


def main() -> None:
    """Run the command line. Errors of ours are one clear message and exit code 2, never a stack trace."""
    from city.errors import CityDeskError
    from serve.shadow import check_rooms

    try:
        check_rooms()
        app()
    except CityDeskError as error:
        print(f"citydesk: {error}", file=sys.stderr)  # the command line talks to the terminal
        sys.exit(2)
    except OSError as error:  # a file or folder named on the command line, most often
        named = f" {error.filename!r}" if error.filename else ""
        print(f"citydesk: cannot use{named}: {error.strerror or error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
