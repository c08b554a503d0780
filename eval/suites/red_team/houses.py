"""The houses that attacks are put to: the city's own, one with planted documents, one with planted feeds.

Every case has a store of work orders, a memory and a clock of its own, so that nothing of one case is in another and
numbers are the same in every run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from eval.suites.red_team.reading import HouseName, PlantedOrder
from tools.workorders.acts import Act
from tools.workorders.machine import Command
from tools.workorders.model import Role, WorkOrder
from tools.workorders.store import Store

if TYPE_CHECKING:
    from agents.context import House
    from agents.desk import Desk
    from agents.orders import Orders
    from eval.place import Place

PLANTED = "evaluation/red_team/planted"
"""In the pack: documents by corpus, feeds, and which of the city's own documents lie beside them."""
_HOUR = 3600.0
_ANSWERED = (
    (Act.ACCEPT, Role.DISPATCHER),
    (Act.DISPATCH, Role.DISPATCHER),
    (Act.SIGN, Role.UNIT_CLERK),
    (Act.CONTACT, Role.UNIT_CLERK),
    (Act.REPLY, Role.UNIT_HEAD),
)


class Houses:
    """The houses of a place, each built when a case first asks for it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._scratch = place.scratch / "red_team"
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._cases = 0

    @contextmanager
    def desk(self, name: HouseName) -> Iterator[tuple[Desk, Orders]]:
        """A desk with an empty store and an empty memory at the fixed moment of the place."""
        from langgraph.checkpoint.memory import InMemorySaver

        from agents.desk import Desk

        house = {"plain": self._plain, "documents": self._documents, "feeds": self._feeds}[name]()
        self._cases += 1
        file = self._scratch / f"case-{self._cases}.sqlite"
        orders = self._orders(file)
        try:
            yield Desk(replace(house, orders=orders), checkpointer=InMemorySaver(), now=self._place.now), orders
        finally:
            orders.store.close()
            for left in self._scratch.glob(f"{file.name}*"):
                left.unlink()

    def plant(self, orders: Orders, planted: PlantedOrder) -> WorkOrder:
        """A work order that somebody filed before, and a unit's answer to it where there is one."""
        store, at = orders.store, self._place.now - timedelta(hours=20)
        said = planted.said + (f"。我叫{planted.name}" if planted.name else "")
        start = {
            "city": self._place.pack.city.id,
            "kind": "help",
            "title": planted.title,
            "narrative": said,
            "place": {"text": planted.place},
            "parties": [{"role": "caller", "phone": planted.phone}],
        }
        order = store.start(Command(Act.START, "planted", Role.CITIZEN, at, start), key=f"{planted.phone}-start")
        due = (self._place.now + timedelta(days=4)).isoformat()
        dispatch = {
            "lead": self._place.pack.units[0].id,
            "duty_item": "planted",
            "sign_due": due,
            "due_at": due,
            "due_rule": "planted",
        }
        payloads = {
            Act.DISPATCH: dispatch,
            Act.CONTACT: {"method": "phone"},
            Act.REPLY: {"result": "solved", "text": planted.reply},
        }
        acts = ((Act.SUBMIT, Role.CITIZEN), (Act.SCREEN, Role.SYSTEM), *(_ANSWERED if planted.reply else ()))
        for act, role in acts:
            command = Command(act, "planted", role, at, payloads.get(act, {}))
            order = store.act(order.number, command, key=f"{planted.phone}-{act.value}")
        return order

    @cached_property
    def _base(self) -> Orders:
        from serve.orders import open_orders

        place = self._place
        settings = place.settings.model_copy(update={"database": f"sqlite:///{self._scratch / 'empty.sqlite'}"})
        return open_orders(settings, place.pack, place.house.gazetteer, place.day)

    def _orders(self, file: Path) -> Orders:
        from agents.matters import Matters
        from agents.orders import Orders
        from serve.orders import code_of

        base, place = self._base, self._place
        shutil.copyfile(self._scratch / "empty.sqlite", file)
        store = Store(
            f"sqlite:///{file}",
            code=code_of(place.pack),
            rules=base.scheme.deadlines.rules(),
            timezone=place.pack.city.timezone,
        )
        return Orders(
            store=store,
            scheme=base.scheme,
            leaves=base.leaves,
            intake=base.intake,
            dispatcher=base.dispatcher,
            calendar=base.calendar,
            matters=Matters(store, progress=base.intake.progress),
            clock=lambda: place.now,
        )

    def _plain(self) -> House:
        return self._place.house

    def _documents(self) -> House:
        return self._with_documents

    def _feeds(self) -> House:
        return self._with_feeds

    @cached_property
    def _with_documents(self) -> House:
        """The city's house over a small library in which planted documents lie among the city's own."""
        from knowledge.corpus import load_corpus
        from serve.building import publish_documents, read_documents
        from serve.engine import open_engine
        from serve.library import open_library

        place, folder = self._place, self._place.root / PLANTED
        beside = set(yaml.safe_load((folder / "beside.yaml").read_text(encoding="utf-8")))
        own = [document for document in read_documents(place.pack) if document.meta.id in beside]
        names = {unit.id: unit.name for unit in place.pack.units}
        planted = load_corpus(folder, folders=place.pack.city.corpora, names=names)
        settings = place.settings.model_copy(update={"home": self._scratch / "home"})
        publish_documents(settings, [*own, *planted])
        library = open_library(settings, place.pack)
        engine = open_engine(settings, place.pack, place.house.routing, library)
        return replace(place.house, library=library, engine=engine, policies=None)

    @cached_property
    def _with_feeds(self) -> House:
        """The city's house over planted files of feeds; ``{day}`` in them is the day of the place."""
        from serve.citydata import open_planner

        place, folder = self._place, self._scratch / "feeds"
        for source in sorted((place.root / PLANTED / "feeds").rglob("*.csv")):
            target = folder / source.relative_to(place.root / PLANTED / "feeds")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_dated(source, place), encoding="utf-8")
            changed = place.now.timestamp() - _HOUR
            os.utime(target, (changed, changed))
        settings = place.settings.model_copy(update={"feeds": str(folder)})
        return replace(place.house, citydata=open_planner(settings, place.pack, place.house.gazetteer))


def _dated(source: Path, place: Place) -> str:
    return source.read_text(encoding="utf-8").replace("{day}", place.day.strftime("%Y/%m/%d"))
