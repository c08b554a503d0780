"""The demo: the example city's knowledge built, and its scripted questions answered through the real orchestrator."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter, ValidationError
from rich.console import Console
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from agents.contract import Answer, Role, TurnRequest
from city.pack import PackError, load_pack
from city.pack.yamlfile import read_yaml, validation_problems
from city.schema import Record
from city.wording import Wording
from serve.building import build_knowledge
from serve.cli.common import progress_bar
from serve.example_data import write_missing
from serve.house import open_desk
from serve.orders import learn_dispatch
from serve.settings import Settings

SCRIPT = "demo/questions.yaml"


class Scene(Record):
    """One talk of the demo: what it shows, and what is said."""

    shows: str
    role: Role = "citizen"
    as_of: date | None = None
    says: tuple[str, ...] = Field(min_length=1)


def read_script(root: Path) -> list[Scene]:
    """The pack's scripted talks. Raises PackError."""
    data, problems = read_yaml(root / SCRIPT, root)
    if problems:
        raise PackError(problems)
    try:
        return TypeAdapter(list[Scene]).validate_python(data)
    except ValidationError as error:
        raise PackError(validation_problems(error, SCRIPT)) from error


async def run_demo(settings: Settings) -> None:
    """Build, then answer every scripted question."""
    console = Console(highlight=False)
    with progress_bar(quiet=False) as report:
        info = build_knowledge(settings, publish=True, progress=report)
        learn_dispatch(settings, report)
        pack = load_pack(settings.city)
        made_up = write_missing(settings, pack, datetime.now(ZoneInfo(pack.city.timezone)).date(), report)
    console.print(f"Knowledge: {info.documents} documents, {info.provisions} provisions (snapshot {info.id[:12]})")
    if made_up:
        console.print(f"Example data of the city, all made up: {', '.join(made_up)}")
    async with open_desk(settings, remember=True) as desk:
        for number, scene in enumerate(read_script(settings.city), 1):
            console.print(Rule(Text(f"{number}. {scene.shows}"), style="dim"))
            thread = f"demo-{info.id[:8]}-{number}-{id(console)}"
            for said in scene.says:
                answer = await desk.ask(TurnRequest(text=said, role=scene.role, as_of=scene.as_of), thread)
                _show(console, desk.house.pack.wording["zh"], said, scene.role, answer)


def _show(console: Console, words: Wording, said: str, role: Role, answer: Answer) -> None:
    console.print(words.text(f"demo_{role}"), style="bold cyan", markup=False, end=" ")
    console.print(said, markup=False)
    console.print(
        Panel(
            answer.text,
            title=f"{answer.outcome_label} · {answer.route}" + (f" · {answer.code}" if answer.code else ""),
            subtitle=f"{sum(step.ms for step in answer.trace):.0f} ms",
            title_align="left",
            subtitle_align="right",
        ),
        markup=False,
    )
    for number, citation in enumerate(answer.citations, 1):
        state = "" if citation.in_force else words.text("demo_not_in_force")
        console.print(
            f"   [{number}] 《{citation.title}》{citation.article}{state}  {citation.provision}",
            markup=False,
            style="dim",
        )
