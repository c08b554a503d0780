"""Put the house together: pack, knowledge, gate, engine, and the desk over them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypedDict

from agents.context import House
from agents.desk import Desk
from agents.gate import Gate
from agents.recording import Recorder
from agents.vaults import MemoryVaults, SqliteVaults, Vaults
from city.english import load_english
from city.fingerprint import of_pack
from city.gazetteer import Gazetteer
from city.lexicon import load_lexicon
from city.pack import CityPack, load_pack
from city.routing import load_routing
from knowledge.eligibility.eligibility import Eligibility
from knowledge.library import Library
from knowledge.model import Level
from serve.citydata import open_planner
from serve.engine import open_engine
from serve.library import open_library
from serve.orders import keeps_orders, open_orders
from serve.policies import keeps_policies, open_policies
from serve.recording import DayFiles
from serve.settings import Settings

VAULTS = "vaults.sqlite"


def open_house(settings: Settings) -> House:
    """Everything that lives longer than a turn."""
    pack = load_pack(settings.city)
    routing = load_routing(settings.city)
    library = open_library(settings, pack)
    gazetteer = Gazetteer.of(pack)
    return House(
        pack=pack,
        routing=routing,
        lexicon=load_lexicon(settings.city),
        english=load_english(settings.city),
        library=library,
        gate=Gate.open(settings.city / "gate", gazetteer.names),
        engine=open_engine(settings, pack, routing, library),
        gazetteer=gazetteer,
        policies=_policies(pack, library),
        citydata=open_planner(settings, pack, gazetteer),
    )


def _policies(pack: CityPack, library: Library) -> Eligibility | None:
    """The pack's rules on the texts that are published: what was withdrawn can support no rule."""
    if not keeps_policies(pack.root):
        return None
    return open_policies(pack, datetime.now(UTC).date(), library.of_level(Level.POLICY))


def talks_file(settings: Settings, pack: CityPack, name: str) -> Path:
    """A file of this city's talks."""
    folder = settings.home / pack.city.id / "talks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


@asynccontextmanager
async def open_desk(settings: Settings, *, remember: bool = False, today: date | None = None) -> AsyncIterator[Desk]:
    """A desk; with ``remember`` its talks are checkpointed in SQLite and survive a restart. Where the settings say so,
    turns are recorded.
    """
    house = open_house(settings)
    kept = _recording(settings, house)
    if not remember:
        with _vaults(settings, house, kept=settings.record) as vaults:
            yield Desk(house, today=today, vaults=vaults, **kept)
        return
    if keeps_orders(house.pack.root):
        day = today or datetime.now(UTC).date()
        house = replace(house, orders=open_orders(settings, house.pack, house.gazetteer, day))
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    path = str(talks_file(settings, house.pack, "threads.sqlite"))
    with _vaults(settings, house, kept=True) as vaults:
        async with AsyncSqliteSaver.from_conn_string(path) as saver:
            try:
                yield Desk(house, checkpointer=saver, vaults=vaults, today=today, **kept)
            finally:
                if house.orders is not None:
                    house.orders.store.close()


@contextmanager
def _vaults(settings: Settings, house: House, *, kept: bool) -> Iterator[Vaults]:
    """Where values of masked data lie: in the city's file, or in memory where nothing of the talk is kept."""
    if not kept:
        yield MemoryVaults()
        return
    vaults = SqliteVaults(talks_file(settings, house.pack, VAULTS))
    try:
        yield vaults
    finally:
        vaults.close()


class _Recording(TypedDict, total=False):
    recorder: Recorder
    grounds: dict[str, str]


def _recording(settings: Settings, house: House) -> _Recording:
    """What keeps turns, and what they stand on; nothing where the installation keeps none."""
    if not settings.record:
        return {}
    folder = talks_file(settings, house.pack, "record")
    grounds = {"engine": house.engine.name, "model": settings.model_name, "pack": of_pack(settings.city)}
    return {"recorder": DayFiles(folder, settings.record_days), "grounds": grounds}
