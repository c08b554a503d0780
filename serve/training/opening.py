"""Opens what an export reads of an installation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from agents.dispatch.dispatcher import Dispatcher
from agents.dispatch.learning import known_texts, units_of
from agents.gate import Gate
from agents.reading.categories import FILE, CategoryReader, Known, fingerprint
from city.errors import BadInput
from city.gazetteer import Gazetteer
from city.intake import Intake
from city.pack import CityPack
from serve.embedding import embedder_of
from serve.orders import keeps_orders, open_dispatcher, open_store
from serve.settings import Settings
from serve.training.dispatching import Asker
from serve.training.evaluation import evaluation_texts
from serve.training.exporting import Sources
from serve.training.fitness import Fitness
from serve.training.ledger import Ledger, read_ledger
from serve.training.unseen import Readers
from tools.petitions.stream import Stream
from tools.workorders.leaves import load_leaves
from tools.workorders.messages import load_messages
from tools.workorders.model import Event


def open_ledger(settings: Settings, pack: CityPack, events: Iterable[Event] | None = None) -> Ledger:
    """The ledger of the installation's store, or of ``events``. Raises Refused where it was touched."""
    if events is not None:
        return read_ledger(events)
    store = open_store(settings, pack)
    try:
        return read_ledger(store)
    finally:
        store.close()


def open_sources(
    settings: Settings, pack: CityPack, day: date, *, held_out: Sequence[Path] = (), folds: int = 3
) -> Sources:
    """The city's words, gate, dispatcher and evaluation texts. Raises BadInput for a pack without work orders."""
    if not keeps_orders(pack.root):
        raise BadInput(f"{str(pack.root)!r} keeps no work orders: there is no person's work to learn from.")
    gazetteer, intake = Gazetteer.of(pack), Intake.load(pack.root)
    places = {spot.name: spot.kind for mention in gazetteer.all for spot in mention}
    return Sources(
        city=pack.city.id,
        timezone=pack.city.timezone,
        fitness=Fitness(intake, Gate.open(pack.root / "gate", gazetteer.names)),
        asker=Asker(intake, pack.place_names),
        readers=_readers(settings, pack, gazetteer, day, folds),
        known=evaluation_texts(pack.root, held_out),
        stream=lambda: Stream(gazetteer=dict(places), progress=intake.progress),
    )


def _readers(settings: Settings, pack: CityPack, gazetteer: Gazetteer, day: date, folds: int) -> Readers:
    """The installation's dispatcher, and how to learn one from less; what was learnt is kept until the texts change."""
    own, embedder = open_dispatcher(settings.home, pack, gazetteer, day), embedder_of(pack)
    taught = known_texts(pack, own.scheme.categories, load_leaves(pack.root), load_messages(pack.root), day)
    groups = units_of(pack, own.scheme.categories, day)

    def learn(part: int, texts: Sequence[Known]) -> Dispatcher:
        kept = settings.home / pack.city.id / "training" / f"part-{part}" / FILE
        reader = CategoryReader.open(kept, texts, embedder)
        if reader is None:
            reader = CategoryReader.learn(texts, embedder, groups=groups)
            reader.save(kept, fingerprint(texts, embedder))
        return Dispatcher(pack, own.scheme, reader, gazetteer, own.bands)

    return Readers(own, taught, learn, folds)
