"""A dispatcher that has learnt a few categories of the example city, and what an export reads with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from agents.dispatch.dispatcher import Dispatcher
from agents.dispatch.learning import known_texts
from agents.gate import Gate
from agents.reading.categories import CategoryReader, Known
from city.gazetteer import Gazetteer
from city.intake import Intake
from city.pack import CityPack, load_pack
from serve.training.dispatching import Asker
from serve.training.evaluation import evaluation_texts
from serve.training.exporting import Sources
from serve.training.fitness import Fitness
from serve.training.unseen import Readers
from tests.conftest import YUNLAN
from tests.vllm.tiny import make_tiny
from tools.petitions.stream import Stream
from tools.workorders.bands import Bands
from tools.workorders.leaves import load_leaves
from tools.workorders.scheme import load_scheme

DAY = date(2026, 11, 2)
CATEGORIES = ("0605", "0601", "0501")


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def readers(pack: CityPack) -> Readers:
    scheme, gazetteer, bands = load_scheme(YUNLAN), Gazetteer.of(pack), Bands.load(YUNLAN)
    known = known_texts(pack, scheme.categories, load_leaves(YUNLAN), (), DAY)
    taught = [one for one in known if one.label.startswith(CATEGORIES)]

    def learn(_part: int, texts: Sequence[Known]) -> Dispatcher:
        return Dispatcher(pack, scheme, CategoryReader.learn(texts, None), gazetteer, bands)

    return Readers(learn(0, taught), taught, learn, folds=2)


@pytest.fixture(scope="session")
def sources(pack: CityPack, readers: Readers) -> Sources:
    intake = Intake.load(YUNLAN)
    return Sources(
        city=pack.city.id,
        timezone=pack.city.timezone,
        fitness=Fitness(intake, Gate.open(YUNLAN / "gate")),
        asker=Asker(intake, pack.place_names),
        readers=readers,
        known=evaluation_texts(YUNLAN),
        stream=Stream,
    )


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny model."""
    return make_tiny(tmp_path_factory.mktemp("tiny"))
