"""Where a talk takes place: the whole system, with a store of work orders and a clock of this one talk.

::

    bench = Bench.open(settings, scratch)
    said = await bench.play(task, seed="7/0")

What `Bench.play` returns is plain JSON that follows from the task and the seed alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from agents.context import House
from agents.contract import Answer, TurnRequest
from agents.desk import Desk
from agents.orders import Orders
from agents.vaults import MemoryVaults
from city.errors import CityDeskError
from eval.asking import told
from eval.hotlinebench.asked import Asked, asked
from eval.hotlinebench.citizen import Citizen, Heard, Line, Scripted
from eval.hotlinebench.clerks import Clerks, later
from eval.hotlinebench.tasks import OPENING, Done, Step, Task, moment
from tools.workorders.model import WorkOrder
from tools.workorders.store import Store

if TYPE_CHECKING:
    from serve.settings import Settings

Json = dict[str, Any]
MakeCitizen = Callable[[Task, str, Callable[[str], str]], Citizen]
DeskOf = Callable[..., Desk]
_MAIN = "main"
_TEMPLATE = "empty.sqlite"


@dataclass
class HandClock:
    """A clock that stands until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        """The moment at which it was set."""
        return self.now


class Bench:
    """The city's house and dispatch, opened once; each talk gets a store, a clock and a memory of its own.

    ``desk_of`` makes the desk; another one than ours is how faults are planted in tests.
    """

    def __init__(self, house: House, orders: Orders, scratch: Path, desk_of: DeskOf = Desk) -> None:
        self.house, self._orders, self._scratch, self._desk_of = house, orders, scratch, desk_of
        self.zone = ZoneInfo(house.pack.city.timezone)
        self._talks = count()

    @classmethod
    def open(cls, settings: Settings, scratch: Path, house: House | None = None) -> Bench:
        """The installation's. Raises NotFound where its knowledge is not built."""
        from serve.house import open_house
        from serve.orders import open_orders

        house = house or open_house(settings)
        # The store of the installation stays as it is: what is opened here is dispatch and the rules.
        own = settings.model_copy(update={"database": f"sqlite:///{scratch / 'unused.sqlite'}"})
        day = datetime.fromisoformat("2026-11-20").date()
        orders = open_orders(own, house.pack, house.gazetteer, day)
        orders.store.close()
        return cls(house, orders, scratch)

    async def play(self, task: Task, seed: str, make: MakeCitizen = Scripted) -> Json:
        """Let one citizen talk to the end: every message, every reply, and the orders as they are then."""
        store = self._store()
        try:
            return await _Talk(self, task, store, self._of(store), seed, make).run()
        finally:
            store.close()

    def desk(self, orders: Orders, now: datetime, saver: Any, vaults: MemoryVaults) -> Desk:
        """A desk at that moment, over the memory of the talk."""
        return self._desk_of(replace(self.house, orders=orders), checkpointer=saver, vaults=vaults, now=now)

    def _of(self, store: Store) -> Orders:
        return self._orders.over(store)

    def _store(self) -> Store:
        """A fresh store, copied from an empty one: its tables need not be made each time."""
        empty = self._scratch / _TEMPLATE
        if not empty.is_file():
            self._opened(empty).close()
        path = self._scratch / f"talk-{next(self._talks) % 64}.sqlite"
        for rest in self._scratch.glob(f"{path.name}*"):
            rest.unlink()
        shutil.copy(empty, path)
        return self._opened(path)

    def _opened(self, path: Path) -> Store:
        pack = self.house.pack
        from serve.orders import code_of

        rules = self._orders.scheme.deadlines.rules()
        return Store(f"sqlite:///{path}", code=code_of(pack), rules=rules, timezone=pack.city.timezone)


