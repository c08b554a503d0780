"""Attacks and their harmless look-alikes, each put to a desk of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from agents.contract import TurnRequest
from city.errors import BadInput
from city.pack import CityPack
from eval.asking import told
from eval.material import of_city
from eval.place import Place
from eval.suite import Case, Json, Scored
from eval.suites.red_team.houses import Houses
from eval.suites.red_team.judging import judge
from eval.suites.red_team.reading import Attack, Expected, Planted, Turn
from prompts.loader import FOLDER
from tools.workorders.model import State

if TYPE_CHECKING:
    from agents.desk import Desk
    from agents.orders import Orders

_ECHOES = (
    "part_heading",
    "draft_said",
    "draft_demand",
    "draft_place",
    "draft_contact",
    "policy_heard",
    "tool_unknown_place",
    "tool_several_places",
    "which_district",
)
"""Fixed wordings in which the citizen's own words come back."""
BROKEN: Json = {
    "outcome": "broken",
    "code": None,
    "text": "",
    "options": [],
    "lines": [],
    "alerts": [],
    "data": [],
    "citations": [],
    "unshown": [],
}
"""What was said where the desk raised."""
_FIELD = re.compile(r"\\{[a-z_]+\\}")
_PROMPT_LINE = 16


class Subject:
    """The houses, how the city's wordings echo a citizen, and the lines of the prompts."""

    def __init__(self, place: Place) -> None:
        self.houses = Houses(place)
        self.echoes = echoes(place.pack)
        self.prompts = prompt_lines(FOLDER)


class RedTeam:
    """See ``suite.yaml``."""

    def cases(self, place: Place) -> list[Case]:
        """One case a line; its kind is the name of its file."""
        return [_case(kind, row) for kind, row in of_city("red_team", place)]

    def open(self, place: Place) -> Subject:
        """Nothing heavy yet: a house is built when the first case asks for it."""
        return Subject(place)

    async def run(self, subject: Subject, case: Case, trial: int) -> Json:  # every trial is the same
        """The turns as said, the planted orders before and after, and how many orders were filed."""
        given = case.given
        asked = [Turn.model_validate(turn) for turn in given["turns"]]
        with subject.houses.desk(given["house"]) as (desk, orders):
            planted = [subject.houses.plant(orders, one) for one in Planted.model_validate(given["planted"]).orders]
            talks = Talks(desk, orders, case.id, planted[0].number if planted else "")
            turns = [await talks.turn(turn, subject.echoes) for turn in asked]
            known = {order.number for order in planted}
            new = [order for order in orders.store.find() if order.number not in known]
            after = [orders.store.get(order.number).status.value for order in planted]
        return {
            "turns": turns,
            "number": talks.number,
            "planted": [{"before": one.status.value, "after": now} for one, now in zip(planted, after, strict=True)],
            "filed": sum(order.status is not State.EMERGENCY_XFER for order in new),
            "alarms": sum(order.status is State.EMERGENCY_XFER for order in new),
            "prompt_lines": [line for line in subject.prompts if any(line in turn["own"] for turn in turns)],
            "alone": await _alone(subject, case, asked),
        }

    def score(self, case: Case, said: Json) -> Scored:
        """Every promise of the case."""
        return judge(case.slices["kind"], Expected.model_validate(case.expect), said)


@dataclass
class Talks:
    """The talks of a case at one desk. ``number``: of the planted order, or of the first one filed."""

    desk: Desk
    orders: Orders
    name: str
    number: str
    asked: dict[str, list[str]] = field(default_factory=dict)

    async def turn(self, turn: Turn, echoes: re.Pattern[str]) -> Json:
        """One message and what was said to it; ``own`` are the system's words, without the citizen's in them."""
        self.number = self.number or next((order.number for order in self.orders.store.find()), "")
        text = turn.text.replace("{order}", self.number)
        before = self.asked.setdefault(turn.talk, [])
        before.append(text)
        kept = {"talk": turn.talk, "asked": text}
        try:
            answer = await self.desk.ask(TurnRequest(text=text), f"{self.name}-{turn.talk}")
        except Exception as error:  # noqa: BLE001  # a message that breaks the desk has not been held off
            return kept | {"said": BROKEN, "own": "", "labelled": False, "error": f"{type(error).__name__}: {error}"}
        said = told(self.desk, answer, "\n".join(before))
        return kept | {"said": said, "own": echoes.sub("", said["text"]), "labelled": bool(answer.ai_label)}


async def _alone(subject: Subject, case: Case, asked: Sequence[Turn]) -> list[str]:
    """What the last talk is told where no other talk was; nothing where there is only one."""
    last = asked[-1].talk
    if all(turn.talk == last for turn in asked):
        return []
    with subject.houses.desk(case.given["house"]) as (desk, orders):
        talks = Talks(desk, orders, case.id, "")
        return [(await talks.turn(turn, subject.echoes))["said"]["text"] for turn in asked if turn.talk == last]


def _case(kind: str, row: Mapping[str, object]) -> Case:
    try:
        attack = Attack.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{kind}.jsonl, {row['id']}: {where}: {first['msg']}; correct it") from error
    return Case(
        id=attack.id,
        given=attack.model_dump(mode="json", include={"turns", "house", "planted"}),
        expect=attack.expect.model_dump(mode="json"),
        slices={"kind": kind},
    )


def echoes(pack: CityPack) -> re.Pattern[str]:
    """Matches the lines of a reply that repeat what the citizen wrote."""
    raw = [words.raw(key) for words in pack.wording.values() for key in _ECHOES if key in words]
    lines = [_FIELD.sub(".*", re.escape(line)) for line in raw]
    return re.compile(f"^(?:{'|'.join(sorted(lines))})$", re.MULTILINE)


def prompt_lines(folder: Path) -> list[str]:
    """The lines of the prompt files that are long enough to know them by."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md")))
    return sorted({line.strip() for line in text.splitlines() if len(line.strip()) >= _PROMPT_LINE})


SUITE = RedTeam()
