"""Take recorded turns again, each at its moment, over work orders as they were then."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from agents.context import House
from agents.contract import TurnRequest
from agents.desk import Desk
from agents.orders import Orders
from agents.recording import Json, TurnRecord
from agents.vaults import MemoryVaults, SqliteVaults, Vaults
from city.privacy import Vault
from eval.metrics.states import differences
from eval.replay.played import PlayedBox, PlayedEngine
from tools.workorders.model import Event

if TYPE_CHECKING:
    from serve.settings import Settings


class Taken(NamedTuple):
    """A turn on record and the same turn now. ``differs``: lines that begin with where."""

    record: TurnRecord
    answer: Json
    differs: list[str]
    ms: float


class _Kept:
    """A recorder that holds the last turn."""

    last: TurnRecord | None = None

    def keep(self, record: TurnRecord) -> None:
        """Hold it."""
        self.last = record


class Replayer:
    """Takes talks again. ``events``: what happened to work orders, of which each turn sees what came before it.

    ``values`` are the talks' own vaults: records hold tokens. Where a vault is gone its tokens stand for themselves,
    and what needs the value (a place in an address, a call by plate) comes out otherwise.

    With ``anew`` (a shadow) today's engine decides, and tools are called where the record has no such call; else
    engines and tools answer as they did then.
    """

    def __init__(
        self,
        house: House,
        scratch: Path,
        *,
        orders: Orders | None = None,
        events: Sequence[Event] = (),
        values: Vaults | None = None,
        anew: bool = False,
    ) -> None:
        self._house, self._orders, self._events, self._scratch, self._anew = house, orders, events, scratch, anew
        self._values = values or MemoryVaults()
        self._engine = PlayedEngine(house.engine.name)
        self._box = PlayedBox(house.citydata.box, fallback=anew) if house.citydata else None

    async def take(self, talk: Sequence[TurnRecord]) -> list[Taken]:
        """The turns of one talk, in their order, with a memory of its own."""
        from langgraph.checkpoint.memory import InMemorySaver

        saver, vaults = InMemorySaver(), MemoryVaults()
        return [await self._turn(record, saver, vaults) for record in talk]

    async def _turn(self, record: TurnRecord, saver: object, vaults: MemoryVaults) -> Taken:
        self._engine.take(record.heard)
        if self._box is not None:
            self._box.take(record.results)
        held = self._values.load(record.thread)
        gone = [(kind, token) for kind, token in record.tokens if token not in held.tokens]
        vaults.save(record.thread, _with_stand_ins(vaults.load(record.thread), gone))
        kept, begun = _Kept(), time.perf_counter()
        with self._orders_then(record) as orders:
            desk = Desk(
                self._house_then(orders),
                checkpointer=saver if record.remembered else None,  # type: ignore[arg-type]  # in-memory saver
                vaults=vaults,
                now=record.at,
                recorder=kept,
            )
            await desk.ask(_request(record, held), record.thread)
        ms = (time.perf_counter() - begun) * 1000
        answer = kept.last.answer if kept.last else {}
        return Taken(record, answer, differences(answer, record.answer), round(ms, 2))

    def _house_then(self, orders: Orders | None) -> House:
        citydata = self._house.citydata
        return replace(
            self._house,
            orders=orders,
            engine=self._house.engine if self._anew else self._engine,
            citydata=replace(citydata, box=self._box) if citydata and self._box else citydata,
        )

    @contextmanager
    def _orders_then(self, record: TurnRecord) -> Iterator[Orders | None]:
        """Work orders as they stood before the turn, in a store that is thrown away."""
        if self._orders is None or not record.remembered:
            yield None
            return
        path = self._scratch / "then.sqlite"
        for rest in self._scratch.glob(f"{path.name}*"):
            rest.unlink()
        store = self._orders.store.beside(f"sqlite:///{path}")
        try:
            store.restore(one for one in self._events if one.at < record.orders_at)
            yield self._orders.over(store).at(record.orders_at)
        finally:
            store.close()


def _request(record: TurnRecord, held: Vault) -> TurnRequest:
    return TurnRequest(
        text=held.unmask(record.text),
        role=record.role,
        as_of=record.as_of,
        history=[one.model_copy(update={"text": held.unmask(one.text)}) for one in record.history],
        language="en" if record.language == "en" else "zh",
        rights=frozenset(record.rights),
    )


def _with_stand_ins(vault: Vault, tokens: Iterable[tuple[str, str]]) -> Vault:
    """A vault in which these tokens stand for themselves."""
    given = [(kind, token, token) for kind, token in tokens if token not in vault.tokens]
    if not given:
        return vault
    kept = json.loads(vault.to_json())
    return Vault.from_json(json.dumps({**kept, "given": [*kept["given"], *given]}))


def open_replayer(settings: Settings, scratch: Path, *, anew: bool) -> Replayer:
    """The installation's, over a copy of its work orders' events. Raises NotFound where its knowledge is not built."""
    from datetime import UTC, datetime

    from serve.house import VAULTS, open_house, talks_file
    from serve.orders import keeps_orders, open_orders, open_store

    house = open_house(settings)
    kept = talks_file(settings, house.pack, VAULTS)
    values = SqliteVaults(kept) if kept.is_file() else None
    if not keeps_orders(house.pack.root):
        return Replayer(house, scratch, values=values, anew=anew)
    source = open_store(settings, house.pack)
    try:
        events = list(source.all_events())
    finally:
        source.close()
    own = settings.model_copy(update={"database": f"sqlite:///{scratch / 'unused.sqlite'}"})
    orders = open_orders(own, house.pack, house.gazetteer, datetime.now(UTC).date())
    return Replayer(house, scratch, orders=orders, events=events, values=values, anew=anew)
