"""Open the work orders of an installation: the store, the pack's scheme, and the dispatcher."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from agents.dispatch.dispatcher import Dispatcher
from agents.dispatch.learning import known_texts, units_of
from agents.matters import Matters
from agents.orders import Orders
from agents.reading.categories import FILE, CategoryReader, fingerprint
from city.gazetteer import Gazetteer
from city.intake import FILE as INTAKE
from city.intake import Intake
from city.pack import CityPack, load_pack
from serve.embedding import embedder_of
from serve.settings import Settings
from tools.petitions.warnings import Rules
from tools.workorders.bands import Bands
from tools.workorders.calendar import WorkCalendar
from tools.workorders.leaves import load_leaves
from tools.workorders.messages import load_messages
from tools.workorders.scheme import CATEGORIES, Scheme, load_scheme
from tools.workorders.store import Store


def keeps_orders(root: Path) -> bool:
    """Whether the pack brings what work orders need."""
    return (root / CATEGORIES).is_file() and (root / INTAKE).is_file()


def store_url(settings: Settings, pack: CityPack) -> str:
    """Where work orders are kept: the database of the settings, or a file of this city."""
    if settings.database:
        return settings.database
    folder = settings.home / pack.city.id
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'workorders.sqlite'}"


def code_of(pack: CityPack) -> str:
    """The city's letters in the number of a work order."""
    return pack.city.order_code or re.sub(r"[^A-Z0-9]", "", pack.city.id.upper())[:6].ljust(2, "X")


def open_store(settings: Settings, pack: CityPack, scheme: Scheme | None = None) -> Store:
    """The installation's store, with the rules of the pack."""
    return Store(
        store_url(settings, pack),
        code=code_of(pack),
        rules=(scheme or load_scheme(pack.root)).deadlines.rules(),
        timezone=pack.city.timezone,
    )


def open_dispatcher(home: Path, pack: CityPack, gazetteer: Gazetteer, day: date) -> Dispatcher:
    """The dispatcher; what it learns from the pack is kept in ``home`` until the pack changes."""
    scheme, embedder = load_scheme(pack.root), embedder_of(pack)
    known = known_texts(pack, scheme.categories, load_leaves(pack.root), load_messages(pack.root), day)
    kept = home / pack.city.id / "dispatch" / FILE
    reader = CategoryReader.open(kept, known, embedder)
    if reader is None:
        reader = CategoryReader.learn(known, embedder, groups=units_of(pack, scheme.categories, day))
        reader.save(kept, fingerprint(known, embedder))
    return Dispatcher(pack, scheme, reader, gazetteer, Bands.load(pack.root))


def learn_dispatch(settings: Settings, progress: Callable[[str, float], None]) -> None:
    """Let dispatch learn from the pack now, so that the first start of a server need not wait for it."""
    pack = load_pack(settings.city)
    if keeps_orders(pack.root):
        progress("dispatch", 0.0)
        open_dispatcher(settings.home, pack, Gazetteer.of(pack), datetime.now(UTC).date())
        progress("dispatch", 1.0)


def open_orders(settings: Settings, pack: CityPack, gazetteer: Gazetteer, day: date) -> Orders:
    """All of it together."""
    dispatcher, intake = open_dispatcher(settings.home, pack, gazetteer, day), Intake.load(pack.root)
    store = open_store(settings, pack, dispatcher.scheme)
    places = {spot.name: spot.kind for mention in gazetteer.all for spot in mention}
    return Orders(
        store=store,
        scheme=dispatcher.scheme,
        leaves=load_leaves(pack.root),
        intake=intake,
        dispatcher=dispatcher,
        calendar=WorkCalendar.load(pack.root),
        matters=Matters(store, places=places, progress=intake.progress, rules=Rules.load(pack.root).rules),
    )