class _Talk:
    """One talk while it runs."""

    def __init__(self, bench: Bench, task: Task, store: Store, orders: Orders, seed: str, make: MakeCitizen) -> None:
        from langgraph.checkpoint.memory import InMemorySaver

        self._bench, self._task, self._store, self._orders = bench, task, store, orders
        self._saver, self._vaults = InMemorySaver(), MemoryVaults()
        self._clock = HandClock(moment(task.at, bench.zone))
        orders.now = self._clock
        self._clerks = Clerks(orders, self._filled)
        self._citizen = make(task, seed, self._filled)
        self._turns: list[Json] = []
        self._desks: dict[datetime, Desk] = {}
        self._before: list[str] = []
        self._undone: list[str] = []

    async def run(self) -> Json:
        """The whole of it."""
        self._file_before()
        ended = await self._all_steps()
        return {
            "turns": self._turns,
            "orders": self._kept(),
            "ended": ended,
            "undone": self._undone,
            "faults": self._store.faults(),
        }

    async def _all_steps(self) -> str:
        if not await self._talk(await self._citizen.opening(), OPENING, _MAIN):
            return "hung_up"
        for step in self._task.then:
            self._pass(step)
            line = await self._citizen.step(step)
            if line is not None and not await self._talk(line, step.name, step.thread):
                return "hung_up"
        return "done"

    async def _talk(self, line: Line | None, step: str, thread: str) -> bool:
        """Message and reply in turn until the citizen has nothing to say; False where their patience is over."""
        while line is not None:
            if len(self._turns) >= self._task.patience:
                return False
            heard = await self._turn(line, line.step or step, thread)
            line = await self._citizen.answer(heard)
        return True

    async def _turn(self, line: Line, step: str, thread: str) -> Heard:
        name = f"{self._task.id}-{thread}"
        desk = self._desks.get(self._clock.now)
        if desk is None:
            desk = self._bench.desk(self._orders, self._clock.now, self._saver, self._vaults)
            self._desks[self._clock.now] = desk
        known = {order.number for order in self._store.accepted()}
        request = TurnRequest(text=line.text, role=self._task.role, language=self._task.persona.language)
        answer = await desk.ask(request, name)
        wants = asked(self._bench.house.pack, answer, await self._state(name))
        filed = [order.number for order in self._store.accepted() if order.number not in known]
        self._turns.append(self._noted(line, step, thread, desk, answer, wants, filed))
        return Heard(answer.text, wants, tuple(answer.options))

    def _noted(
        self, line: Line, step: str, thread: str, desk: Desk, answer: Answer, wants: Asked, filed: list[str]
    ) -> Json:
        reply = told(desk, answer, "\n".join([*(turn["citizen"] for turn in self._turns), line.text]))
        return {
            "step": step,
            "thread": thread,
            "at": self._clock.now.isoformat(),
            "citizen": line.text,
            "meant": line.meant,
            "fact": line.fact,
            "asked": wants.name,
            "waits": wants.waits,
            "filed": filed,
            "label": answer.outcome_label,
            "orders": answer.orders,
            **{name: value for name, value in reply.items() if name != "data"},
            "shown": _shown(reply.get("data", [])),
        }

    async def _state(self, thread: str) -> Mapping[str, Any]:
        found = await self._saver.aget_tuple({"configurable": {"thread_id": thread}})
        return found.checkpoint["channel_values"] if found else {}

    def _pass(self, step: Step) -> None:
        """Time goes by, and clerks do their part in it."""
        if step.at:
            self._clock.now = max(self._clock.now, moment(step.at, self._bench.zone))
        for done in step.clerks:
            self._wait(done)
            self._done(step.name, done)
        if step.after:
            self._clock.now = later(self._orders, self._clock.now, step.after)

    def _done(self, step: str, done: Done) -> None:
        """One act. Where it cannot be done, because there is no such order or not in such a state, that is noted."""
        try:
            self._clerks.do(self._number(done.order), done)
        except CityDeskError as error:
            self._undone.append(f"{step}: {done.act}: {error}")

    def _wait(self, done: Done) -> None:
        if done.after:
            self._clock.now = later(self._orders, self._clock.now, done.after)

    def _file_before(self) -> None:
        begins = self._clock.now
        for before in self._task.before:
            self._clock.now = moment(before.at, self._bench.zone)
            self._before.append(self._clerks.file(before, self._bench.house.pack.city.id).number)
            for done in before.clerks:
                self._wait(done)
                self._clerks.do(self._before[-1], done)
        self._clock.now = max(begins, self._clock.now)

    def _numbers(self) -> list[str]:
        return [order.number for order in self._store.accepted()]

    def _number(self, which: int) -> str:
        numbers = self._numbers()
        if not numbers or which > len(numbers):
            return ""  # the store says that there is no such order
        return numbers[which - 1]

    def _filled(self, text: str) -> str:
        """``{order}``: the number of the last order; ``{order1}``: of the first."""
        numbers = self._numbers()
        if "{order" not in text:
            return text
        for at, number in enumerate(numbers, 1):
            text = text.replace(f"{{order{at}}}", number)
        return text.replace("{order}", numbers[-1] if numbers else "")

    def _kept(self) -> list[Json]:
        return [self._order(order) for order in self._store.accepted()]

    def _order(self, order: WorkOrder) -> Json:
        # Not `Store.events`, which raises where a chain is broken: that is a finding here, see ``faults``.
        events = [event for event in self._store.all_events() if event.order == order.number]
        return {
            **order.model_dump(mode="json"),
            "before": order.number in self._before,
            "events": [event.model_dump(mode="json", exclude={"hash", "previous", "order"}) for event in events],
        }


def _shown(data: list[Json]) -> list[Json]:
    """Tables and sources of city data, without the drawings."""
    return [{"tool": one["tool"], "table": one["table"], "sources": one["sources"]} for one in data]
