"""``citydesk engine``: which engine answers, and what each of its servers can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from serve.cli.common import CityOption, JsonOption, echo_json, settings_for

if TYPE_CHECKING:
    from agents.engines.vllm.probe import Probe

_SIGN = {"ok": "ok", "warning": "WARNING", "missing": "MISSING"}


def engine(city: CityOption = None, as_json: JsonOption = False) -> None:
    """Ask the model's servers for what they can do. Ends with 1 where one must not be used or cannot be reached."""
    import asyncio

    from city.pack import load_pack
    from serve.engine import look

    settings = settings_for(city)
    found: list[Probe] = []
    if settings.engine == "vllm":
        found = asyncio.run(look(settings, load_pack(settings.city)))
    if as_json:
        echo_json({"engine": settings.engine, "servers": [one.model_dump(mode="json") for one in found]})
    else:
        _tell(settings.engine, found)
    if any(one.unfit or not one.models for one in found):
        raise typer.Exit(1)


def _tell(name: str, found: list[Probe]) -> None:
    beside = "" if found else " (CITYDESK_ENGINE=vllm and CITYDESK_MODEL_URL ask a model)"
    typer.echo(f"engine {name}{beside}")
    for probe in found:
        typer.echo(f"{probe.url}  vLLM {probe.version or '?'}  serves {', '.join(probe.models) or 'nothing'}")
        for one in probe.findings:
            typer.echo(f"  {_SIGN[one.state]:<8} {one.name}{': ' + one.told if one.told else ''}")
        typer.echo(f"  → {'not used' if probe.unfit else 'used' if probe.models else 'cannot be reached'}")
