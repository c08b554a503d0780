"""Petitions of a file as a job: what of a row is asked, by whom it is answered, and the row that comes of it.

Only `Matter` leaves the process: the words masked, the place by its public name. What the gate says is said here, by
rules, before any engine is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from agents.batch.items import Item, Json, Names
from agents.dispatch.deciding import Decide, suggest
from agents.dispatch.dispatcher import Dispatcher
from agents.engines.base import Task
from agents.engines.calls import Call
from agents.engines.tasks import Dispatched, DispatchGiven
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.failures import ModelFailure
from agents.gate import Gate, Risk
from agents.triage.draft import Spot
from agents.triage.facts import spot_of, whereabouts
from agents.triage.meant import without_orders
from agents.triage.reading import kind_of
from city.errors import TryAgain
from city.gazetteer import Gazetteer
from city.intake import Intake
from city.pack import CityPack
from city.privacy import Vault, mask
from tools.petitions.history import Message, Row
from tools.workorders.model import Kind

TASK = "dispatch"
RULES = "rules"
"""Named as the engine where no option was there to choose from."""
_WAITING = re.compile(r"^vllm:num_requests_waiting(?:\{[^\n]*\})? (\S+)$", re.MULTILINE)


class Alarm(BaseModel):
    """What the gate says of a row: the route, the numbers to call first, and what makes it a matter of haste."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    danger: bool
    route: str
    lines: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    decided_by: str = RULES


class Matter(BaseModel):
    """A row as it is asked about; ``text`` is masked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    spot: Spot
    kind: Kind
    alarm: Alarm


@dataclass(frozen=True)
class Cleaner:
    """Makes matters of rows."""

    gate: Gate
    gazetteer: Gazetteer
    intake: Intake
    place_names: tuple[str, ...]

    @classmethod
    def of(cls, pack: CityPack) -> Cleaner:
        """The pack's."""
        gazetteer = Gazetteer.of(pack)
        gate, intake = Gate.open(pack.root / "gate", gazetteer.names), Intake.load(pack.root)
        return cls(gate, gazetteer, intake, tuple(pack.place_names))

    def matter(self, row: Json) -> Matter:
        """The matter of a row. Raises ValueError, in words for whoever has the file, where it has no message."""
        plain = _text(row)
        decision = self.gate.decide(plain)
        alarm = Alarm(
            danger=decision.risk is not Risk.NONE,
            route=decision.route.value,
            lines=decision.lines,
            flags=decision.flags,
            decided_by=decision.decided_by,
        )
        text = self._masked(plain, Vault())
        if "injection" in decision.flags:
            text = without_orders(self.gate, text.split("\n")) or text
        spot = self._spot(row, plain)
        return Matter(text=self.intake.of_the_matter(text), spot=spot, kind=kind_of(decision.kind.value), alarm=alarm)

    def plain_quote(self, row: Json, quote: str) -> str:
        """A quote with the row's own words where tokens stand."""
        if "⟦" not in quote:
            return quote
        vault = Vault()
        self._masked(_text(row), vault)
        return vault.unmask(quote)

    def _masked(self, text: str, vault: Vault) -> str:
        return mask(text, vault, gazetteer=self.place_names).text

    def _spot(self, row: Json, plain: str) -> Spot:
        """The public place that the row's own field names, else its words."""
        told = row.get("place")
        spot = spot_of(self.gazetteer, told) if isinstance(told, str) and told.strip() else Spot()
        return spot if spot.district else spot_of(self.gazetteer, plain)


def _text(row: Json) -> str:
    message = Message.of(row)
    return "\n".join(part.strip() for part in (message.title, message.detail) if part.strip())


class Named:
    """A file's rows with the ids of their items; rows without a message have none."""

    def __init__(self, rows: Iterable[Row], shard_size: int):
        self._rows, self._size = rows, shard_size

    def __iter__(self) -> Iterator[tuple[Row, str, int]]:
        """Each row with its id, empty where it is not asked about, and its shard."""
        names, number = Names(), 0
        for row in self._rows:
            try:
                if row.value is None:
                    raise ValueError(row.reason)
                Message.of(row.value)
            except ValueError:
                yield row, "", number // self._size
                continue
            yield row, names.of(row.value), number // self._size
            number += 1


class DispatchAnswerer:
    """Has an engine choose who answers for a matter."""

    def __init__(self, engine: VLLMEngine, dispatcher: Dispatcher, day: date):
        self._engine, self._dispatcher, self._day = engine, dispatcher, day

    @property
    def slots(self) -> int:
        """The batch lane's, over all servers."""
        return self._engine.settings.batch.slots * len(self._engine.pool.members)

    async def look(self) -> None:
        """Probe the servers. Raises TryAgain where none can be used."""
        found = await self._engine.look()
        if not any(one.models and not one.unfit for one in found):
            told = "; ".join(one.unfit or " ".join(finding.told for finding in one.findings) for one in found)
            raise TryAgain(f"No model server can be used: {told}")

    async def answer(self, item: Item, call: Call) -> Json:
        """The suggestion, with what the gate said."""

        async def decide(task: Task[DispatchGiven, Dispatched], given: DispatchGiven) -> Dispatched:
            return await self._engine.decide(task, given, call)

        return await self._settled(item, decide)

    async def asked(self, item: Item) -> DispatchGiven | None:
        """What an engine is asked about an item; None where there is nothing to choose from."""
        heard: list[DispatchGiven] = []

        async def listen(_task: Task[DispatchGiven, Dispatched], given: DispatchGiven) -> Dispatched:
            heard.append(given)
            return Dispatched(option=1)

        await self._settled(item, listen)
        return heard[0] if heard else None

    async def settled(self, item: Item, chosen: Dispatched) -> Json:
        """The answer where an engine has chosen elsewhere."""

        async def told(_task: Task[DispatchGiven, Dispatched], _given: DispatchGiven) -> Dispatched:
            return chosen

        return await self._settled(item, told)

    async def _settled(self, item: Item, decide: Decide) -> Json:
        matter = Matter.model_validate(item.given)
        place = whereabouts(matter.spot)
        made = await suggest(decide, self._dispatcher, matter.text, place, self._day, matter.kind)
        return {
            "alarm": matter.alarm.model_dump(mode="json"),
            "suggestion": made.model_dump(mode="json") if made else None,
        }

    async def waiting(self) -> int | None:
        """The servers' queues together; a door before them may keep that to itself."""
        try:
            told = [str(await member.server.get("/metrics")) for member in self._engine.pool.members]
        except ModelFailure:
            return None
        found = [float(value) for text in told for value in _WAITING.findall(text)]
        return int(sum(found)) if found else None

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.pool.close()
