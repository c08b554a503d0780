"""Many talks at one desk at the same time, held against the same talks one after the other."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agents.contract import TurnRequest
from agents.desk import Desk
from city.errors import BadInput
from eval.asking import told
from eval.material import of_city
from eval.place import Place
from eval.suite import Case, Json, Scored

BURSTS = Path(__file__).with_name("bursts.yaml")
_LOST: Json = {"text": "", "degraded": False}


class Burst(BaseModel):
    """So many talks at once, each of so many messages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    talks: int = Field(ge=2)
    turns: int = Field(ge=1)


class Load:
    """See ``suite.yaml``."""

    def cases(self, place: Place) -> list[Case]:
        """One case a burst; its questions are drawn from the city's by the seed of the place."""
        questions = [str(row["text"]) for _, row in of_city("load", place)]
        made = []
        for burst in read_bursts(BURSTS):
            draw = random.Random(f"{place.seed}-{burst.id}")  # noqa: S311  # a draw of questions, no secret
            talks = [[draw.choice(questions) for _ in range(burst.turns)] for _ in range(burst.talks)]
            made.append(Case(id=burst.id, given={"talks": talks}))
        return made

    def open(self, place: Place) -> Place:
        """The house is opened; every run has desks of its own."""
        place.house  # noqa: B018  # opened here, so that no burst waits for it
        return place

    async def run(self, subject: Place, case: Case, trial: int) -> Json:  # every trial is the same
        """What each talk is told alone and among the others, and how long that took."""
        talks: list[list[str]] = case.given["talks"]
        alone, _, _ = await _ask(_desk(subject), talks, at_once=False)
        together, times, seconds = await _ask(_desk(subject), talks, at_once=True)
        return {
            "turns": [
                _compared(talk, turn, alone, together) for talk, asked in enumerate(talks) for turn in range(len(asked))
            ],
            "timed": {"times": times, "seconds": seconds},
        }

    def score(self, case: Case, said: Json) -> Scored:  # what is right follows from the run itself
        """Equal, crossed, lost and degraded replies; turns a second and times in milliseconds."""
        turns, timed = said["turns"], said["timed"]
        wrong = [turn for turn in turns if not turn["equal"]]
        times = sorted(timed["times"])
        return Scored(
            values={
                "turns": len(turns),
                **{name: sum(turn[name] for turn in turns) for name in ("equal", "crossed", "lost", "degraded")},
                "per_second": len(turns) / max(timed["seconds"], 1e-9),
                "p50": statistics.median(times),
                "p95": times[min(len(times) - 1, int(len(times) * 0.95))],
            },
            why="; ".join(f"talk {turn['talk']}, message {turn['turn']}: {_fault(turn)}" for turn in wrong[:5]),
        )


def read_bursts(path: Path) -> list[Burst]:
    """The bursts of a file. Raises BadInput naming what is wrong in it."""
    try:
        return TypeAdapter(list[Burst]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{path.name}: {where}: {first['msg']}; correct it") from error
    except yaml.YAMLError as error:
        raise BadInput(f"{path.name}: {error}; correct it") from error


def _desk(place: Place) -> Desk:
    from langgraph.checkpoint.memory import InMemorySaver

    return Desk(place.house, checkpointer=InMemorySaver(), now=place.now)


async def _ask(
    desk: Desk, talks: Sequence[Sequence[str]], *, at_once: bool
) -> tuple[list[list[Json]], list[float], float]:
    """The replies by talk and message, the milliseconds of each, and the seconds of all."""
    times: list[float] = []

    async def talk(number: int, asked: Sequence[str]) -> list[Json]:
        said = []
        for turn, text in enumerate(asked):
            begun = time.perf_counter()
            said.append(await _reply(desk, text, "\n".join(asked[: turn + 1]), f"talk-{number}"))
            times.append(1000 * (time.perf_counter() - begun))
        return said

    begun = time.perf_counter()
    every = [talk(number, asked) for number, asked in enumerate(talks)]
    replies = await asyncio.gather(*every) if at_once else [await one for one in every]
    return replies, times, time.perf_counter() - begun


async def _reply(desk: Desk, text: str, asked: str, thread: str) -> Json:
    try:
        answer = await desk.ask(TurnRequest(text=text), thread)
    except Exception as error:  # noqa: BLE001  # whatever breaks a turn under load is a lost reply, with its name
        return _LOST | {"error": repr(error)}
    return told(desk, answer, asked)


def _compared(talk: int, turn: int, alone: list[list[Json]], together: list[list[Json]]) -> dict[str, Any]:
    """Whether the reply is the talk's own; crossed where it is what another talk was told instead."""
    got, own = together[talk][turn], alone[talk][turn]
    others = [said for number, replies in enumerate(alone) for said in replies if number != talk]
    return {
        "talk": talk,
        "turn": turn,
        "equal": got == own,
        "crossed": got != own and got["text"] != "" and got in others,
        "lost": got["text"] == "",
        "degraded": got["degraded"],
        "error": got.get("error", ""),
    }


def _fault(turn: Json) -> str:
    if turn["lost"]:
        return f"no reply {turn['error']}".strip()
    return "another talk's reply" if turn["crossed"] else "not what is told alone"


SUITE = Load()
